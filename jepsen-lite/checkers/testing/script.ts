// Hand-written histories for the tests of checkers.

import { pair } from '../../history/pair.js';
import type { EventType, HistoryEvent, Json } from '../../history/types.js';
import type { Checker, Verdict } from '../types.js';

/** One operation, in a process of its own unless another one is named by the number of its first step. */
export interface Step {
  readonly process?: number;
  readonly f: string;
  readonly type: 'ok' | 'fail' | 'info';
  readonly startMs: number;
  readonly endMs: number;
  readonly input: Json;
  readonly output: Json;
  readonly error?: string;
}

export const ok = (f: string, startMs: number, endMs: number, input: Json, output: Json): Step => ({
  f,
  type: 'ok',
  startMs,
  endMs,
  input,
  output,
});

/** Something that was seen: begins and ends at one moment. */
export const seen = (f: string, atMs: number, value: Json): Step => ok(f, atMs, atMs, value, value);

export const fail = (f: string, startMs: number, endMs: number, input: Json, error: string): Step => ({
  ...ok(f, startMs, endMs, input, input),
  type: 'fail',
  error,
});

export const info = (f: string, startMs: number, endMs: number, input: Json): Step => ({
  ...ok(f, startMs, endMs, input, input),
  type: 'info',
  error: 'timed out',
});

/** Events at one moment come in the order of the steps. */
export function played(steps: readonly Step[]): HistoryEvent[] {
  const parts = steps.flatMap((step, i) => [
    { ...part(step, 'invoke'), process: step.process ?? i, atMs: step.startMs },
    { ...part(step, step.type), process: step.process ?? i, atMs: step.endMs },
  ]);
  parts.sort((a, b) => a.atMs - b.atMs || a.process - b.process);
  return parts.map(({ atMs, ...rest }, index) => ({ ...rest, index, timeNs: atMs * 1_000_000 }));
}

function part(step: Step, type: EventType): Omit<HistoryEvent, 'index' | 'process' | 'timeNs'> {
  const value = type === 'invoke' ? step.input : step.output;
  const error = type === 'invoke' || step.error === undefined ? {} : { error: step.error };
  return { type, f: step.f, value, ...error };
}

/** The verdict, with each anomaly's name and, in place of indexes, the steps that show it. */
export function judge(checker: Checker, steps: readonly Step[]): { verdict: Verdict; found: [string, number[]][] } {
  const history = played(steps);
  const stepAt = new Map(pair(history).map(({ index, process }) => [index, process]));
  const verdict = checker(history);
  const found = verdict.anomalies.map(({ name, operations }): [string, number[]] => [
    name,
    operations.map((index) => stepAt.get(index) ?? Number.NaN).sort((a, b) => a - b),
  ]);
  return { verdict, found };
}
