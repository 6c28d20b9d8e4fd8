import type { Verdict } from '../checkers/types.js';
import type { History } from '../history/types.js';

/** A fault as it was carried out. */
export interface FaultBand {
  readonly kind: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Whom it hit and how, for a reader: `n2 from n1, n3`. */
  readonly what: string;
}

export type NodeRole = 'down' | 'follower' | 'candidate' | 'leader' | 'frozen';

/** A node's state from here on. */
export interface NodeChange {
  readonly atMs: number;
  readonly node: string;
  readonly role: NodeRole;
  readonly term: number;
}

export interface WorkloadResult {
  readonly name: string;
  readonly history: History;
  readonly verdicts: readonly Verdict[];
}

/** Everything about one run, simulated or real: what reports are made of. Plain JSON. */
export interface RunResult {
  readonly mode: 'sim' | 'real';
  /** `seed 42`, or the time of a real run. */
  readonly title: string;
  readonly seed: number;
  readonly nodes: readonly string[];
  readonly workloads: readonly WorkloadResult[];
  readonly faults: readonly FaultBand[];
  readonly nodeChanges: readonly NodeChange[];
  /** Of the cluster itself: a node that stopped by itself, members that differ, no progress after healing. */
  readonly failures: readonly string[];
  /** Length of the run by its own clock. */
  readonly runMs: number;
  /** By the wall clock. */
  readonly realMs: number;
  readonly valid: boolean;
  /** The command that runs it again. */
  readonly again: string;
}
