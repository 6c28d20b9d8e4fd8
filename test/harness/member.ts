// One server process: real etcd or ours, started with the same flags.

import { type ChildProcess, spawn } from 'node:child_process';
import { track } from './cleanup.js';
import { KVD } from './paths.js';
import { until } from './wait.js';

export type Kind = 'etcd' | 'hexkeep';

export interface MemberOptions {
  readonly kind: Kind;
  readonly name: string;
  readonly clientPort: number;
  readonly peerPort: number;
  readonly dataDir: string;
  readonly initialCluster: string;
  readonly token: string;
  readonly flags: readonly string[];
  /** Options of the Node process; only for our server. */
  readonly nodeOptions: readonly string[];
}

const LOG_CHARS_MAX = 200_000;
const READY = 'ready to serve client requests';

export class Member {
  readonly options: MemberOptions;
  #child: ChildProcess | undefined;
  #log = '';
  #exit: Promise<number | string> = Promise.resolve('not started');
  #readyAfter = 0;

  constructor(options: MemberOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.name;
  }

  /** host:port for clients. */
  get endpoint(): string {
    return `127.0.0.1:${this.options.clientPort}`;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The end of what it wrote to stdout and stderr, over all its starts. */
  get log(): string {
    return this.#log;
  }

  /** Exit code or signal of the last run. */
  get exited(): Promise<number | string> {
    return this.#exit;
  }

  args(): string[] {
    const { name, dataDir, clientPort, peerPort, initialCluster, token, flags } = this.options;
    const client = `http://127.0.0.1:${clientPort}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    return [
      `--name=${name}`,
      `--data-dir=${dataDir}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=${initialCluster}`,
      `--initial-cluster-token=${token}`,
      '--initial-cluster-state=new',
      ...flags,
    ];
  }

  /** Starts the process; does not wait until it serves. */
  start(): void {
    if (this.#child !== undefined) throw new Error(`${this.name} runs already`);
    const { kind, nodeOptions } = this.options;
    const [program, prefix] =
      kind === 'etcd' ? (['etcd', []] as const) : ([process.execPath, [...nodeOptions, KVD]] as const);
    const env = { ...process.env };
    for (const name of Object.keys(env)) if (name.startsWith('ETCD_') || name.startsWith('VITEST')) delete env[name];
    const child = spawn(program, [...prefix, ...this.args()], { stdio: ['ignore', 'pipe', 'pipe'], env });
    track(child);
    this.#child = child;
    this.#readyAfter = this.#log.length;
    const collect = (chunk: Buffer): void => {
      this.#log += chunk.toString();
      const extra = this.#log.length - LOG_CHARS_MAX;
      if (extra <= 0) return;
      this.#log = this.#log.slice(extra);
      this.#readyAfter = Math.max(0, this.#readyAfter - extra);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.#exit = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => {
        if (this.#child === child) this.#child = undefined;
        resolve(code ?? signal ?? 'unknown');
      });
    });
  }

  /** Resolves when the server has said that it serves clients. */
  async ready(timeoutMs = 20_000): Promise<void> {
    try {
      await until(
        `${this.name} to serve`,
        () => {
          if (this.#log.indexOf(READY, this.#readyAfter) >= 0) return true;
          if (this.#child === undefined) throw new Error(`${this.name} ended before it served`);
          return undefined;
        },
        timeoutMs,
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.#log.slice(-4_000)}`);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exit;
  }

  /** SIGTERM; resolves to the exit code. */
  async stop(): Promise<number | string> {
    this.signal('SIGTERM');
    return this.#exit;
  }

  /** Stops it from running without its knowledge, as a stalled machine would. */
  pause(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }
}
