// Leases by the moment at which they are to be looked at: a binary heap that knows each element's place.

import { invariant } from '../errors.js';

export interface HeapItem {
  /** Changed by the heap's owner through `update` only. */
  lookMs: number;
  /** Place in the heap; -1 when it is not in it. Kept by the heap. */
  place: number;
}

export class DeadlineHeap<T extends HeapItem> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The item with the smallest lookMs. */
  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    invariant(item.place === -1, 'lease heap: item is already in it');
    item.place = this.#items.length;
    this.#items.push(item);
    this.#up(item);
  }

  /** No effect when the item is not in the heap. */
  remove(item: T): void {
    if (item.place === -1) return;
    const last = this.#items.pop()!;
    if (last !== item) {
      this.#put(last, item.place);
      this.#up(last);
      this.#down(last);
    }
    item.place = -1;
  }

  update(item: T, lookMs: number): void {
    item.lookMs = lookMs;
    this.#up(item);
    this.#down(item);
  }

  clear(): void {
    for (const item of this.#items) item.place = -1;
    this.#items.length = 0;
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }

  #up(item: T): void {
    while (item.place > 0) {
      const parent = this.#items[(item.place - 1) >> 1]!;
      if (parent.lookMs <= item.lookMs) return;
      const place = parent.place;
      this.#put(parent, item.place);
      this.#put(item, place);
    }
  }

  #down(item: T): void {
    for (;;) {
      const left = this.#items[2 * item.place + 1];
      if (left === undefined) return;
      const right = this.#items[2 * item.place + 2];
      const child = right !== undefined && right.lookMs < left.lookMs ? right : left;
      if (child.lookMs >= item.lookMs) return;
      const place = child.place;
      this.#put(child, item.place);
      this.#put(item, place);
    }
  }
}
