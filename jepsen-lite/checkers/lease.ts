// Leases: never over too early, never back from the dead, and no key outlives its lease.

import { pair } from '../history/pair.js';
import type { Operation } from '../history/types.js';
import { inputOf } from './fields.js';
import { Findings } from './findings.js';
import { type Lateness, lateness } from './lease-lateness.js';
import {
  type Ending,
  endingsOf,
  isBefore,
  type LeaseLife,
  type Look,
  livesOf,
  MS,
  type Renewal,
} from './lease-lives.js';
import type { Checker } from './types.js';

export interface LeaseOptions {
  /** How long after the last possible end of a lease its keys may remain: new leaders grant a full TTL. */
  readonly slackMs?: number;
  /** By which part the clocks of the servers may be wrong: promises are shorter by it. */
  readonly rateBound?: number;
}

const SLACK_MS = 10_000;

const HOW: Readonly<Record<Ending['how'], string>> = {
  absent: 'its key was gone',
  gone: 'the answer to a keep-alive was that it is gone',
  refused: 'an attachment was refused because it was not found',
  revoked: 'its revocation was acknowledged',
  missing: 'its revocation was refused because it was not found',
};

/**
 * Operations: `grant` {lease, ttlMs}, `keepalive` {lease} (answer ttlMs 0: it is gone), `attach`
 * {lease, key} (fails with "not found" when it is gone), `revoke` {lease}, and `check` {lease, key,
 * final?}, a linearizable read. A lease is granted once, and a key belongs to one lease and is removed
 * by nothing else. Keys that agree up to their first slash go together; others of the lease may go a moment later,
 * but before anybody is told that the lease is over.
 */
export function checkLease(options: LeaseOptions = {}): Checker {
  const { slackMs = SLACK_MS, rateBound = 0 } = options;
  return (history) => {
    const findings = new Findings();
    const lives = livesOf(pair(history));
    const late: Lateness[] = [];
    for (const life of lives) {
      const endings = endingsOf(life);
      findEarly(findings, life, endings, rateBound);
      findResurrected(findings, life, endings);
      findOrphans(findings, life, endings, slackMs);
      late.push(lateness(life, endings));
    }
    return findings.verdict('lease', statsOf(lives, late));
  };
}

function findEarly(findings: Findings, life: LeaseLife, endings: readonly Ending[], rateBound: number): void {
  for (const ending of endings) {
    const { operation, how, existed } = ending;
    if (life.revokes.some((revoke) => revoke.index < operation.endIndex)) return;
    const renewal = brokenPromise(life, operation, rateBound);
    if (renewal === undefined) continue;
    const missingNs = promiseNs(renewal, rateBound) - operation.endNs;
    const known = how !== 'absent' && isBefore(renewal.operation, operation);
    const shownBy = known || existed === undefined ? [] : [existed];
    findings.add(
      'early',
      `lease ${life.id} was promised for ${ms(missingNs)} ms more when ${HOW[how]}`,
      [renewal.operation, operation, ...shownBy],
      { lease: life.id, earlyByMs: missingNs / MS },
    );
    return;
  }
}

/** The renewal which promises most beyond the answer of `ending`; one answered before it was asked is preferred. */
function brokenPromise(life: LeaseLife, ending: Operation, rateBound: number): Renewal | undefined {
  const broken = life.renewals.filter(
    (renewal) => renewal.operation.index < ending.endIndex && ending.endNs < promiseNs(renewal, rateBound),
  );
  const before = broken.filter(({ operation }) => isBefore(operation, ending));
  const best = (before.length > 0 ? before : broken).sort((a, b) => promiseNs(b, rateBound) - promiseNs(a, rateBound));
  return best[0];
}

/** The lease does not end before this moment. */
function promiseNs({ operation, ttlNs }: Renewal, rateBound: number): number {
  return operation.startNs + ttlNs * (1 - rateBound);
}

