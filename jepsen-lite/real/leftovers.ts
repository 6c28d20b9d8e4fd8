// Whatever ends this process, nothing that it made stays behind; and what a run left that was
// killed itself is removed by the next one.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'jepsen-lite';
const undo = new Set<() => void>();
let installed = false;

function install(): void {
  if (installed) return;
  installed = true;
  process.on('exit', () => {
    for (const fn of [...undo].reverse()) fn();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
}

/** `fn` is called when this process ends, unless the function that is returned was called before. */
export function onExit(fn: () => void): () => void {
  install();
  undo.add(fn);
  return () => undo.delete(fn);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A folder that carries this process's id in its name, so that others can tell whether it is still used. */
export class TemporaryFolder {
  readonly path: string;
  readonly #forget: () => void;

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), `${PREFIX}-${process.pid}-`));
    this.#forget = onExit(() => remove(this.path));
  }

  remove(): void {
    remove(this.path);
    this.#forget();
  }
}

const remove = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });

/** Ends servers of runs that are dead, and removes their folders. */
export function removeLeftovers(): void {
  const pattern = new RegExp(`^${PREFIX}-(\\d+)-`);
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(pattern.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    for (const server of serversOf(folder)) process.kill(server, 'SIGKILL');
    remove(folder);
  }
}

/** Processes whose data lie in `folder`. Empty where there is no /proc. */
export function serversOf(folder: string): number[] {
  let entries: string[];
  try {
    entries = readdirSync('/proc');
  } catch {
    return [];
  }
  return entries.filter((e) => /^\d+$/.test(e) && commandLine(e).includes(`--data-dir=${folder}/`)).map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
