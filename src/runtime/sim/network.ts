// Streams between simulated machines. A cut stalls streams; when it lasts, both sides notice by
// keep-alive and the stream ends, as with TCP. Frames of a stream keep their order, unless somebody
// who knows their contents mangles them.

import { ConfigError } from '../../errors.js';
import type { Link, Listener, Network } from '../ports.js';
import { SimLink } from './link.js';
import type { SimRandom } from './random.js';
import type { SimWorld } from './world.js';

const DELAY_MIN_MS = 0.1;
const DELAY_SPREAD_MS = 0.4;
/** How long a silent stream lives. */
const KEEP_ALIVE_MS = 2_000;
const CONNECT_TIMEOUT_MS = 1_000;

/** A machine as the network sees it. */
export interface Machine {
  readonly name: string;
  readonly isFrozen: boolean;
  run(fn: () => void): void;
}

/** What becomes of a frame: those that arrive instead of it, each so many milliseconds late. */
export type Mangler = (from: string, to: string, frame: Uint8Array) => readonly MangledFrame[] | undefined;

export interface MangledFrame {
  readonly frame: Uint8Array;
  readonly lateMs: number;
}

export class SimNetwork {
  readonly world: SimWorld;
  readonly #random: SimRandom;
  readonly #machines = new Map<string, Machine>();
  readonly #listeners = new Map<string, { readonly machine: Machine; readonly accept: (link: Link) => void }>();
  readonly #links = new Set<SimLink>();
  /** `from>to` of what does not pass. */
  readonly #cuts = new Set<string>();
  readonly #slow = new Map<string, number>();
  /** Multiplies how long a frame takes, between all. */
  slowness = 1;
  /** Asked for every frame; undefined leaves it as it is. */
  mangle: Mangler | undefined;
  /** Told of every frame that arrives. */
  onFrame: ((from: string, to: string, frame: Uint8Array) => void) | undefined;

  constructor(world: SimWorld) {
    this.world = world;
    this.#random = world.randomOf('network');
  }

  attach(machine: Machine): void {
    this.#machines.set(machine.name, machine);
  }

  /** The network as one machine sees it. */
  of(machine: Machine): Network {
    return {
      listen: (address, accept) => this.#listen(machine, address, accept),
      dial: (address) => this.#dial(machine, address),
    };
  }

  #listen(machine: Machine, address: string, accept: (link: Link) => void): Promise<Listener> {
    if (this.#listeners.has(address)) {
      return Promise.reject(
        new ConfigError(`cannot listen on ${address} for peers (in use): free the port or choose another`),
      );
    }
    this.#listeners.set(address, { machine, accept });
    return Promise.resolve({
      close: () => {
        this.#listeners.delete(address);
        return Promise.resolve();
      },
    });
  }

  #dial(machine: Machine, address: string): Link {
    const near = new SimLink(this, machine);
    this.world.after(this.delay(machine.name, ''), () => {
      const listener = this.#listeners.get(address);
      if (listener === undefined) return near.end('connection refused');
      const there = listener.machine;
      if (this.isApart(machine.name, there.name)) {
        this.world.after(CONNECT_TIMEOUT_MS, () => near.end('connection timed out'));
        return;
      }
      if (near.closed) return;
      const far = new SimLink(this, there);
      near.join(far);
      this.#links.add(near);
      this.#links.add(far);
      // The process itself has to accept it.
      there.run(() => {
        if (this.#listeners.get(address) !== listener || near.closed) return near.end('connection refused');
        listener.accept(far);
        near.open();
        far.open();
      });
    });
    return near;
  }

  /** Of a frame, in ms. */
  delay(from: string, to: string): number {
    const slowness = this.slowness * (this.#slow.get(`${from}>${to}`) ?? 1);
    return (DELAY_MIN_MS + this.#random.float() * DELAY_SPREAD_MS) * slowness;
  }

  isCut(from: string, to: string): boolean {
    return this.#cuts.has(`${from}>${to}`);
  }

  /** In either direction: no stream can begin or live long. */
  isApart(a: string, b: string): boolean {
    return this.isCut(a, b) || this.isCut(b, a);
  }

  /** Nothing passes between two machines any more. */
  cut(a: string, b: string): void {
    this.cutOneWay(a, b);
    this.cutOneWay(b, a);
  }

  /** What `from` sends does not reach `to`. */
  cutOneWay(from: string, to: string): void {
    this.#cuts.add(`${from}>${to}`);
    this.world.after(KEEP_ALIVE_MS, () => {
      if (this.isCut(from, to)) this.#endBetween(from, to, 'keep-alive timed out');
    });
  }

  #endBetween(a: string, b: string, reason: string): void {
    for (const link of [...this.#links]) if (link.isBetween(a, b)) link.end(reason);
  }

  heal(a: string, b: string): void {
    this.#cuts.delete(`${a}>${b}`);
    this.#cuts.delete(`${b}>${a}`);
    this.#resume();
  }

  healAll(): void {
    this.#cuts.clear();
    this.#slow.clear();
    this.#resume();
  }

  #resume(): void {
    for (const link of [...this.#links]) link.resume();
  }

  /** What `from` sends to `to` takes so many times as long; 1 ends it. */
  slow(from: string, to: string, factor: number): void {
    if (factor === 1) this.#slow.delete(`${from}>${to}`);
    else this.#slow.set(`${from}>${to}`, factor);
  }

  /** Streams between the two break, and what was under way on them is lost. */
  reset(a: string, b: string): void {
    this.#endBetween(a, b, 'connection reset');
  }

  /** A machine stands still: when it does for long, the others give their streams to it up. */
  frozen(machine: Machine): void {
    this.world.after(KEEP_ALIVE_MS, () => {
      if (!machine.isFrozen) return;
      for (const link of [...this.#links]) if (link.other?.machine === machine) link.end('keep-alive timed out');
    });
  }

  /** A machine's process is gone: its ports close, and the other sides hear of it. */
  crash(machine: Machine): void {
    for (const [address, listener] of this.#listeners) {
      if (listener.machine === machine) this.#listeners.delete(address);
    }
    for (const link of [...this.#links]) if (link.machine === machine) link.die();
  }

  forget(link: SimLink): void {
    this.#links.delete(link);
  }
}
