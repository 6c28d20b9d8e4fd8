import { describe, expect, it } from 'vitest';
import type { Json } from '../history/types.js';
import { type BankOptions, checkBank } from './bank.js';
import { fail, info, judge, ok, type Step } from './testing/script.js';
import type { Checker } from './types.js';

type Balances = Readonly<Record<string, number>>;

const transfer = (from: string, to: string, amount: number): Json => ({ from, to, amount });
const moved = (atMs: number, from: string, to: string, amount: number): Step =>
  ok('transfer', atMs, atMs + 5, transfer(from, to, amount), transfer(from, to, amount));
const read = (atMs: number, balances: Json): Step => ok('read', atMs, atMs + 5, null, balances);

const START: Balances = { a: 10, b: 10, c: 0 };
const SHARED: Balances = { a: 5, b: 10, c: 5 };

const bank =
  (options: BankOptions = {}): Checker =>
  (history) =>
    checkBank(history, options);

const GOOD: readonly [shows: string, steps: readonly Step[], options?: BankOptions][] = [
  ['nothing happens', []],
  ['one read', [read(0, START)]],
  ['a transfer between two reads', [read(0, START), moved(10, 'a', 'c', 5), read(20, SHARED)]],
  ['a read during a transfer, of before', [read(0, START), moved(10, 'a', 'c', 5), read(12, START)]],
  ['a read during a transfer, of after', [read(0, START), moved(10, 'a', 'c', 5), read(12, SHARED)]],
  ['a transfer that failed', [read(0, START), fail('transfer', 10, 15, transfer('c', 'a', 5), 'x'), read(20, START)]],
  [
    'an unknown transfer that happened',
    [read(0, START), info('transfer', 10, 15, transfer('a', 'c', 5)), read(20, SHARED)],
  ],
  [
    'an unknown transfer that did not',
    [read(0, START), info('transfer', 10, 15, transfer('a', 'c', 5)), read(20, START)],
  ],
  ['an account emptied to zero', [read(0, START), moved(10, 'a', 'c', 10), read(20, { a: 0, b: 10, c: 10 })]],
  ['a read that failed', [read(0, START), fail('read', 10, 15, null, 'unavailable')]],
  ['a read without an answer', [read(0, START), info('read', 10, 15, null)]],
  ['accounts in another order', [read(0, START), read(10, { c: 0, a: 10, b: 10 })]],
  ['the total and the accounts that were given', [read(0, START)], { total: 20, accounts: ['a', 'b', 'c'] }],
  ['debts, where they are allowed', [read(0, START), read(10, { a: 25, b: 0, c: -5 })], { negativeAllowed: true }],
];

const BAD: readonly [shows: string, steps: readonly Step[], found: [string, number[]][], options?: BankOptions][] = [
  ['money is lost', [read(0, START), read(10, { a: 5, b: 10, c: 0 })], [['wrong-total', [0, 1]]]],
  ['money is made', [read(0, START), read(10, { a: 10, b: 10, c: 5 })], [['wrong-total', [0, 1]]]],
  [
    'a read halfway through a transfer',
    [read(0, START), moved(10, 'a', 'c', 5), read(12, { ...START, a: 5 }), read(20, SHARED)],
    [['wrong-total', [0, 2]]],
  ],
  [
    'half of an unknown transfer',
    [read(0, START), info('transfer', 10, 15, transfer('a', 'c', 5)), read(20, { ...START, c: 5 })],
    [['wrong-total', [0, 2]]],
  ],
  ['an account below zero', [read(0, START), read(10, { a: 25, b: 0, c: -5 })], [['negative-balance', [1]]]],
  ['an account below zero at first', [read(0, { a: 25, b: -5 })], [['negative-balance', [0]]]],
  ['an account is gone', [read(0, START), read(10, { a: 10, b: 10 })], [['missing-account', [0, 1]]]],
  ['an account appears', [read(0, START), read(10, { ...START, d: 0 })], [['unknown-account', [0, 1]]]],
  [
    'an account in place of another',
    [read(0, START), read(10, { a: 10, b: 10, d: 0 })],
    [
      ['missing-account', [0, 1]],
      ['unknown-account', [0, 1]],
    ],
  ],
  ['nothing at all is read', [read(0, START), read(10, {})], [['missing-account', [0, 1]]]],
  ['a balance that is no number', [read(0, START), read(10, { ...START, c: null })], [['bad-balance', [1]]]],
  ['a balance that is not a number', [read(0, START), read(10, { ...START, c: Number.NaN })], [['bad-balance', [1]]]],
  ['balances as text', [read(0, { a: '10' }), read(10, START)], [['bad-balance', [0]]]],
  ['another total than was given', [read(0, START)], [['wrong-total', [0]]], { total: 30 }],
  ['an account that was not given', [read(0, START)], [['unknown-account', [0]]], { accounts: ['a', 'b'] }],
  ['a given account missing', [read(0, START)], [['missing-account', [0]]], { accounts: ['a', 'b', 'c', 'd'] }],
  [
    'debt and loss in one read',
    [read(0, START), read(10, { a: 10, b: 10, c: -5 })],
    [
      ['negative-balance', [1]],
      ['wrong-total', [0, 1]],
    ],
  ],
];

describe('bank', () => {
  it.each(GOOD)('accepts: %s', (_, steps, options) => {
    const { verdict } = judge(bank(options), steps);
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.valid).toBe(true);
  });

  it.each(BAD)('finds: %s', (_, steps, found, options) => {
    const judged = judge(bank(options), steps);
    expect(judged.verdict.valid).toBe(false);
    expect(judged.found).toEqual(found);
  });

  it('says what it saw', () => {
    const { verdict } = judge(bank(), [read(0, START), moved(10, 'a', 'c', 5), read(20, { ...START, a: 5 })]);
    expect(verdict.anomalies[0]?.message).toBe(
      'a read shows 15 in all accounts together instead of 20: transfers only move money',
    );
    expect(verdict.stats).toEqual({
      reads: 2,
      accounts: 3,
      total: 20,
      transfers: 1,
      transferred: 1,
      unknown: 0,
      anomalies: 1,
    });
  });

  it('lists one anomaly of each name before the many of one', () => {
    const many = Array.from({ length: 30 }, (_, i) => read(10 + i * 10, { ...START, a: 9 }));
    const { verdict } = judge(bank(), [read(0, START), ...many, read(900, { a: 10, b: 10 })]);
    expect(verdict.anomalies.map(({ name }) => name).slice(0, 2)).toEqual(['wrong-total', 'missing-account']);
    expect(verdict.anomalies).toHaveLength(10);
    expect(verdict.stats['anomalies']).toBe(31);
  });

  it('refuses histories of something else', () => {
    expect(() => judge(bank(), [ok('write', 0, 1, null, null)])).toThrow('the bank has no "write"');
    expect(() => judge(bank(), [read(0, [1, 2])])).toThrow('not answered with an object');
  });
});
