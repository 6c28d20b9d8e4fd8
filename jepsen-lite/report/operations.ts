// Operations of a run as reports show them.

import { pair } from '../history/pair.js';
import type { Json, Operation } from '../history/types.js';
import { plain, shorten } from './format.js';
import { lanesOf } from './lanes.js';
import type { WorkloadResult } from './types.js';

/** What became of an operation, in the order of legends. */
export const OUTCOMES = ['ok', 'fail', 'info'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  ok: 'took effect',
  fail: 'failed, without effect',
  info: 'outcome unknown',
};

export interface ShownOperation {
  /** Position of the workload in the run. */
  readonly workload: number;
  readonly operation: Operation;
  /** Row within the workload. */
  readonly lane: number;
  readonly startMs: number;
  /** When the client stopped waiting; the end of the run if it never did. */
  readonly endMs: number;
}

export interface ShownWorkload {
  readonly name: string;
  readonly operations: readonly ShownOperation[];
  /** Names of the rows. */
  readonly lanes: readonly string[];
  readonly byIndex: ReadonlyMap<number, ShownOperation>;
}

export function showWorkload(result: WorkloadResult, workload: number, runMs: number): ShownWorkload {
  const gaveUp = givenUp(result);
  const timed = pair(result.history).map((operation) => {
    const startMs = operation.startNs / 1e6;
    const isOver = Number.isFinite(operation.endNs);
    const endMs = isOver ? operation.endNs / 1e6 : (gaveUp.get(operation.index) ?? Math.max(runMs, startMs));
    return { workload, operation, startMs, endMs };
  });
  const lanes = lanesOf(timed);
  const operations = timed.map((shown): ShownOperation => ({ ...shown, lane: lanes.of(shown.operation.process) }));
  const byIndex = new Map(operations.map((shown) => [shown.operation.index, shown]));
  return { name: result.name, operations, lanes: lanes.names, byIndex };
}

/** When clients gave up operations whose outcome nobody knows, by the index of the invocation. */
function givenUp({ history }: WorkloadResult): Map<number, number> {
  const open = new Map<number | 'nemesis', number>();
  const found = new Map<number, number>();
  for (const { type, process, index, timeNs } of history) {
    if (type === 'invoke') open.set(process, index);
    else if (type === 'info') found.set(open.get(process) ?? -1, timeNs / 1e6);
  }
  return found;
}

/**
 * At most `most` of the operations: those that anomalies name, then their neighbours in time up to half
 * of what is left, and an even sample of all others.
 */
export function sample(
  all: readonly ShownOperation[],
  named: ReadonlySet<ShownOperation>,
  most: number,
): ShownOperation[] {
  if (all.length <= most) return [...all];
  const chosen = new Set([...named].slice(0, most));
  const moments = [...named].map((n) => n.startMs).sort((a, b) => a - b);
  if (moments.length > 0) {
    const near = all.map((shown) => ({ shown, far: distance(shown.startMs, moments) })).sort((a, b) => a.far - b.far);
    const room = chosen.size + (most - chosen.size) / 2;
    for (const { shown } of near) if (chosen.size < room) chosen.add(shown);
  }
  const others = all.filter((shown) => !chosen.has(shown));
  const places = Math.min(most - chosen.size, others.length);
  for (let i = 0; i < places; i++) chosen.add(others[Math.floor((i * others.length) / places)] as ShownOperation);
  return all.filter((shown) => chosen.has(shown));
}

/** From `ms` to the nearest of the ascending `moments`. */
function distance(ms: number, moments: readonly number[]): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] as number) < ms) low = middle + 1;
    else high = middle;
  }
  const around = [moments[low - 1], moments[low]].filter((m) => m !== undefined);
  return Math.min(...around.map((m) => Math.abs(m - ms)));
}

/** An operation in a few words: `read r1 → 5`, `cas r1 4 → 5`, `append k 3, r k → [1 3]`. */
export function describe({ f, input, output, type }: Operation, listMax = Number.POSITIVE_INFINITY): string {
  const say = (value: Json): string => plain(value, listMax);
  if (f === 'txn' && isList(output)) return output.map((micro) => describeMicro(micro, say)).join(', ');
  if (isList(input) && input.length === 2 && typeof input[0] === 'string') {
    const [key, argument] = input as readonly [string, Json];
    const answer = isList(output) ? (output[1] ?? null) : null;
    if (f === 'cas' && isList(argument)) return `cas ${key} ${argument.map(say).join(' → ')}`;
    if (f === 'read') return type === 'ok' ? `read ${key} → ${say(answer)}` : `read ${key}`;
    return argument === null ? `${f} ${key}` : `${f} ${key} ${say(argument)}`;
  }
  const asked = input === null ? f : `${f} ${say(input)}`;
  const answer = news(input, output);
  return type !== 'ok' || answer === undefined ? asked : `${asked} → ${say(answer)}`;
}

/** What an answer tells that was not asked: boxes of pictures are short. Undefined if that is nothing. */
function news(asked: Json, answer: Json): Json | undefined {
  const same = (a: Json | undefined, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);
  if (same(asked, answer)) return undefined;
  if (!isRecord(asked) || !isRecord(answer)) return answer;
  const left = Object.entries(answer).filter(([name, value]) => !same(asked[name], value));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

function describeMicro(micro: Json, say: (value: Json) => string): string {
  if (!isList(micro)) return say(micro);
  const [kind = null, key = null, value = null] = micro;
  if (kind === 'r') return value === null ? `r ${say(key)}` : `r ${say(key)} → ${say(value)}`;
  return micro.map(say).join(' ');
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const isRecord = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !isList(value);

/** For a tooltip. */
export function tell({ operation, startMs, endMs }: ShownOperation): string {
  const { process, type, error } = operation;
  const when = `${(startMs / 1_000).toFixed(3)}–${(endMs / 1_000).toFixed(3)} s`;
  const why = error === undefined ? '' : `: ${shorten(error, 120)}`;
  return `process ${process}: ${shorten(describe(operation, 12), 160)}\n${OUTCOME_NAMES[type]}${why}\n${when}`;
}
