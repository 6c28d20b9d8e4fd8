import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { pair } from '../history/pair.js';
import type { History, Json, Operation } from '../history/types.js';
import { checkRevisions } from './revisions.js';
import { concurrent } from './testing/concurrent.js';
import { type Found, history, judge } from './testing/history.js';

const ask = (process: number, f: 'write' | 'read', key = 'x'): string => `${process} invoke ${f} {"key":"${key}"}`;
const wrote = (process: number, revision: number, key = 'x'): string =>
  `${process} ok {"key":"${key}","revision":${revision}}`;
const saw = (process: number, revision: number, modRevision: number, key = 'x'): string =>
  `${process} ok {"key":"${key}","revision":${revision},"modRevision":${modRevision}}`;
const write = (revision: number, key = 'x'): string =>
  `0 write {"key":"${key}"} -> {"key":"${key}","revision":${revision}}`;
const read = (revision: number, modRevision: number, key = 'x'): string =>
  `1 read {"key":"${key}"} -> {"key":"${key}","revision":${revision},"modRevision":${modRevision}}`;

type Lines = readonly string[];

const GOOD: readonly (readonly [shows: string, lines: Lines])[] = [
  ['nothing at all', []],
  ['writes that follow each other', [write(2), write(3), write(7)]],
  ['writes of several keys that follow each other', [write(2), write(3, 'y'), write(4)]],
  ['a read of a key that is not there', [read(1, 0)]],
  ['a read of what was written', [write(2), read(2, 2)]],
  ['reads at one revision', [write(2), read(2, 2), read(2, 2), read(2, 0, 'y')]],
  ['a read at a later revision than that of its key', [write(2), write(3, 'y'), read(3, 2)]],
  ['writes at once, in either order', [ask(0, 'write'), ask(1, 'write'), wrote(0, 3), wrote(1, 2)]],
  ['a read during a write that does not see it', [write(2), ask(0, 'write'), read(2, 2), wrote(0, 3)]],
  ['a read during a write that sees it', [write(2), ask(0, 'write'), read(3, 3), wrote(0, 3)]],
  ['a read that begins before a write ends', [ask(1, 'read'), write(2), saw(1, 1, 0)]],
  [
    'reads at once that see different revisions',
    [ask(1, 'read'), ask(2, 'read'), write(2), saw(1, 2, 2), saw(2, 1, 0)],
  ],
  ['a write of unknown outcome that a read shows', [write(2), '3 write {"key":"x"} !info', read(3, 3), write(4)]],
  ['a write that failed', ['3 write {"key":"x"} !fail', read(1, 0), write(2)]],
  ['a read without an answer', [write(2), '3 read {"key":"x"} !fail', '3 invoke read {"key":"x"}']],
  ['a write and a read that overlap it on both sides', [ask(1, 'read'), ask(0, 'write'), wrote(0, 2), saw(1, 2, 2)]],
];

const BAD: readonly (readonly [shows: string, found: readonly Found[], lines: Lines])[] = [
  [
    'a revision used twice at once',
    [['revision-reused', [0, 1]]],
    [ask(0, 'write'), ask(1, 'write', 'y'), wrote(0, 2), wrote(1, 2, 'y')],
  ],
  [
    'a revision used twice, one after the other',
    [
      ['revision-reused', [0, 1]],
      ['revision-order', [0, 1]],
    ],
    [write(2), write(2)],
  ],
  ['a write with a smaller revision than one before', [['revision-order', [0, 1]]], [write(5), write(4)]],
  ['the same across keys', [['revision-order', [0, 1]]], [write(5), write(4, 'y')]],
  [
    'a write with a smaller revision than one long before',
    [['revision-order', [1, 3]]],
    [write(2), write(9), read(9, 0, 'y'), write(8, 'y')],
  ],
  ['a read at a revision of the past', [['revision-order', [1, 2]]], [write(2), write(3, 'y'), read(2, 2)]],
  ['reads that go back', [['revision-order', [0, 1]]], [read(4, 0), read(3, 0)]],
  ['a write with a revision that a read had known', [['revision-order', [0, 1]]], [read(4, 0), write(4)]],
  ['a read that shows a change of the future', [['from-the-future', [0]]], [read(3, 4)]],
  ['a stale read at a new revision', [['stale-read', [1, 2]]], [write(2), write(3), read(3, 2)]],
  ['a write that is lost', [['stale-read', [0, 2]]], [write(2), write(3, 'y'), read(3, 0)]],
  ['a change that comes undone between reads', [['stale-read', [0, 1]]], [read(3, 3), read(3, 2)]],
  [
    'a stale read in the shade of a slow write',
    [['stale-read', [1, 2]]],
    [ask(2, 'write', 'y'), write(3), read(4, 2), wrote(2, 2, 'y')],
  ],
  [
    'a stale read at an old revision',
    [
      ['revision-order', [1, 2]],
      ['stale-read', [1, 2]],
    ],
    [write(2), write(3), read(2, 2)],
  ],
];

