// One kvd process over all its starts: started, stopped, killed and paused; noticed when it ends by itself.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { onExit } from './leftovers.js';
import { within } from './wait.js';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** A clean stop hands leadership over and lets calls end; more than this is a failure. */
const STOP_MS = 15_000;
const LAST_LINES = 12;

export class NodeProcess {
  readonly name: string;
  readonly logFile: string;
  readonly #command: Command;
  readonly #onEnded: (how: string) => void;
  #child: ChildProcess | undefined;
  #exit: Promise<string> = Promise.resolve('not started');
  #wanted = false;
  #paused = false;
  #forget: (() => void) | undefined;

  /** `onEnded` is called when the process ends and nobody asked for it. */
  constructor(name: string, logFile: string, command: Command, onEnded: (how: string) => void) {
    this.name = name;
    this.logFile = logFile;
    this.#command = command;
    this.#onEnded = onEnded;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  get isPaused(): boolean {
    return this.#child !== undefined && this.#paused;
  }

  /** Idempotent; does not wait until it serves. */
  start(): void {
    if (this.#child !== undefined) return;
    const { program, args, env } = this.#command;
    const log = openSync(this.logFile, 'a');
    const child = spawn(program, args, { stdio: ['ignore', log, log], env });
    closeSync(log);
    this.#child = child;
    this.#wanted = true;
    this.#paused = false;
    this.#forget = onExit(() => child.kill('SIGKILL'));
    this.#exit = new Promise((resolve) => {
      child.once('error', (error) => resolve(this.#ended(child, error.message)));
      child.once('exit', (code, signal) => resolve(this.#ended(child, signal ?? `exit code ${code}`)));
    });
  }

  #ended(child: ChildProcess, how: string): string {
    if (this.#child !== child) return how;
    this.#child = undefined;
    this.#forget?.();
    if (this.#wanted) this.#onEnded(how);
    return how;
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#wanted = false;
    this.#child?.kill('SIGKILL');
    await this.#exit;
  }

  /** SIGTERM. Rejects when it does not end with exit code 0 in time; it is dead then, too. */
  async stop(): Promise<void> {
    if (this.#child === undefined) return;
    this.#wanted = false;
    this.resume();
    this.#child.kill('SIGTERM');
    try {
      const how = await within(`${this.name} stops after SIGTERM`, STOP_MS, this.#exit);
      if (how !== 'exit code 0') throw new Error(`${this.name} ended with ${how} after SIGTERM:\n${this.lastLines()}`);
    } finally {
      await this.kill();
    }
  }

  /** Stops it from running without its knowledge, as a stalled machine would. */
  pause(): void {
    if (this.#child === undefined) return;
    this.#paused = true;
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#child?.kill('SIGCONT');
  }

  /** The end of its log. */
  lastLines(): string {
    try {
      return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
    } catch {
      return 'it wrote no log';
    }
  }
}
