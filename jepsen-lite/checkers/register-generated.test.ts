import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { pair } from '../history/pair.js';
import type { History, HistoryEvent, Json, Operation } from '../history/types.js';
import { search } from './linearizable.js';
import { checkRegister, registerChecker } from './register.js';
import { withoutIdle } from './register-explain.js';
import { keyOf, registerModel, seenBy, writtenBy } from './register-model.js';
import { hasOrder } from './testing/orders.js';
import { registerRun } from './testing/register-runs.js';

const SEEDS = Array.from({ length: 100 }, (_, i) => i + 1);

const runOf = (seed: number): History =>
  registerRun(new SimRandom(seed), { operations: 250, clients: 5, keys: 2, failed: 0.05, unknown: 0.05 });

/** The history, with another answer to one operation. */
const answered = (history: History, { endIndex }: Operation, change: Partial<HistoryEvent>): History =>
  history.map((event) => (event.index === endIndex ? { ...event, ...change } : event));

/** Makes one mistake, if the history has a place for it. */
type Mistake = (history: History, operations: readonly Operation[], random: SimRandom) => History | undefined;

const isRead = (o: Operation): boolean => o.f === 'read' && o.type === 'ok';
const isWrite = (o: Operation): boolean => o.type === 'ok' && typeof writtenBy(o) === 'number';

function pick<T>(random: SimRandom, from: readonly T[]): T | undefined {
  return from[random.below(from.length)];
}

/** Pairs of writes and reads of one key such that a second write lies between them, whole. */
function overwritten(operations: readonly Operation[]): { write: Operation; read: Operation }[] {
  return operations.filter(isRead).flatMap((read) => {
    const before = operations.filter((o) => isWrite(o) && keyOf(o) === keyOf(read) && o.endIndex < read.index);
    const stale = before.filter((write) => before.some((between) => between.index > write.endIndex));
    return stale.map((write) => ({ write, read }));
  });
}

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a stale read': (history, operations, random) => {
    const found = pick(random, overwritten(operations));
    if (found === undefined) return undefined;
    const value = [keyOf(found.read), writtenBy(found.write)] as Json;
    return answered(history, found.read, { value });
  },
  'a value that nobody wrote': (history, operations, random) => {
    const read = pick(random, operations.filter(isRead));
    return read && answered(history, read, { value: [keyOf(read), 1_000_000] });
  },
  'a value of the other key': (history, operations, random) => {
    const read = pick(random, operations.filter(isRead));
    const write = operations.find((o) => isWrite(o) && read !== undefined && keyOf(o) !== keyOf(read));
    return read && write && answered(history, read, { value: [keyOf(read), writtenBy(write)] as Json });
  },
  'the value of a write that had failed': (history, operations, random) => {
    const write = pick(
      random,
      operations.filter((o) => o.f === 'write' && o.type === 'fail'),
    );
    const read = operations.findLast((o) => isRead(o) && write !== undefined && keyOf(o) === keyOf(write));
    return write && read && answered(history, read, { value: [keyOf(read), writtenBy(write)] as Json });
  },
  'a write that is called a failure though it was read': (history, operations, random) => {
    const read = new Set(operations.filter(isRead).map(seenBy));
    const write = pick(
      random,
      operations.filter((o) => isWrite(o) && read.has(writtenBy(o) as number)),
    );
    return write && answered(history, write, { type: 'fail' });
  },
  'two compare-and-swaps of one value': (history, operations, random) => {
    const succeeded = new Set(operations.filter((o) => o.f === 'cas' && o.type === 'ok').map((o) => seenBy(o)));
    const second = pick(
      random,
      operations.filter((o) => o.f === 'cas' && o.type === 'fail' && succeeded.has(seenBy(o))),
    );
    return second && answered(history, second, { type: 'ok' });
  },
  'a read that goes back behind another': (history, operations, random) => {
    const reads = operations.filter(isRead);
    const pairs = reads.flatMap((later) => {
      const earlier = reads.filter((o) => keyOf(o) === keyOf(later) && o.endIndex < later.index);
      const found = earlier.flatMap((second) => {
        const first = earlier.find(
          (o) => o.endIndex < second.index && seenBy(o) !== seenBy(second) && typeof seenBy(o) === 'number',
        );
        return first === undefined || typeof seenBy(second) !== 'number' ? [] : [{ first, later }];
      });
      return found;
    });
    const found = pick(random, pairs);
    return found && answered(history, found.later, { value: [keyOf(found.later), seenBy(found.first)] as Json });
  },
};

