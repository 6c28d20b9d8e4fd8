// Lets the workers of a workload do one operation after another until they are told to stop.

import type { Worker, WorkloadRun, World } from './types.js';

/** Mean pause of a worker between two operations, in ms. */
const PAUSE_MS = 70;

export class Driver {
  readonly #world: World;
  readonly #run: WorkloadRun;
  readonly #loops: Promise<void>[] = [];
  #stopped = false;
  /** A mistake in a workload: the run says nothing about the cluster. */
  error: Error | undefined;

  constructor(world: World, run: WorkloadRun) {
    this.#world = world;
    this.#run = run;
  }

  start(): void {
    for (let number = 0; number < this.#run.workers; number++) this.#loops.push(this.#loop(number));
  }

  async #loop(number: number): Promise<void> {
    const worker = new ActiveWorker(number, this.#run.workers);
    try {
      while (!this.#stopped) {
        await this.#world.sleep(this.#world.random.float() * 2 * PAUSE_MS);
        await this.#run.step(worker);
      }
    } catch (error) {
      this.error ??= error as Error;
    }
  }

  /** Resolves when the operations under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }
}

class ActiveWorker implements Worker {
  readonly number: number;
  readonly #workers: number;
  process: number;

  constructor(number: number, workers: number) {
    this.number = number;
    this.#workers = workers;
    this.process = number;
  }

  retire(): void {
    this.process += this.#workers;
  }
}
