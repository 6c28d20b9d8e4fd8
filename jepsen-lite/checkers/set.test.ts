import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { pair } from '../history/pair.js';
import type { History, Json, Operation } from '../history/types.js';
import { checkSet } from './set.js';
import { concurrent } from './testing/concurrent.js';
import { type Found, history, judge } from './testing/history.js';

type Lines = readonly string[];

const GOOD: readonly (readonly [shows: string, lines: Lines])[] = [
  ['nothing at all', []],
  ['an empty set', ['0 read null -> []']],
  ['elements that were added', ['0 add 1', '1 add 2', '0 read null -> [1,2]']],
  ['elements in any order', ['0 add 1', '0 add 2', '0 read null -> [2,1]']],
  ['strings', ['0 add "a"', '0 read null -> ["a"]']],
  ['an element during its addition', ['0 invoke add 1', '1 read null -> [1]', '0 ok']],
  [
    'a read before the element that is being added',
    ['0 invoke add 1', '1 read null -> []', '0 ok', '1 read null -> [1]'],
  ],
  ['a read that begins before the addition ends', ['0 invoke add 1', '1 invoke read null', '0 ok', '1 ok []']],
  ['an addition that begins before a read ends', ['1 invoke read null', '0 add 1', '1 ok [1]']],
  ['an addition that failed', ['0 add 1 !fail', '0 read null -> []']],
  ['an addition of unknown outcome that happened', ['0 add 1 !info', '1 read null -> [1]', '1 read null -> [1]']],
  ['an addition of unknown outcome that never happened', ['0 add 1 !info', '1 read null -> []']],
  ['an addition of unknown outcome that happened late', ['0 add 1 !info', '1 read null -> []', '1 read null -> [1]']],
  ['an addition that is open at the end', ['0 invoke add 1', '1 read null -> [1]']],
  [
    'reads at once that differ in what is being added',
    ['0 invoke add 1', '1 invoke read null', '2 invoke read null', '1 ok [1]', '2 ok []', '0 ok'],
  ],
  ['reads without an answer', ['0 add 1', '0 read null !fail', '1 read null !info', '2 invoke read null']],
  ['an element that is added again after a failure', ['0 add 1 !fail', '0 add 1', '0 read null -> [1]']],
  ['an element whose second addition fails', ['0 add 1', '0 add 1 !fail', '0 read null -> [1]']],
];

const BAD: readonly (readonly [shows: string, found: readonly Found[], lines: Lines])[] = [
  ['a lost element', [['lost', [0, 1]]], ['0 add 1', '1 read null -> []']],
  ['a lost element among others', [['lost', [1, 3]]], ['0 add 1', '0 add 2', '0 add 3', '1 read null -> [1,3]']],
  ['an element that is lost for good, once', [['lost', [0, 1]]], ['0 add 1', '1 read null -> []', '1 read null -> []']],
  [
    'an element that is lost and comes back',
    [['lost', [0, 2]]],
    ['0 add 1', '1 read null -> [1]', '1 read null -> []', '1 read null -> [1]'],
  ],
  ['the last element lost, at a revision before', [['lost', [1, 2]]], ['0 add 1', '0 add 2', '1 read null -> [1]']],
  ['an element that nobody added', [['phantom', [1]]], ['0 add 1', '0 read null -> [1,2]']],
  ['an element whose addition failed', [['phantom', [0, 1]]], ['0 add 1 !fail', '0 read null -> [1]']],
  ['an element before it was added', [['phantom', [0, 1]]], ['0 read null -> [1]', '0 add 1']],
  [
    'an element whose first addition failed, before the second began',
    [['phantom', [0, 1]]],
    ['0 add 1 !fail', '0 read null -> [1]', '0 add 1'],
  ],
  ['an element before its addition failed', [['phantom', [0, 1]]], ['0 invoke add 1', '1 read null -> [1]', '0 fail']],
  [
    'an element of unknown outcome that vanishes',
    [['vanished', [1, 2]]],
    ['0 add 1 !info', '1 read null -> [1]', '2 read null -> []'],
  ],
  [
    'an element that vanishes while it is being added',
    [['vanished', [1, 2]]],
    ['0 invoke add 1', '1 read null -> [1]', '1 read null -> []', '0 ok'],
  ],
  [
    'an element that vanishes, shown first by the read that ended first',
    [['vanished', [2, 4]]],
    ['0 add 1 !info', '1 invoke read null', '2 read null -> [1]', '1 ok [1]', '2 read null -> []'],
  ],
  ['an element twice', [['duplicate', [1]]], ['0 add 1', '0 read null -> [1,1]']],
  ['an element twice, though it was added twice', [['duplicate', [2]]], ['0 add 1', '0 add 1', '0 read null -> [1,1]']],
  [
    'several mistakes',
    [
      ['duplicate', [1]],
      ['phantom', [1]],
      ['lost', [0, 2]],
    ],
    ['0 add 1', '1 read null -> [1,1,7]', '1 read null -> []'],
  ],
];

