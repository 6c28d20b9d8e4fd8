// A cluster that runs already: workloads against its endpoints, and with Docker Compose the faults
// that its commands can make. Nodes are named as the services are.

import { output } from './network/command.js';
import type { Availability } from './network/types.js';
import type { Processes, Target } from './target.js';

export type Run = (program: string, args: readonly string[]) => Promise<string>;

export interface ComposeOptions {
  /** File of the cluster. Default: what Docker Compose finds by itself. */
  readonly file?: string;
  /** For tests. */
  readonly run?: Run;
}

/** Commands of Docker Compose for one cluster. */
export class Compose implements Processes {
  readonly #file: readonly string[];
  readonly #run: Run;
  readonly #down = new Set<string>();
  readonly #paused = new Set<string>();

  constructor(options: ComposeOptions = {}) {
    this.#file = options.file === undefined ? [] : ['--file', options.file];
    this.#run = options.run ?? output;
  }

  command(...args: readonly string[]): string[] {
    return ['compose', ...this.#file, ...args];
  }

  /** Whether an engine answers, Compose is there, and all of `services` run. */
  async available(services: readonly string[]): Promise<Availability> {
    const no = (why: string, error: unknown): Availability => ({
      ok: false,
      why: `${why}: ${(error as Error).message.split('\n')[0]}`,
    });
    try {
      await this.#run('docker', ['info', '--format', '{{.ServerVersion}}']);
    } catch (error) {
      return no('no Docker engine answers', error);
    }
    let running: string[];
    try {
      running = (await this.#run('docker', this.command('ps', '--services', '--status', 'running'))).split('\n');
    } catch (error) {
      return no('docker compose can not be used', error);
    }
    const missing = services.filter((s) => !running.includes(s));
    if (missing.length === 0) return { ok: true };
    return { ok: false, why: `these services do not run: ${missing.join(', ')}; docker compose up --build --wait` };
  }

  isRunning(name: string): boolean {
    return !this.#down.has(name);
  }

  isPaused(name: string): boolean {
    return this.#paused.has(name);
  }

  async start(name: string): Promise<void> {
    if (!this.#down.has(name)) return;
    await this.#run('docker', this.command('start', name));
    this.#down.delete(name);
  }

  async kill(name: string): Promise<void> {
    // An engine refuses to kill what is paused.
    await this.resume(name);
    this.#down.add(name);
    await this.#run('docker', this.command('kill', '--signal', 'SIGKILL', name));
  }

  async pause(name: string): Promise<void> {
    this.#paused.add(name);
    await this.#run('docker', this.command('pause', name));
  }

  async resume(name: string): Promise<void> {
    if (!this.#paused.delete(name)) return;
    await this.#run('docker', this.command('unpause', name));
  }
}

export interface RunningOptions {
  /** `host:port` of each node. */
  readonly endpoints: readonly string[];
  /** Services of Docker Compose behind the endpoints, in the same order. Without them there are no faults of processes. */
  readonly services?: readonly string[];
  readonly compose?: ComposeOptions;
}

/** Rejects with the reason when services are named and Docker Compose can not reach them. */
export async function runningTarget(options: RunningOptions): Promise<Target> {
  const { endpoints, services } = options;
  if (endpoints.length === 0) throw new RangeError('at least one endpoint is needed');
  if (services !== undefined && services.length !== endpoints.length) {
    throw new RangeError(`${endpoints.length} endpoints need as many services: ${services.length} are named`);
  }
  const compose = services === undefined ? undefined : new Compose(options.compose);
  if (compose !== undefined && services !== undefined) {
    const available = await compose.available(services);
    if (!available.ok) throw new Error(available.why);
  }
  const names = services ?? endpoints;
  const limits = ['no faults of networks and disks: the cluster was not started here'];
  if (compose === undefined) limits.unshift('no faults of processes: no services of Docker Compose are named');
  return {
    description: compose === undefined ? `a running cluster of ${names.length}` : `${names.length} Compose services`,
    names,
    limits,
    ...(compose !== undefined && { processes: compose }),
    address: (name) => endpoints[names.indexOf(name)] as string,
    isRunning: (name) => compose?.isRunning(name) ?? true,
    isPaused: (name) => compose?.isPaused(name) ?? false,
    access: () => ({ endpoints }),
    // Containers start again by themselves (restart: unless-stopped): nobody tells.
    onEnded: () => {},
    start: async () => {},
    close: async () => {
      for (const name of names) {
        await compose?.resume(name);
        await compose?.start(name);
      }
    },
  };
}
