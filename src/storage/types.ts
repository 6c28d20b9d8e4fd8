// What storage offers to the layers below. Two stores in a data directory: `log` (Raft log, hard
// state; synced) and `state` (applied state of all groups; unsynced, replayed from the log).

import type { Entry, HardState, LogReader, SnapshotMeta } from '../raft/types.js';
import type { KeyRange, StoreIterator } from '../runtime/ports.js';

/** One durable step of one group's log, all or nothing. */
export interface LogWrite {
  readonly entries: readonly Entry[];
  readonly hardState: HardState | undefined;
  /** Replaces the whole log: everything up to meta.index is in the applied state. */
  readonly snapshot: SnapshotMeta | undefined;
}

/** The log of one group. Reads see what was submitted, also before it is durable. */
export interface GroupLog extends LogReader {
  readonly group: number;
  readonly hardState: HardState;
  /** Queues a write; `done` runs after it, and everything submitted before, is on disk. */
  submit(write: LogWrite, sync: boolean, done: () => void): void;
  /**
   * Drops entries up to and including meta.index, whose effect is durable in the applied state,
   * and remembers meta as the newest snapshot point. Runs in the background.
   */
  truncatePrefix(meta: SnapshotMeta): void;
}

/**
 * The node's log of all groups: one queue, one write in flight; what is submitted meanwhile goes
 * out as one synced batch (group commit).
 */
export interface LogStore {
  /** Opens a group's log, checking that its records are whole and contiguous. */
  openGroup(group: number): Promise<GroupLog>;
  groups(): Promise<number[]>;
  /** A write failed: the node must stop. */
  onFailure(fn: (error: Error) => void): void;
  /** Called after each synced write with how long it took, in milliseconds; for metrics. */
  onSynced?(fn: (ms: number) => void): void;
  /** Resolves when everything submitted so far is durable. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A batch of changes to one group's applied state. */
export interface StateBatch {
  put(key: Uint8Array, value: Uint8Array): void;
  del(key: Uint8Array): void;
  readonly length: number;
}

/** A frozen view of one group's state. Must be closed. */
export interface StateSnapshot {
  /** Position of the state in the view itself, also when a commit was under way. */
  readonly appliedIndex: number;
  readonly appliedTerm: number;
  getSync(key: Uint8Array): Uint8Array | undefined;
  iterate(range: KeyRange): StoreIterator;
  close(): Promise<void>;
}

/**
 * The applied state of one group: an ordered key space of its own. Keys that start with 0xff are
 * the store's own (applied index and the like).
 */
export interface GroupState {
  readonly group: number;
  /** Index and term of the last entry whose effect is in the store. */
  readonly appliedIndex: number;
  readonly appliedTerm: number;
  getSync(key: Uint8Array): Uint8Array | undefined;
  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]>;
  iterate(range: KeyRange): StoreIterator;
  batch(): StateBatch;
  /** Writes `batch` and the applied position as one. One commit at a time. Not synced. */
  commit(batch: StateBatch, applied: { readonly index: number; readonly term: number }): Promise<void>;
  /** Writes without moving the applied position (background removal of compacted history). */
  write(batch: StateBatch): Promise<void>;
  snapshot(): StateSnapshot;
  /** Everything committed so far is on stable storage when this resolves: the log may be cut. */
  sync(): Promise<void>;
  /**
   * Starts replacing the whole state: pairs go to a staging generation; `finish` switches to it
   * atomically and durably, with its applied position, and removes the old one in the background.
   */
  replace(): StateReplacement;
  approximateBytes(): Promise<number>;
  /** Gives space of removed keys back (Defragment). */
  compact(): Promise<void>;
}

export interface StateReplacement {
  put(pairs: readonly (readonly [Uint8Array, Uint8Array])[]): Promise<void>;
  finish(applied: { readonly index: number; readonly term: number }): Promise<void>;
  abort(): Promise<void>;
}

export interface StateStore {
  openGroup(group: number): Promise<GroupState>;
  close(): Promise<void>;
}
