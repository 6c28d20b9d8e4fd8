// How many may go now, at a mean rate, with a burst of a tenth of a second's worth.

import type { Clock } from '../runtime/ports.js';

export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #clock: Clock;
  #tokens: number;
  #filledMs: number;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#burst = Math.max(1, perSecond / 10);
    this.#clock = clock;
    this.#tokens = this.#burst;
    this.#filledMs = clock.monotonicMs();
  }

  /** Whole units that may be taken now. */
  available(): number {
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#filledMs) * this.#perSecond) / 1000);
    this.#filledMs = nowMs;
    return Math.floor(this.#tokens);
  }

  take(count: number): void {
    this.#tokens -= count;
  }

  /** Milliseconds until half a burst is there: batches instead of single ones. */
  waitMs(): number {
    return Math.max(1, ((this.#burst / 2 - this.#tokens) * 1000) / this.#perSecond);
  }
}