describe('the checker of revisions', () => {
  it.each(GOOD)('accepts %s', (_, lines) => {
    expect(judge(checkRevisions, lines).verdict).toMatchObject({ checker: 'revision', valid: true, anomalies: [] });
  });

  it.each(BAD)('finds %s', (_, expected, lines) => {
    const { verdict, found } = judge(checkRevisions, lines);
    expect(found).toEqual(expected);
    expect(verdict.valid).toBe(false);
  });

  it('tells in a sentence what happened, and counts', () => {
    const { verdict } = judge(checkRevisions, [write(5), write(6), read(6, 5)]);
    expect(verdict.anomalies).toEqual([
      {
        name: 'stale-read',
        message: 'a read shows revision 5 of x, and 6 was known before it began',
        operations: [2, 4],
      },
    ]);
    expect(verdict.stats).toEqual({ writes: 2, reads: 1, anomalies: 1 });
  });

  it.each([
    '0 write {"key":"x"}',
    '0 write "x"',
    '0 write {"key":"x"} -> {"key":"y","revision":1}',
    '0 read {"key":"x"} -> {"key":"x","revision":1}',
    '0 delete {"key":"x"} -> {"key":"x","revision":1}',
  ])('refuses what is no operation with revisions: %s', (line) => {
    expect(() => checkRevisions(history(line))).toThrow(/no write or read with revisions/);
  });
});

const SEEDS = Array.from({ length: 100 }, (_, i) => i + 1);

function runOf(seed: number, operations = 150): History {
  const random = new SimRandom(seed);
  const changes = new Map<string, number>();
  let revision = 1;
  return concurrent(random, {
    operations,
    clients: 5,
    failed: 0.05,
    unknown: 0.08,
    next: () => ({ f: random.float() < 0.6 ? 'write' : 'read', input: { key: `k${random.below(4)}` } }),
    apply({ f, input }) {
      const { key } = input as { key: string };
      if (f === 'read') return { type: 'ok', output: { key, revision, modRevision: changes.get(key) ?? 0 } };
      changes.set(key, ++revision);
      return { type: 'ok', output: { key, revision } };
    },
  });
}

interface Answer {
  readonly key: string;
  readonly revision: number;
  readonly modRevision: number;
}

const answerOf = (o: Operation): Answer => o.output as unknown as Answer;

/** The history, with another answer to one operation. */
const answered = (history: History, { endIndex }: Operation, change: Partial<Answer>): History =>
  history.map((event) =>
    event.index === endIndex ? { ...event, value: { ...(event.value as Record<string, Json>), ...change } } : event,
  );

/** Makes one mistake, and says which operation must be named, and how it must be called. */
type Mistake = (
  history: History,
  operations: readonly Operation[],
  random: SimRandom,
) => { readonly wrong: History; readonly name: string; readonly of: Operation } | undefined;

const pick = <T>(random: SimRandom, from: readonly T[]): T | undefined => from[random.below(from.length)];

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a revision that is used twice': (history, operations, random) => {
    const writes = operations.filter((o) => o.f === 'write');
    const [of, other] = [pick(random, writes), pick(random, writes)];
    if (of === undefined || other === undefined || of === other) return undefined;
    return { wrong: answered(history, of, { revision: answerOf(other).revision }), name: 'revision-reused', of };
  },
  'a write with a revision that was known': (history, operations, random) => {
    const of = pick(
      random,
      operations.filter((o) => o.f === 'write' && operations.some((before) => before.endIndex < o.index)),
    );
    if (of === undefined) return undefined;
    const known = Math.max(...operations.filter((o) => o.endIndex < of.index).map((o) => answerOf(o).revision));
    return { wrong: answered(history, of, { revision: known }), name: 'revision-order', of };
  },
  'a read at an old revision': (history, operations, random) => {
    const of = pick(
      random,
      operations.filter((o) => o.f === 'read' && operations.some((before) => before.endIndex < o.index)),
    );
    if (of === undefined) return undefined;
    const known = Math.max(...operations.filter((o) => o.endIndex < of.index).map((o) => answerOf(o).revision));
    return { wrong: answered(history, of, { revision: known - 1, modRevision: 0 }), name: 'revision-order', of };
  },
  'a read that shows a change of the future': (history, operations, random) => {
    const of = pick(
      random,
      operations.filter((o) => o.f === 'read'),
    );
    if (of === undefined) return undefined;
    return { wrong: answered(history, of, { modRevision: answerOf(of).revision + 1 }), name: 'from-the-future', of };
  },
  'a read that misses a write': (history, operations, random) => {
    const writesBefore = (o: Operation): number[] =>
      operations
        .filter((w) => w.f === 'write' && w.endIndex < o.index && answerOf(w).key === answerOf(o).key)
        .map((w) => answerOf(w).revision);
    const of = pick(
      random,
      operations.filter((o) => o.f === 'read' && writesBefore(o).length > 0),
    );
    if (of === undefined) return undefined;
    const modRevision = Math.max(...writesBefore(of)) - 1;
    return { wrong: answered(history, of, { modRevision }), name: 'stale-read', of };
  },
};

