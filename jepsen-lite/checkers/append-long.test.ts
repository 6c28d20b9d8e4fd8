import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import type { HistoryEvent, Json } from '../history/types.js';
import { checkAppend } from './append.js';
import { generate } from './append-generator.js';
import { asked, micros } from './append-testing.js';

const TXNS = 20_000;
/** Far above what it takes: what grows with the square of the history takes minutes. */
const LIMIT_MS = 60_000;

const long = (): HistoryEvent[] => generate(new SimRandom(1), { workers: 10, txns: TXNS }).history;

/** One more transaction, begun and ended after all that there are. */
function then(history: readonly HistoryEvent[], short: string): HistoryEvent[] {
  const answer = micros(short);
  const event = { process: -1 - history.length, f: 'txn' };
  const [index, timeNs] = [history.length, history.length + 1];
  return [
    ...history,
    { ...event, index, timeNs, type: 'invoke', value: asked(answer) as Json },
    { ...event, index: index + 1, timeNs, type: 'ok', value: answer as Json },
  ];
}

/** Names, and how many transactions show each. */
const found = (history: readonly HistoryEvent[]): [string, number][] =>
  checkAppend(history).anomalies.map(({ name, operations }) => [name, operations.length]);

describe('append, on long histories', () => {
  it('accepts a valid one', { timeout: LIMIT_MS }, () => {
    const verdict = checkAppend(long());
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.stats['transactions']).toBe(TXNS + 2);
  });

  it('finds a read at the end that is as old as the history', { timeout: LIMIT_MS }, () => {
    expect(found(then(long(), 'k0='))).toEqual([['G-single-realtime', 2]]);
  });

  it('finds an append at the end that comes before all others', { timeout: LIMIT_MS }, () => {
    const history = then(then(then([], 'z+1'), 'z+2'), 'z=1,2').slice(0, 4);
    const rest = long().map((event) => ({ ...event, index: event.index + 4, timeNs: event.timeNs + 4 }));
    const names = found(then(then([...history, ...rest], 'z+3'), 'z=3,1,2')).map(([name]) => name);
    expect(names).toEqual(['G0-realtime']);
  });

  it('finds that all reads are empty', { timeout: LIMIT_MS }, () => {
    const history = long().map((event): HistoryEvent => {
      if (event.type !== 'ok') return event;
      const value = (event.value as Json[][]).map(([f, key, read]) => [
        f as Json,
        key as Json,
        f === 'r' ? [] : (read as Json),
      ]);
      return { ...event, value };
    });
    expect(found(history).map(([name]) => name)).toContain('G-single-realtime');
  });

  it('finds that all of one key is read in the wrong order of time', { timeout: LIMIT_MS }, () => {
    let history: HistoryEvent[] = [];
    const elements = Array.from({ length: 2_000 }, (_, i) => i + 1);
    const parts = elements.map((element) => then([], `x+${element}`));
    parts.push(then([], `x=${elements.toReversed().join()}`));
    history = parts.flat().map((event, index) => ({ ...event, index, timeNs: index }));
    expect(found(history)).toEqual([['G0-realtime', 2]]);
  });
});
