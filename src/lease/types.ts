// Leases as api/ sees them. Granting and revoking go through the log; time is the leader's.

import type { GroupHandle } from '../multiraft/types.js';
import type { ApplyResult, CommandKind } from '../mvcc/types.js';

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
  /**
   * As GroupHandle.propose, for every command that may attach keys of `group` to `leases`, whatever their home. It
   * fails with leaseNotFound only when one of them is gone.
   */
  propose(
    group: GroupHandle,
    kind: CommandKind,
    payload: Uint8Array,
    leases: readonly bigint[],
    timeoutMs?: number,
  ): Promise<ApplyResult>;
  /** Resolves when `group` accepts keys with `leases`, as checked again when they are put; false: some are gone. */
  attach(group: GroupHandle, leases: readonly bigint[], timeoutMs: number): Promise<boolean>;
  readonly minTtlSeconds: number;
  close(): void;
}
