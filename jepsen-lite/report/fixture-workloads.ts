// What made-up clients ask, and what a cluster answers that makes a mistake when it is told to. The
// verdicts are made up as well: tests of reports must not depend on what checkers find.

import type { SimRandom } from '../../src/runtime/sim/random.js';
import type { Anomaly, Verdict } from '../checkers/types.js';
import type { History, Json } from '../history/types.js';
import type { WorkloadResult } from './types.js';

/** How one workload answers: what is asked, and, in the order of effects, what is answered. */
export interface Script {
  readonly name: string;
  readonly workers: number;
  readonly pauseMs: number;
  ask(random: SimRandom): readonly [f: string, input: Json];
  apply(f: string, input: Json, atMs: number): Json;
  judge(history: History): Verdict;
}

/** From when on a broken cluster answers wrongly. */
const BROKEN_FROM_MS = 12_500;

function verdict(checker: string, history: History, anomalies: readonly Anomaly[]): Verdict {
  const operations = history.filter((e) => e.type === 'invoke').length;
  const stats = { operations, keys: 3, anomalies: anomalies.length };
  return { checker, valid: anomalies.length === 0, anomalies, stats };
}

/** Index of the first invocation whose value, or whose answer, is `value`. */
function indexOf(history: History, type: 'invoke' | 'ok', f: string, value: Json): number {
  const text = JSON.stringify(value);
  const found = history.find((e) => e.type === type && e.f === f && JSON.stringify(e.value) === text);
  if (found === undefined) throw new Error(`no ${type} of ${f} ${text} in the made-up history`);
  return type === 'invoke' ? found.index : invocationOf(history, found.index);
}

function invocationOf(history: History, at: number): number {
  const end = history[at];
  const asked = history.findLast((e) => e.type === 'invoke' && e.process === end?.process && e.index < at);
  return asked?.index ?? 0;
}

export function registerScript(broken: boolean): Script {
  const values = new Map<string, number[]>();
  let next = 1;
  let lie: readonly [key: string, seen: number, newest: number] | undefined;
  return {
    name: 'register',
    workers: 4,
    pauseMs: 280,
    ask(random) {
      const key = `r${random.below(2)}`;
      return random.float() < 0.55 ? ['read', [key, null]] : ['write', [key, next++]];
    },
    apply(f, input, atMs) {
      const [key, value] = input as [string, number];
      const list = values.get(key) ?? [];
      values.set(key, list);
      if (f === 'write') {
        list.push(value);
        return input;
      }
      if (!broken || lie !== undefined || atMs < BROKEN_FROM_MS || list.length < 4) return [key, list.at(-1) ?? null];
      lie = [key, list.at(-4) as number, list.at(-1) as number];
      return [key, lie[1]];
    },
    judge(history) {
      if (lie === undefined) return verdict('register', history, []);
      const [key, seen, newest] = lie;
      const answer = history.findLast((e) => e.type === 'ok' && e.f === 'read' && String(e.value) === `${key},${seen}`);
      const writes = [seen, newest].map((value) => indexOf(history, 'invoke', 'write', [key, value]));
      const operations = [...writes, invocationOf(history, answer?.index ?? 0)].sort((a, b) => a - b);
      const message = `key ${key}: no order of these operations explains their answers: ${newest} was written after ${seen}, and ${seen} was read after that`;
      return verdict('register', history, [{ name: 'nonlinearizable', message, operations, detail: { key } }]);
    },
  };
}

type Micro = ['append', string, number] | ['r', string, null | readonly number[]];

