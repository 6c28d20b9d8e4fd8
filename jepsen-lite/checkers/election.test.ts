import { describe, expect, it } from 'vitest';
import { checkElection, type ElectionOptions } from './election.js';
import { fail, info, judge, ok, type Step, seen } from './testing/script.js';

const campaign = (startMs: number, endMs: number, candidate: string, token: number, election = 'e'): Step =>
  ok('campaign', startMs, endMs, { election, candidate }, { election, candidate, token });
const resign = (startMs: number, endMs: number, token: number): Step =>
  ok('resign', startMs, endMs, { election: 'e', token }, { election: 'e', token });
const lost = (atMs: number, token: number): Step => seen('lost', atMs, { election: 'e', token });
const leader = (startMs: number, endMs: number, candidate: string | null, token: number | null, election = 'e'): Step =>
  ok('leader', startMs, endMs, { election }, { election, candidate, token, revision: 99 });
const observe = (atMs: number, observer: number, candidate: string, token: number, election = 'e'): Step =>
  seen('observe', atMs, { election, observer, candidate, token, revision: 99 });
const unknown = (atMs: number, candidate: string): Step =>
  info('campaign', atMs, atMs + 1, { election: 'e', candidate });

const GOOD: readonly [shows: string, steps: readonly Step[]][] = [
  ['one leader after another', [campaign(0, 1, 'p', 5), resign(2, 3, 5), campaign(4, 5, 'q', 9), resign(6, 7, 9)]],
  ['one who waits for the other to resign', [campaign(0, 1, 'p', 5), campaign(0, 15, 'q', 9), resign(10, 20, 5)]],
  ['one who leads when the other was told of its loss', [campaign(0, 1, 'p', 5), lost(10, 5), campaign(2, 11, 'q', 9)]],
  [
    'queries that show the present leader, and nobody',
    [campaign(0, 1, 'p', 5), leader(2, 3, 'p', 5), resign(4, 5, 5), leader(6, 7, null, null)],
  ],
  [
    'a query that shows the former leader while the next one wins',
    [campaign(0, 1, 'p', 5), lost(3, 5), leader(4, 9, 'p', 5), campaign(5, 6, 'q', 9)],
  ],
  ['a query that shows a leader who is resigning', [campaign(0, 1, 'p', 5), resign(2, 10, 5), leader(3, 12, 'p', 5)]],
  ['a query that shows the winner before it is told', [campaign(0, 9, 'p', 5), leader(2, 3, 'p', 5)]],
  ['a leader that never learns of it', [unknown(0, 'p'), leader(2, 3, 'p', 5), observe(4, 1, 'p', 5)]],
  [
    'a leader whose campaign timed out',
    [fail('campaign', 0, 10, { election: 'e', candidate: 'p' }, 'timed out'), observe(4, 1, 'p', 5)],
  ],
  [
    'a place that was given up, came back, and was made its own by the same process',
    [
      fail('campaign', 0, 1, { election: 'e', candidate: 'p1' }, 'timed out'),
      { ...campaign(2, 9, 'p2', 5), process: 0 },
      observe(4, 1, 'p1', 5),
      observe(5, 1, 'p2', 5),
    ],
  ],
  [
    'observers at their own pace',
    [
      campaign(0, 1, 'p', 5),
      observe(2, 1, 'p', 5),
      resign(3, 4, 5),
      campaign(4, 5, 'q', 9),
      observe(6, 1, 'q', 9),
      observe(7, 2, 'p', 5),
      observe(8, 2, 'q', 9),
    ],
  ],
  [
    'an observer that sees the same leader again',
    [campaign(0, 1, 'p', 5), observe(2, 1, 'p', 5), observe(3, 1, 'p', 5)],
  ],
  [
    'an observer that begins after others are over',
    [campaign(0, 1, 'p', 5), resign(2, 3, 5), campaign(4, 5, 'q', 9), observe(6, 1, 'q', 9)],
  ],
  [
    'elections of their own',
    [
      campaign(0, 1, 'p', 9),
      campaign(2, 3, 'q', 5, 'f'),
      leader(4, 5, 'q', 5, 'f'),
      observe(6, 1, 'p', 9),
      observe(7, 1, 'q', 5, 'f'),
    ],
  ],
  [
    'a resignation of unknown outcome',
    [
      campaign(0, 1, 'p', 5),
      info('resign', 2, 3, { election: 'e', token: 5 }),
      leader(4, 5, 'p', 5),
      leader(6, 7, null, null),
    ],
  ],
  [
    'a candidate that wins twice',
    [campaign(0, 1, 'p', 5), resign(2, 3, 5), campaign(4, 5, 'p', 9), leader(6, 7, 'p', 9)],
  ],
];

