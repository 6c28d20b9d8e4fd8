// Time for tests: one clock for all hosts; each host's timers can be frozen, as a stopped process's are.

import type { Clock, Logger, Random, Runtime, Timer } from '../../src/runtime/ports.js';

interface Entry {
  atMs: number;
  readonly everyMs: number | undefined;
  readonly fn: () => void;
  readonly host: ManualHost;
}

const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silent,
};

/** Lets every microtask and every promise that is already settled run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class ManualHost {
  frozen = false;
  readonly deferred: (() => void)[] = [];
  readonly runtime: Pick<Runtime, 'clock' | 'timers' | 'random' | 'logger'>;

  constructor(scheduler: Scheduler, random: Random) {
    this.runtime = {
      clock: scheduler.clock,
      random,
      logger: silent,
      timers: {
        after: (delayMs, fn) => scheduler.add(this, delayMs, undefined, fn),
        every: (intervalMs, fn) => scheduler.add(this, intervalMs, intervalMs, fn),
        defer: (fn) => void this.deferred.push(fn),
      },
    };
  }
}

export class Scheduler {
  nowMs = 0;
  readonly clock: Clock = { monotonicMs: () => this.nowMs, wallMs: () => this.nowMs };
  readonly #hosts: ManualHost[] = [];
  readonly #random: Random;
  #entries: Entry[] = [];

  constructor(random: Random = seeded(1)) {
    this.#random = random;
  }

  host(): ManualHost {
    const host = new ManualHost(this, this.#random);
    this.#hosts.push(host);
    return host;
  }

  add(host: ManualHost, delayMs: number, everyMs: number | undefined, fn: () => void): Timer {
    const entry: Entry = { atMs: this.nowMs + delayMs, everyMs, fn, host };
    this.#entries.push(entry);
    return {
      cancel: () => {
        this.#entries = this.#entries.filter((e) => e !== entry);
      },
    };
  }

  /** Runs everything that can run without time passing. */
  async settle(): Promise<void> {
    for (let idle = 0; idle < 3; ) {
      await turn();
      idle = this.#runDeferred() || this.#runDue() ? 0 : idle + 1;
    }
  }

  /** Time passes, timer by timer. */
  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await this.settle();
    for (;;) {
      let nextMs = Number.POSITIVE_INFINITY;
      for (const e of this.#entries) if (!e.host.frozen && e.atMs < nextMs) nextMs = e.atMs;
      if (nextMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      await this.settle();
    }
    this.nowMs = endMs;
    await this.settle();
  }

  #runDeferred(): boolean {
    let ran = false;
    for (const host of this.#hosts) {
      if (host.frozen) continue;
      for (const fn of host.deferred.splice(0)) {
        ran = true;
        fn();
      }
    }
    return ran;
  }

  #runDue(): boolean {
    const due = this.#entries.filter((e) => !e.host.frozen && e.atMs <= this.nowMs).sort((a, b) => a.atMs - b.atMs);
    for (const entry of due) {
      if (!this.#entries.includes(entry)) continue;
      if (entry.everyMs === undefined) this.#entries = this.#entries.filter((e) => e !== entry);
      else entry.atMs = this.nowMs + entry.everyMs;
      entry.fn();
    }
    return due.length > 0;
  }
}

/** xorshift32: the same numbers for the same seed. */
export function seeded(seed: number): Random {
  let x = seed | 0 || 1;
  const next = (): number => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
  for (let i = 0; i < 10; i++) next();
  return {
    float: () => next() / 2 ** 32,
    below: (bound) => Math.floor((next() / 2 ** 32) * bound),
    uint64: () => (BigInt(next()) << 32n) | BigInt(next()),
  };
}
