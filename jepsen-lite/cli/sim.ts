import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { FaultKind } from '../nemesis/types.js';
import { count, counted, duration, ratio } from '../report/format.js';
import { Progress } from '../report/progress.js';
import { makePlan, type PlanOptions } from '../sim/plan.js';
import { runSeeds, WORLDS, type WorldKind } from '../sim/pool.js';
import { runPlan } from '../sim/run.js';
import { addTo, newTotals, operationsOf, type SeedSummary, summarize, type Totals } from '../sim/summary.js';
import { faultsHelp, workloadsHelp } from './lists.js';
import { CannotRun, faultList, type PlanFlags, planOptions, whole, workloadList } from './options.js';
import { page } from './page.js';

interface SimFlags extends PlanFlags {
  readonly first: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly world: WorldKind;
  readonly trace?: string;
  readonly reports?: string;
  readonly stop?: boolean;
  readonly json?: boolean;
}

/** Reports that are written of one call, at most. */
const REPORTS_MAX = 20;

export function addPlanOptions(command: Command): Command {
  return command
    .option('--workloads <names>', 'run these (see below), instead of the two that the seed picks', workloadList)
    .option('--faults <kinds>', 'pick from these kinds only (see below)', faultList)
    .option('--nodes <number>', 'members of the cluster; default: the seed picks 3 or 5', whole(1))
    .option('--safety <seconds>', 'how long faults are injected; default: the seed picks 4 to 9', whole(1))
    .option('--partitions <number>', 'partitions of the cluster', whole(1), 1)
    .option('--short-log', 'the log is cut often, so that members are sent snapshots; default: with half of the seeds');
}

export function addSim(program: Command): void {
  const command = program
    .command('sim')
    .summary('many seeds of simulation')
    .description(
      'Runs one simulated cluster for each seed, with faults, and judges what its clients were told. The same seed always does the same.',
    )
    .option('--first <seed>', 'the first seed', whole(0), 1)
    .option('--seeds <number>', 'how many', whole(1), 100);
  addPlanOptions(command)
    .option('--jobs <number>', 'processes at a time', whole(1), availableParallelism())
    .addOption(
      new Option(
        '--world <kind>',
        'whole clusters; or replicas of the consensus core alone, with changes of membership; or one group alone that goes quiet and wakes',
      )
        .choices(WORLDS)
        .default('cluster'),
    )
    .option('--stop', 'stop at the first anomaly')
    .option('--trace <file>', 'write everything that happens to a file (one seed only)')
    .option('--reports <folder>', 'write a page for each seed that fails')
    .option('--json', 'end with a line of JSON')
    .addHelpText('after', () => `${workloadsHelp()}\n${faultsHelp()}`)
    .addHelpText(
      'after',
      `
Examples:
  npx jepsen-lite sim --seeds 1000                 a thousand clusters
  npx jepsen-lite sim --first 42 --seeds 1 --trace trace.txt
  npx jepsen-lite sim --workloads watch --faults compact,crash --stop`,
    )
    .action(async (flags: SimFlags) => {
      const totals = await sim(flags);
      if (totals.failed > 0) process.exitCode = 1;
    });
}

async function sim(flags: SimFlags): Promise<Totals> {
  const plan = planOptions(flags);
  if (flags.world !== 'cluster') refuseForCores(flags);
  if (flags.reports !== undefined) await makeFolder(flags.reports);
  const failed: SeedSummary[] = [];
  const totals = newTotals();
  const begin = performance.now();
  if (flags.trace === undefined) await many(flags, plan, totals, failed);
  else await traced(flags, flags.trace, totals, failed);
  const wallMs = performance.now() - begin;
  process.stdout.write(`${total(totals, wallMs)}\n`);
  if (flags.reports !== undefined) await writeReports(failed.slice(0, REPORTS_MAX), flags, flags.reports);
  if (flags.json === true) process.stdout.write(`${JSON.stringify(machine(totals, wallMs))}\n`);
  return totals;
}

/** What would be ignored is refused: a core has no clients, no plan and no trace. */
function refuseForCores({ world, workloads, faults, nodes, safety, shortLog, trace, reports }: SimFlags): void {
  const all = { workloads, faults, nodes, safety, 'short-log': shortLog, trace, reports };
  const given = Object.entries(all).find(([, v]) => v !== undefined);
  if (given !== undefined) {
    throw new CannotRun(`--${given[0]} is of whole clusters: with --world ${world} only the seeds can be chosen`);
  }
}

