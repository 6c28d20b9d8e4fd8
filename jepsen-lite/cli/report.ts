import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { RunResult } from '../report/types.js';
import { CannotRun } from './options.js';
import { checkWritable, told } from './output.js';
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
      await checkWritable({ '--html': html });
      await writeFile(html, await page(result));
      process.stdout.write(`${told(result)}\nreport: ${html}\n`);
    });
}

async function stored(file: string): Promise<RunResult> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CannotRun(`${file}: ${error.message}`);
  });
  const result = parsed(text);
  if (!Array.isArray(result?.workloads) || !Array.isArray(result.faults)) {
    throw new CannotRun(`${file} holds no run: make one with "npx jepsen-lite replay SEED --store FILE"`);
  }
  return result as RunResult;
}

function parsed(text: string): Partial<RunResult> | null {
  try {
    return JSON.parse(text) as Partial<RunResult> | null;
  } catch {
    return null;
  }
}
