// One machine of a simulated world: its runtime, and its crashes.

import type { Logger, Runtime, Timer, Timers } from '../ports.js';
import { SimDisk } from './disk.js';
import type { SimNetwork } from './network.js';
import type { SimWorld } from './world.js';

const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => SILENT,
};

export class SimNode {
  readonly name: string;
  readonly disk: SimDisk;
  readonly #world: SimWorld;
  readonly #network: SimNetwork;
  #life = 0;
  /** The wall clock's distance from the world's; jumps do no harm, since nothing may depend on it. */
  wallOffsetMs = 0;

  constructor(name: string, world: SimWorld, network: SimNetwork) {
    this.name = name;
    this.#world = world;
    this.#network = network;
    this.disk = new SimDisk(world);
  }

  /** A runtime for the node's present life. `logger` defaults to silence. */
  runtime(logger: Logger = SILENT): Runtime {
    const world = this.#world;
    return {
      clock: { monotonicMs: () => world.nowMs, wallMs: () => world.nowMs + this.wallOffsetMs },
      random: world.random.fork(),
      timers: this.#timers(),
      disk: this.disk,
      network: this.#network.of(this.name),
      logger,
    };
  }

  #timers(): Timers {
    const world = this.#world;
    const life = this.#life;
    const alive = (fn: () => void) => (): void => {
      if (life === this.#life) fn();
    };
    return {
      after: (delayMs, fn) => world.after(delayMs, alive(fn)),
      every: (intervalMs, fn) => {
        let current: Timer;
        const again = (): void => {
          current = world.after(
            intervalMs,
            alive(() => {
              again();
              fn();
            }),
          );
        };
        again();
        return { cancel: () => current.cancel() };
      },
      defer: (fn) => {
        world.after(0, alive(fn));
      },
    };
  }

  /** The process ends without a word: no timer of it fires, no frame of it arrives, unsynced data may be lost. */
  crash(): void {
    this.#life++;
    this.#network.crash(this.name);
    this.disk.crash();
  }
}
