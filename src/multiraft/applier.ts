// Feeds committed entries to the state machine: everything that became committed while the last
// batch was written is the next batch.

import type { MvccStore } from '../mvcc/types.js';
import { type Entry, EntryType, type RaftCore } from '../raft/types.js';

export interface ApplierEvents {
  /** The visible state moved on to store.appliedIndex. */
  visible(): void;
  /** An entry that changes the configuration is applied and written, not synced. */
  configured(): void;
  failed(error: unknown): void;
}

export class Applier {
  readonly #raft: RaftCore;
  readonly #store: MvccStore;
  readonly #events: ApplierEvents;
  #queue: Entry[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(raft: RaftCore, store: MvccStore, events: ApplierEvents) {
    this.#raft = raft;
    this.#store = store;
    this.#events = events;
  }

  add(entries: readonly Entry[]): void {
    if (entries.length === 0 || this.#stopped) return;
    if (this.#queue.length === 0) this.#queue = entries.slice();
    else for (const entry of entries) this.#queue.push(entry);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Drops what is queued (a snapshot supersedes it) and waits for the batch under way. */
  async drain(): Promise<void> {
    this.#queue = [];
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.drain();
  }

  async #run(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const batch = this.#nextBatch();
        const written = this.#store.apply(batch);
        this.#events.visible();
        await written;
        this.#events.visible();
        if (batch[0]?.type === EntryType.confChange) this.#events.configured();
      }
    } catch (error) {
      this.#stopped = true;
      this.#queue = [];
      this.#events.failed(error);
    }
  }

  /** A configuration takes effect exactly at its place in the log: its entry opens a batch. */
  #nextBatch(): Entry[] {
    const queue = this.#queue;
    const first = queue[0] as Entry;
    if (first.type === EntryType.confChange) {
      this.#store.setConfState(this.#raft.applyConfChange(first), first.index);
    }
    const end = queue.findIndex((entry, i) => i > 0 && entry.type === EntryType.confChange);
    if (end === -1) {
      this.#queue = [];
      return queue;
    }
    this.#queue = queue.slice(end);
    return queue.slice(0, end);
  }
}
