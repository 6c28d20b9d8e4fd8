import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { MUTANTS } from '../mutants/list/index.js';
import { type MutantResult, runMutants } from '../mutants/run.js';
import { TABLE_FILE, writeMutantsPage } from '../mutants/table.js';
import { MutantError } from '../mutants/types.js';
import { CannotRun, whole } from './options.js';

interface MutantFlags {
  readonly seedsMax: number;
  readonly jobs: number;
  readonly list?: boolean;
  readonly write?: boolean;
}

export function addMutants(program: Command): void {
  program
    .command('mutants')
    .summary('is every planted bug found?')
    .description(
      'Plants one known mistake after another in a copy of the source, builds it, and lets the simulation look for it. No switch for them exists in the source itself. All of them take an hour or so on two cores.',
    )
    .argument('[names...]', 'only these')
    .option('--list', 'tell which there are')
    .option('--seeds-max <number>', 'seeds that are tried for one', whole(1), 3_000)
    .option('--jobs <number>', 'mutants at a time', whole(1), availableParallelism())
    .option('--write', `write the table of what was found to ${TABLE_FILE}`)
    .addHelpText(
      'after',
      `
Examples:
  npx jepsen-lite mutants --list
  npx jepsen-lite mutants read-without-quorum hash-ignores-deletes`,
    )
    .action(async (names: string[], flags: MutantFlags) => {
      if (flags.list === true) return list();
      if (!(await search(names, flags))) process.exitCode = 1;
    });
}

function list(): void {
  const table = new Table({
    head: ['name', 'layer', 'what'],
    colWidths: [34, 14, 80],
    wordWrap: true,
    style: { head: [] },
  });
  for (const { name, layer, what } of MUTANTS) table.push([name, layer, what]);
  process.stdout.write(`${table.toString()}\n`);
}

async function search(names: readonly string[], flags: MutantFlags): Promise<boolean> {
  const results = await run(names, flags);
  const missed = results.filter((r) => !r.found);
  process.stdout.write(`\n${results.length - missed.length} of ${results.length} planted bugs were found\n`);
  for (const { mutant } of missed) process.stdout.write(`not found: ${mutant.name}: ${mutant.what}\n`);
  return missed.length === 0;
}

async function run(names: readonly string[], flags: MutantFlags): Promise<MutantResult[]> {
  try {
    return await runMutants({
      ...(names.length > 0 && { names }),
      seedsMax: flags.seedsMax,
      parallel: flags.jobs,
      onProgress: async (result, done, total) => {
        const { mutant, found, seed, checker, anomaly, seconds } = result;
        const outcome = found ? `found by ${checker} (${anomaly}) with ${seed} seeds` : `NOT FOUND: ${anomaly}`;
        process.stdout.write(`${done} of ${total} ${mutant.name}: ${outcome}, ${seconds.toFixed(0)} s\n`);
        // At once: a long search may be ended before it is through.
        if (flags.write === true) await writeMutantsPage([result]);
      },
    });
  } catch (error) {
    if (error instanceof MutantError) throw new CannotRun(error.message);
    throw error;
  }
}
