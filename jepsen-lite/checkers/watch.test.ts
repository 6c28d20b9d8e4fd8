import { describe, expect, it } from 'vitest';
import type { Json } from '../history/types.js';
import { fail, info, judge, ok, type Step, seen } from './testing/script.js';
import { checkWatch } from './watch.js';

type Prev = readonly [value: string, modRevision: number] | null;

const before = (prev: Prev): Json => (prev === null ? null : { value: prev[0], modRevision: prev[1] });
const put = (key: string, value: string, modRevision: number, created: number, version: number, prev: Prev): Json => ({
  type: 'put',
  key,
  value,
  modRevision,
  createRevision: created,
  version,
  prev: before(prev),
});
const del = (key: string, modRevision: number, prev: Prev): Json => ({
  type: 'delete',
  key,
  value: null,
  modRevision,
  createRevision: 0,
  version: 0,
  prev: before(prev),
});

type Puts = readonly [string, string][];
const wrote = (
  atMs: number,
  revision: number | null,
  puts: Puts,
  deletes: string[] = [],
  deleted = deletes.length,
): Step => ok('write', atMs, atMs + 5, { puts, deletes }, { puts, deletes, deleted, revision });
const tried = (atMs: number, puts: Puts, deletes: string[] = []): Step =>
  info('write', atMs, atMs + 5, { puts, deletes });
const begin = (atMs: number, watcher: string, revision: number, kvs: Json = [], f = 'begin'): Step =>
  seen(f, atMs, { watcher, revision, kvs });
const events = (atMs: number, watcher: string, revision: number, ...list: Json[]): Step =>
  seen('events', atMs, { watcher, revision, events: list });
const final = (revision: number, ...kvs: Json[]): Step => seen('final', 1_000, { revision, kvs });

const X2 = put('x', 'a', 2, 2, 1, null);
const X3 = put('x', 'b', 3, 2, 2, ['a', 2]);
const Y3 = put('y', 'c', 3, 3, 1, null);
const W2 = wrote(10, 2, [['x', 'a']]);
const W3 = wrote(20, 3, [
  ['x', 'b'],
  ['y', 'c'],
]);
const END = final(3, ['x', 'b', 3, 2, 2], ['y', 'c', 3, 3, 1]);
const BEGIN = begin(0, 'w', 1);

