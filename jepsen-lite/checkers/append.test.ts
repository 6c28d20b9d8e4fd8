import { describe, expect, it } from 'vitest';
import { checkAppend } from './append.js';
import { BAD, GOOD } from './append-cases.js';
import { done, failed, unknown } from './append-testing.js';
import { judge, ok, type Step } from './testing/script.js';

describe('append', () => {
  it.each(GOOD)('accepts: %s', (_, steps) => {
    const { verdict } = judge(checkAppend, steps);
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.valid).toBe(true);
  });

  it.each(BAD)('finds: %s', (_, found, steps) => {
    const judged = judge(checkAppend, steps);
    expect(judged.found).toEqual(found);
    expect(judged.verdict.valid).toBe(false);
  });

  it('explains a cycle, and lists its edges', () => {
    const { verdict } = judge(checkAppend, [done([0, 5], 'x+1'), done([10, 15], 'x+2'), done([20, 25], 'x=1')]);
    expect(verdict.anomalies).toEqual([
      {
        name: 'G-single-realtime',
        message:
          'T4 read x up to 1, without 2, which T2 appended; T2 was over before T4 began: ' +
          'so T4 would have to come before itself (one read what had been overtaken)',
        operations: [2, 4],
        detail: {
          cycle: [
            { from: 4, to: 2, kind: 'rw', key: 'x', left: 1, right: 2 },
            { from: 2, to: 4, kind: 'rt' },
          ],
        },
      },
    ]);
  });

  it('names transactions, keys and elements in other anomalies', () => {
    const { verdict } = judge(checkAppend, [failed([0, 5], 'x+1'), done([10, 15], 'x=1')]);
    expect(verdict.anomalies[0]?.message).toBe('T2 read [1] of x: T0, which appended 1, had failed');
  });

  it('finds independent anomalies, each at its own transactions', () => {
    const { found } = judge(checkAppend, [
      done([0, 10], 'a+1 b+1'),
      done([1, 11], 'a=1 b='),
      done([20, 30], 'c= d+1'),
      done([21, 31], 'd= c+1'),
    ]);
    expect(found).toEqual([
      ['G-single', [0, 1]],
      ['G2', [2, 3]],
    ]);
  });

  it('prefers the shorter of two cycles', () => {
    const { found } = judge(checkAppend, [
      done([0, 50], 'a+1 c=1'),
      done([1, 50], 'a=1 b+1'),
      done([2, 50], 'b=1 c+1 d=1'),
      done([3, 50], 'c=1 d+1'),
    ]);
    expect(found).toEqual([['G1c', [2, 3]]]);
  });

  it('counts', () => {
    const { verdict } = judge(checkAppend, [
      done([0, 5], 'x+1 x=1'),
      failed([10, 15], 'x+2'),
      unknown([20, 25], 'y+1 x='),
    ]);
    expect(verdict.stats).toEqual({
      transactions: 3,
      ok: 1,
      failed: 1,
      unknown: 1,
      keys: 2,
      reads: 1,
      appends: 3,
      dependencies: 0,
      anomalies: 0,
    });
  });

  it.each<[shows: string, step: Step, message: string]>([
    ['other functions', ok('read', 0, 1, null, null), '"read" at 0 is not a transaction'],
    ['no list', ok('txn', 0, 1, null, null), 'is not a list of lists'],
    ['other micro-operations', ok('txn', 0, 1, [['w', 'x', 1]], [['w', 'x', 1]]), 'contains ["w","x",1]'],
    [
      'elements that are no numbers',
      ok('txn', 0, 1, [['r', 'x', null]], [['r', 'x', ['1']]]),
      'contains ["r","x",["1"]]',
    ],
    ['answers to something else', ok('txn', 0, 1, [['r', 'x', null]], [['r', 'y', []]]), 'answered with another one'],
    ['an element appended twice', done([0, 1], 'x+1 x+1'), '1 is appended to x twice'],
  ])('refuses: %s', (_, step, message) => {
    expect(() => judge(checkAppend, [step])).toThrow(message);
  });
});
