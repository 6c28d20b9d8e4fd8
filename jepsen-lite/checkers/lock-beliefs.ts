// Mutual exclusion: from when a holder is told that it holds until it gives up, or is told of the loss.

import type { Operation } from '../history/types.js';
import { inputOf } from './fields.js';
import type { Findings } from './findings.js';
import { type Acquisition, byName } from './lock-tokens.js';

interface Belief extends Acquisition {
  readonly startNs: number;
  readonly endNs: number;
  /** What ended it; undefined when it lasted to the end of the history. */
  readonly end: Operation | undefined;
}

/** Reports overlaps of beliefs as `anomaly`; answers how many beliefs there were. */
export function checkBeliefs(
  acquisitions: readonly Acquisition[],
  ends: readonly Operation[],
  field: string,
  anomaly: string,
  findings: Findings,
): number {
  const beliefs = beliefsOf(acquisitions, ends, field);
  for (const [name, group] of byName(beliefs)) {
    let longest: Belief | undefined;
    for (const belief of group.sort((a, b) => a.startNs - b.startNs)) {
      if (longest !== undefined && belief.startNs < longest.endNs) report(name, longest, belief, anomaly, findings);
      if (longest === undefined || belief.endNs > longest.endNs) longest = belief;
    }
  }
  return beliefs.length;
}

function beliefsOf(acquisitions: readonly Acquisition[], ends: readonly Operation[], field: string): Belief[] {
  const firstEnd = new Map<string, Operation>();
  for (const end of ends) {
    const input = inputOf(end);
    const id = idOf(input.name(field), input.number('token'));
    if (!firstEnd.has(id)) firstEnd.set(id, end);
  }
  return acquisitions
    .map((acquisition) => {
      const end = firstEnd.get(idOf(acquisition.name, acquisition.token));
      const startNs = acquisition.operation.endNs;
      return { ...acquisition, startNs, endNs: end?.startNs ?? Number.POSITIVE_INFINITY, end };
    })
    .filter(({ startNs, endNs }) => startNs < endNs);
}

const idOf = (name: string, token: number): string => JSON.stringify([name, token]);

function report(name: string, first: Belief, second: Belief, anomaly: string, findings: Findings): void {
  const forNs = Math.min(first.endNs, second.endNs) - second.startNs;
  const long = Number.isFinite(forNs) ? `for ${Math.round(forNs / 1_000) / 1_000} ms` : 'to the end';
  const message = `the holders of tokens ${first.token} and ${second.token} of ${name} both believed to hold it, ${long}`;
  const shownBy = [first.operation, second.operation, ...(first.end === undefined ? [] : [first.end])];
  findings.add(anomaly, message, shownBy, { name, tokens: [first.token, second.token] });
}
