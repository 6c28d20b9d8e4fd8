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
  /** Of the leadership that the rest belongs to; 0: none. */
  #term = 0;
  readonly #ids = new Set<string>();
  #waiters: Waiter[] = [];

  constructor(prepared: () => string | undefined) {
    this.#prepared = prepared;
  }

  /** `term`: of the leadership that runs it. What an earlier one still does, after a wait, is nothing to this one. */
  begins(term: number, id: string): void {
    if (term === this.#term) this.#ids.add(id);
  }

  /** `index`: of the entry that ended it, which is applied here; 0: there is none. */
  ended(term: number, id: string, index: number): void {
    if (term !== this.#term) return;
    this.#ids.delete(id);
    const waiters = this.#waiters;
    this.#waiters = waiters.filter((waiter) => {
      if (waiter.ids.delete(id)) waiter.index = Math.max(waiter.index, index);
      return waiter.ids.size > 0;
    });
    for (const waiter of waiters) if (waiter.ids.size === 0) waiter.fn(waiter.index);
  }

  /** A leadership begins, or (0) ends: what becomes of the transactions of the one before is for the next to know. */
  lead(term: number): void {
    this.#term = term;
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
