// A made-up run, for the tests of reports: clients of a register, of lists and of a set, as a correct
// cluster would answer them, or one that once answers with old state.

import { SimRandom } from '../../src/runtime/sim/random.js';
import { checkAppend } from '../checkers/append.js';
import { checkRegister } from '../checkers/register.js';
import { checkSet } from '../checkers/set.js';
import type { Checker, Verdict } from '../checkers/types.js';
import type { HistoryEvent, Json } from '../history/types.js';
import type { FaultBand, NodeChange, RunResult, WorkloadResult } from './types.js';

export interface FixtureOptions {
  readonly seed: number;
  /** Whether the cluster makes mistakes. */
  readonly broken: boolean;
  /** Length of the run. More than about 20 operations a second come out. */
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

/** How one workload answers: what is asked, and, in the order of effects, what is answered. */
interface Script {
  readonly name: string;
  readonly workers: number;
  readonly pauseMs: number;
  readonly check: Checker;
  ask(random: SimRandom): readonly [f: string, input: Json];
  apply(f: string, input: Json, atMs: number): Json;
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
  const asked = new Map(steps.map((step) => [step, script.ask(random)]));
  const answers = new Map<Step, Json>();
  for (const step of [...steps].sort((a, b) => a.effectMs - b.effectMs)) {
    const [f, input] = asked.get(step) as readonly [string, Json];
    answers.set(step, step.takesEffect ? script.apply(f, input, step.effectMs) : input);
  }
  const history = eventsOf(steps, script.workers, asked, answers);
  return { name: script.name, history, verdicts: [script.check(history)] };
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

function registerScript(broken: boolean): Script {
  const values = new Map<string, number[]>();
  let next = 1;
  let isToLie = broken;
  return {
    name: 'register',
    workers: 4,
    pauseMs: 280,
    check: checkRegister,
    ask(random) {
      const key = `r${random.below(2)}`;
      return random.float() < 0.55 ? ['read', [key, null]] : ['write', [key, next++]];
    },
    apply(f, input, atMs) {
      const [key, value] = input as [string, number];
      const list = values.get(key) ?? [];
      values.set(key, list);
      if (f === 'write') list.push(value);
      else if (isToLie && atMs > 12_500 && list.length > 3) {
        isToLie = false;
        return [key, list.at(-4) as number];
      } else return [key, list.at(-1) ?? null];
      return input;
    },
  };
}

type Micro = ['append', string, number] | ['r', string, null | readonly number[]];

function appendScript(broken: boolean): Script {
  const lists = new Map<string, number[]>();
  const counts = new Map<string, number>();
  /** The state that reads see for a while, although appends go on. */
  let old: Map<string, number[]> | undefined;
  return {
    name: 'append',
    workers: 4,
    pauseMs: 300,
    check: checkAppend,
    ask(random) {
      const micros = Array.from({ length: 1 + random.below(3) }, (): Micro => {
        const key = `k${random.below(3)}`;
        if (random.float() < 0.5) return ['r', key, null];
        counts.set(key, (counts.get(key) ?? 0) + 1);
        return ['append', key, counts.get(key) as number];
      });
      return ['txn', micros];
    },
    apply(_, input, atMs) {
      const isOld = broken && atMs > 12_200 && atMs < 12_900;
      if (isOld) old ??= new Map([...lists].map(([key, list]) => [key, [...list]]));
      const seen = isOld && old !== undefined ? old : lists;
      return (input as Micro[]).map(([kind, key, value]): Json => {
        if (kind === 'r') return [kind, key, [...(seen.get(key) ?? [])]];
        lists.set(key, [...(lists.get(key) ?? []), value as number]);
        return [kind, key, value];
      });
    },
  };
}

function setScript(broken: boolean): Script {
  const elements: number[] = [];
  let next = 0;
  return {
    name: 'set',
    workers: 3,
    pauseMs: 350,
    check: checkSet,
    ask: (random) => (random.float() < 0.1 ? ['read', null] : ['add', next++]),
    apply(f, input, atMs) {
      if (f === 'add') elements.push(input as number);
      else return broken && atMs > 22_000 ? elements.filter((e) => e !== elements[7]) : [...elements];
      return input;
    },
  };
}

function undecided(): WorkloadResult {
  const verdict: Verdict = {
    checker: 'watch',
    valid: 'unknown',
    anomalies: [{ name: 'unknown', message: 'not decided within 2000000 steps', operations: [] }],
    stats: { steps: 2_000_000 },
  };
  return { name: 'watch', history: [], verdicts: [verdict] };
}
