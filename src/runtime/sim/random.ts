import type { Random } from '../ports.js';

/** mulberry32: small, fast, and spread well enough to decide schedules. */
export class SimRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  float(): number {
    return this.#uint32() / 4294967296;
  }

  below(bound: number): number {
    return Math.floor(this.float() * bound);
  }

  uint64(): bigint {
    return (BigInt(this.#uint32()) << 32n) | BigInt(this.#uint32());
  }

  /** A generator of its own, so that more draws here do not change what happens there. */
  fork(): SimRandom {
    return new SimRandom(this.#uint32());
  }

  #uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }
}
