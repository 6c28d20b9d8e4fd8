import { describe, expect, it } from 'vitest';
import { edn } from './edn.js';
import { Recorder } from './recorder.js';
import type { HistoryEvent, Json } from './types.js';

const event = (value: Json, more: Partial<HistoryEvent> = {}): HistoryEvent => ({
  index: 0,
  type: 'ok',
  process: 0,
  f: 'read',
  value,
  timeNs: 1,
  ...more,
});

const valueEdn = (value: Json, f = 'read'): string =>
  /:value (.*), :time 1\}\n$/.exec(edn([event(value, { f })]))?.[1] ?? '';

describe('EDN', () => {
  it('writes list-append as elle-cli reads it', () => {
    let timeNs = 0;
    const recorder = new Recorder(() => (timeNs += 1_500));
    recorder.add('invoke', 0, 'txn', [
      ['append', 'k', 1],
      ['r', 'k', null],
    ]);
    recorder.add('invoke', 'nemesis', 'crash', 'n1');
    recorder.add('invoke', 1, 'txn', [['r', 'k', null]]);
    recorder.add('ok', 0, 'txn', [
      ['append', 'k', 1],
      ['r', 'k', [1]],
    ]);
    recorder.add('info', 1, 'txn', [['r', 'k', null]], 'the deadline passed: "5 s"');
    expect(edn(recorder.events)).toBe(
      [
        '{:index 0, :type :invoke, :process 0, :f :txn, :value [[:append "k" 1] [:r "k" nil]], :time 1500}',
        '{:index 1, :type :invoke, :process :nemesis, :f :crash, :value "n1", :time 3000}',
        '{:index 2, :type :invoke, :process 1, :f :txn, :value [[:r "k" nil]], :time 4500}',
        '{:index 3, :type :ok, :process 0, :f :txn, :value [[:append "k" 1] [:r "k" [1]]], :time 6000}',
        '{:index 4, :type :info, :process 1, :f :txn, :value [[:r "k" nil]], :time 7500,' +
          ' :error "the deadline passed: \\"5 s\\""}',
        '',
      ].join('\n'),
    );
  });

  it('writes nothing for an empty history', () => expect(edn([])).toBe(''));

  it.each<[string, Json, string]>([
    ['nil', null, 'nil'],
    ['booleans', [true, false], '[true false]'],
    ['numbers', [0, -7, 1.5, 2 ** 53, 1e21], '[0 -7 1.5 9007199254740992 1e+21]'],
    ['maps, with keywords for names', { from: 'a0', to: 'a1', amount: 5 }, '{:from "a0", :to "a1", :amount 5}'],
    ['names that are no keywords', { '1': 2, 'a b': 3, 'n:1': 4, '': 5 }, '{"1" 2, "a b" 3, "n:1" 4, "" 5}'],
    ['empty collections', [[], {}], '[[] {}]'],
    ['strings that need escapes', 'a"b\\c\nd\te\u0001\ud800', '"a\\"b\\\\c\\nd\\te\\u0001\\ud800"'],
    ['text of other scripts', 'schlüssel 鍵 🔑', '"schlüssel 鍵 🔑"'],
  ])('writes %s', (_, value, text) => expect(valueEdn(value)).toBe(text));

  it('takes only the first of a micro-operation for a keyword', () => {
    expect(
      valueEdn(
        [
          ['append', 'append', 'r'],
          ['r', 'x', []],
        ],
        'txn',
      ),
    ).toBe('[[:append "append" "r"] [:r "x" []]]');
    expect(valueEdn([['append', 'x', 1]])).toBe('[["append" "x" 1]]');
    expect(valueEdn(null, 'txn')).toBe('nil');
    expect(valueEdn([1, []], 'txn')).toBe('[1 []]');
  });

  it('refuses numbers that EDN has not', () => {
    expect(() => edn([event(Number.NaN)])).toThrow(RangeError);
    expect(() => edn([event([Number.POSITIVE_INFINITY])])).toThrow(/no number Infinity/);
  });
});
