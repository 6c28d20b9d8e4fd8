// What a row of the table is.

import type { Cluster } from '../test/harness/cluster.js';

export interface RowContext {
  readonly cluster: Cluster;
  /** The cluster's endpoints, the leader's first: where a single connection goes. */
  readonly endpoints: readonly string[];
  readonly seconds: number;
  /** For files of a run. */
  readonly folder: string;
  /** Different for every run: keys made of it were never used before. */
  readonly run: number;
}

export interface Sample {
  /** undefined where only times count. */
  readonly perSecond?: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Operations over which the servers' CPU is divided; 0 when CPU says nothing. */
  readonly operations: number;
}

export interface Row {
  readonly name: string;
  readonly title: string;
  /** Rows that stop members look after noise and CPU themselves. */
  readonly disruptive?: boolean;
  /** Untimed work before the load: keys, leases, watches. */
  readonly prepare?: (context: RowContext) => Promise<void>;
  readonly run: (context: RowContext) => Promise<Sample>;
}
