// The simulation as a command: in a copy of the project, since the mistake is compiled into it.

import { spawn } from 'node:child_process';
import type { FoundAnomaly } from '../sim/summary.js';
import { type Hint, MutantError } from './types.js';

/** What one call of the simulation found. */
export interface Searched {
  /** Seeds that were run. */
  readonly seeds: number;
  readonly anomalies: readonly FoundAnomaly[];
}

export interface SearchOptions {
  /** The compiled command. */
  readonly main: string;
  readonly first: number;
  readonly seeds: number;
  readonly hint: Hint | undefined;
  readonly timeoutMs: number;
}

const ANOMALY = 1;

/** Runs seeds until one fails. Undefined: no end within the time. Rejects with MutantError when it can not run. */
export async function search(options: SearchOptions): Promise<Searched | undefined> {
  const { code, stdout, stderr } = await run(options);
  if (code === undefined) return undefined;
  if (code !== 0 && code !== ANOMALY) {
    throw new MutantError(`the simulation could not run (exit code ${code}): ${lastLine(stderr) || lastLine(stdout)}`);
  }
  try {
    return JSON.parse(lastLine(stdout)) as Searched;
  } catch {
    throw new MutantError(`the simulation did not end with a line of JSON, but with: ${lastLine(stdout)}`);
  }
}

export function argumentsOf({ first, seeds, hint }: Pick<SearchOptions, 'first' | 'seeds' | 'hint'>): string[] {
  const words = ['sim', '--first', String(first), '--seeds', String(seeds), '--stop', '--json', '--jobs', '1'];
  if (hint?.world !== undefined) words.push('--world', hint.world);
  if (hint?.workloads !== undefined) words.push('--workloads', hint.workloads.join(','));
  if (hint?.faults !== undefined) words.push('--faults', hint.faults.join(','));
  if (hint?.partitions !== undefined) words.push('--partitions', String(hint.partitions));
  if (hint?.shortLog === true) words.push('--short-log');
  if (hint?.safetySeconds !== undefined) words.push('--safety', String(hint.safetySeconds));
  return words;
}

interface Ended {
  /** Undefined: it was ended because its time was over. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function run(options: SearchOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [options.main, ...argumentsOf(options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, options.timeoutMs);
    const endWithParent = (): void => void child.kill('SIGKILL');
    process.once('exit', endWithParent);
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('exit', endWithParent);
      const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
      resolve({ code: late ? undefined : (code ?? -1), stdout, stderr });
    });
  });
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
