import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { edn } from '../history/edn.js';
import { jsonLines } from '../history/json.js';
import { summary } from '../report/terminal.js';
import type { RunResult } from '../report/types.js';
import { makePlan, type Plan } from '../sim/plan.js';
import { runPlan } from '../sim/run.js';
import { shrink } from '../sim/shrink.js';
import { CannotRun, type PlanFlags, planOptions, whole } from './options.js';
import { page } from './page.js';
import { addPlanOptions, replayCommand } from './sim.js';
import { steps } from './steps.js';

interface ReplayFlags extends PlanFlags {
  readonly plan?: string;
  readonly shrink: boolean;
  readonly steps: boolean;
  readonly html?: string;
  readonly history?: string;
  readonly store?: string;
  readonly savePlan?: string;
}

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .summary('one seed again, step by step')
    .description(
      'Runs one seed again and tells what happens. If it fails, the schedule of faults is shrunk to those that matter.',
    )
    .argument('[seed]', 'the seed', seedOf);
  addPlanOptions(command)
    .option('--plan <file>', 'run a stored plan instead of a seed')
    .option('--no-shrink', 'do not look for fewer faults')
    .option('--no-steps', 'do not tell what happens, step by step')
    .option('--html <file>', 'write a page to look at')
    .option('--history <file>', 'write the history: .edn for elle-cli, else JSON lines; one file a workload')
    .option('--store <file>', 'store the whole run, for the report command')
    .option('--save-plan <file>', 'store the (shrunk) plan')
    .action(async (seed: number | undefined, flags: ReplayFlags) => {
      const plan = await planOf(seed, flags);
      const result = await replay(plan, flags);
      if (!result.valid) process.exitCode = 1;
    });
}

function seedOf(text: string): number {
  return whole(0)(text);
}

async function planOf(seed: number | undefined, flags: ReplayFlags): Promise<Plan> {
  if (flags.plan === undefined) {
    if (seed === undefined) throw new CannotRun('which seed? Give its number, or --plan with a stored plan');
    return makePlan(seed, planOptions(flags));
  }
  try {
    const stored = JSON.parse(await readFile(flags.plan, 'utf8')) as Plan | { readonly plan: Plan };
    return 'plan' in stored ? stored.plan : stored;
  } catch (error) {
    throw new CannotRun(`--plan ${flags.plan}: ${(error as Error).message}`);
  }
}

async function replay(first: Plan, flags: ReplayFlags): Promise<RunResult> {
  const out = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  let plan = first;
  let result = await runPlan(plan);
  if (!result.valid && flags.shrink) {
    const shrunk = await shrink(plan);
    if (shrunk !== undefined) {
      out(`shrunk in ${shrunk.runs} runs: ${plan.faults.length} faults to ${shrunk.plan.faults.length}\n`);
      plan = shrunk.plan;
      result = await runPlan(plan);
    }
  }
  const named: RunResult = { ...result, again: replayCommand(plan.seed, flags) };
  if (flags.steps) out(steps(named));
  out(summary(named));
  if (flags.html !== undefined) await writeFile(flags.html, await page(named));
  if (flags.store !== undefined) await writeFile(flags.store, JSON.stringify(named));
  if (flags.savePlan !== undefined) await writeFile(flags.savePlan, `${JSON.stringify(plan, null, 2)}\n`);
  if (flags.history !== undefined) await writeHistories(named, flags.history);
  return named;
}

export async function writeHistories(result: RunResult, file: string): Promise<void> {
  const several = result.workloads.length > 1;
  const at = file.lastIndexOf('.') > file.lastIndexOf('/') ? file.lastIndexOf('.') : file.length;
  for (const { name, history } of result.workloads) {
    const path = several ? `${file.slice(0, at)}-${name}${file.slice(at)}` : file;
    await writeFile(path, path.endsWith('.edn') ? edn(history) : jsonLines(history));
  }
}
