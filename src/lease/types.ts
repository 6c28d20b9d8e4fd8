// Leases as api/ sees them. Granting and revoking go through the log; time is the leader's.

export interface LeaseTimes {
  /** -1 when the lease does not exist. Seconds. */
  readonly ttlSeconds: number;
  readonly grantedTtlSeconds: number;
  readonly keys: readonly Uint8Array[];
}

export interface Lessor {
  /** ID 0n: the server picks. TTL below the minimum is raised to it. */
  grant(id: bigint, ttlSeconds: number): Promise<{ id: bigint; ttlSeconds: number; revision: number }>;
  revoke(id: bigint): Promise<{ revision: number }>;
  /** From any member. 0 when the lease does not exist; else the full TTL in seconds. */
  keepAlive(id: bigint): Promise<number>;
  timeToLive(id: bigint, withKeys: boolean): Promise<LeaseTimes>;
  list(): Promise<bigint[]>;
  readonly minTtlSeconds: number;
  close(): void;
}
