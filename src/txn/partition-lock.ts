// Who writes to a partition next: one transaction over partitions at a time, first come, first served, and between two of
// them the partition's own writes. At the partition's leader, in memory: what must outlive a leadership stands in the log.

import { errors } from '../errors.js';
import { limits } from '../limits.js';
import type { Timer, Timers } from '../runtime/ports.js';
import type { TxnGroup } from './types.js';

export interface Ticket {
  /** Resolves when the partition is the holder's: no write of it is on its way. Rejects with RpcError. */
  readonly granted: Promise<void>;
  /** Gives up waiting; nothing happens when it is granted already. */
  cancel(): void;
}

interface Waiter {
  grant(): void;
  fail(error: Error): void;
}

export class PartitionLock {
  readonly #group: Pick<TxnGroup, 'numbering'>;
  readonly #timers: Pick<Timers, 'after'>;
  #term = 0;
  /** Invariant: while true, at most the holder appends entries that carry a revision. */
  #held = false;
  #queue: Waiter[] = [];

  constructor(group: Pick<TxnGroup, 'numbering'>, timers: Pick<Timers, 'after'>) {
    this.#group = group;
    this.#timers = timers;
  }

  /** A leadership begins, or (0) this node does not lead. `held`: the log says that the partition is prepared (E7). */
  lead(term: number, held: boolean): void {
    this.#term = term;
    this.#held = held;
    const left = this.#queue;
    this.#queue = [];
    for (const waiter of left) waiter.fail(errors.leaderChanged());
  }

  acquire(timeoutMs: number): Ticket {
    if (this.#queue.length >= limits.txnsWaitingMax) {
      return { granted: Promise.reject(errors.tooManyRequests()), cancel: () => {} };
    }
    let waiter!: Waiter;
    let timer: Timer | undefined;
    const granted = new Promise<void>((resolve, reject) => {
      waiter = {
        grant: () => {
          timer?.cancel();
          resolve();
        },
        fail: (error) => {
          timer?.cancel();
          reject(error);
        },
      };
    });
    const leave = (error: Error): void => {
      const at = this.#queue.indexOf(waiter);
      if (at < 0) return;
      this.#queue.splice(at, 1);
      waiter.fail(error);
    };
    timer = this.#timers.after(timeoutMs, () => leave(errors.timeout()));
    this.#queue.push(waiter);
    this.#next();
    return { granted, cancel: () => leave(errors.txnOver()) };
  }

  /** `revision`: of the holder's entry in this log; 0: it left none. */
  release(term: number, revision: number): void {
    if (term !== this.#term) return;
    this.#held = false;
    // Before the next transaction: what has queued up is asked for now, and that transaction waits for it.
    this.#group.numbering?.release(term, revision);
    this.#next();
  }

  /** The first in the queue stays there until its turn has come whole: it may still give up. */
  #next(): void {
    if (this.#held || this.#queue.length === 0) return;
    this.#held = true;
    const term = this.#term;
    this.#group.numbering?.hold(term, () => {
      if (term !== this.#term) return;
      const waiter = this.#queue.shift();
      if (waiter !== undefined) return waiter.grant();
      this.release(term, 0);
    });
  }
}