describe('the checker of sets', () => {
  it.each(GOOD)('accepts %s', (_, lines) => {
    expect(judge(checkSet, lines).verdict).toMatchObject({ checker: 'set', valid: true, anomalies: [] });
  });

  it.each(BAD)('finds %s', (_, expected, lines) => {
    const { verdict, found } = judge(checkSet, lines);
    expect(found).toEqual(expected);
    expect(verdict.valid).toBe(false);
  });

  it('tells in a sentence what happened, and counts', () => {
    const { verdict } = judge(checkSet, ['0 add 1', '0 add 2', '1 read null -> [2]']);
    expect(verdict.anomalies).toEqual([
      {
        name: 'lost',
        message: '1 was acknowledged, and a read that began later does not show it',
        operations: [0, 4],
      },
    ]);
    expect(verdict.stats).toEqual({ adds: 2, reads: 1, anomalies: 1 });
  });

  it.each(['0 remove 1', '0 add [1]', '0 add null', '0 read null -> 1', '0 read null -> [null]'])(
    'refuses what is not of a set: %s',
    (line) => {
      expect(() => checkSet(history(line))).toThrow(/not one of a set/);
    },
  );
});

const SEEDS = Array.from({ length: 100 }, (_, i) => i + 1);

function runOf(seed: number): History {
  const random = new SimRandom(seed);
  const elements: number[] = [];
  let next = 0;
  return concurrent(random, {
    operations: 150,
    clients: 5,
    failed: 0.08,
    unknown: 0.08,
    next: () => (random.float() < 0.2 ? { f: 'read', input: null } : { f: 'add', input: next++ }),
    apply({ f, input }) {
      if (f === 'read') return { type: 'ok', output: [...elements] };
      elements.push(input as number);
      return { type: 'ok', output: input };
    },
  });
}

/** The history, in which a read shows something else. */
const shown = (history: History, { endIndex }: Operation, value: Json): History =>
  history.map((event) => (event.index === endIndex ? { ...event, value } : event));

const elementsOf = (read: Operation): number[] => read.output as number[];

/** Makes one mistake in a read that is late in the history; what it is about, and how that must be called. */
type Mistake = (
  history: History,
  operations: readonly Operation[],
  random: SimRandom,
) => { readonly wrong: History; readonly found: Found } | undefined;

const pick = <T>(random: SimRandom, from: readonly T[]): T | undefined => from[random.below(from.length)];
const readsOf = (operations: readonly Operation[]): Operation[] =>
  operations.filter((o) => o.f === 'read' && o.type === 'ok');

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'an acknowledged element that is lost': (history, operations, random) => {
    const read = readsOf(operations).at(-1) as Operation;
    const add = pick(
      random,
      operations.filter((o) => o.f === 'add' && o.type === 'ok' && o.endIndex < read.index),
    );
    if (add === undefined) return undefined;
    const left = elementsOf(read).filter((element) => element !== add.input);
    return { wrong: shown(history, read, left), found: ['lost', [add.index, read.index]] };
  },
  'an element of unknown outcome that vanishes': (history, operations, random) => {
    const reads = readsOf(operations);
    const read = reads.at(-1) as Operation;
    const showing = (add: Operation): Operation[] =>
      reads.filter((o) => o.endIndex < read.index && elementsOf(o).includes(add.input as number));
    const add = pick(
      random,
      operations.filter((o) => o.f === 'add' && o.type === 'info' && showing(o).length > 0),
    );
    if (add === undefined) return undefined;
    const first = showing(add).reduce((a, b) => (b.endIndex < a.endIndex ? b : a));
    const left = elementsOf(read).filter((element) => element !== add.input);
    return { wrong: shown(history, read, left), found: ['vanished', [first.index, read.index]] };
  },
  'an element that nobody added': (history, operations, random) => {
    const read = pick(random, readsOf(operations)) as Operation;
    return { wrong: shown(history, read, [...elementsOf(read), 1_000_000]), found: ['phantom', [read.index]] };
  },
  'an element whose addition failed': (history, operations, random) => {
    const read = readsOf(operations).at(-1) as Operation;
    const add = pick(
      random,
      operations.filter((o) => o.f === 'add' && o.type === 'fail' && o.endIndex < read.index),
    );
    if (add === undefined) return undefined;
    const wrong = shown(history, read, [...elementsOf(read), add.input as number]);
    return { wrong, found: ['phantom', [add.index, read.index]] };
  },
  'an element that is shown twice': (history, operations, random) => {
    const read = pick(
      random,
      readsOf(operations).filter((o) => elementsOf(o).length > 0),
    );
    if (read === undefined) return undefined;
    const twice = pick(random, elementsOf(read)) as number;
    return { wrong: shown(history, read, [twice, ...elementsOf(read)]), found: ['duplicate', [read.index]] };
  },
};

describe('generated histories of sets', () => {
  it('are accepted when they are right', () => {
    for (const seed of SEEDS) expect([seed, checkSet(runOf(seed))]).toMatchObject([seed, { valid: true }]);
  });

  it.each(Object.entries(MISTAKES))('show %s', (_, mistake) => {
    let planted = 0;
    for (const seed of SEEDS) {
      const right = runOf(seed);
      const made = mistake(right, pair(right), new SimRandom(seed));
      if (made === undefined) continue;
      planted++;
      const { valid, anomalies } = checkSet(made.wrong);
      expect([seed, valid, anomalies.map((a) => [a.name, a.operations])]).toEqual([seed, false, [made.found]]);
    }
    expect(planted).toBeGreaterThanOrEqual(80);
  });

  it('get the same verdict, word for word, each time', () => {
    const right = runOf(3);
    const made = MISTAKES['an element that nobody added']?.(right, pair(right), new SimRandom(3));
    expect(checkSet(made?.wrong ?? [])).toEqual(checkSet(made?.wrong ?? []));
  });
});