describe('with several partitions', () => {
  const apart = (lines: Lines) => judge((events: History) => checkRevisions(events, true), lines).found;

  it('accepts a read at a revision of the past of another key', () => {
    expect(apart([write(2), write(9, 'y'), read(2, 2)])).toEqual([]);
    expect(apart([read(9, 0, 'y'), read(3, 0)])).toEqual([]);
  });

  it.each<[string, readonly Found[], Lines]>([
    ['a write with a smaller revision than one before', [['revision-order', [0, 1]]], [write(5), write(4, 'y')]],
    ['a write with a revision that a read had known', [['revision-order', [0, 1]]], [read(4, 0), write(4, 'y')]],
    ['a stale read of its key', [['stale-read', [0, 1]]], [write(3), read(2, 2)]],
    ['a read that shows a change of the future', [['from-the-future', [0]]], [read(3, 4)]],
  ])('finds %s', (_, expected, lines) => {
    expect(apart(lines)).toEqual(expected);
  });
});

describe('generated histories of revisions', () => {
  it('are accepted when they are right', () => {
    for (const seed of SEEDS) expect([seed, checkRevisions(runOf(seed))]).toMatchObject([seed, { valid: true }]);
  });

  it.each(Object.entries(MISTAKES))('show %s', (_, mistake) => {
    let planted = 0;
    for (const seed of SEEDS) {
      const right = runOf(seed);
      const ended = pair(right).filter((o) => o.type === 'ok');
      const made = mistake(right, ended, new SimRandom(seed));
      if (made === undefined) continue;
      planted++;
      const { valid, anomalies } = checkRevisions(made.wrong);
      const found = anomalies.filter((a) => a.name === made.name && a.operations.includes(made.of.index));
      expect([seed, valid, found.length]).toEqual([seed, false, 1]);
      for (const { operations } of anomalies) expect(operations.length).toBeLessThanOrEqual(2);
    }
    expect(planted).toBeGreaterThanOrEqual(95);
  });

  it('get the verdict of comparing all pairs', () => {
    const verdicts = { true: 0, false: 0 };
    for (const seed of SEEDS) {
      const random = new SimRandom(seed);
      const right = runOf(seed, 20);
      const of = pick(
        random,
        pair(right).filter((o) => o.type === 'ok'),
      );
      const change = { revision: random.below(12), ...(of?.f === 'read' && { modRevision: random.below(12) }) };
      const made = of === undefined ? right : answered(right, of, change);
      const expected = pairsHold(pair(made).filter((o) => o.type === 'ok'));
      verdicts[`${expected}`]++;
      expect([seed, checkRevisions(made).valid]).toEqual([seed, expected]);
    }
    expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(5);
  });

  it('are judged in time when they are long: 100,000 operations', () => {
    const { valid, stats } = checkRevisions(runOf(1, 100_000));
    expect(valid).toBe(true);
    expect((stats['reads'] as number) + (stats['writes'] as number)).toBeGreaterThan(80_000);
  });

  it('get the same verdict, word for word, each time', () => {
    const right = runOf(3);
    const made = MISTAKES['a read that misses a write']?.(
      right,
      pair(right).filter((o) => o.type === 'ok'),
      new SimRandom(3),
    );
    expect(checkRevisions(made?.wrong ?? [])).toEqual(checkRevisions(made?.wrong ?? []));
  });
});

/** The rules as they are written, for every two operations. */
function pairsHold(operations: readonly Operation[]): boolean {
  const changeOf = (o: Operation): number => (o.f === 'write' ? answerOf(o).revision : answerOf(o).modRevision);
  return operations.every((b) => {
    const [revision, isWrite] = [answerOf(b).revision, b.f === 'write'];
    if (!isWrite && changeOf(b) > revision) return false;
    return operations.every((a) => {
      if (a !== b && isWrite && a.f === 'write' && answerOf(a).revision === revision) return false;
      if (a.endIndex >= b.index) return true;
      if (isWrite ? answerOf(a).revision >= revision : answerOf(a).revision > revision) return false;
      return isWrite || answerOf(a).key !== answerOf(b).key || changeOf(a) <= changeOf(b);
    });
  });
}
