// One machine of a simulated world: its runtime, its clock, its crashes, and the times when it stands still.

import type { Disk, Link, Logger, Network, Runtime, Timer, Timers } from '../ports.js';
import { SimClock } from './clock.js';
import { SimDisk } from './disk.js';
import type { SimNetwork } from './network.js';
import type { SimRandom } from './random.js';
import type { SimWorld } from './world.js';

const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => SILENT,
};

/** A nanosecond. */
const STEP_MS_MIN = 1e-6;

/** A stream of a process that is gone. */
const DEAD: Link = { send: () => true, onFrame: () => {}, onDrain: () => {}, onClose: () => {}, close: () => {} };

export class SimNode {
  readonly name: string;
  readonly disk: SimDisk;
  readonly clock: SimClock;
  readonly #world: SimWorld;
  readonly #network: SimNetwork;
  readonly #random: SimRandom;
  #life = 0;
  #frozen = 0;
  /** What happened to it while it stood still. */
  #held: (() => void)[] = [];

  constructor(name: string, world: SimWorld, network: SimNetwork) {
    this.name = name;
    this.#world = world;
    this.#network = network;
    this.#random = world.randomOf(name);
    this.clock = new SimClock(world);
    this.disk = new SimDisk(world, (fn) => this.run(fn), name);
    network.attach(this);
  }

  /** A runtime for the node's present life. `logger` defaults to silence. */
  runtime(logger: Logger = SILENT): Runtime {
    return {
      clock: this.clock,
      random: this.#random.fork(),
      timers: this.#timers(),
      disk: this.#diskOfThisLife(),
      network: this.#networkOfThisLife(),
      logger,
    };
  }

  /** What a process that is gone still has in hand reaches the disk no more, and is not told so. */
  #diskOfThisLife(): Disk {
    const { disk } = this;
    const life = this.#life;
    const alive = <T>(call: () => Promise<T>): Promise<T> => (life === this.#life ? call() : new Promise(() => {}));
    return {
      openStore: (path) => alive(() => disk.openStore(path)),
      exists: (path) => alive(() => disk.exists(path)),
      writeFile: (path, data) => alive(() => disk.writeFile(path, data)),
      readFile: (path) => alive(() => disk.readFile(path)),
      remove: (path) => alive(() => disk.remove(path)),
      usedBytes: (path) => alive(() => disk.usedBytes(path)),
    };
  }

  #networkOfThisLife(): Network {
    const network = this.#network.of(this);
    const life = this.#life;
    return {
      listen: (address, accept) => (life === this.#life ? network.listen(address, accept) : new Promise(() => {})),
      dial: (address) => (life === this.#life ? network.dial(address) : DEAD),
    };
  }

  /** How often it has crashed: what one life began, a later one does not see. */
  get life(): number {
    return this.#life;
  }

  get isFrozen(): boolean {
    return this.#frozen > 0;
  }

  /** Runs `fn` as this machine does: not before it moves again, and never in another life. */
  run(fn: () => void): void {
    if (this.#frozen > 0) this.#held.push(fn);
    else fn();
  }

  #timers(): Timers {
    const life = this.#life;
    const start = (delayMs: number, fn: () => void): Timer => this.#startTimer(delayMs, fn, life);
    return {
      after: start,
      every: (intervalMs, fn) => {
        let current: Timer;
        const again = (): void => {
          current = start(intervalMs, () => {
            again();
            fn();
          });
        };
        again();
        return { cancel: () => current.cancel() };
      },
      defer: (fn) => {
        start(0, fn);
      },
    };
  }

  /** A timer of the machine's own clock, whatever happens to its rate meanwhile. */
  #startTimer(delayMs: number, fn: () => void, life: number): Timer {
    const { clock } = this;
    const dueMs = clock.monotonicMs() + Math.max(0, delayMs);
    let cancelled = false;
    let timer: Timer;
    const fire = (): void => {
      if (cancelled || life !== this.#life) return;
      const leftMs = dueMs - clock.monotonicMs();
      if (leftMs > 0) wait(leftMs);
      else fn();
    };
    const wait = (leftMs: number): void => {
      // Time must pass for sure: what is below the precision of the world's clock would be waited for for ever.
      const delayMs = leftMs > 0 ? Math.max(leftMs / clock.rate, STEP_MS_MIN) : 0;
      timer = this.#world.after(delayMs, () => this.run(fire));
    };
    wait(Math.max(0, delayMs));
    return {
      cancel: () => {
        cancelled = true;
        timer.cancel();
      },
    };
  }

  /** Stands still, as a stopped process: its clock goes on, nothing of it runs. Calls nest. */
  freeze(): void {
    if (this.#frozen++ === 0) this.#network.frozen(this);
  }

  thaw(): void {
    if (this.#frozen === 0 || --this.#frozen > 0) return;
    const held = this.#held;
    this.#held = [];
    const life = this.#life;
    // Each in a turn of its own, in the order in which they came.
    for (const fn of held) {
      this.#world.after(0, () => {
        if (life === this.#life) this.run(fn);
      });
    }
  }

  /** The process ends without a word: no timer of it fires, no frame of it arrives, unsynced data may be lost. */
  crash(): void {
    this.#life++;
    this.#frozen = 0;
    this.#held = [];
    this.#network.crash(this);
    this.disk.crash();
  }
}
