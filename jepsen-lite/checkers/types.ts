import type { History, Json } from '../history/types.js';

export interface Anomaly {
  /** `nonlinearizable`, `G1a`, `lost-write`, … */
  readonly name: string;
  /** One sentence for a reader: what happened, and why it must not. */
  readonly message: string;
  /** Indexes (of invocations) of the operations that show it: the fewest that do, in order. */
  readonly operations: readonly number[];
  readonly detail?: Json;
}

export interface Verdict {
  readonly checker: string;
  /** `unknown`: out of budget. Counts as not passed. */
  readonly valid: true | false | 'unknown';
  /** Empty exactly if valid. For `unknown` they say what the budget was. */
  readonly anomalies: readonly Anomaly[];
  /** Numbers for the report: operations checked, keys, worst lateness in ms, … */
  readonly stats: Readonly<Record<string, number>>;
}

/** Judges the whole history of one workload. Pure, and deterministic. */
export type Checker = (history: History) => Verdict;

/** How many anomalies a verdict lists at most; further ones are counted in `stats.anomalies`. */
export const ANOMALIES_MAX = 10;
