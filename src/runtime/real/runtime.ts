// The real world.

import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Clock, Random, Runtime, Timer, Timers } from '../ports.js';
import { RealDisk } from './disk.js';
import { createLogger, type LogLevel } from './logger.js';
import { GrpcNetwork } from './network.js';

export const realClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
};

export const realRandom: Random = {
  float: () => Math.random(),
  below: (bound) => Math.floor(Math.random() * bound),
  uint64: () => randomBytes(8).readBigUInt64LE(0),
};

export const realTimers: Timers = {
  after(delayMs, fn): Timer {
    const timer = setTimeout(fn, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  every(intervalMs, fn): Timer {
    const timer = setInterval(fn, intervalMs);
    return { cancel: () => clearInterval(timer) };
  },
  defer: (fn) => {
    setImmediate(fn);
  },
};

export interface RealRuntimeOptions {
  readonly logLevel: LogLevel | 'panic';
  readonly logDestination: 'stdout' | 'stderr' | { readonly file: string };
  /** Nothing is ever forced to stable storage. Loses acknowledged writes when the machine stops. */
  readonly unsafeNoFsync?: boolean;
}

export function createRealRuntime(options: RealRuntimeOptions): Runtime {
  const { logLevel, logDestination } = options;
  const destination = logDestination === 'stdout' ? 1 : logDestination === 'stderr' ? 2 : logDestination.file;
  return {
    clock: realClock,
    random: realRandom,
    timers: realTimers,
    disk: new RealDisk(options.unsafeNoFsync !== true),
    network: new GrpcNetwork(),
    logger: createLogger(logLevel === 'panic' ? 'fatal' : logLevel, destination),
  };
}
