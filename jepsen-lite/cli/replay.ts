import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { Progress } from '../report/progress.js';
import type { RunResult } from '../report/types.js';
import { makePlan, type Plan, parsePlan } from '../sim/plan.js';
import { runPlan } from '../sim/run.js';
import { SHRINK_RUNS_MAX, shrink } from '../sim/shrink.js';
import { faultsHelp, workloadsHelp } from './lists.js';
import { CannotRun, type PlanFlags, planOptions, whole } from './options.js';
import { checkOutputs, checkWritable, HISTORY_HELP, type OutputFlags, told, writeOutputs } from './output.js';
import { addPlanOptions, replayCommand } from './sim.js';
import { steps } from './steps.js';

interface ReplayFlags extends PlanFlags, OutputFlags {
  readonly plan?: string;
  readonly shrink: boolean;
  readonly steps: boolean;
  readonly savePlan?: string;
}

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .summary('one seed again, step by step, shrunk to the faults that matter')
    .description(
      'Runs one seed again and tells what happens. If it fails, the schedule of faults is shrunk to those that matter. A seed of "sim" needs the same options here: sim prints the whole command.',
    )
    .argument('[seed]', 'the seed', seedOf);
  addPlanOptions(command)
    .option('--plan <file>', 'run a stored plan instead of a seed')
    .option('--no-shrink', 'do not look for fewer faults')
    .option('--no-steps', 'do not tell what happens, step by step')
    .option('--html <file>', 'write a page to look at')
    .option('--history <file>', `write the history: ${HISTORY_HELP}`)
    .option('--store <file>', 'store the whole run, for the report command')
    .option('--save-plan <file>', 'store the (shrunk) plan, for --plan')
    .addHelpText('after', () => `${workloadsHelp()}\n${faultsHelp()}`)
    .addHelpText(
      'after',
      `
Examples:
  npx jepsen-lite replay 42 --html page.html
  npx jepsen-lite replay --plan jepsen-lite/seeds/session-comes-back.json`,
    )
    .action(async (seed: number | undefined, flags: ReplayFlags) => {
      await checkOutputs(flags);
      await checkWritable({ '--save-plan': flags.savePlan });
      const plan = await planOf(seed, flags);
      const result = await replay(plan, flags);
      if (!result.valid) process.exitCode = 1;
    });
}

function seedOf(text: string): number {
  return whole(0)(text);
}

async function planOf(seed: number | undefined, flags: ReplayFlags): Promise<Plan> {
  const { plan: file, workloads, faults, nodes, safety, shortLog } = flags;
  const options = planOptions(flags);
  if (file === undefined) {
    if (seed === undefined) throw new CannotRun('which seed? Give its number, or --plan with a stored plan');
    return makePlan(seed, options);
  }
  if (seed !== undefined || workloads || faults || nodes || safety || shortLog) {
    throw new CannotRun('--plan: a stored plan says all of it; give no seed and nothing else that decides the run');
  }
  try {
    const stored = JSON.parse(await readFile(file, 'utf8')) as { readonly plan?: unknown } | null;
    return parsePlan(stored?.plan ?? stored);
  } catch (error) {
    // What a parser of JSON says quotes lines of the file.
    const why = error instanceof SyntaxError ? 'this is no JSON' : (error as Error).message;
    throw new CannotRun(`--plan ${file}: ${why}`);
  }
}

async function replay(plan: Plan, flags: ReplayFlags): Promise<RunResult> {
  const out = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  let result = await runPlan(plan);
  let shown = plan;
  if (!result.valid && flags.shrink) {
    const smaller = await shrinkWithProgress(plan);
    if (smaller !== undefined) {
      out(`shrunk in ${smaller.runs} runs: ${plan.faults.length} faults to ${smaller.plan.faults.length}\n`);
      shown = smaller.plan;
      result = await runPlan(shown);
    }
  }
  const again =
    flags.plan === undefined ? replayCommand(plan.seed, flags) : `npx jepsen-lite replay --plan ${flags.plan}`;
  const named: RunResult = { ...result, again };
  if (flags.steps) out(steps(named));
  out(told(named));
  await writeOutputs(named, flags);
  if (flags.savePlan !== undefined) {
    await writeFile(flags.savePlan, `${JSON.stringify(shown, null, 2)}\n`);
    out(`plan: ${flags.savePlan}`);
  }
  return named;
}

async function shrinkWithProgress(plan: Plan): ReturnType<typeof shrink> {
  const progress = new Progress({ total: SHRINK_RUNS_MAX, what: 'runs at most', pace: 'none' });
  try {
    return await shrink(plan, SHRINK_RUNS_MAX, (runs, faults) =>
      progress.update({ done: runs, note: `shrinking: ${faults} of ${plan.faults.length} faults left` }),
    );
  } finally {
    progress.stop();
  }
}
