// Many seeds over several processes.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PlanOptions } from './plan.js';
import type { SeedSummary } from './summary.js';

export interface SeedsOptions {
  readonly first: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly plan: PlanOptions;
  /** Replicas of the consensus core alone, instead of whole clusters. */
  readonly world: 'cluster' | 'core';
  /** No further seed once one has failed. */
  readonly stopAtFirst: boolean;
  readonly onSeed: (summary: SeedSummary) => void;
}

/** What a worker is told, and what it answers. */
export interface SeedRequest {
  readonly seed: number;
  readonly world: 'cluster' | 'core';
  readonly plan: PlanOptions;
}
export type SeedAnswer = { readonly summary: SeedSummary } | { readonly error: string };

/** A simulated second leaves much garbage that dies young. */
const YOUNG = '--max-semi-space-size=64';
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** Runs every seed once. Rejects when a worker could not do its work; no process is left then. */
export async function runSeeds(options: SeedsOptions): Promise<void> {
  let next = options.first;
  const end = options.first + options.seeds;
  let stopped = false;
  const take = (): number | undefined => (stopped || next >= end ? undefined : next++);
  const jobs = Math.max(1, Math.min(options.jobs, options.seeds));
  const workers = Array.from({ length: jobs }, () => fork(WORKER, [], { execArgv: [...process.execArgv, YOUNG] }));
  const onSeed = (summary: SeedSummary): void => {
    if (!summary.valid && options.stopAtFirst) stopped = true;
    options.onSeed(summary);
  };
  try {
    await Promise.all(workers.map((worker) => serve(worker, take, options, onSeed)));
    await Promise.all(workers.map(dismiss));
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

function serve(
  worker: ChildProcess,
  take: () => number | undefined,
  { plan, world }: SeedsOptions,
  onSeed: (summary: SeedSummary) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let seed: number | undefined;
    const go = (): void => {
      seed = take();
      if (seed === undefined) resolve();
      else worker.send({ seed, world, plan } satisfies SeedRequest);
    };
    worker.on('message', (answer: SeedAnswer) => {
      if ('error' in answer) {
        reject(new Error(`seed ${seed}: ${answer.error}`));
        return;
      }
      onSeed(answer.summary);
      go();
    });
    worker.on('error', reject);
    worker.on('exit', (code, signal) => {
      if (seed !== undefined) reject(new Error(`seed ${seed}: the worker ended (${signal ?? code})`));
    });
    go();
  });
}
