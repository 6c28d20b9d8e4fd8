import { type Command, InvalidArgumentError, Option } from 'commander';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { REAL_FAULT_KINDS, type RealFaultKind } from '../real/faults.js';
import type { NetworkKind } from '../real/network/types.js';
import { type Phase, type RealRunOptions, runReal } from '../real/run.js';
import { count, counted, duration } from '../report/format.js';
import { Progress } from '../report/progress.js';
import type { RunResult } from '../report/types.js';
import { addTo, newTotals, operationsOf, summarize } from '../sim/summary.js';
import { WORKLOADS, workloadNamed } from '../workloads/index.js';
import type { Workload } from '../workloads/types.js';
import { realFaultsHelp, workloadsHelp } from './lists.js';
import { CannotRun, whole, workloadList } from './options.js';
import { checkOutputs, HISTORY_HELP, type OutputFlags, told, writeOutputs } from './output.js';

interface RunFlags extends OutputFlags {
  readonly seconds: number;
  readonly rounds: number;
  readonly seed: number;
  readonly nodes: number;
  readonly workloads?: string[];
  readonly faults?: RealFaultKind[];
  readonly network?: NetworkKind;
  readonly endpoints?: string;
  readonly services?: string;
  readonly json?: boolean;
}

/** Workloads of one round, when none are named. */
const WORKLOADS_AT_ONCE = 3;

export function addRun(program: Command): void {
  program
    .command('run')
    .summary('real processes under real faults')
    .description(
      'Starts a cluster of real kvd processes, or takes a running one (--endpoints), and lets clients work while faults\nare injected: kills, pauses, cut networks, slow and failing disks, power loss.',
    )
    .option('--seconds <number>', 'how long faults are injected in a round', whole(1), 60)
    .option('--rounds <number>', 'how many clusters, one after another', whole(1), 1)
    .option('--seed <number>', 'decides schedules and choices, of the first round', whole(0), 1)
    .option('--nodes <number>', 'members of the cluster', whole(1), 3)
    .option(
      '--workloads <names>',
      `some of those below; default: ${WORKLOADS_AT_ONCE} that the seed picks`,
      workloadList,
    )
    .option('--faults <kinds>', 'some of those below; default: all that are possible here', realFaults)
    .addOption(
      new Option('--network <kind>', 'how networks are cut; default: namespaces where they are allowed').choices([
        'namespaces',
        'proxies',
      ]),
    )
    .option('--endpoints <list>', 'a cluster that runs already: HOST:PORT of each member')
    .option(
      '--services <list>',
      'its services in Docker Compose, in the same order, so that they can be killed and paused',
    )
    .option('--html <file>', 'write a page to look at, of the last round or the first that fails')
    .option('--history <file>', `write its histories: ${HISTORY_HELP}`)
    .option('--store <file>', 'store it whole, for the report command')
    .option('--json', 'end with a line of JSON')
    .addHelpText('after', () => `${workloadsHelp()}\n${realFaultsHelp()}`)
    .addHelpText(
      'after',
      `
Examples:
  npx jepsen-lite run --seconds 30
  npx jepsen-lite run --rounds 30 --seconds 120 --html report.html
  npx jepsen-lite run --endpoints 127.0.0.1:2379,127.0.0.1:22379,127.0.0.1:32379 --services node1,node2,node3`,
    )
    .action(async (flags: RunFlags) => {
      if (!(await run(flags))) process.exitCode = 1;
    });
}

function realFaults(text: string): RealFaultKind[] {
  return text.split(',').map((name) => {
    const kind = REAL_FAULT_KINDS.find((k) => k === name.trim());
    if (kind !== undefined) return kind;
    throw new InvalidArgumentError(`there is no fault "${name}": choose from ${REAL_FAULT_KINDS.join(', ')}.`);
  });
}

