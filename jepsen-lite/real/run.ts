// One run against real processes: a phase with faults, then everything is healed and must work again.

import { SimRandom } from '../../src/runtime/sim/random.js';
import type { FaultKind } from '../nemesis/types.js';
import type { RunResult, WorkloadResult } from '../report/types.js';
import { Driver } from '../workloads/driver.js';
import type { Workload, WorkloadRun, World } from '../workloads/types.js';
import { type ComposeOptions, runningTarget } from './compose.js';
import { type PlannedFault, REAL_FAULTS, type RealFaultKind } from './faults.js';
import { localTarget } from './local-target.js';
import { differences } from './members.js';
import { Nemesis } from './nemesis.js';
import type { NetworkKind } from './network/types.js';
import { Observer } from './observer.js';
import { schedule } from './schedule.js';
import { possibleFaults, type Target } from './target.js';
import { becomes, sleep, within } from './wait.js';
import { Clients, realWorld } from './world.js';

const START_MS = 30_000;
/** After everything is healed: elections, reconnects and snapshots included. */
const HEAL_MS = 30_000;
const LAST_CALLS_MS = 30_000;
const FINISH_MS = 90_000;
const HASH_MS = 30_000;
const PROBE_MS = 1_000;
const PROGRESS_EVERY_MS = 250;
const FAULT_PAUSE_MS = 1_500;

export type Phase = 'start' | 'faults' | 'heal' | 'finish' | 'check';

export interface RealProgress {
  readonly phase: Phase;
  /** Of the phase with faults. */
  readonly atMs: number;
  readonly lengthMs: number;
  /** Invoked so far, over all workloads. */
  readonly operations: number;
  readonly faults: number;
  readonly failures: number;
}

export interface RealRunOptions {
  /** Length of the phase with faults. */
  readonly seconds: number;
  readonly workloads: readonly Workload[];
  /** Decides the schedule of faults and the choices of workloads; not what processes make of them. */
  readonly seed: number;
  /** `compose`: a cluster that runs already, named by `endpoints`. */
  readonly clusterKind: 'processes' | 'compose';
  /** How many processes. Default 3. */
  readonly nodes?: number;
  /** Default: every kind that the cluster can be given. */
  readonly faults?: readonly RealFaultKind[];
  /** For processes. Default: namespaces where they are possible, else proxies. */
  readonly network?: NetworkKind;
  /** For `compose`: `host:port` of each node. */
  readonly endpoints?: readonly string[];
  /** For `compose`: the services behind the endpoints, in the same order. Without them nodes meet no fault. */
  readonly services?: readonly string[];
  readonly compose?: ComposeOptions;
  /** How long every node may take until it serves. Default 30 s. */
  readonly startMs?: number;
  readonly onProgress?: (progress: RealProgress) => void;
  /** Told before the run, when some faults are not possible: why not. */
  readonly onLimits?: (limits: readonly string[]) => void;
}

/** A cluster that was to be there already is not. */
class Unreachable extends Error {}

/** Rejects when the run is not possible here, with the reason. What the cluster does wrong is in the result. */
export async function runReal(options: RealRunOptions): Promise<RunResult> {
  const target = await makeTarget(options);
  const possible = possibleFaults(target);
  const impossible = (options.faults ?? []).filter((kind) => !possible.includes(kind));
  if (impossible.length > 0) {
    await target.close();
    throw new Error(`these faults are not possible: ${impossible.join(', ')} (${target.limits.join('; ')})`);
  }
  if (target.limits.length > 0) options.onLimits?.(target.limits);
  return new RealRun(options, target, options.faults ?? possible).run();
}

function makeTarget(options: RealRunOptions): Promise<Target> {
  const { clusterKind, endpoints = [], services, compose, nodes = 3, network } = options;
  if (clusterKind === 'processes') return localTarget({ nodes, ...(network !== undefined && { network }) });
  return runningTarget({ endpoints, ...(services && { services }), ...(compose && { compose }) });
}

interface Running {
  readonly name: string;
  readonly world: World;
  readonly run: WorkloadRun;
  readonly driver: Driver;
}

class RealRun {
  readonly #options: RealRunOptions;
  readonly #target: Target;
  readonly #kinds: readonly RealFaultKind[];
  readonly #failures: string[] = [];
  readonly #clients: Clients;
  readonly #observer: Observer;
  readonly #nemesis: Nemesis;
  readonly #createdMs = performance.now();
  /** When the workloads began, by the clock of this process. */
  #beginMs = 0;
  #phase: Phase = 'start';
  #operations = 0;

