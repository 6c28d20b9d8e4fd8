// The transactions of one group that claims must wait for (B4.2c): at a participant those that are prepared, from the
// moment of appending, and have no applied outcome; at the coordinator those whose revision was asked for and whose
// decision is not applied.

import type { OpenWork } from '../multiraft/types.js';

interface Waiter {
  readonly ids: Set<string>;
  index: number;
  readonly fn: (index: number | undefined) => void;
}

export class OpenTxns implements OpenWork {
  /** What the applied state says to be prepared: under a new leader this set knows nothing of it yet (E7). */
  readonly #prepared: () => string | undefined;
  readonly #ids = new Set<string>();
  #waiters: Waiter[] = [];

  constructor(prepared: () => string | undefined) {
    this.#prepared = prepared;
  }

  begins(id: string): void {
    this.#ids.add(id);
  }

  /** `index`: of the entry that ended it, which is applied here; 0: there is none. */
  ended(id: string, index: number): void {
    this.#ids.delete(id);
    const waiters = this.#waiters;
    this.#waiters = waiters.filter((waiter) => {
      if (waiter.ids.delete(id)) waiter.index = Math.max(waiter.index, index);
      return waiter.ids.size > 0;
    });
    for (const waiter of waiters) if (waiter.ids.size === 0) waiter.fn(waiter.index);
  }

  /** The leadership is over: what becomes of them is for the next one to know. */
  lost(): void {
    this.#ids.clear();
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.fn(undefined);
  }

  whenFinished(fn: (index: number | undefined) => void): boolean {
    const ids = new Set(this.#ids);
    const prepared = this.#prepared();
    if (prepared !== undefined) ids.add(prepared);
    if (ids.size === 0) return false;
    this.#waiters.push({ ids, index: 0, fn });
    return true;
  }
}
