import type { Client, ConnectionOptions } from '../../src/client/index.js';
import type { Verdict } from '../checkers/types.js';
import type { Recorder } from '../history/recorder.js';
import type { History } from '../history/types.js';
import type { FaultKind } from '../nemesis/types.js';

export interface Random {
  /** Uniform in [0, 1). */
  float(): number;
  /** Uniform in [0, bound), whole. */
  below(bound: number): number;
}

/** The world that a workload runs in: simulated, or real. Nothing else may be asked for time or chance. */
export interface World {
  readonly random: Random;
  /** Milliseconds, never going back: the observer's clock, which no fault touches. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  readonly recorder: Recorder;
  /** Of the cluster. */
  readonly partitions: number;
  /**
   * A client of the cluster. `machine` names where it runs: faults that cut clients off, or drift
   * and freeze them, act on machines. Closed by the runner.
   */
  client(machine: string, options?: Partial<ConnectionOptions>): Client;
  /** Kinds of faults that this run may see: what holds only without some of them is judged accordingly. */
  readonly faults: ReadonlySet<FaultKind>;
  /** A sleep of a process of that machine: longer while it is frozen. */
  machineSleep(machine: string, ms: number): Promise<void>;
}

/** One logical client after another: when the outcome of an operation is not known its process ends. */
export interface Worker {
  /** From 0 up to the workload's number of workers. */
  readonly number: number;
  /** Of the operation that comes next. */
  readonly process: number;
  /** The outcome of its operation is not known: another process goes on. */
  retire(): void;
}

/** One run of a workload. */
export interface WorkloadRun {
  readonly workers: number;
  /** Before any fault. */
  prepare(): Promise<void>;
  /** One operation of one worker, recorded. Never rejects for what the cluster answers. */
  step(worker: Worker): Promise<void>;
  /** After all faults have ended and the cluster is whole: last reads, closing of what is open. Bounded in time. */
  finish(): Promise<void>;
  /** Judges the events that this workload recorded. */
  check(history: History): Verdict[];
}

export interface Workload {
  readonly name: string;
  /** What it does and what must hold, in a sentence. */
  readonly what: string;
  create(world: World): WorkloadRun;
}