  constructor(options: RealRunOptions, target: Target, kinds: readonly RealFaultKind[]) {
    this.#options = options;
    this.#target = target;
    this.#kinds = kinds;
    this.#clients = new Clients(target);
    this.#observer = new Observer(target, () => Math.max(0, this.#nowMs()));
    this.#nemesis = new Nemesis({
      target,
      observer: this.#observer,
      nowMs: () => this.#nowMs(),
      machines: () => this.#clients.machines,
      onFailure: (why) => this.#fail(why),
    });
  }

  #nowMs(): number {
    return performance.now() - (this.#beginMs || performance.now());
  }

  #fail(why: string): void {
    if (!this.#failures.includes(why)) this.#failures.push(why);
  }

  async run(): Promise<RunResult> {
    const progress = setInterval(() => this.#tell(), PROGRESS_EVERY_MS);
    let workloads: WorkloadResult[] = [];
    let runMs = 0;
    try {
      const running = await this.#phases();
      runMs = this.#nowMs();
      this.#phase = 'check';
      this.#tell();
      workloads = running.map((one) => this.#judge(one));
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      this.#fail((error as Error).message);
    } finally {
      clearInterval(progress);
      await this.#close();
    }
    return this.#result(workloads, runMs);
  }

  async #phases(): Promise<Running[]> {
    await this.#target.start();
    this.#observer.start();
    const { clusterKind, startMs = START_MS } = this.#options;
    if (!(await becomes(() => this.#allServe(), startMs))) {
      // Of a cluster that was started here it is a failure; another one may never have been there.
      const Failure = clusterKind === 'compose' ? Unreachable : Error;
      throw new Failure(`not every node serves within ${startMs / 1_000} s: ${this.#lacking()}`);
    }
    const running = await this.#prepare();
    this.#phase = 'faults';
    const lengthMs = this.#options.seconds * 1_000;
    const faults: PlannedFault[] = schedule({
      seed: this.#options.seed,
      lengthMs,
      kinds: this.#kinds,
      pauseMs: FAULT_PAUSE_MS,
    });
    for (const { driver } of running) driver.start();
    const carriedOut = this.#nemesis.run(faults);
    while (this.#nowMs() < lengthMs) await sleep(Math.min(100, lengthMs - this.#nowMs() + 1));
    this.#phase = 'heal';
    await this.#heal();
    await carriedOut;
    this.#phase = 'finish';
    await this.#ends('the last operations', LAST_CALLS_MS, Promise.all(running.map(({ driver }) => driver.stop())));
    await this.#ends('the last reads', FINISH_MS, Promise.all(running.map(({ run }) => run.finish())));
    await this.#ends('comparing the members', HASH_MS, this.#compare());
    return running;
  }

  async #prepare(): Promise<Running[]> {
    const faults: ReadonlySet<FaultKind> = new Set(this.#kinds.map((kind) => REAL_FAULTS[kind].like));
    const random = new SimRandom(this.#options.seed);
    this.#beginMs = performance.now();
    const onEvent = (event: { readonly type: string }): void => {
      if (event.type === 'invoke') this.#operations++;
    };
    const running = this.#options.workloads.map((workload) => {
      const { name } = workload;
      const world = realWorld({
        clients: this.#clients,
        workload: name,
        random: random.fork(),
        faults,
        nowMs: () => this.#nowMs(),
        onEvent,
      });
      const run = workload.create(world);
      return { name, world, run, driver: new Driver(world, run) };
    });
    await within('preparing', START_MS, Promise.all(running.map(({ run }) => run.prepare())));
    return running;
  }

  async #heal(): Promise<void> {
    await this.#nemesis.heal();
    const healed = await becomes(() => this.#allServe(), HEAL_MS);
    if (!healed) this.#fail(`${HEAL_MS / 1_000} s after healing not every node serves: ${this.#lacking()}`);
  }

  /** Every node answers a linearizable read: it has a leader, and has caught up with it. */
  async #allServe(): Promise<boolean> {
    const { names } = this.#target;
    await Promise.all(names.map((n) => this.#observer.client(n).kv.get('probe', { timeoutMs: PROBE_MS })));
    return true;
  }

  #lacking(): string {
    const role = (node: string): string => this.#observer.changes.findLast((c) => c.node === node)?.role ?? 'unknown';
    return this.#target.names.map((n) => `${n} ${role(n)}`).join(', ');
  }

  async #compare(): Promise<void> {
    const found = await differences(this.#observer, this.#target.names);
    if (found !== undefined) this.#fail(found);
  }

  /** Notes a failure if it rejects or takes too long. */
  async #ends(what: string, limitMs: number, promise: Promise<unknown>): Promise<void> {
    await within(what, limitMs, promise).catch((error: Error) => this.#fail(`${what}: ${error.message}`));
  }

  #judge({ name, world, run, driver }: Running): WorkloadResult {
    if (driver.error !== undefined) this.#fail(`workload ${name}: ${driver.error.stack}`);
    const history = world.recorder.events;
    return { name, history, verdicts: run.check(history) };
  }

  async #close(): Promise<void> {
    this.#clients.close();
    await this.#observer.close();
    await this.#target.close().catch((error: Error) => this.#fail(error.message));
  }

  #tell(): void {
    this.#options.onProgress?.({
      phase: this.#phase,
      atMs: this.#nowMs(),
      lengthMs: this.#options.seconds * 1_000,
      operations: this.#operations,
      faults: this.#nemesis.bands.length,
      failures: this.#failures.length,
    });
  }

  #result(workloads: WorkloadResult[], runMs: number): RunResult {
    const { seed, seconds } = this.#options;
    const verdicts = workloads.flatMap((w) => w.verdicts);
    return {
      mode: 'real',
      title: `${new Date().toISOString().slice(0, 19).replace('T', ' ')}: ${this.#target.description}`,
      seed,
      nodes: this.#target.names,
      workloads,
      faults: this.#nemesis.bands,
      nodeChanges: this.#observer.changes,
      failures: this.#failures,
      runMs,
      realMs: performance.now() - this.#createdMs,
      valid: this.#failures.length === 0 && verdicts.every((v) => v.valid === true),
      again: `npx jepsen-lite run --seed ${seed} --seconds ${seconds}`,
    };
  }
}