const BAD: readonly [shows: string, found: [string, number[]], steps: readonly Step[], options?: ElectionOptions][] = [
  [
    'one token for two leaders',
    ['token-reused', [0, 2]],
    [campaign(0, 1, 'p', 5), resign(2, 3, 5), campaign(4, 5, 'p', 5)],
  ],
  [
    'a token that is smaller than the one before',
    ['token-order', [0, 2]],
    [campaign(0, 1, 'p', 9), resign(2, 3, 9), campaign(4, 5, 'q', 5)],
  ],
  [
    'an observer that goes back',
    ['observe-order', [3, 4]],
    [campaign(0, 1, 'p', 5), lost(2, 5), campaign(1, 3, 'q', 9), observe(4, 1, 'q', 9), observe(5, 1, 'p', 5)],
  ],
  ['a leader nobody knows', ['phantom-leader', [1]], [campaign(0, 1, 'p', 5), observe(2, 1, 'q', 9)]],
  [
    'a leader with the token of another',
    ['phantom-leader', [0, 2]],
    [campaign(0, 1, 'p', 5), unknown(0, 'q'), observe(2, 1, 'q', 5)],
  ],
  [
    'a leader with a token that it was not given',
    ['phantom-leader', [1]],
    [campaign(0, 3, 'p', 5), leader(1, 2, 'p', 7)],
  ],
  ['a leader that has not campaigned yet', ['phantom-leader', [0]], [leader(0, 1, 'p', 5), unknown(2, 'p')]],
  ['a leader of another election', ['phantom-leader', [1]], [campaign(0, 1, 'p', 5, 'f'), leader(2, 3, 'p', 5)]],
  [
    'a query that shows the leader before the last one',
    ['stale-leader', [2, 3]],
    [campaign(0, 1, 'p', 5), lost(2, 5), campaign(0, 3, 'q', 9), leader(4, 5, 'p', 5)],
  ],
  [
    'a query that goes behind another',
    ['stale-leader', [3, 4]],
    [campaign(0, 1, 'p', 5), lost(2, 5), unknown(1, 'q'), leader(3, 4, 'q', 9), leader(5, 6, 'p', 5)],
  ],
  [
    'a query that goes behind what was observed',
    ['stale-leader', [3, 4]],
    [campaign(0, 1, 'p', 5), lost(2, 5), unknown(1, 'q'), observe(3, 1, 'q', 9), leader(5, 6, 'p', 5)],
  ],
  [
    'a query that shows who has resigned',
    ['resigned-leader', [1, 2]],
    [campaign(0, 1, 'p', 5), resign(2, 3, 5), leader(4, 5, 'p', 5)],
  ],
  [
    'two who were told in turn',
    ['two-leaders', [0, 1, 2]],
    [campaign(0, 1, 'p', 5), campaign(2, 3, 'q', 9), resign(4, 5, 5)],
    { exclusion: true },
  ],
  [
    'one who is told of its loss too late',
    ['two-leaders', [0, 1, 2]],
    [campaign(0, 1, 'p', 5), campaign(2, 3, 'q', 9), lost(4, 5)],
    { exclusion: true },
  ],
  [
    'one who is never told of its loss',
    ['two-leaders', [0, 1]],
    [campaign(0, 1, 'p', 5), campaign(2, 3, 'q', 9)],
    { exclusion: true },
  ],
];

describe('elections that are as they should be', () => {
  it.each(GOOD)('%s', (_, steps) => {
    for (const exclusion of [false, true]) {
      const { verdict } = judge(checkElection({ exclusion }), steps);
      expect(verdict.anomalies).toEqual([]);
      expect(verdict.valid).toBe(true);
    }
  });
});

describe('elections that break a promise', () => {
  it.each(BAD)('%s', (_, expected, steps, options) => {
    const { verdict, found } = judge(checkElection(options), steps);
    expect(found).toEqual([expected]);
    expect(verdict.valid).toBe(false);
  });
});

describe('both checks of elections', () => {
  it('tell what they judged', () => {
    const steps = [campaign(0, 1, 'p', 5), leader(2, 3, 'p', 5), observe(4, 1, 'p', 5)];
    const { verdict } = judge(checkElection(), steps);
    expect(verdict.stats).toEqual({ campaigns: 1, queries: 1, observations: 1, ghosts: 0, anomalies: 0 });
    const again = judge(checkElection(), [campaign(0, 1, 'p', 5), leader(2, 3, 'p', 7)]).verdict;
    expect(again).toMatchObject({ valid: true, stats: { ghosts: 1 } });
    const exclusion = judge(checkElection({ exclusion: true }), steps).verdict;
    expect(exclusion).toMatchObject({ checker: 'election-exclusion', stats: { beliefs: 1 } });
  });

  it('say once that a leader is a phantom', () => {
    const steps = [observe(2, 1, 'q', 9), observe(3, 2, 'q', 9), leader(4, 5, 'q', 9)];
    expect(judge(checkElection(), steps).found).toEqual([['phantom-leader', [0]]]);
  });

  it('refuse histories of something else', () => {
    expect(() => judge(checkElection(), [seen('read', 0, {})])).toThrow('no operation on elections');
    expect(() => judge(checkElection(), [leader(0, 1, 'p', null)])).toThrow('half a leader');
  });
});
