import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { summary } from '../report/terminal.js';
import type { RunResult } from '../report/types.js';
import { CannotRun } from './options.js';
import { page } from './page.js';

export function addReport(program: Command): void {
  program
    .command('report')
    .summary('a page of a stored run')
    .description('Makes a page (HTML, in one file) of a run that "replay --store" or "run --store" has stored.')
    .argument('<file>', 'the stored run')
    .option('--html <file>', 'where to write the page; default: the same name with .html')
    .action(async (file: string, flags: { readonly html?: string }) => {
      const result = await stored(file);
      const html = flags.html ?? `${file.replace(/\.json$/, '')}.html`;
      await writeFile(html, await page(result));
      process.stdout.write(`${summary(result)}\nreport: ${html}\n`);
    });
}

async function stored(file: string): Promise<RunResult> {
  let result: Partial<RunResult>;
  try {
    result = JSON.parse(await readFile(file, 'utf8')) as Partial<RunResult>;
  } catch (error) {
    throw new CannotRun(`${file}: ${(error as Error).message}`);
  }
  if (!Array.isArray(result.workloads) || !Array.isArray(result.faults)) {
    throw new CannotRun(`${file} holds no run: make one with "jepsen-lite replay SEED --store ${file}"`);
  }
  return result as RunResult;
}
