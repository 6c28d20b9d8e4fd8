// A world inside one process: virtual time, and everything that happens in it in one order that the
// seed decides. Between two events all promises run to their end, so nothing depends on the real clock.

import { crc32 } from 'node:zlib';
import type { Timer } from '../ports.js';
import { SimRandom } from './random.js';

interface Scheduled {
  readonly atMs: number;
  /** Ties are broken by the order of scheduling. */
  readonly order: number;
  readonly fn: () => void;
  cancelled: boolean;
}

export class SimWorld {
  readonly random: SimRandom;
  readonly #seed: number;
  #nowMs = 0;
  #order = 0;
  /** Binary heap by (atMs, order). */
  readonly #heap: Scheduled[] = [];

  constructor(seed: number) {
    this.random = new SimRandom(seed);
    this.#seed = seed;
  }

  /**
   * A stream of chance of its own for everything that has a name: who else is in the world changes
   * nothing of it, so that a run with less in it stays as close to the other as can be.
   */
  randomOf(name: string): SimRandom {
    return new SimRandom(crc32(name, this.#seed >>> 0));
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, fn: () => void): Timer {
    const item: Scheduled = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, fn, cancelled: false };
    this.#push(item);
    return {
      cancel: () => {
        item.cancelled = true;
      },
    };
  }

  /** Runs everything that is due within the next `ms` of virtual time. */
  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    await drained();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > end) break;
      this.#pop();
      if (next.cancelled) continue;
      this.#nowMs = next.atMs;
      next.fn();
      await drained();
    }
    this.#nowMs = end;
  }

  /** Advances until `holds`, in steps; throws after `limitMs` of virtual time. */
  async until(what: string, limitMs: number, holds: () => boolean, stepMs = 5): Promise<void> {
    const end = this.#nowMs + limitMs;
    while (!holds()) {
      if (this.#nowMs >= end) throw new Error(`not within ${limitMs} ms of simulated time: ${what}`);
      await this.advance(stepMs);
    }
  }

  /** The value of a promise that virtual time has to pass for. */
  async wait<T>(promise: Promise<T>, limitMs: number): Promise<T> {
    let settled = false;
    const done = promise.finally(() => {
      settled = true;
    });
    done.catch(() => {});
    await this.until('a promise settles', limitMs, () => settled, 1);
    return done;
  }

  #push(item: Scheduled): void {
    const heap = this.#heap;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(item, heap[parent] as Scheduled)) break;
      heap[at] = heap[parent] as Scheduled;
      at = parent;
    }
    heap[at] = item;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Scheduled;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1] as Scheduled, heap[child] as Scheduled)) child++;
      if (!earlier(heap[child] as Scheduled, last)) break;
      heap[at] = heap[child] as Scheduled;
      at = child;
    }
    heap[at] = last;
  }
}

const earlier = (a: Scheduled, b: Scheduled): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** Resolves when no promise has anything left to do: there is no real I/O in a simulated world. */
const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
