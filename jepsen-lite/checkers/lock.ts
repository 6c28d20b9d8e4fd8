// Locks: tokens in order, no write of a former holder where tokens are compared, one holder at a time.

import { pair } from '../history/pair.js';
import type { Operation } from '../history/types.js';
import { outputOf } from './fields.js';
import { Findings } from './findings.js';
import { checkBeliefs } from './lock-beliefs.js';
import { acquisitionsOf, byName, checkTokens } from './lock-tokens.js';
import type { Checker } from './types.js';

/**
 * `tokens`: tokens are unique and follow real time, and fenced resources take no stale writes: holds
 * always. `exclusion`: no two believe to hold a lock at once: holds unless processes stand still, or
 * clocks are beyond the bound. `unfenced`: resources that compare no tokens take no stale writes either:
 * is expected to fail when processes stand still.
 */
export type LockCheck = 'tokens' | 'exclusion' | 'unfenced';

const FUNCTIONS = new Set(['acquire', 'release', 'lost', 'write']);

/**
 * Operations: `acquire` {lock}, answered with a token; `release` and `lost` {lock, token}; `write`
 * {lock, token, fenced}, answered with its place in the order of the resource, or failed when refused.
 */
export function checkLock(check: LockCheck = 'tokens'): Checker {
  return (history) => {
    const operations = pair(history);
    for (const { f, index } of operations) {
      if (!FUNCTIONS.has(f)) throw new Error(`${f} at ${index} is no operation on locks`);
    }
    const findings = new Findings();
    const acquisitions = acquisitionsOf(operations, 'acquire', 'lock');
    const writes = operations.filter(({ f, type }) => f === 'write' && type === 'ok').map(writeOf);
    const overwrites = overwritesOf(writes.filter(({ fenced }) => !fenced));
    const stats = { acquisitions: acquisitions.length, writes: writes.length, unfencedOverwrites: overwrites.length };
    if (check === 'unfenced') {
      addOverwrites('unfenced-overwrite', overwrites, findings);
      return findings.verdict('lock-unfenced', stats);
    }
    if (check === 'exclusion') {
      const ends = operations.filter(({ f }) => f === 'release' || f === 'lost');
      const beliefs = checkBeliefs(acquisitions, ends, 'lock', 'two-holders', findings);
      return findings.verdict('lock-exclusion', { ...stats, beliefs });
    }
    checkTokens(acquisitions, findings);
    addOverwrites('stale-write', overwritesOf(writes.filter(({ fenced }) => fenced)), findings);
    return findings.verdict('lock', stats);
  };
}

interface Write {
  /** Of the lock. */
  readonly name: string;
  readonly token: number;
  readonly fenced: boolean;
  /** Its place among all that the resource took. */
  readonly order: number;
  readonly operation: Operation;
}

function writeOf(operation: Operation): Write {
  const output = outputOf(operation);
  return {
    name: output.name('lock'),
    token: output.number('token'),
    fenced: output.boolean('fenced'),
    order: output.number('order'),
    operation,
  };
}

/** Writes that a resource took after one with a larger token, with the latter. */
function overwritesOf(writes: readonly Write[]): [newer: Write, stale: Write][] {
  const found: [Write, Write][] = [];
  for (const group of byName(writes).values()) {
    let newest: Write | undefined;
    for (const write of group.sort((a, b) => a.order - b.order)) {
      if (newest !== undefined && write.token < newest.token) found.push([newest, write]);
      else newest = write;
    }
  }
  return found;
}

function addOverwrites(anomaly: string, overwrites: readonly [Write, Write][], findings: Findings): void {
  for (const [newer, stale] of overwrites) {
    const message = `the resource of ${stale.name} took a write with token ${stale.token} after one with token ${newer.token}`;
    const detail = { lock: stale.name, tokens: [newer.token, stale.token] };
    findings.add(anomaly, message, [newer.operation, stale.operation], detail);
  }
}
