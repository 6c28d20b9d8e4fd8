// What a case may use: a runtime to test, and a way to let time pass in it.

import type { Runtime } from '../ports.js';

export interface TestWorld {
  /** One machine's runtime. Every call gives another machine, on the same network. */
  machine(): Runtime;
  /** Lets so many milliseconds of the machines' time pass. */
  pass(ms: number): Promise<void>;
  /** The value of a promise that time has to pass for. */
  wait<T>(promise: Promise<T>): Promise<T>;
  /** A path for a store or a file of a machine. */
  path(): string;
  /** An address that nobody listens on. */
  address(): Promise<string>;
  end(): Promise<void>;
}

export interface Case {
  readonly name: string;
  run(world: TestWorld): Promise<void>;
}

const SHOWN = 500;

/** Throws unless both are the same as JSON. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) throw new Error(`${what}: ${a?.slice(0, SHOWN)} is not ${e?.slice(0, SHOWN)}`);
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
