// Elections: leaders follow each other in order, and who asks or observes sees no other ones.

import { pair } from '../history/pair.js';
import { checkObservers, checkPhantoms, checkResigned, checkStale, sightsOf } from './election-leaders.js';
import { Findings } from './findings.js';
import { checkBeliefs } from './lock-beliefs.js';
import { acquisitionsOf, checkTokens } from './lock-tokens.js';
import type { Checker } from './types.js';

export interface ElectionOptions {
  /**
   * Judges only whether no two believe to lead at once: holds unless processes stand still, or clocks
   * are beyond the bound. Without it, what holds always is judged.
   */
  readonly exclusion?: boolean;
}

const FUNCTIONS = new Set(['campaign', 'resign', 'lost', 'leader', 'observe']);

/**
 * Operations: `campaign` {election, candidate}, answered with a token; `resign` and `lost` {election,
 * token}; `leader`, a linearizable query, and `observe`, one an event that an observer sees, with
 * {election, candidate, token}, both null when nobody leads.
 */
export function checkElection(options: ElectionOptions = {}): Checker {
  return (history) => {
    const operations = pair(history);
    for (const { f, index } of operations) {
      if (!FUNCTIONS.has(f)) throw new Error(`${f} at ${index} is no operation on elections`);
    }
    const findings = new Findings();
    const acquisitions = acquisitionsOf(operations, 'campaign', 'election');
    if (options.exclusion === true) {
      const ends = operations.filter(({ f }) => f === 'resign' || f === 'lost');
      const beliefs = checkBeliefs(acquisitions, ends, 'election', 'two-leaders', findings);
      return findings.verdict('election-exclusion', { beliefs });
    }
    const sights = sightsOf(operations);
    checkTokens(acquisitions, findings);
    const ghosts = checkPhantoms(operations, sights, findings);
    checkObservers(sights, findings);
    checkStale(acquisitions, sights, findings);
    checkResigned(operations, sights, findings);
    const observations = sights.filter(({ observer }) => observer !== undefined).length;
    const queries = sights.length - observations;
    return findings.verdict('election', { campaigns: acquisitions.length, queries, observations, ghosts });
  };
}
