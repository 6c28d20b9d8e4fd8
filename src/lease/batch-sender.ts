// Hands things over in batches, one batch at a time, each again and again until it is taken.

import { limits } from '../limits.js';
import type { Timers } from '../runtime/ports.js';
import { sleep } from '../runtime/sleep.js';

const PAUSE_MS = 50;

export interface BatchSenderOptions<T> {
  /** Rejects: the batch, some of which may have been taken, is handed over again later. */
  readonly send: (batch: readonly T[]) => Promise<void>;
  readonly taken: (batch: readonly T[]) => void;
  readonly failed: (error: unknown, count: number) => void;
  readonly timers: Pick<Timers, 'after' | 'defer'>;
}

export class BatchSender<T> {
  readonly #options: BatchSenderOptions<T>;
  #waiting: T[] = [];
  #running = false;
  #stopped = false;

  constructor(options: BatchSenderOptions<T>) {
    this.#options = options;
  }

  add(item: T): void {
    this.#waiting.push(item);
    if (this.#running || this.#stopped) return;
    this.#running = true;
    // All of this turn go together.
    this.#options.timers.defer(() => void this.#run());
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  async #run(): Promise<void> {
    const { send, taken, failed, timers } = this.#options;
    let pauseMs = PAUSE_MS;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, limits.leaseCallsPerMessageMax);
      try {
        await send(batch);
      } catch (error) {
        if (this.#stopped) return;
        failed(error, batch.length);
        this.#waiting = [...batch, ...this.#waiting];
        await sleep(timers, pauseMs);
        pauseMs = Math.min(pauseMs * 2, limits.leaseRetryPauseMsMax);
        continue;
      }
      if (this.#stopped) return;
      pauseMs = PAUSE_MS;
      taken(batch);
    }
    this.#running = false;
  }
}
