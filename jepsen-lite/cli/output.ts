// What a run leaves for its reader: a page, histories, the run itself; and what it says on the terminal.

import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { edn } from '../history/edn.js';
import { jsonLines } from '../history/json.js';
import { porcupineLogs } from '../history/porcupine.js';
import { summary } from '../report/terminal.js';
import type { RunResult, WorkloadResult } from '../report/types.js';
import { CannotRun } from './options.js';
import { page } from './page.js';

export interface OutputFlags {
  readonly html?: string;
  readonly history?: string;
  readonly store?: string;
}

export const HISTORY_HELP =
  '.edn for elle-cli, .log for porcupine (registers only), else JSON lines; one file for each workload';

/** Columns of a table that is still easy to read, and those of a terminal that does not tell. */
const COLUMNS: readonly [least: number, most: number, unknown: number] = [80, 140, 100];

/** Refuses files that can not be written: before the run, which may take hours. Throws CannotRun. */
export async function checkWritable(files: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const [option, file] of Object.entries(files)) {
    if (file === undefined) continue;
    await access(dirname(file), constants.W_OK).catch((error: Error) => {
      throw new CannotRun(`${option} ${file}: ${error.message}`);
    });
  }
}

export const checkOutputs = ({ html, history, store }: OutputFlags): Promise<void> =>
  checkWritable({ '--html': html, '--history': history, '--store': store });

/** Writes what was asked for, and tells where. */
export async function writeOutputs(result: RunResult, { html, history, store }: OutputFlags): Promise<void> {
  const files: [what: string, file: string, text: string][] = [];
  if (html !== undefined) files.push(['report', html, await page(result)]);
  if (store !== undefined) files.push(['run', store, JSON.stringify(result)]);
  if (history !== undefined) files.push(...histories(result, history));
  for (const [what, file, text] of files) {
    await writeFile(file, text);
    process.stdout.write(`${what}: ${file}\n`);
  }
}

function histories({ workloads }: RunResult, file: string): [what: string, file: string, text: string][] {
  const at = file.lastIndexOf('.') > file.lastIndexOf('/') ? file.lastIndexOf('.') : file.length;
  const named = (name: string): string => `${file.slice(0, at)}-${name}${file.slice(at)}`;
  if (file.endsWith('.log')) return registers(workloads).map(([key, log]) => ['history', named(key), log]);
  return workloads.map(({ name, history }) => [
    'history',
    workloads.length > 1 ? named(name) : file,
    file.endsWith('.edn') ? edn(history) : jsonLines(history),
  ]);
}

/** Porcupine knows one register a log: a log for each key. */
function registers(workloads: readonly WorkloadResult[]): [key: string, log: string][] {
  const histories = workloads.filter(({ name }) => name === 'register');
  if (histories.length === 0) {
    process.stderr.write('jepsen-lite: --history: logs for porcupine are of registers: run --workloads register\n');
  }
  return histories.flatMap(({ history }) => [...porcupineLogs(history)]);
}

/** The run in a few lines, as this terminal can show it. */
export function told(result: RunResult): string {
  const { columns, isTTY } = process.stdout;
  const [least, most, unknown] = COLUMNS;
  return summary(result, {
    colours: isTTY === true && process.stdout.hasColors(),
    width: Math.min(most, Math.max(least, columns ?? unknown)),
  });
}