export function appendScript(broken: boolean): Script {
  const lists = new Map<string, number[]>();
  const counts = new Map<string, number>();
  /** What was read without its end. */
  let lie: { readonly key: string; readonly missing: number; readonly answer: Json } | undefined;
  return {
    name: 'append',
    workers: 4,
    pauseMs: 300,
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
      let short: { readonly key: string; readonly missing: number } | undefined;
      const answer = (input as Micro[]).map(([kind, key, value]): Json => {
        const list = lists.get(key) ?? [];
        if (kind === 'append') {
          lists.set(key, [...list, value as number]);
          return [kind, key, value];
        }
        if (!broken || lie !== undefined || atMs < BROKEN_FROM_MS || list.length < 4) return [kind, key, [...list]];
        short ??= { key, missing: list.at(-3) as number };
        return [kind, key, list.slice(0, list.indexOf(short.missing))];
      });
      if (short !== undefined) lie = { ...short, answer };
      return answer;
    },
    judge(history) {
      if (lie === undefined) return verdict('append', history, []);
      const { key, missing } = lie;
      const reader = indexOf(history, 'ok', 'txn', lie.answer);
      const appender = appenderOf(history, key, missing);
      return verdict('append', history, [stale(reader, appender, key, missing), ring(history)]);
    },
  };
}

function appenderOf(history: History, key: string, element: number): number {
  const isIt = (micro: unknown): boolean => String(micro) === `append,${key},${element}`;
  return history.find((e) => e.type === 'invoke' && (e.value as Json[]).some(isIt))?.index ?? 0;
}

function stale(reader: number, appender: number, key: string, missing: number): Anomaly {
  return {
    name: 'G-single-realtime',
    message: `T${reader} read ${key} without ${missing}, which T${appender} appended; T${appender} was over before T${reader} began: so T${reader} would have to come before itself`,
    operations: [appender, reader].sort((a, b) => a - b),
    detail: {
      cycle: [
        { from: reader, to: appender, kind: 'rw', key, left: null, right: missing },
        { from: appender, to: reader, kind: 'rt' },
      ],
    },
  };
}

/** A cycle of more than two: any transactions will do. */
function ring(history: History): Anomaly {
  const asked = history.filter((e) => e.type === 'invoke' && e.timeNs > 15e9).slice(0, 4);
  const indexes = asked.map((e) => e.index);
  const kinds = ['ww', 'wr', 'rw', 'wr'];
  const cycle = indexes.map((from, i) => {
    return {
      from,
      to: indexes[(i + 1) % indexes.length] as number,
      kind: kinds[i] as string,
      key: 'k0',
      left: i,
      right: i + 1,
    };
  });
  const words = cycle.map(({ from, to, kind }) => `T${from} ${kind} T${to}`);
  return {
    name: 'G-single',
    message: `no order is possible: ${words.join(', ')}`,
    operations: indexes,
    detail: { cycle },
  };
}

export function setScript(broken: boolean): Script {
  const elements: number[] = [];
  let next = 0;
  let lost: number | undefined;
  return {
    name: 'set',
    workers: 3,
    pauseMs: 350,
    ask: (random) => (random.float() < 0.1 ? ['read', null] : ['add', next++]),
    apply(f, input, atMs) {
      if (f === 'add') {
        elements.push(input as number);
        return input;
      }
      if (broken && atMs > BROKEN_FROM_MS) lost ??= elements[7];
      return elements.filter((e) => e !== lost);
    },
    judge(history) {
      if (lost === undefined) return verdict('set', history, []);
      const element = lost;
      const shows = (value: Json): boolean => (value as readonly number[]).includes(element);
      const reads = history.filter((e) => e.type === 'ok' && e.f === 'read' && (e.value as Json[]).length > 7);
      const before = reads.findLast((e) => shows(e.value));
      const after = reads.find((e) => !shows(e.value) && e.index > (before?.index ?? 0));
      const added = indexOf(history, 'invoke', 'add', element);
      const read = invocationOf(history, after?.index ?? 0);
      const vanished = [invocationOf(history, before?.index ?? 0), read];
      return verdict('set', history, [
        {
          name: 'lost',
          message: `${lost} was acknowledged, and a read that began later does not show it`,
          operations: [added, read],
        },
        { name: 'vanished', message: `a read showed ${lost}, and one that began later does not`, operations: vanished },
      ]);
    },
  };
}

/** A workload whose checker came to no end. */
export function undecided(): WorkloadResult {
  const anomaly = { name: 'unknown', message: 'not decided within 2000000 steps', operations: [] };
  const stats = { steps: 2_000_000 };
  return {
    name: 'watch',
    history: [],
    verdicts: [{ checker: 'watch', valid: 'unknown', anomalies: [anomaly], stats }],
  };
}