const GOOD: readonly [shows: string, steps: readonly Step[]][] = [
  ['one event a batch', [BEGIN, W2, W3, events(30, 'w', 2, X2), events(31, 'w', 3, X3, Y3), END]],
  ['several revisions in one batch', [BEGIN, W2, W3, events(30, 'w', 3, X2, X3, Y3), END]],
  [
    'an event that comes before its write is acknowledged',
    [BEGIN, W2, events(12, 'w', 2, X2), W3, events(22, 'w', 3, X3, Y3), END],
  ],
  [
    'a watcher that begins later, with the state',
    [W2, begin(17, 'w', 2, [['x', 'a', 2, 2, 1]]), W3, events(30, 'w', 3, X3, Y3), END],
  ],
  [
    'a watcher that begins anew after a compaction',
    [BEGIN, W2, begin(17, 'w', 2, [['x', 'a', 2, 2, 1]], 'reset'), W3, events(30, 'w', 3, X3, Y3), END],
  ],
  [
    'a deletion, and a creation after it',
    [
      BEGIN,
      W2,
      wrote(20, 3, [], ['x']),
      wrote(30, 4, [['x', 'c']]),
      events(40, 'w', 4, X2, del('x', 3, ['a', 2]), put('x', 'c', 4, 4, 1, null)),
      final(4, ['x', 'c', 4, 4, 1]),
    ],
  ],
  [
    'a transaction that changes nothing',
    [BEGIN, W2, wrote(20, null, [], ['y'], 0), events(30, 'w', 2, X2), final(2, ['x', 'a', 2, 2, 1])],
  ],
  [
    'a transaction that deletes only what is there',
    [
      BEGIN,
      W2,
      wrote(20, 3, [['y', 'c']], ['x', 'z'], 1),
      events(30, 'w', 3, X2, Y3, del('x', 3, ['a', 2])),
      final(3, ['y', 'c', 3, 3, 1]),
    ],
  ],
  [
    'a write of unknown outcome that happened',
    [BEGIN, tried(10, [['x', 'a']]), W3, events(30, 'w', 3, X2, X3, Y3), END],
  ],
  [
    'a write of unknown outcome that did not happen',
    [BEGIN, W2, tried(15, [['z', 'z']]), W3, events(30, 'w', 3, X2, X3, Y3), END],
  ],
  [
    'a write of unknown outcome after the last read',
    [BEGIN, W2, W3, tried(25, [['z', 'z']]), events(30, 'w', 4, X2, X3, Y3, put('z', 'z', 4, 4, 1, null)), END],
  ],
  [
    'two equal deletions of unknown outcome',
    [
      BEGIN,
      W2,
      tried(15, [], ['x']),
      tried(15, [], ['x']),
      wrote(20, 4, [['x', 'd']]),
      events(30, 'w', 5, X2, del('x', 3, ['a', 2]), put('x', 'd', 4, 4, 1, null), del('x', 5, ['d', 4])),
      final(5),
    ],
  ],
  [
    'a write that failed, and is not seen',
    [
      BEGIN,
      W2,
      fail('write', 15, 16, { puts: [['x', 'q']], deletes: [] }, 'no'),
      W3,
      events(30, 'w', 3, X2, X3, Y3),
      END,
    ],
  ],
  [
    'two watchers with different batches',
    [
      BEGIN,
      begin(0, 'v', 1),
      W2,
      W3,
      events(30, 'w', 2, X2),
      events(31, 'w', 3, X3, Y3),
      events(32, 'v', 3, X2, X3, Y3),
      END,
    ],
  ],
  [
    'progress without events, and revisions of other keys',
    [BEGIN, W2, events(30, 'w', 2, X2), events(40, 'w', 9), final(9, ['x', 'a', 2, 2, 1])],
  ],
  ['a watcher that stopped before the last write when nobody read the state', [BEGIN, W2, W3, events(30, 'w', 2, X2)]],
  [
    'deletions of unknown outcome of which only one assignment explains what was seen',
    [
      BEGIN,
      W2,
      tried(15, [], ['x', 'y']),
      tried(15, [], ['x']),
      wrote(20, 4, [
        ['x', 'd'],
        ['y', 'e'],
      ]),
      events(
        30,
        'w',
        5,
        X2,
        del('x', 3, ['a', 2]),
        put('x', 'd', 4, 4, 1, null),
        put('y', 'e', 4, 4, 1, null),
        del('x', 5, ['d', 4]),
        del('y', 5, ['e', 4]),
      ),
      final(5),
    ],
  ],
];

