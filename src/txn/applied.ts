// Waits until this node's replica of a group has applied an entry.

import { errors } from '../errors.js';
import type { Timers } from '../runtime/ports.js';
import type { TxnGroup } from './types.js';

interface Waiter {
  readonly index: number;
  readonly done: () => void;
}

export class Applied {
  readonly #group: Pick<TxnGroup, 'store' | 'onVisible'>;
  readonly #timers: Pick<Timers, 'after'>;
  #waiters: Waiter[] = [];

  constructor(group: Pick<TxnGroup, 'store' | 'onVisible'>, timers: Pick<Timers, 'after'>) {
    this.#group = group;
    this.#timers = timers;
    group.onVisible(() => this.#look());
  }

  /** Rejects with `timeout`. */
  reach(index: number, timeoutMs: number): Promise<void> {
    if (this.#group.store.appliedIndex >= index) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = this.#timers.after(Math.max(0, timeoutMs), () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(errors.timeout());
      });
      const done = (): void => {
        timer.cancel();
        resolve();
      };
      const waiter = { index, done };
      this.#waiters.push(waiter);
    });
  }

  #look(): void {
    if (this.#waiters.length === 0) return;
    const { appliedIndex } = this.#group.store;
    const reached = this.#waiters.filter(({ index }) => index <= appliedIndex);
    if (reached.length === 0) return;
    this.#waiters = this.#waiters.filter(({ index }) => index > appliedIndex);
    for (const { done } of reached) done();
  }
}
