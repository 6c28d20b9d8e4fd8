// The leader's clock for the leases of one group. Exists between becoming ready and losing the
// leadership of one term; another leadership gets a new one.

import type { Clock } from '../runtime/ports.js';
import { DeadlineHeap, type HeapItem } from './deadline-heap.js';

/** One lease at the leader. */
export interface Tenure extends HeapItem {
  readonly id: bigint;
  readonly ttlMs: number;
  /** Monotonic time before which the lease must not end. */
  deadlineMs: number;
  /** Keep-alives that wait for the leadership to be confirmed. */
  renewals: number;
  /** Its end has been proposed and may commit at any time: invariant: never unset, no more renewals. */
  ending: boolean;
  /** The beginning of its end is applied: the clock has no more to do with it. Invariant: then `ending`. */
  revoking: boolean;
}

export class Deadlines {
  readonly term: number;
  readonly #clock: Clock;
  readonly #byId = new Map<bigint, Tenure>();
  readonly #heap = new DeadlineHeap<Tenure>();

  constructor(term: number, clock: Clock) {
    this.term = term;
    this.#clock = clock;
  }

  get(id: bigint): Tenure | undefined {
    return this.#byId.get(id);
  }

  /** A full TTL from now. */
  add(id: bigint, ttlSeconds: number): void {
    this.remove(id);
    const ttlMs = ttlSeconds * 1000;
    const deadlineMs = this.#clock.monotonicMs() + ttlMs;
    const tenure: Tenure = {
      id,
      ttlMs,
      deadlineMs,
      lookMs: deadlineMs,
      place: -1,
      renewals: 0,
      ending: false,
      revoking: false,
    };
    this.#byId.set(id, tenure);
    this.#heap.push(tenure);
  }

  revoking(id: bigint): void {
    const tenure = this.#byId.get(id);
    if (tenure === undefined) return;
    tenure.ending = true;
    tenure.revoking = true;
    this.#heap.remove(tenure);
  }

  remove(id: bigint): void {
    const tenure = this.#byId.get(id);
    if (tenure === undefined) return;
    this.#byId.delete(id);
    this.#heap.remove(tenure);
  }

  /** The heap learns of it when the old deadline comes: a renewal costs O(1). */
  renew(tenure: Tenure, nowMs: number): void {
    tenure.deadlineMs = nowMs + tenure.ttlMs;
  }

  holds(tenure: Tenure): boolean {
    return this.#byId.get(tenure.id) === tenure;
  }

  /** When to call takeDue next. */
  get nextLookMs(): number | undefined {
    return this.#heap.peek()?.lookMs;
  }

  /** Takes up to `max` leases whose deadline has passed out of the heap; each must be ended or put back. */
  takeDue(nowMs: number, max: number): Tenure[] {
    const due: Tenure[] = [];
    while (due.length < max) {
      const first = this.#heap.peek();
      if (first === undefined || first.lookMs > nowMs) break;
      if (first.deadlineMs > nowMs) {
        this.#heap.update(first, first.deadlineMs);
        continue;
      }
      this.#heap.remove(first);
      due.push(first);
    }
    return due;
  }

  putBack(tenure: Tenure, lookMs: number): void {
    if (!this.holds(tenure) || tenure.revoking) return;
    tenure.lookMs = lookMs;
    this.#heap.push(tenure);
  }
}
