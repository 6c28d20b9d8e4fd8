// Single keys: reads, writes, compare-and-swaps and deletions must be linearizable, key by key.

import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { type Model, search } from './linearizable.js';
import { ANOMALIES_MAX, type Anomaly, type Verdict } from './types.js';

type Value = number | null;

export const registerModel: Model<Value> = {
  init: null,
  key: (state) => state ?? 'none',
  step(state, operation) {
    const [, argument] = operation.input as [string, Value | [Value, Value]];
    switch (operation.f) {
      case 'read':
        return (operation.output as [string, Value])[1] === state ? state : undefined;
      case 'write':
        return argument as Value;
      case 'delete':
        return null;
      case 'cas': {
        const [from, to] = argument as [Value, Value];
        return from === state ? to : undefined;
      }
      default:
        throw new Error(`a register does not know the function ${operation.f}`);
    }
  },
};

const STEPS_MAX = 2_000_000;
/** For finding fewer operations that show a violation. */
const SHRINK_STEPS_MAX = 200_000;
const SHRINK_RUNS_MAX = 400;

export const checkRegister = (history: History): Verdict => registerChecker()(history);

export function registerChecker(stepsMax = STEPS_MAX): (history: History) => Verdict {
  return (history) => {
    const byKey = new Map<string, Operation[]>();
    for (const operation of pair(history)) {
      // What failed had no effect; what was read and not answered says nothing.
      if (operation.type === 'fail' || (operation.type === 'info' && operation.f === 'read')) continue;
      const [key] = operation.input as [string, unknown];
      const list = byKey.get(key) ?? [];
      list.push(operation);
      byKey.set(key, list);
    }
    const anomalies: Anomaly[] = [];
    const stats = { operations: 0, keys: byKey.size, steps: 0, anomalies: 0 };
    let unknown = 0;
    for (const [key, operations] of byKey) {
      const found = search(registerModel, operations, stepsMax);
      stats.operations += operations.length;
      stats.steps += found.steps;
      if (found.result === 'linearizable') continue;
      stats.anomalies++;
      if (found.result === 'unknown') {
        unknown++;
        anomalies.push({
          name: 'unknown',
          message: `key ${key}: not decided within ${stepsMax} steps`,
          operations: [],
        });
      } else anomalies.push(describe(key, operations, found.stuck));
    }
    const valid = anomalies.length === 0 ? true : unknown === anomalies.length ? 'unknown' : false;
    const listed = anomalies.filter((a) => valid === 'unknown' || a.name !== 'unknown').slice(0, ANOMALIES_MAX);
    return { checker: 'register', valid, anomalies: listed, stats };
  };
}

function describe(key: string, operations: readonly Operation[], stuck: readonly number[]): Anomaly {
  const fewest = fewer(operations);
  const told = fewest.map(tell).join('; ');
  return {
    name: 'nonlinearizable',
    message: `key ${key}: no order of these operations explains their answers: ${told}`,
    operations: fewest.map((o) => o.index),
    detail: { key, stuck: [...stuck] },
  };
}

const show = (value: Value): string => (value === null ? 'nothing' : String(value));

function tell(operation: Operation): string {
  const { process, f, type } = operation;
  const open = type === 'info' ? ' (outcome unknown)' : '';
  const [, argument] = operation.input as [string, Value | [Value, Value]];
  if (f === 'read') return `${process} read ${show((operation.output as [string, Value])[1])}`;
  if (f === 'cas') return `${process} changed ${(argument as Value[]).map(show).join(' to ')}${open}`;
  return f === 'delete' ? `${process} deleted it${open}` : `${process} wrote ${show(argument as Value)}${open}`;
}

/**
 * The shortest beginning of the history that can not be explained, without every read that is not
 * needed for that. Writes stay: without one, a read of its value would be a violation by itself.
 */
function fewer(operations: readonly Operation[]): Operation[] {
  let runs = 0;
  const fails = (list: readonly Operation[]): boolean =>
    runs++ < SHRINK_RUNS_MAX && search(registerModel, list, SHRINK_STEPS_MAX).result === 'violation';
  const ends = operations.filter((o) => o.type === 'ok').sort((a, b) => a.endIndex - b.endIndex);
  let [low, high] = [0, ends.length - 1];
  const upTo = (at: number): Operation[] => {
    const limit = (ends[at] as Operation).endIndex;
    return operations
      .filter((o) => o.index < limit)
      .map((o) => (o.endIndex <= limit ? o : { ...o, type: 'info' as const }));
  };
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fails(upTo(middle))) high = middle;
    else low = middle + 1;
  }
  let list = upTo(low).filter((o) => o.type !== 'info' || o.f !== 'read');
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = list.length - size; at >= 0; at -= size) {
      const without = [...list.slice(0, at), ...list.slice(at + size)];
      if (needed(list.slice(at, at + size), without)) continue;
      if (fails(without)) list = without;
    }
  }
  return list;
}

/** True when something that stays has seen what one of `gone` wrote. */
function needed(gone: readonly Operation[], rest: readonly Operation[]): boolean {
  const written = new Set(gone.map(writtenBy).filter((v) => v !== undefined));
  return rest.some((o) => {
    const seen = o.f === 'read' ? (o.output as [string, Value])[1] : o.f === 'cas' ? casFrom(o) : undefined;
    return seen !== undefined && written.has(seen);
  });
}

const casFrom = (o: Operation): Value => (o.input as [string, [Value, Value]])[1][0];

function writtenBy(o: Operation): Value | undefined {
  if (o.f === 'write') return (o.input as [string, Value])[1];
  if (o.f === 'cas') return (o.input as [string, [Value, Value]])[1][1];
  return o.f === 'delete' ? null : undefined;
}
