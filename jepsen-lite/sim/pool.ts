// Many seeds over several processes.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PlanOptions } from './plan.js';
import { whyStuck, workedMs } from './stuck.js';
import type { SeedSummary } from './summary.js';

/** Whole clusters; replicas of the consensus core alone; one group that goes quiet and wakes. */
export const WORLDS = ['cluster', 'core', 'quiet'] as const;
export type WorldKind = (typeof WORLDS)[number];

export interface SeedsOptions {
  readonly first: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly plan: PlanOptions;
  readonly world: WorldKind;
  /** No further seed once one has failed. */
  readonly stopAtFirst: boolean;
  readonly onSeed: (summary: SeedSummary) => void;
}

/** What a worker is told, and what it answers. */
export interface SeedRequest {
  readonly seed: number;
  readonly world: WorldKind;
  readonly plan: PlanOptions;
}
export type SeedAnswer = { readonly summary: SeedSummary } | { readonly error: string };

/** A simulated second leaves much garbage that dies young. */
const YOUNG = '--max-semi-space-size=64';
/** Between two looks at a seed that takes long. */
const LOOK_EVERY_MS = 5_000;

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** Runs every seed once. Rejects when a worker could not do its work; no process is left then. */
export async function runSeeds(options: SeedsOptions): Promise<void> {
  let next = options.first;
  const end = options.first + options.seeds;
  let stopped = false;
  const take = (): number | undefined => (stopped || next >= end ? undefined : next++);
  const jobs = Math.max(1, Math.min(options.jobs, options.seeds));
  const workers = new Set<ChildProcess>();
  const onSeed = (summary: SeedSummary): void => {
    if (!summary.valid && options.stopAtFirst) stopped = true;
    options.onSeed(summary);
  };
  try {
    await Promise.all(Array.from({ length: jobs }, () => serve(workers, take, options, onSeed)));
    await Promise.all([...workers].map(dismiss));
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
  }
}

/** Lets a worker end by itself: what watches it (coverage, a profiler) writes down what it saw then. */
function dismiss(worker: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    worker.disconnect();
  });
}

/** Runs seeds in one process after another: a new one only where the last one got stuck. */
async function serve(
  workers: Set<ChildProcess>,
  take: () => number | undefined,
  { plan, world }: SeedsOptions,
  onSeed: (summary: SeedSummary) => void,
): Promise<void> {
  let worker: ChildProcess | undefined;
  for (let seed = take(); seed !== undefined; seed = take()) {
    if (worker === undefined) {
      worker = fork(WORKER, [], { execArgv: [...process.execArgv, YOUNG] });
      workers.add(worker);
    }
    const answer = await ask(worker, { seed, world, plan });
    if ('stuck' in answer) {
      worker.kill('SIGKILL');
      workers.delete(worker);
      worker = undefined;
      onSeed(stuck(seed, answer));
    } else if ('error' in answer) throw new Error(`seed ${seed}: ${answer.error}`);
    else onSeed(answer.summary);
  }
}

/** Why a seed is stuck, and for how long it has been. */
interface Stuck {
  readonly stuck: string;
  readonly elapsedMs: number;
}

/** Rejects when the worker ends. */
function ask(worker: ChildProcess, request: SeedRequest): Promise<SeedAnswer | Stuck> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void): void => {
      clearInterval(timer);
      worker.removeAllListeners();
      how();
    };
    const beginMs = performance.now();
    const pid = worker.pid as number;
    const workedBefore = workedMs(pid) ?? 0;
    const look = (): void => {
      const elapsedMs = performance.now() - beginMs;
      const worked = workedMs(pid);
      const why = whyStuck(worked === undefined ? undefined : worked - workedBefore, elapsedMs);
      if (why !== undefined) settle(() => resolve({ stuck: why, elapsedMs }));
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    worker.on('message', (answer: SeedAnswer) => settle(() => resolve(answer)));
    worker.on('error', (error) => settle(() => reject(error)));
    worker.on('exit', (code, signal) =>
      settle(() => reject(new Error(`seed ${request.seed}: the worker ended (${signal ?? code})`))),
    );
    worker.send(request);
  });
}

function stuck(seed: number, { stuck: message, elapsedMs: realMs }: Stuck): SeedSummary {
  const anomaly = { seed, workload: '', checker: 'cluster', name: 'stuck', message };
  return { seed, valid: false, anomalies: [anomaly], simulatedMs: 0, realMs, operations: {}, faults: {} };
}