function findResurrected(findings: Findings, life: LeaseLife, endings: readonly Ending[]): void {
  const looks = life.looks.filter(({ present, final }) => present && !final);
  const signs = [...looks, ...life.attached, ...life.renewals].sort((a, b) => a.operation.index - b.operation.index);
  for (const { operation: sign } of signs) {
    const ending = endings.find((e) => isBefore(e.operation, sign) && contradicts(e, sign));
    if (ending === undefined) continue;
    addResurrected(findings, life, ending, sign);
    return;
  }
}

/** That a key is gone says nothing about keys that may lie elsewhere; that the lease is over does. */
function contradicts({ how, operation }: Ending, sign: Operation): boolean {
  if (how !== 'absent' || sign.f === 'keepalive' || sign.f === 'grant') return true;
  return placeOf(operation) === placeOf(sign);
}

const placeOf = (operation: Operation): string => inputOf(operation).name('key').split('/')[0] as string;

function addResurrected(findings: Findings, life: LeaseLife, ending: Ending, sign: Operation): void {
  const { operation, how, existed } = ending;
  const message = `lease ${life.id} was over (${HOW[how]}), and a later ${sign.f} found it alive`;
  findings.add('resurrected', message, [operation, sign, ...(existed === undefined ? [] : [existed])], {
    lease: life.id,
  });
}

function findOrphans(findings: Findings, life: LeaseLife, endings: readonly Ending[], slackMs: number): void {
  for (const look of life.looks) {
    if (!look.present || !look.final) continue;
    const returned = endings.find((ending) => isAbsenceOf(ending, look));
    if (returned !== undefined) {
      addResurrected(findings, life, returned, look.operation);
      continue;
    }
    const message = `key ${look.key} is still there although its lease ${life.id} is over`;
    const ended = endings.find(({ operation }) => isBefore(operation, look.operation));
    if (ended !== undefined) {
      const { operation, how, existed } = ended;
      const shownBy = [operation, look.operation, ...(existed === undefined ? [] : [existed])];
      findings.add('orphan', `${message}: ${HOW[how]}`, shownBy, { lease: life.id, key: look.key });
      continue;
    }
    const last = lastPossible(life);
    if (last === undefined || look.operation.startNs < last.untilNs + slackMs * MS) continue;
    const overNs = look.operation.startNs - last.untilNs;
    findings.add('orphan', `${message} since ${ms(overNs)} ms at least`, [last.operation, look.operation], {
      lease: life.id,
      key: look.key,
    });
  }
}

function isAbsenceOf({ how, operation }: Ending, look: Look): boolean {
  return how === 'absent' && isBefore(operation, look.operation) && inputOf(operation).name('key') === look.key;
}

/** The renewal that may have kept the lease alive longest, and how long. */
function lastPossible(life: LeaseLife): { operation: Operation; untilNs: number } | undefined {
  const granted = Math.max(0, ...life.renewals.map(({ ttlNs }) => ttlNs));
  const all = life.renewals.map(({ operation, ttlNs }) => ({
    operation,
    untilNs: operation.endNs + ttlNs,
  }));
  for (const operation of life.possible) {
    const asked = operation.f === 'grant' ? inputOf(operation).number('ttlMs') * MS : 0;
    all.push({ operation, untilNs: operation.startNs + Math.max(granted, asked) });
  }
  return all.sort((a, b) => b.untilNs - a.untilNs)[0];
}

function statsOf(lives: readonly LeaseLife[], late: readonly Lateness[]): Record<string, number> {
  const seen = late.flatMap(({ seenMs }) => (seenMs === undefined ? [] : [seenMs])).sort((a, b) => a - b);
  return {
    leases: lives.filter(({ renewals }) => renewals.length > 0).length,
    expired: late.filter(({ expired }) => expired).length,
    checks: lives.reduce((sum, { looks }) => sum + looks.length, 0),
    lateMsMax: seen.at(-1) ?? 0,
    lateMsMedian: seen[Math.floor(seen.length / 2)] ?? 0,
    lateMsProven: late.reduce((max, { provenMs }) => Math.max(max, provenMs), 0),
  };
}

const ms = (ns: number): number => Math.round(ns / MS);
