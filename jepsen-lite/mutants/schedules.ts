// Schedules that failed once, as files in seeds/, and what becomes of one in a build of the project.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../real/project.js';
import { MutantError } from './types.js';

export interface Kept {
  readonly path: string;
  /** What went wrong. */
  readonly was: string;
  /** The planted bug that brings the mistake back, and that this schedule shows. */
  readonly mutant: string;
  /** Of a cluster. */
  readonly plan?: unknown;
  /** Instead of a plan: the consensus core alone, whose schedules are made as they run. */
  readonly world?: 'core';
  readonly seed?: number;
}

export function keptSchedules(): Kept[] {
  const folder = join(projectFolder(), 'jepsen-lite', 'seeds');
  return readdirSync(folder)
    .map((file) => join(folder, file))
    .map((path) => ({ ...(JSON.parse(readFileSync(path, 'utf8')) as Omit<Kept, 'path'>), path }));
}

export const keptArguments = ({ path, world, seed }: Kept): string[] =>
  world === 'core'
    ? ['sim', '--world', 'core', '--first', String(seed), '--seeds', '1']
    : ['replay', '--plan', path, '--no-shrink', '--no-steps'];

/** Whether the schedule fails in a build. Rejects with MutantError when it can not be tried. */
export async function failsIn(main: string, kept: Kept): Promise<boolean> {
  const code = await run([main, ...keptArguments(kept)]);
  if (code !== 0 && code !== 1) throw new MutantError(`${kept.path} could not be run (exit code ${code})`);
  return code === 1;
}

const run = (words: readonly string[]): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', resolve);
  });
