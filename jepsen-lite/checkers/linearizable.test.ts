import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { type Model, search } from './linearizable.js';
import { withoutIdle } from './register-explain.js';
import { registerModel, type Value } from './register-model.js';
import { history } from './testing/history.js';
import { hasOrder } from './testing/orders.js';
import { registerRun } from './testing/register-runs.js';

const STEPS = 100_000;

/** What a search is given: no failures, no reads without an answer. */
const effective = (events: History): Operation[] =>
  pair(events).filter((o) => o.type === 'ok' || (o.type === 'info' && o.f !== 'read'));

/** A queue: another object than a register, in which nothing is ever written twice. */
const queue: Model<readonly number[]> = {
  init: [],
  key: (state) => state.join(','),
  isRead: () => false,
  step(state, { f, input, output }) {
    if (f === 'push') return [...state, input as number];
    return state[0] === output ? state.slice(1) : undefined;
  },
};

const queued = (...lines: string[]): string => search(queue, pair(history(...lines)), STEPS).result;

describe('search for a linearization', () => {
  it('finds one of nothing', () => {
    expect(search(registerModel, [], 0)).toEqual({ result: 'linearizable', steps: 0 });
  });

  it('works for any model: a queue whose pushes overlap is popped in either order', () => {
    const pushes = ['0 invoke push 1', '1 invoke push 2', '0 ok', '1 ok'];
    expect(queued(...pushes, '0 pop null -> 1', '0 pop null -> 2')).toBe('linearizable');
    expect(queued(...pushes, '0 pop null -> 2', '0 pop null -> 1')).toBe('linearizable');
    expect(queued(...pushes, '0 pop null -> 2', '0 pop null -> 2')).toBe('violation');
  });

  it('works for any model: a queue whose pushes follow each other is popped in that order', () => {
    expect(queued('0 push 1', '0 push 2', '0 pop null -> 1', '0 pop null -> 2')).toBe('linearizable');
    expect(queued('0 push 1', '0 push 2', '0 pop null -> 2')).toBe('violation');
  });

  it('lets open operations take effect late, or never, or once each', () => {
    expect(queued('0 push 1 !info', '1 push 2', '1 pop null -> 2', '1 pop null -> 1')).toBe('linearizable');
    expect(queued('0 push 1 !info', '1 push 2', '1 pop null -> 2')).toBe('linearizable');
    expect(queued('0 push 1 !info', '1 push 2', '1 pop null -> 1', '1 pop null -> 1')).toBe('violation');
    const twice = ['0 push 1 !info', '1 push 1 !info', '2 pop null -> 1', '2 pop null -> 1'];
    expect(queued(...twice)).toBe('linearizable');
    expect(queued(...twice, '2 pop null -> 1')).toBe('violation');
  });

  it('does not let open operations take effect before they were asked for', () => {
    expect(queued('1 pop null -> 1', '0 push 1 !info')).toBe('violation');
  });

  it('says unknown when it may not take enough steps, and how many it took', () => {
    const operations = effective(registerRun(new SimRandom(1), { operations: 40, clients: 4, keys: 1 }));
    const { result, steps } = search(registerModel, operations, STEPS);
    expect(result).toBe('linearizable');
    expect(search(registerModel, operations, steps)).toEqual({ result, steps });
    expect(search(registerModel, operations, steps - 1)).toEqual({ result: 'unknown', steps: steps - 1 });
    expect(search(registerModel, operations, 0)).toEqual({ result: 'unknown', steps: 0 });
  });

  it('gives the verdict of trying all orders, with and without open operations that do not matter', () => {
    const verdicts = { linearizable: 0, violation: 0 };
    for (let seed = 1; seed <= 3_000; seed++) {
      const operations = effective(smallAndWrong(new SimRandom(seed)));
      const expected = hasOrder(registerModel, operations) ? 'linearizable' : 'violation';
      verdicts[expected]++;
      expect([seed, search(registerModel, operations, STEPS).result]).toEqual([seed, expected]);
      expect([seed, search(registerModel, withoutIdle(operations), STEPS).result]).toEqual([seed, expected]);
    }
    expect(Math.min(verdicts.linearizable, verdicts.violation)).toBeGreaterThan(400);
  });

  it('gives the verdict of trying all orders for queues', () => {
    const verdicts = { linearizable: 0, violation: 0 };
    for (let seed = 1; seed <= 1_000; seed++) {
      const operations = pair(smallQueue(new SimRandom(seed)));
      const expected = hasOrder(queue, operations) ? 'linearizable' : 'violation';
      verdicts[expected]++;
      expect([seed, search(queue, operations, STEPS).result]).toEqual([seed, expected]);
    }
    expect(Math.min(verdicts.linearizable, verdicts.violation)).toBeGreaterThan(100);
  });

  it('decides thousands of operations of one register in few steps', () => {
    for (const unknown of [0, 0.05, 0.2]) {
      const run = registerRun(new SimRandom(5), { operations: 5_000, clients: 10, keys: 1, failed: 0.05, unknown });
      const { result, steps } = search(registerModel, withoutIdle(effective(run)), 1_000_000);
      expect(result).toBe('linearizable');
      expect(steps).toBeGreaterThan(2_000);
    }
  });
});

/** A handful of operations with few different values, whose answers are often wrong. */
function smallAndWrong(random: SimRandom): History {
  const value = (): Value => (random.float() < 0.25 ? null : random.below(3));
  const lines: string[] = [];
  const open = new Map<number, string>();
  for (let process = 0; process < 7; process++) {
    const written = random.below(3);
    const dice = random.below(10);
    if (dice < 4) open.set(process, `["x",${value()}]`);
    else open.set(process, '');
    if (dice < 4) lines.push(`${process} invoke read ["x",null]`);
    else if (dice < 7) lines.push(`${process} invoke write ["x",${written}]`);
    else if (dice < 9) lines.push(`${process} invoke cas ["x",[${value()},${written}]]`);
    else lines.push(`${process} invoke delete ["x",null]`);
    for (const [ending, answer] of open) {
      if (random.float() < 0.5) continue;
      open.delete(ending);
      if (random.float() < 0.8) lines.push(`${ending} ok ${answer}`.trimEnd());
    }
  }
  return history(...lines);
}

function smallQueue(random: SimRandom): History {
  const lines: string[] = [];
  const open = new Map<number, number | undefined>();
  for (let process = 0; process < 7; process++) {
    const isPop = random.float() < 0.4;
    open.set(process, isPop ? random.below(4) : undefined);
    lines.push(`${process} invoke ${isPop ? 'pop null' : `push ${random.below(4)}`}`);
    for (const [ending, popped] of open) {
      if (random.float() < 0.5) continue;
      open.delete(ending);
      if (popped !== undefined) lines.push(`${ending} ok ${popped}`);
      else if (random.float() < 0.8) lines.push(`${ending} ok`);
    }
  }
  // A pop must end: it can't be said what one of unknown outcome took.
  for (const [ending, popped] of open) if (popped !== undefined) lines.push(`${ending} ok ${popped}`);
  return history(...lines);
}
