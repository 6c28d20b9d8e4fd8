// Debian's etcdctl, run against one side of a session.

import { spawn } from 'node:child_process';
import { track } from '../harness/cleanup.js';
import { until } from '../harness/wait.js';
import type { Session, Step } from './session.js';

export interface RunOptions {
  readonly stdin?: string;
  /** Member to ask; default the first. */
  readonly member?: number;
  /** Ask all three. */
  readonly all?: boolean;
}

export interface Answer {
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

/** A command that goes on until it is stopped. */
export class Running {
  out = '';
  err = '';
  readonly exit: Promise<number | string>;
  readonly #kill: (signal: NodeJS.Signals) => void;
  readonly #write: (text: string) => void;

  constructor(session: Session, args: readonly string[], options: RunOptions = {}) {
    const endpoints = options.all === true ? session.cluster.endpoints : [session.member(options.member ?? 0).endpoint];
    const child = spawn('etcdctl', [`--endpoints=${endpoints.join(',')}`, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: session.cluster.folder,
      env: { PATH: process.env['PATH'], HOME: session.cluster.folder, ETCDCTL_API: '3' },
    });
    track(child);
    child.stdin.on('error', () => undefined);
    if (options.stdin !== undefined) child.stdin.end(options.stdin);
    child.stdout.on('data', (chunk: Buffer) => {
      this.out += chunk.toString('latin1');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.err += chunk.toString('latin1');
    });
    this.exit = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    this.#kill = (signal) => void child.kill(signal);
    this.#write = (text) => void child.stdin.write(text);
  }

  type(text: string): void {
    this.#write(text);
  }

  /** Waits until it has written so. */
  async sees(text: string | RegExp, timeoutMs = 8_000): Promise<void> {
    const found = (): boolean => (typeof text === 'string' ? this.out.includes(text) : text.test(this.out));
    await until(`"${text}" in:\n${this.out}\n${this.err}`, found, timeoutMs);
  }

  async answer(): Promise<Answer> {
    const code = await this.exit;
    return { code, out: this.out, err: this.err };
  }

  /** Ends it with the signal and returns all that it wrote. */
  stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Answer> {
    this.#kill(signal);
    return this.answer();
  }
}

export function etcdctl(session: Session, args: readonly string[], options: RunOptions = {}): Promise<Answer> {
  return new Running(session, args, { stdin: '', ...options }).answer();
}

/** A step of one command, written as in a shell without quotes; `$name` stands for what was saved so. */
export function ctl(command: string, options: RunOptions = {}, name = command): Step {
  return {
    name,
    run: (session) => {
      const args = command.split(' ').map((arg) => arg.replace(/\$(\w+)/, (_, saved: string) => session.get(saved)));
      return etcdctl(session, args, options);
    },
  };
}
