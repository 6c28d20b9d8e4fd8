// The dispatcher processes, and what they report.

import { type ChildProcess, fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { candidatesFor } from './keys.js';
import type { FromDispatcher, ToDispatcher } from './messages.js';

/** Candidates of a cell: the preferred dispatcher and two standbys. */
const CANDIDATES = 3;
const RESTART_MS = 3_000;
const TROUBLES_MAX = 20;

export class Fleet {
  readonly names: string[];
  readonly #endpoints: readonly string[];
  readonly #cells: readonly string[];
  readonly #processes = new Map<string, ChildProcess>();
  #stopped = false;
  /** Writes of former leaders that the store refused. */
  refused = 0;
  /** The last few complaints of dispatchers. */
  readonly troubles: string[] = [];

  constructor(count: number, endpoints: readonly string[], cells: readonly string[]) {
    this.names = Array.from({ length: count }, (_, i) => `dispatcher-${i + 1}`);
    this.#endpoints = endpoints;
    this.#cells = cells;
  }

  start(): void {
    for (const name of this.names) this.#launch(name);
  }

  #launch(name: string): void {
    const program = join(dirname(fileURLToPath(import.meta.url)), 'dispatcher.js');
    const child = fork(program, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', (message: FromDispatcher) => {
      if (message.type === 'refused') this.refused++;
      else if (this.troubles.push(message.text) > TROUBLES_MAX) this.troubles.shift();
    });
    child.on('exit', () => {
      this.#processes.delete(name);
      // A supervisor would bring it back; until then its standbys lead.
      if (!this.#stopped) setTimeout(() => this.#stopped || this.#launch(name), RESTART_MS).unref();
    });
    const start: ToDispatcher = { name, endpoints: this.#endpoints, cells: this.#cellsOf(name) };
    child.send(start);
    this.#processes.set(name, child);
  }

  #cellsOf(name: string): { cell: string; rank: number }[] {
    return this.#cells
      .map((cell) => ({ cell, rank: candidatesFor(cell, this.names, CANDIDATES).indexOf(name) }))
      .filter(({ rank }) => rank >= 0);
  }

  /** Names of those whose process lives. */
  get running(): string[] {
    return [...this.#processes.keys()];
  }

  signal(name: string, signal: NodeJS.Signals): void {
    this.#processes.get(name)?.kill(signal);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const ended = [...this.#processes.values()].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of this.#processes.values()) {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
    }
    await Promise.all(ended);
  }
}
