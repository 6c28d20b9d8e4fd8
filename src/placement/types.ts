import type { GroupHandle } from '../multiraft/types.js';
import type { SlotMap } from './slots.js';

/** Which groups hold which keys. */
export interface Router {
  /** The group that owns `key`. */
  forKey(key: Uint8Array): GroupHandle;
  /** The groups that hold keys of [key, rangeEnd), with etcd's meaning of an empty and a `\0` rangeEnd. */
  forRange(key: Uint8Array, rangeEnd: Uint8Array): readonly GroupHandle[];
  /** The home group of a lease. */
  forLease(id: bigint): GroupHandle;
  readonly slots: SlotMap;
  /** The groups of the partitions, by number. */
  readonly groups: readonly GroupHandle[];
  /** The group that holds membership, alarms and the sequencer: with one partition, that partition's. */
  readonly system: GroupHandle;
}
