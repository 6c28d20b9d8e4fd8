import type { Fault } from '../nemesis/types.js';

/** Everything that a seed decides before a run begins, as data. */
export interface Plan {
  readonly seed: number;
  readonly nodes: number;
  /** Names of workloads that run at the same time. */
  readonly workloads: readonly string[];
  /** How long faults are injected, in simulated ms. */
  readonly safetyMs: number;
  readonly faults: readonly Fault[];
  /** Applied entries between snapshots of the state, and log entries kept behind one. */
  readonly snapshotCount: number;
  readonly catchUpEntries: number;
}
