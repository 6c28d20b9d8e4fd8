import type { Clock } from '../ports.js';
import type { SimWorld } from './world.js';

/** A machine's clock: may run faster or slower than the world's; its wall clock may jump. */
export class SimClock implements Clock {
  readonly #world: SimWorld;
  #baseMs = 0;
  #sinceMs = 0;
  #rate = 1;
  /** The wall clock's distance from the monotonic one; jumps do no harm, since nothing may depend on it. */
  wallOffsetMs = 0;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  /** Its milliseconds in one of the world's. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.#baseMs = this.monotonicMs();
    this.#sinceMs = this.#world.nowMs;
    this.#rate = rate;
  }

  monotonicMs(): number {
    return this.#baseMs + (this.#world.nowMs - this.#sinceMs) * this.#rate;
  }

  wallMs(): number {
    return this.monotonicMs() + this.wallOffsetMs;
  }
}
