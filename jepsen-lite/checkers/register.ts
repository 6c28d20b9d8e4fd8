// Single keys: reads, writes, compare-and-swaps and deletions must be linearizable, key by key.

import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { search } from './linearizable.js';
import { shrink } from './linearizable-shrink.js';
import { withoutIdle, withWitnesses } from './register-explain.js';
import { checkShape, keyOf, registerModel, seenBy, type Value, writtenBy } from './register-model.js';
import { suspects } from './register-suspects.js';
import { ANOMALIES_MAX, type Anomaly, type Verdict } from './types.js';

export { registerModel };

/** Of each key. */
const STEPS_MAX = 2_000_000;
/** For finding few operations that show a violation. */
const SHRINK_STEPS_MAX = 2_000_000;
const SHRINK_TRIES_MAX = 600;
/** How many operations a message tells of. */
const TOLD_MAX = 12;

/**
 * Functions: `read` (`[key, null]`, answered with `[key, value]`), `write` (`[key, value]`), `cas`
 * (`[key, [expected, value]]`; fails when something else was there) and `delete` (`[key, null]`). Values
 * are numbers; null is a key that is not there. Keys are not there in the beginning.
 */
export const checkRegister = (history: History): Verdict => registerChecker()(history);

/** `stepsMax`: applications of the model for each key. */
export function registerChecker(stepsMax = STEPS_MAX): (history: History) => Verdict {
  return (history) => {
    const violations: Anomaly[] = [];
    const undecided: Anomaly[] = [];
    const keys = byKey(history);
    const stats = { operations: 0, keys: keys.size, steps: 0 };
    for (const [key, operations] of keys) {
      stats.operations += operations.length;
      const suspicious = suspects(operations);
      if (suspicious !== undefined) {
        violations.push(violation(key, suspicious));
        continue;
      }
      const { result, steps } = search(registerModel, withoutIdle(operations), stepsMax);
      stats.steps += steps;
      if (result === 'violation') violations.push(violation(key, operations));
      else if (result === 'unknown') undecided.push(unknown(key, stepsMax));
    }
    const valid = violations.length > 0 ? false : undecided.length > 0 ? 'unknown' : true;
    const anomalies = valid === 'unknown' ? undecided : violations;
    return {
      checker: 'register',
      valid,
      anomalies: anomalies.slice(0, ANOMALIES_MAX),
      stats: { ...stats, anomalies: anomalies.length, undecided: undecided.length },
    };
  };
}

/** What had, or may have had, an effect or an answer. */
function byKey(history: History): Map<string, Operation[]> {
  const keys = new Map<string, Operation[]>();
  for (const operation of pair(history)) {
    checkShape(operation);
    if (operation.type === 'fail' || (operation.type === 'info' && operation.f === 'read')) continue;
    const list = keys.get(keyOf(operation)) ?? [];
    keys.set(keyOf(operation), list);
    list.push(operation);
  }
  return keys;
}

const unknown = (key: string, stepsMax: number): Anomaly => ({
  name: 'unknown',
  message: `key ${key}: not decided within ${stepsMax} steps`,
  operations: [],
});

function violation(key: string, operations: readonly Operation[]): Anomaly {
  const few = fewest(operations);
  const told = few.slice(0, TOLD_MAX).map(tell);
  if (few.length > TOLD_MAX) told.push(`and ${few.length - TOLD_MAX} more`);
  return {
    name: 'nonlinearizable',
    message: `key ${key}: no order of these operations explains their answers: ${told.join('; ')}`,
    operations: few.map((o) => o.index),
    detail: { key },
  };
}

function fewest(operations: readonly Operation[]): readonly Operation[] {
  let left = SHRINK_STEPS_MAX;
  const fails = (some: readonly Operation[]): boolean => {
    const { result, steps } = search(registerModel, withoutIdle(some), left);
    left -= steps;
    return result === 'violation';
  };
  return shrink(operations, { fails, goWith: withWitnesses, triesMax: SHRINK_TRIES_MAX });
}

const show = (value: Value | undefined): string => (value === null ? 'nothing' : String(value));

function tell(operation: Operation): string {
  const { process, f, type } = operation;
  const open = type === 'info' ? ' (outcome unknown)' : '';
  if (f === 'read') return `${process} read ${show(seenBy(operation))}`;
  if (f === 'delete') return `${process} deleted it${open}`;
  const written = show(writtenBy(operation));
  return f === 'cas'
    ? `${process} changed ${show(seenBy(operation))} to ${written}${open}`
    : `${process} wrote ${written}${open}`;
}