describe('generated histories of registers', () => {
  it('are accepted when they are right', () => {
    let unknown = 0;
    let failed = 0;
    for (const seed of SEEDS) {
      const history = runOf(seed);
      unknown += history.filter((e) => e.type === 'info' && e.f !== 'read').length;
      failed += history.filter((e) => e.type === 'fail').length;
      expect([seed, checkRegister(history)]).toMatchObject([seed, { valid: true, anomalies: [] }]);
    }
    expect(Math.min(unknown, failed)).toBeGreaterThan(500);
  });

  it.each(Object.entries(MISTAKES))('show %s', (_, mistake) => {
    let planted = 0;
    for (const seed of SEEDS) {
      const right = runOf(seed);
      const wrong = mistake(right, pair(right), new SimRandom(seed));
      if (wrong === undefined) continue;
      planted++;
      const { valid, anomalies } = checkRegister(wrong);
      expect([seed, valid, anomalies.map((a) => a.name)]).toEqual([seed, false, ['nonlinearizable']]);
      expectToShow(wrong, anomalies[0]?.operations ?? []);
    }
    expect(planted).toBeGreaterThanOrEqual(80);
  });

  it('get the same verdict from the search alone', () => {
    for (const seed of SEEDS.slice(0, 30)) {
      const right = runOf(seed);
      for (const mistake of Object.values(MISTAKES)) {
        const wrong = mistake(right, pair(right), new SimRandom(seed));
        if (wrong === undefined) continue;
        expect([seed, keysWithout(wrong)]).toEqual([seed, ['violation']]);
      }
    }
  });

  it('get the verdict of trying all orders, when they are short', () => {
    const verdicts = { true: 0, false: 0 };
    for (let seed = 1; seed <= 1_500; seed++) {
      const random = new SimRandom(seed);
      const right = registerRun(random, { operations: 7, clients: 4, keys: 1, unknown: 0.15, reads: 0.5 });
      const read = pick(random, pair(right).filter(isRead));
      const shown = random.below(4);
      const wrong = read && answered(right, read, { value: [keyOf(read), shown === 0 ? null : shown] });
      const history = wrong ?? right;
      const expected = hasOrder(registerModel, pair(history).filter(hasEffect));
      verdicts[`${expected}`]++;
      const { valid, anomalies } = checkRegister(history);
      expect([seed, valid]).toEqual([seed, expected]);
      if (!expected) expectToShow(history, anomalies[0]?.operations ?? []);
    }
    expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(300);
  });

  it('get the same verdict, word for word, each time', () => {
    const right = runOf(3);
    const wrong = MISTAKES['a stale read']?.(right, pair(right), new SimRandom(3)) as History;
    expect(checkRegister(wrong)).toEqual(checkRegister(wrong));
  });

  it('are not decided with a tiny budget, and never accepted then', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const { valid, anomalies, stats } = registerChecker(10)(runOf(seed));
      expect([valid, anomalies.map((a) => a.name)]).toEqual(['unknown', ['unknown', 'unknown']]);
      expect(stats['steps']).toBe(20);
    }
  });

  it('are decided quickly when they are long: 5,000 operations of ten clients on one key', () => {
    const run = { operations: 5_000, clients: 10, keys: 1, failed: 0.05, unknown: 0.05 };
    const right = registerRun(new SimRandom(1), run);
    const read = pair(right).findLast(isRead) as Operation;
    const stale = pair(right).find((o) => isWrite(o) && o.index > 1_000) as Operation;
    const wrong = answered(right, read, { value: [keyOf(read), writtenBy(stale)] as Json });
    expect(checkRegister(right)).toMatchObject({ valid: true });
    const { valid, anomalies } = checkRegister(wrong);
    expect(valid).toBe(false);
    expect(anomalies[0]?.operations).toHaveLength(3);
  });
});

const hasEffect = (o: Operation): boolean => o.type === 'ok' || (o.type === 'info' && o.f !== 'read');

/** The reported operations can not be explained, all of them are needed, and they are few. */
function expectToShow(history: History, reported: readonly number[]): void {
  const operations = pair(history).filter((o) => reported.includes(o.index));
  const fails = (some: readonly Operation[]): boolean =>
    search(registerModel, withoutIdle(some), 100_000).result === 'violation';
  expect(operations).toHaveLength(reported.length);
  expect(reported).toEqual([...reported].sort((a, b) => a - b));
  expect(reported.length).toBeLessThanOrEqual(12);
  expect(fails(operations)).toBe(true);
  const reads = operations.filter(isRead);
  const unneeded = reads.filter((read) => fails(operations.filter((o) => o !== read)));
  expect(unneeded).toEqual([]);
}

/** The verdicts of the search on the keys that have one other than linearizable. */
function keysWithout(history: History): string[] {
  const operations = pair(history).filter(hasEffect);
  const keys = [...new Set(operations.map(keyOf))];
  const found = keys.map((key) => {
    const ofKey = operations.filter((o) => keyOf(o) === key);
    return search(registerModel, withoutIdle(ofKey), 2_000_000).result;
  });
  return found.filter((result) => result !== 'linearizable');
}
