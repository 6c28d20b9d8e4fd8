import type { GroupHandle } from '../multiraft/types.js';

/** Which groups hold which keys. */
export interface Router {
  /** The group that owns `key`. */
  forKey(key: Uint8Array): GroupHandle;
  /** The groups that hold keys of [key, rangeEnd), with etcd's meaning of an empty and a `\0` rangeEnd. */
  forRange(key: Uint8Array, rangeEnd: Uint8Array): readonly GroupHandle[];
  /** The home group of a lease. */
  forLease(id: bigint): GroupHandle;
  readonly groups: readonly GroupHandle[];
  /** The group that holds membership and alarms. */
  readonly system: GroupHandle;
}
