import { describe, expect, it } from 'vitest';
import { checkLock, type LockCheck } from './lock.js';
import { fail, info, judge, ok, type Step, seen } from './testing/script.js';

const acquire = (startMs: number, endMs: number, token: number, lock = 'a'): Step =>
  ok('acquire', startMs, endMs, { lock }, { lock, token });
const release = (startMs: number, endMs: number, token: number, lock = 'a'): Step =>
  ok('release', startMs, endMs, { lock, token }, { lock, token });
const lost = (atMs: number, token: number): Step => seen('lost', atMs, { lock: 'a', token });
const write = (startMs: number, endMs: number, token: number, order: number, fenced = true, lock = 'a'): Step =>
  ok('write', startMs, endMs, { lock, token, fenced }, { lock, token, fenced, order });
const unfenced = (startMs: number, endMs: number, token: number, order: number): Step =>
  write(startMs, endMs, token, order, false);

const GOOD: readonly [shows: string, steps: readonly Step[]][] = [
  ['one holder after another', [acquire(0, 1, 5), release(2, 3, 5), acquire(4, 5, 9), release(6, 7, 9)]],
  ['one who waits', [acquire(0, 1, 5), acquire(0, 12, 9), release(10, 14, 5)]],
  [
    'answers that overtake each other while both wait',
    [acquire(0, 20, 5), acquire(1, 10, 9), lost(10, 5), release(15, 16, 9)],
  ],
  ['the next holder before the release is acknowledged', [acquire(0, 1, 5), release(10, 30, 5), acquire(5, 20, 9)]],
  ['the next holder at the moment of the release', [acquire(0, 1, 5), release(10, 30, 5), acquire(5, 10, 9)]],
  ['a holder that was told of its loss', [acquire(0, 1, 5), lost(10, 5), acquire(2, 11, 9), release(20, 21, 5)]],
  [
    'two locks at once, with tokens of their own',
    [acquire(0, 1, 9), acquire(2, 3, 5, 'b'), release(4, 5, 9), release(4, 5, 5, 'b')],
  ],
  ['the same token of two locks', [acquire(0, 1, 5), acquire(2, 3, 5, 'b')]],
  ['an acquisition of unknown outcome', [info('acquire', 0, 1, { lock: 'a' }), acquire(2, 3, 9), release(4, 5, 9)]],
  ['an acquisition that failed', [fail('acquire', 0, 1, { lock: 'a' }, 'timed out'), acquire(2, 3, 9)]],
  [
    'several writes of a holder',
    [acquire(0, 1, 5), write(2, 3, 5, 1), write(4, 5, 5, 2), release(6, 7, 5), acquire(8, 9, 9), write(10, 11, 9, 3)],
  ],
  [
    'a stale write that is refused',
    [
      acquire(0, 1, 5),
      lost(10, 5),
      acquire(2, 11, 9),
      write(12, 13, 9, 1),
      fail('write', 14, 15, { lock: 'a', token: 5, fenced: true }, 'stale token'),
    ],
  ],
  [
    'a write that is late, but before the first one of the next holder',
    [acquire(0, 1, 5), lost(10, 5), acquire(2, 11, 9), write(9, 20, 5, 1), write(12, 13, 9, 2)],
  ],
  [
    'a release of unknown outcome',
    [acquire(0, 1, 5), info('release', 10, 12, { lock: 'a', token: 5 }), acquire(13, 14, 9)],
  ],
  ['a loss that is told before the acquisition is answered', [acquire(0, 10, 5), lost(8, 5), acquire(9, 12, 9)]],
  [
    'writes to resources of two locks',
    [acquire(0, 1, 9), acquire(0, 1, 5, 'b'), release(5, 6, 9), write(2, 3, 9, 1), write(4, 5, 5, 1, true, 'b')],
  ],
  [
    'unfenced writes in order',
    [acquire(0, 1, 5), unfenced(2, 3, 5, 1), release(4, 5, 5), acquire(6, 7, 9), unfenced(8, 9, 9, 2)],
  ],
  [
    'a loss that is told before the acquisition is answered, while another holds',
    [acquire(0, 10, 5), lost(8, 5), acquire(0, 9, 9), release(20, 21, 9)],
  ],
  ['writes that arrive in another order than they were asked for', [write(2, 9, 9, 2), write(3, 8, 5, 1)]],
];