const BAD: readonly [shows: string, found: [string, number[]][], steps: readonly Step[]][] = [
  [
    'a revision that comes after a later one',
    [['out-of-order', [3, 4]]],
    [BEGIN, W2, W3, events(30, 'w', 3, X3, Y3), events(31, 'w', 3, X2), END],
  ],
  ['a batch that is not in order', [['out-of-order', [3]]], [BEGIN, W2, W3, events(30, 'w', 3, X3, Y3, X2), END]],
  [
    'an event from before the beginning',
    [['out-of-order', [0, 3]]],
    [
      begin(0, 'w', 2, [['x', 'a', 2, 2, 1]]),
      W3,
      final(3, ['x', 'b', 3, 2, 2], ['y', 'c', 3, 3, 1]),
      events(30, 'w', 3, put('q', 'q', 1, 1, 1, null), X3, Y3),
    ],
  ],
  [
    'a watcher that begins anew where it had been before',
    [['out-of-order', [2, 3]]],
    [BEGIN, W2, events(16, 'w', 2, X2), begin(17, 'w', 1, [], 'reset'), events(18, 'w', 2, X2)],
  ],
  [
    'an event that comes twice',
    [['duplicate', [3, 4]]],
    [BEGIN, W2, W3, events(30, 'w', 3, X2, X3, Y3), events(31, 'w', 3, Y3), END],
  ],
  [
    'an event that the state at the beginning had',
    [['duplicate', [1, 3]]],
    [W2, begin(17, 'w', 2, [['x', 'a', 2, 2, 1]]), W3, events(30, 'w', 3, X2, X3, Y3), END],
  ],
  [
    'a transaction in two batches',
    [['split', [3, 4]]],
    [BEGIN, W2, W3, events(30, 'w', 3, X2, X3), events(31, 'w', 3, Y3), END],
  ],
  ['a transaction of which a key never came', [['split', [2, 3]]], [BEGIN, W2, W3, events(30, 'w', 3, X2, X3), END]],
  [
    'a transaction of which a deletion never came',
    [['split', [2, 3]]],
    [BEGIN, W2, wrote(20, 3, [['y', 'c']], ['x'], 1), events(30, 'w', 3, X2, Y3), final(3, ['y', 'c', 3, 3, 1])],
  ],
  [
    'half of a transaction of unknown outcome',
    [['split', [2, 3]]],
    [
      BEGIN,
      W2,
      tried(20, [
        ['x', 'b'],
        ['y', 'c'],
      ]),
      events(30, 'w', 3, X2, X3),
      final(3, ['x', 'b', 3, 2, 2]),
    ],
  ],
  ['an acknowledged write that never came', [['lost', [1, 3]]], [BEGIN, W2, W3, events(30, 'w', 3, X3, Y3), END]],
  [
    'an acknowledged write that came with another value',
    [['lost', [1, 3]]],
    [BEGIN, W2, W3, events(30, 'w', 3, put('x', 'q', 2, 2, 1, null), X3, Y3), END],
  ],
  [
    'an event that nobody wrote',
    [['phantom', [3]]],
    [
      BEGIN,
      W2,
      W3,
      events(30, 'w', 4, X2, X3, Y3, put('z', 'z', 4, 4, 1, null)),
      final(4, ['x', 'b', 3, 2, 2], ['y', 'c', 3, 3, 1], ['z', 'z', 4, 4, 1]),
    ],
  ],
  [
    'an event of a write that failed',
    [['phantom', [2]]],
    [BEGIN, fail('write', 15, 16, { puts: [['x', 'a']], deletes: [] }, 'no'), events(30, 'w', 2, X2)],
  ],
  [
    'an event inside a transaction that was not in it',
    [['phantom', [1, 2]]],
    [BEGIN, W2, events(30, 'w', 2, X2, put('z', 'z', 2, 2, 1, null))],
  ],
  ['an event that came before its write', [['phantom', [1, 2]]], [BEGIN, W2, events(5, 'w', 2, X2)]],
  [
    'a write of unknown outcome that happened twice',
    [['phantom', [1, 2]]],
    [BEGIN, tried(10, [['x', 'a']]), events(30, 'w', 3, X2, put('x', 'a', 3, 2, 2, ['a', 2]))],
  ],
  [
    'a revision that two writes were given',
    [['revision-reused', [1, 2]]],
    [BEGIN, W2, wrote(20, 2, [['x', 'a']]), events(30, 'w', 2, X2)],
  ],
  [
    'a value before that is not the one before',
    [['prev', [3]]],
    [BEGIN, W2, W3, events(30, 'w', 3, X2, put('x', 'b', 3, 2, 2, ['q', 2]), Y3), END],
  ],
  [
    'a value before that was deleted',
    [['prev', [4, 5]]],
    [
      BEGIN,
      W2,
      wrote(20, 3, [], ['x']),
      wrote(30, 4, [['x', 'c']]),
      events(40, 'w', 3, X2, del('x', 3, ['a', 2])),
      events(41, 'w', 4, put('x', 'c', 4, 4, 1, ['a', 2])),
    ],
  ],
  [
    'no value before, although there was one',
    [['prev', [3, 4]]],
    [BEGIN, W2, W3, events(30, 'w', 2, X2), events(31, 'w', 3, put('x', 'b', 3, 2, 2, null), Y3), END],
  ],
  [
    'a version that was left out',
    [
      ['fields', [3, 4]],
      ['final', [4, 5]],
    ],
    [BEGIN, W2, W3, events(30, 'w', 2, X2), events(31, 'w', 3, put('x', 'b', 3, 2, 3, ['a', 2]), Y3), END],
  ],
  [
    'a create revision that changes',
    [
      ['fields', [3]],
      ['final', [3, 4]],
    ],
    [BEGIN, W2, W3, events(30, 'w', 3, X2, put('x', 'b', 3, 3, 2, ['a', 2]), Y3), END],
  ],
  [
    'a deletion of what is not there',
    [['fields', [0, 2]]],
    [BEGIN, wrote(10, 2, [], ['x'], 1), events(30, 'w', 2, del('x', 2, null))],
  ],
  [
    'two watchers of which one misses a write of unknown outcome',
    [['diverged', [3, 4]]],
    [BEGIN, begin(0, 'v', 1), tried(10, [['x', 'a']]), events(30, 'w', 2, X2), events(31, 'v', 2)],
  ],
  [
    'two watchers that see another order inside a transaction',
    [['diverged', [4, 5]]],
    [BEGIN, begin(0, 'v', 1), W2, W3, events(30, 'w', 3, X2, X3, Y3), events(31, 'v', 3, X2, Y3, X3), END],
  ],
  [
    'a state at the end that the events do not add up to',
    [['final', [3, 4]]],
    [BEGIN, W2, W3, events(30, 'w', 3, X2, X3, Y3), final(3, ['x', 'b', 3, 2, 2], ['y', 'q', 3, 3, 1])],
  ],
  [
    'a key at the end that was deleted',
    [['final', [3, 4]]],
    [BEGIN, W2, wrote(20, 3, [], ['x']), events(30, 'w', 3, X2, del('x', 3, ['a', 2])), final(3, ['x', 'a', 2, 2, 1])],
  ],
  ['a watcher that stops before the end', [['behind', [3, 4]]], [BEGIN, W2, W3, events(30, 'w', 2, X2), END]],
  [
    'a watcher that never gets a last deletion',
    [['behind', [2, 3, 4]]],
    [BEGIN, W2, events(30, 'w', 2, X2), wrote(40, 3, [], ['x']), final(3)],
  ],
  [
    'more deletions than were acknowledged',
    [['phantom', [1, 2]]],
    [
      begin(0, 'w', 1, [
        ['x', 'a', 1, 1, 1],
        ['z', 'a', 1, 1, 1],
      ]),
      wrote(10, 2, [], ['x', 'z'], 1),
      events(30, 'w', 2, del('x', 2, ['a', 1]), del('z', 2, ['a', 1])),
    ],
  ],
  [
    'an event that came before its write of unknown outcome',
    [['phantom', [2]]],
    [BEGIN, tried(10, [['x', 'a']]), events(5, 'w', 2, X2)],
  ],
  [
    'a value before of another revision',
    [['prev', [3]]],
    [BEGIN, W2, W3, events(30, 'w', 3, X2, put('x', 'b', 3, 2, 2, ['a', 1]), Y3), END],
  ],
  [
    'a deletion with a version',
    [['fields', [3, 4]]],
    [
      BEGIN,
      W2,
      wrote(20, 3, [], ['x']),
      events(30, 'w', 2, X2),
      events(31, 'w', 3, { ...(del('x', 3, ['a', 2]) as object), version: 1 }),
    ],
  ],
  [
    'a write that only one of two watchers lost: said once',
    [['lost', [2, 5]]],
    [BEGIN, begin(0, 'v', 1), W2, W3, events(30, 'w', 3, X2, X3, Y3), events(31, 'v', 3, X3, Y3), END],
  ],
];

describe('watches that are as they should be', () => {
  it.each(GOOD)('%s', (_, steps) => {
    const { verdict } = judge(checkWatch, steps);
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.valid).toBe(true);
  });
});

describe('watches that break a promise', () => {
  it.each(BAD)('%s', (_, expected, steps) => {
    const { verdict, found } = judge(checkWatch, steps);
    expect(found).toEqual(expected);
    expect(verdict.valid).toBe(false);
  });
});

describe('numbers about watches', () => {
  it('counts what was checked', () => {
    const { stats } = judge(checkWatch, GOOD[0]![1] as Step[]).verdict;
    expect(stats).toEqual({
      writes: 2,
      unknownWrites: 0,
      watchers: 1,
      resets: 0,
      batches: 2,
      events: 3,
      finals: 1,
      anomalies: 0,
    });
  });

  it('refuses histories of something else, and events of a watcher that has not begun', () => {
    expect(() => judge(checkWatch, [seen('read', 0, {})])).toThrow('no operation of writers and watchers');
    expect(() => judge(checkWatch, [events(0, 'w', 2)])).toThrow('has not begun');
    expect(() => judge(checkWatch, [begin(0, 'w', 1, [['x']])])).toThrow('not a list of 5');
  });
});
