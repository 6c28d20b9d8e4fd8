// Group commit: one write in flight; whatever is queued meanwhile, for all groups, goes out as the
// next batch, with one fsync if any part of it asks for one.

import { InvariantViolation } from '../errors.js';
import type { Clock, OrderedStore, StoreBatch } from '../runtime/ports.js';

interface Queued {
  readonly fill: (batch: StoreBatch) => void;
  readonly sync: boolean;
  readonly done: () => void;
}

export class WriteQueue {
  readonly #store: OrderedStore;
  readonly #clock: Clock;
  #queue: Queued[] = [];
  #running: Promise<void> | undefined;
  #failure: Error | undefined;
  #onFailure: ((error: Error) => void) | undefined;
  #onWrite: ((ms: number) => void) | undefined;

  constructor(store: OrderedStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  onFailure(fn: (error: Error) => void): void {
    this.#onFailure = fn;
  }

  /** Called with the duration of each synced write. */
  onSynced(fn: (ms: number) => void): void {
    this.#onWrite = fn;
  }

  /** `fill` runs when the batch is put together, `done` after it is written. Nothing after a failure. */
  submit(fill: (batch: StoreBatch) => void, sync: boolean, done: () => void): void {
    if (this.#failure !== undefined) return;
    this.#queue.push({ fill, sync, done });
    this.#running ??= this.#run();
  }

  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #run(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const taken = this.#queue;
        this.#queue = [];
        const sync = taken.some((q) => q.sync);
        const batch = this.#store.batch();
        for (const queued of taken) queued.fill(batch);
        const started = this.#clock.monotonicMs();
        if (batch.length > 0) await batch.write({ sync });
        if (sync) this.#onWrite?.(this.#clock.monotonicMs() - started);
        for (const queued of taken) queued.done();
      }
    } catch (error) {
      // After a failed fsync nobody knows what is on disk: nothing more is reported as written.
      this.#failure = error instanceof Error ? error : new InvariantViolation(String(error));
      this.#queue = [];
      this.#onFailure?.(this.#failure);
    } finally {
      this.#running = undefined;
    }
  }
}