const BAD: readonly [shows: string, check: LockCheck, found: [string, number[]], steps: readonly Step[]][] = [
  ['one token given twice', 'tokens', ['token-reused', [0, 2]], [acquire(0, 1, 5), release(2, 3, 5), acquire(4, 5, 5)]],
  ['one token given to two at once', 'tokens', ['token-reused', [0, 1]], [acquire(0, 10, 5), acquire(1, 9, 5)]],
  [
    'a token that is smaller than the one before',
    'tokens',
    ['token-order', [0, 2]],
    [acquire(0, 1, 9), release(2, 3, 9), acquire(4, 5, 5)],
  ],
  [
    'a token that is smaller than one long before',
    'tokens',
    ['token-order', [0, 2]],
    [acquire(0, 1, 9), acquire(0, 5, 12), acquire(2, 6, 7)],
  ],
  ['tokens that begin anew', 'tokens', ['token-order', [1, 2]], [acquire(0, 1, 8), acquire(2, 3, 9), acquire(4, 5, 1)]],
  [
    'a fenced write after one of the next holder',
    'tokens',
    ['stale-write', [2, 3]],
    [acquire(0, 1, 5), acquire(2, 3, 9), write(4, 5, 9, 1), write(6, 7, 5, 2)],
  ],
  [
    'a fenced write whose order tells more than its times',
    'tokens',
    ['stale-write', [2, 3]],
    [acquire(0, 1, 5), acquire(2, 3, 9), write(4, 9, 9, 1), write(4, 9, 5, 2)],
  ],
  [
    'a fenced write after one of the next but one',
    'tokens',
    ['stale-write', [1, 2]],
    [write(0, 1, 9, 4), write(2, 3, 9, 5), write(4, 5, 7, 6), write(5, 6, 9, 7)],
  ],
  [
    'two holders who were told in turn',
    'exclusion',
    ['two-holders', [0, 1, 2]],
    [acquire(0, 1, 5), acquire(2, 3, 9), release(4, 5, 5), release(6, 7, 9)],
  ],
  [
    'a holder that is told of its loss too late',
    'exclusion',
    ['two-holders', [0, 1, 2]],
    [acquire(0, 1, 5), acquire(2, 11, 9), lost(12, 5)],
  ],
  [
    'a holder that is never told of its loss',
    'exclusion',
    ['two-holders', [0, 1]],
    [acquire(0, 1, 5), acquire(2, 11, 9), release(12, 13, 9)],
  ],
  [
    'a short holder within a long one',
    'exclusion',
    ['two-holders', [0, 1, 3]],
    [acquire(0, 1, 5), acquire(2, 11, 9), release(12, 13, 9), release(20, 21, 5)],
  ],
  [
    'a holder that meets one who began before the last',
    'exclusion',
    ['two-holders', [0, 1]],
    [acquire(0, 10, 5), acquire(3, 20, 9)],
  ],
  [
    'an unfenced write of a holder that stood still',
    'unfenced',
    ['unfenced-overwrite', [3, 4]],
    [acquire(0, 1, 5), lost(10, 5), acquire(2, 9, 9), unfenced(11, 12, 9, 1), unfenced(13, 14, 5, 2)],
  ],
  [
    'an unfenced write of one that came back twice',
    'unfenced',
    ['unfenced-overwrite', [1, 2]],
    [unfenced(0, 1, 5, 1), unfenced(2, 3, 9, 2), unfenced(4, 5, 5, 3), unfenced(6, 7, 9, 4)],
  ],
  [
    'a token smaller than the largest before, not than the last',
    'tokens',
    ['token-order', [0, 2]],
    [acquire(0, 1, 12), acquire(0, 2, 9), acquire(3, 4, 10)],
  ],
];

const CHECKS: readonly LockCheck[] = ['tokens', 'exclusion', 'unfenced'];

describe('locks that are as they should be', () => {
  it.each(GOOD)('%s', (_, steps) => {
    for (const check of CHECKS) {
      const { verdict } = judge(checkLock(check), steps);
      expect(verdict.anomalies).toEqual([]);
      expect(verdict.valid).toBe(true);
    }
  });
});

describe('locks that break a promise', () => {
  it.each(BAD)('%s', (_, check, expected, steps) => {
    const { verdict, found } = judge(checkLock(check), steps);
    expect(found).toEqual([expected]);
    expect(verdict.valid).toBe(false);
  });
});

describe('what each check of locks leaves to the others', () => {
  const steps = [acquire(0, 1, 5), acquire(2, 3, 9), unfenced(4, 5, 9, 1), unfenced(6, 7, 5, 2), release(8, 9, 5)];

  it('tokens only counts unfenced overwrites', () => {
    const { verdict } = judge(checkLock(), steps);
    expect(verdict).toMatchObject({ checker: 'lock', valid: true });
    expect(verdict.stats).toEqual({ acquisitions: 2, writes: 2, unfencedOverwrites: 1, anomalies: 0 });
  });

  it('the three have names of their own', () => {
    expect(CHECKS.map((check) => judge(checkLock(check), steps).verdict.checker)).toEqual([
      'lock',
      'lock-exclusion',
      'lock-unfenced',
    ]);
  });

  it('a long holder meets each of the short ones', () => {
    const long = [
      acquire(0, 1, 5),
      acquire(2, 3, 9),
      release(4, 5, 9),
      acquire(6, 7, 11),
      release(8, 9, 11),
      release(10, 11, 5),
    ];
    expect(judge(checkLock('exclusion'), long).found).toEqual([
      ['two-holders', [0, 1, 5]],
      ['two-holders', [0, 3, 5]],
    ]);
  });

  it('refuses histories of something else', () => {
    expect(() => judge(checkLock(), [seen('read', 0, { lock: 'a' })])).toThrow('no operation on locks');
    expect(() => judge(checkLock(), [ok('acquire', 0, 1, { lock: 'a' }, { lock: 'a' })])).toThrow('not a number');
  });
});
