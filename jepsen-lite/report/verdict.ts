// What a run as a whole has shown.

import type { Verdict } from '../checkers/types.js';
import { count, duration, plain, ratio } from './format.js';
import { OUTCOMES, type Outcome } from './operations.js';
import type { RunResult } from './types.js';

export type Overall = 'valid' | 'anomaly' | 'unknown';

export function overall({ valid, failures, workloads }: RunResult): Overall {
  if (valid) return 'valid';
  const verdicts = workloads.flatMap((w) => w.verdicts);
  const isUndecided = verdicts.some((v) => v.valid === 'unknown') && verdicts.every((v) => v.valid !== false);
  return failures.length === 0 && isUndecided ? 'unknown' : 'anomaly';
}

export const verdictOf = ({ valid }: Verdict): Overall =>
  valid === true ? 'valid' : valid === false ? 'anomaly' : 'unknown';

/** `30 s, simulated in 1.2 s: 25 times as fast as real time`. */
export function speed({ mode, runMs, realMs }: RunResult): string {
  if (mode === 'real') return `${duration(runMs)} with real processes, ${duration(realMs)} with all preparation`;
  return `${duration(runMs)}, simulated in ${duration(realMs)}: ${ratio(runMs / Math.max(1, realMs))} times as fast as real time`;
}

/** How many operations ended how; those that were never answered are unknown. */
export function outcomes({ workloads }: RunResult, workload?: number): Record<Outcome | 'all', number> {
  const counts = { all: 0, ok: 0, fail: 0, info: 0 };
  const chosen = workload === undefined ? workloads : workloads.slice(workload, workload + 1);
  for (const { type, process } of chosen.flatMap((w) => w.history)) {
    if (process === 'nemesis') continue;
    if (type === 'invoke') counts.all++;
    else if (type !== 'info') counts[type]++;
  }
  counts.info = counts.all - counts.ok - counts.fail;
  return counts;
}

export const outcomeText = (counts: Readonly<Record<Outcome, number>>): string =>
  OUTCOMES.map((outcome) => `${count(counts[outcome])} ${outcome === 'info' ? 'unknown' : outcome}`).join(', ');

/** `keys 3, steps 1,204`. */
export const statsText = ({ stats }: Verdict): string =>
  Object.entries(stats)
    .filter(([name]) => name !== 'anomalies')
    .map(([name, value]) => `${plain(name)} ${typeof value === 'number' ? count(value) : plain(value)}`)
    .join(', ');

/** All of them, also those that are counted and not listed. */
export const anomalyCount = ({ stats, anomalies }: Verdict): number =>
  Math.max(anomalies.length, stats['anomalies'] ?? 0);
