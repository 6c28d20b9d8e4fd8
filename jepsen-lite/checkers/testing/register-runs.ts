// Valid histories of registers, made up.

import type { SimRandom } from '../../../src/runtime/sim/random.js';
import type { History } from '../../history/types.js';
import type { Value } from '../register-model.js';
import { type Answer, type Call, concurrent } from './concurrent.js';

export interface RegisterRun {
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  /** Of the operations, those that only read. */
  readonly reads?: number;
  readonly failed?: number;
  readonly unknown?: number;
}

/** Every written value is written once. */
export function registerRun(random: SimRandom, run: RegisterRun): History {
  const state = new Map<string, Value>();
  let next = 1;
  return concurrent(random, {
    ...run,
    next: () => call(random, run, () => next++),
    apply: (asked) => apply(state, asked),
  });
}

function call(random: SimRandom, { keys, reads = 0.4 }: RegisterRun, value: () => number): Call {
  const key = `k${random.below(keys)}`;
  if (random.float() < reads) return { f: 'read', input: [key, null] };
  const dice = random.float();
  if (dice < 0.5) return { f: 'write', input: [key, value()] };
  if (dice < 0.9) {
    const written = value();
    return { f: 'cas', input: [key, [Math.max(1, written - 1 - random.below(4)), written]] };
  }
  return { f: 'delete', input: [key, null] };
}

function apply(state: Map<string, Value>, { f, input }: Call): Answer {
  const [key, argument] = input as [string, Value | [Value, Value]];
  const found = state.get(key) ?? null;
  if (f === 'read') return { type: 'ok', output: [key, found] };
  if (f === 'cas') {
    const [expected, value] = argument as [Value, Value];
    if (expected !== found) return { type: 'fail', output: input };
    state.set(key, value);
  } else state.set(key, argument as Value);
  return { type: 'ok', output: input };
}
