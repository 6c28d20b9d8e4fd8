// A made-up run, for the tests of reports: a correct cluster, or one that now and then answers with old state.

import { SimRandom } from '../../src/runtime/sim/random.js';
import type { HistoryEvent, Json } from '../history/types.js';
import { appendScript, registerScript, type Script, setScript, undecided } from './fixture-workloads.js';
import type { FaultBand, NodeChange, RunResult, WorkloadResult } from './types.js';

export interface FixtureOptions {
  readonly seed: number;
  /** Whether the cluster makes mistakes. */
  readonly broken: boolean;
  /** Length of the run; each of them has about 30 operations. */
  readonly seconds?: number;
}

const FAULTS: readonly FaultBand[] = [
  { kind: 'drift', startMs: 1_000, endMs: 18_000, what: 'clock of n3 by +0.4 %' },
  { kind: 'isolateLeader', startMs: 4_000, endMs: 7_500, what: 'n1 from n2, n3' },
  { kind: 'slowDisk', startMs: 6_200, endMs: 8_900, what: 'n2: 40 times slower' },
  { kind: 'compact', startMs: 9_300, endMs: 9_300, what: 'up to revision 214' },
  { kind: 'crashLeader', startMs: 11_000, endMs: 12_400, what: 'n2, with what it had not synced' },
  { kind: 'oneWay', startMs: 15_000, endMs: 17_000, what: 'n3 to n1' },
  { kind: 'freeze', startMs: 20_500, endMs: 22_500, what: 'n3' },
];

const CHANGES: readonly NodeChange[] = [
  { atMs: 0, node: 'n1', role: 'leader', term: 1 },
  { atMs: 0, node: 'n2', role: 'follower', term: 1 },
  { atMs: 0, node: 'n3', role: 'follower', term: 1 },
  { atMs: 4_700, node: 'n2', role: 'candidate', term: 2 },
  { atMs: 4_820, node: 'n3', role: 'follower', term: 2 },
  { atMs: 4_830, node: 'n2', role: 'leader', term: 2 },
  { atMs: 7_550, node: 'n1', role: 'follower', term: 2 },
  { atMs: 11_000, node: 'n2', role: 'down', term: 0 },
  { atMs: 11_900, node: 'n3', role: 'candidate', term: 3 },
  { atMs: 12_000, node: 'n1', role: 'follower', term: 3 },
  { atMs: 12_010, node: 'n3', role: 'leader', term: 3 },
  { atMs: 12_450, node: 'n2', role: 'follower', term: 3 },
  { atMs: 20_500, node: 'n3', role: 'frozen', term: 3 },
  { atMs: 21_400, node: 'n1', role: 'candidate', term: 4 },
  { atMs: 21_520, node: 'n1', role: 'leader', term: 4 },
  { atMs: 21_540, node: 'n2', role: 'follower', term: 4 },
  { atMs: 22_600, node: 'n3', role: 'follower', term: 4 },
];

/** Without a leader: what is asked then takes long, or is never answered. */
const OUTAGES: readonly (readonly [number, number])[] = [
  [4_000, 4_900],
  [11_000, 12_050],
  [20_500, 21_550],
];

interface Step {
  readonly worker: number;
  readonly startMs: number;
  /** When it takes effect, if it does. */
  readonly effectMs: number;
  readonly endMs: number;
  readonly outcome: 'ok' | 'fail' | 'info';
  readonly takesEffect: boolean;
}

export function fixture({ seed, broken, seconds = 30 }: FixtureOptions): RunResult {
  const random = new SimRandom(seed);
  const runMs = seconds * 1_000;
  const workloads = [registerScript(broken), appendScript(broken), setScript(broken)].map((script) =>
    play(script, random.fork(), runMs),
  );
  const failures = broken
    ? ['members differ at revision 512: n1 77ab above 214, n2 77ab above 214, n3 01f3 above 214']
    : [];
  return {
    mode: 'sim',
    title: `seed ${seed}`,
    seed,
    nodes: ['n1', 'n2', 'n3'],
    workloads: broken ? [...workloads, undecided()] : workloads,
    faults: FAULTS,
    nodeChanges: CHANGES,
    failures,
    runMs,
    realMs: 1_230,
    valid: !broken,
    again: `npx jepsen-lite replay ${seed}`,
  };
}

function play(script: Script, random: SimRandom, runMs: number): WorkloadResult {
  const steps = Array.from({ length: script.workers }, (_, worker) => stepsOf(worker, script, random, runMs)).flat();
  steps.sort((a, b) => a.startMs - b.startMs);
  const asked = new Map(steps.map((step) => [step, script.ask(random)]));
  const answers = new Map<Step, Json>();
  for (const step of [...steps].sort((a, b) => a.effectMs - b.effectMs)) {
    const [f, input] = asked.get(step) as readonly [string, Json];
    answers.set(step, step.takesEffect ? script.apply(f, input, step.effectMs) : input);
  }
  const history = eventsOf(steps, script.workers, asked, answers);
  return { name: script.name, history, verdicts: [script.judge(history)] };
}

function stepsOf(worker: number, script: Script, random: SimRandom, runMs: number): Step[] {
  const steps: Step[] = [];
  let ms = random.float() * script.pauseMs;
  while (ms < runMs - 1_000) {
    const startMs = ms;
    const outage = OUTAGES.find(([from, to]) => startMs >= from && startMs < to);
    const latency = 1.5 + random.float() ** 4 * 60 + (outage === undefined ? 0 : outage[1] - startMs);
    const dice = outage === undefined ? 1 : random.float();
    const outcome = dice < 0.3 ? 'info' : dice < 0.5 ? 'fail' : 'ok';
    const endMs = startMs + (outcome === 'info' ? 1_500 : latency);
    const effectMs = startMs + latency * (0.2 + 0.6 * random.float());
    const takesEffect = outcome === 'ok' || (outcome === 'info' && random.float() < 0.5);
    steps.push({ worker, startMs, effectMs, endMs, outcome, takesEffect });
    ms = endMs + random.float() * 2 * script.pauseMs;
  }
  return steps;
}

function eventsOf(
  steps: readonly Step[],
  workers: number,
  asked: ReadonlyMap<Step, readonly [string, Json]>,
  answers: ReadonlyMap<Step, Json>,
): HistoryEvent[] {
  const process = Array.from({ length: workers }, (_, i) => i);
  const events: (Omit<HistoryEvent, 'index' | 'process'> & { readonly worker: number })[] = [];
  for (const step of steps) {
    const [f, input] = asked.get(step) as readonly [string, Json];
    const { worker, startMs, endMs, outcome } = step;
    events.push({ worker, type: 'invoke', f, value: input, timeNs: Math.round(startMs * 1e6) });
    const value = outcome === 'ok' ? (answers.get(step) as Json) : input;
    const error = outcome === 'ok' ? {} : { error: outcome === 'fail' ? 'no leader' : 'deadline exceeded' };
    events.push({ worker, type: outcome, f, value, timeNs: Math.round(endMs * 1e6), ...error });
  }
  events.sort((a, b) => a.timeNs - b.timeNs);
  return events.map(({ worker, ...event }, index) => {
    const now = process[worker] as number;
    if (event.type === 'info') process[worker] = now + workers;
    return { ...event, index, process: now };
  });
}
