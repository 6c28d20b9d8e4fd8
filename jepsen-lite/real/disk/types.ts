/** Faults of one node's disk. */
export interface NodeDisk {
  /** What the node's process has to be started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every sync takes so much longer. */
  slow(ms: number): void;
  /** Syncs fail with EIO. */
  failSyncs(fail: boolean): void;
  /** How many syncs have failed so far. */
  readonly failedSyncs: number;
  /** Writes fail with ENOSPC. */
  full(full: boolean): void;
  /**
   * Undoes writes that were not synced, up to a place that `random` (uniform in [0, 1)) chooses for
   * each file. The process must be dead. Returns a line that says what was lost.
   */
  loseUnsynced(random: () => number): string;
}
