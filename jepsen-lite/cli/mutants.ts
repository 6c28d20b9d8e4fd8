import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { stillShows } from '../mutants/kept.js';
import { MUTANTS } from '../mutants/list/index.js';
import { KEPT, type MutantResult, mutantsNamed, runMutants } from '../mutants/run.js';
import { keptSchedules } from '../mutants/schedules.js';
import { TABLE_FILE, writeMutantsPage } from '../mutants/table.js';
import { MutantError } from '../mutants/types.js';
import { counted } from '../report/format.js';
import { CannotRun, whole } from './options.js';

interface MutantFlags {
  readonly seedsMax: number;
  readonly jobs: number;
  readonly list?: boolean;
  readonly kept?: boolean;
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
    .option('--kept', 'try only the schedules in jepsen-lite/seeds: does each still show its bug?')
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
      const all = await (flags.kept === true ? tryKept(names) : search(names, flags)).catch(cannotRun);
      if (!all) process.exitCode = 1;
    });
}

/** Mutants are built from a checkout; where there is none, or where one does not fit, nothing can be said. */
function cannotRun(error: unknown): never {
  throw error instanceof MutantError ? new CannotRun(error.message) : error;
}

async function tryKept(names: readonly string[]): Promise<boolean> {
  mutantsNamed(names);
  const all = keptSchedules().filter(({ mutant }) => names.length === 0 || names.includes(mutant));
  let shown = 0;
  for (const kept of all) {
    const shows = await stillShows(kept);
    if (shows) shown++;
    process.stdout.write(`${kept.mutant}: ${shows ? 'shown' : 'NOT SHOWN any more'}: ${kept.was}\n`);
  }
  process.stdout.write(`\n${shown} of ${counted(all.length, 'kept schedule')} show their bug\n`);
  return shown === all.length;
}

function list(): void {
  const table = new Table({
    head: ['name', 'layer', 'what'],
    colWidths: [34, 14, 80],
    wordWrap: true,
    style: { head: [], border: [] },
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

function run(names: readonly string[], flags: MutantFlags): Promise<MutantResult[]> {
  return runMutants({
    ...(names.length > 0 && { names }),
    seedsMax: flags.seedsMax,
    parallel: flags.jobs,
    onProgress: (result, done, total) => {
      const { mutant, found, seed, checker, anomaly, seconds } = result;
      const outcome = found
        ? `found by ${checker} (${anomaly})${seed === KEPT ? '' : ` with ${counted(seed, 'seed')}`}`
        : `NOT FOUND: ${anomaly}`;
      process.stdout.write(`${done} of ${total} ${mutant.name}: ${outcome}, ${seconds.toFixed(0)} s\n`);
      // At once: a long search may be ended before it is through.
      if (flags.write === true) writeMutantsPage([result]);
    },
  });
}