async function run(flags: RunFlags): Promise<boolean> {
  await checkOutputs(flags);
  if (flags.services !== undefined && flags.endpoints === undefined) {
    throw new CannotRun('--services: name the endpoints of the cluster, too (--endpoints, in the same order)');
  }
  const totals = newTotals();
  const begin = performance.now();
  let shown: RunResult | undefined;
  for (let round = 0; round < flags.rounds; round++) {
    const result = await runRound(flags, flags.seed + round);
    addTo(totals, summarize(result));
    process.stdout.write(`${told(result)}\n`);
    if (shown === undefined || shown.valid) shown = result;
  }
  if (shown !== undefined) await writeOutputs(shown, flags);
  const minutes = (performance.now() - begin) / 60_000;
  const faults = Object.values(totals.faults).reduce((a, b) => a + b, 0);
  process.stdout.write(
    `\n${counted(flags.rounds, 'round')}, ${count(totals.failed)} with anomalies, ${duration(minutes * 60_000)}, ` +
      `${counted(operationsOf(totals), 'operation')}, ${counted(faults, 'fault')}\n`,
  );
  if (flags.json === true) process.stdout.write(`${JSON.stringify({ ...totals, minutes })}\n`);
  return totals.failed === 0;
}

const NOTES: Readonly<Record<Phase, string | undefined>> = {
  start: 'starting',
  faults: undefined,
  heal: 'healing',
  finish: 'last operations',
  check: 'checking',
};

async function runRound(flags: RunFlags, seed: number): Promise<RunResult> {
  const progress = new Progress({ total: flags.seconds, what: 'seconds', pace: 'clock' });
  const isFirst = seed === flags.seed;
  try {
    const result = await runReal({
      ...optionsOf(flags),
      seed,
      workloads: flags.workloads?.map(workloadNamed) ?? pick(seed),
      onLimits: (limits) => {
        if (isFirst) progress.aside(() => process.stderr.write(limits.map((l) => `note: ${l}\n`).join('')));
      },
      onProgress: ({ phase, atMs, failures }) => {
        const done = Math.max(0, Math.min(flags.seconds, Math.floor(atMs / 1_000)));
        const note = NOTES[phase];
        progress.update({ done, anomalies: failures, ...(note !== undefined && { note }) });
      },
    });
    return { ...result, again: again(flags, seed) };
  } catch (error) {
    throw new CannotRun((error as Error).message);
  } finally {
    progress.stop();
  }
}

function optionsOf(flags: RunFlags): Omit<RealRunOptions, 'seed' | 'workloads'> {
  const list = (text: string): string[] => text.split(',').map((item) => item.trim());
  return {
    seconds: flags.seconds,
    nodes: flags.nodes,
    clusterKind: flags.endpoints === undefined ? 'processes' : 'compose',
    ...(flags.faults !== undefined && { faults: flags.faults }),
    ...(flags.network !== undefined && { network: flags.network }),
    ...(flags.endpoints !== undefined && { endpoints: list(flags.endpoints) }),
    ...(flags.services !== undefined && { services: list(flags.services) }),
  };
}

function pick(seed: number): Workload[] {
  const random = new SimRandom(seed);
  const left = [...WORKLOADS];
  return Array.from({ length: WORKLOADS_AT_ONCE }, () => left.splice(random.below(left.length), 1)[0] as Workload);
}

function again(flags: RunFlags, seed: number): string {
  const words = [`npx jepsen-lite run --seed ${seed} --seconds ${flags.seconds}`];
  if (flags.endpoints === undefined) words.push(`--nodes ${flags.nodes}`);
  if (flags.workloads !== undefined) words.push(`--workloads ${flags.workloads.join(',')}`);
  if (flags.faults !== undefined) words.push(`--faults ${flags.faults.join(',')}`);
  if (flags.network !== undefined) words.push(`--network ${flags.network}`);
  if (flags.endpoints !== undefined) words.push(`--endpoints ${flags.endpoints}`);
  if (flags.services !== undefined) words.push(`--services ${flags.services}`);
  return words.join(' ');
}
