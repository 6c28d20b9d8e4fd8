// Waiting for one's turn: a candidate waits for the deletion of the one right before it, and of no
// other, so that a release wakes one waiter.

import { errors } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import { canceled } from './failure.js';
import { getLocal, lastCreated } from './kv.js';
import type { CoordinationServices } from './services.js';

export class TurnQueue {
  readonly #watch: CoordinationServices['watch'];
  #waiting = 0;

  constructor(watch: CoordinationServices['watch']) {
    this.#watch = watch;
  }

  /**
   * Resolves when, in the state applied on this node, no key under `prefix` created before
   * `createRevision` is left: false if there was none to begin with, true if it had to wait.
   * None can come back: later keys have later create revisions. Rejects with RpcError: canceled
   * when `signal` is aborted, tooManyRequests when limits.turnWaitersMax wait on this node.
   */
  async wait(group: GroupHandle, prefix: Uint8Array, createRevision: number, signal: AbortSignal): Promise<boolean> {
    for (let waited = false; ; waited = true) {
      if (signal.aborted) throw canceled();
      const before = await lastCreated(group, prefix, createRevision - 1);
      if (before === undefined) return waited;
      if (this.#waiting >= limits.turnWaitersMax) throw errors.tooManyRequests();
      this.#waiting++;
      try {
        await this.#deletion(group, Buffer.from(before.key), before.createRevision, signal);
      } finally {
        this.#waiting--;
      }
    }
  }

  /** Resolves when `key` may have been deleted since it was created at `createRevision`. */
  #deletion(group: GroupHandle, key: Uint8Array, createRevision: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => settle(() => reject(canceled()));
      const settle = (how: () => void): void => {
        subscription.close();
        signal.removeEventListener('abort', aborted);
        how();
      };
      const range = { key, rangeEnd: Buffer.alloc(0), startRevision: 0 };
      const subscription = this.#watch.subscribe(range, {
        event: (_revision, event) => {
          if (event.type === 'delete') settle(resolve);
        },
        compacted: () => settle(resolve),
      });
      signal.addEventListener('abort', aborted);
      if (signal.aborted) return aborted();
      // Subscribed first, looked second: a deletion in between is seen by one or the other.
      getLocal(group, key).then(
        (now) => {
          if (now?.createRevision !== createRevision) settle(resolve);
        },
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}