const makeFolder = (folder: string): Promise<unknown> =>
  mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new CannotRun(`--reports: ${error.message}`);
  });

async function many(flags: SimFlags, plan: PlanOptions, totals: Totals, failed: SeedSummary[]): Promise<void> {
  const progress = new Progress({ total: flags.seeds, what: 'seeds' });
  try {
    await runSeeds({
      first: flags.first,
      seeds: flags.seeds,
      jobs: flags.jobs,
      world: flags.world,
      plan,
      stopAtFirst: flags.stop === true,
      onSeed: (summary) => {
        addTo(totals, summary);
        if (!summary.valid) {
          failed.push(summary);
          progress.aside(() => tell(summary, flags));
        }
        progress.update({ done: totals.seeds, anomalies: totals.failed });
      },
    });
  } finally {
    progress.stop();
  }
}

async function traced(flags: SimFlags, file: string, totals: Totals, failed: SeedSummary[]): Promise<void> {
  if (flags.seeds !== 1) throw new CannotRun('--trace writes one run: give --seeds 1 with it');
  const out = createWriteStream(file);
  const opened = new Promise<void>((resolve, reject) => {
    out.once('open', () => resolve());
    out.once('error', (error) => reject(new CannotRun(`--trace: ${error.message}`)));
  });
  await opened;
  const result = await runPlan(makePlan(flags.first, planOptions(flags)), {
    onTrace: (line) => out.write(`${line}\n`),
  });
  await new Promise<void>((resolve) => out.end(resolve));
  const summary = summarize(result);
  addTo(totals, summary);
  if (summary.valid) return;
  failed.push(summary);
  tell(summary, flags);
}

function tell(summary: SeedSummary, flags: SimFlags): void {
  process.stdout.write(`\nseed ${summary.seed} failed:\n`);
  for (const { workload, checker, name, message } of summary.anomalies.slice(0, 5)) {
    process.stdout.write(`  ${[workload, checker].filter((s) => s !== '').join(', ')}: ${name}: ${message}\n`);
  }
  const again =
    flags.world === 'cluster'
      ? replayCommand(summary.seed, flags)
      : `npx jepsen-lite sim --world ${flags.world} --first ${summary.seed} --seeds 1`;
  process.stdout.write(`  again: ${again}\n`);
}

/** The command that does the same again. */
export function replayCommand(seed: number, flags: Partial<PlanFlags>): string {
  const words = [`npx jepsen-lite replay ${seed}`];
  if (flags.workloads !== undefined) words.push(`--workloads ${flags.workloads.join(',')}`);
  if (flags.faults !== undefined) words.push(`--faults ${(flags.faults as readonly FaultKind[]).join(',')}`);
  if (flags.nodes !== undefined) words.push(`--nodes ${flags.nodes}`);
  if (flags.safety !== undefined) words.push(`--safety ${flags.safety}`);
  if (flags.partitions !== undefined && flags.partitions !== 1) words.push(`--partitions ${flags.partitions}`);
  if (flags.shortLog === true) words.push('--short-log');
  return words.join(' ');
}

function total(totals: Totals, wallMs: number): string {
  const faults = Object.values(totals.faults).reduce((a, b) => a + b, 0);
  return [
    '',
    `${counted(totals.seeds, 'seed')}, ${count(totals.failed)} with anomalies`,
    `${duration(totals.simulatedMs)} simulated in ${duration(wallMs)}: ${ratio(totals.simulatedMs / wallMs)} times as fast as real time`,
    `${counted(operationsOf(totals), 'operation')}, ${counted(faults, 'fault')} of ${counted(Object.keys(totals.faults).length, 'kind')}`,
  ].join('\n');
}

function machine(totals: Totals, wallMs: number): object {
  const { simulatedMs, cpuMs, ...rest } = totals;
  return { ...rest, simulatedMs: Math.round(simulatedMs), cpuMs: Math.round(cpuMs), realMs: Math.round(wallMs) };
}

async function writeReports(failed: readonly SeedSummary[], flags: SimFlags, folder: string): Promise<void> {
  for (const { seed } of failed) {
    const result = await runPlan(makePlan(seed, planOptions(flags)));
    const file = join(folder, `seed-${seed}.html`);
    await writeFile(file, await page({ ...result, again: replayCommand(seed, flags) }));
    process.stdout.write(`report: ${file}\n`);
  }
}
