import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { pair } from '../history/pair.js';
import type { HistoryEvent } from '../history/types.js';
import { checkAppend } from './append.js';
import { BAD, GOOD } from './append-cases.js';
import { generate, type Mistake } from './append-generator.js';
import { played, type Step } from './testing/script.js';

const SEEDS = Array.from({ length: 100 }, (_, i) => i + 1);

/** What each mistake of the store must be called, among other names; the last one depends on who notices. */
const MISTAKES: readonly (readonly [Mistake, RegExp])[] = [
  ['aborted', /^G1a$/],
  ['lost', /^G-single-realtime$/],
  ['stale', /^G-single-realtime$/],
  ['twice', /^duplicate-element$/],
  ['swapped', /^incompatible-order$/],
  ['forgetful', /^incompatible-order$|^G-single/],
];

/** The steps among those of a generated history: their order is kept, the keys and processes are others. */
function planted(random: SimRandom, steps: readonly Step[]): { history: HistoryEvent[]; stepOf: Map<number, number> } {
  const around = generate(random, { workers: 5, txns: 40 }).history;
  const own = played(steps);
  const positions = own.map(() => random.below(around.length + 1)).sort((a, b) => a - b);
  const history: HistoryEvent[] = [];
  const append = (event: HistoryEvent, process: number): void => {
    history.push({ ...event, process, index: history.length, timeNs: history.length });
  };
  for (let at = 0, next = 0; at <= around.length; at++) {
    for (; positions[next] === at; next++) append(own[next] as HistoryEvent, -1 - Number(own[next]?.process));
    const event = around[at];
    if (event !== undefined) append(event, Number(event.process));
  }
  const ofSteps = pair(history).filter(({ process }) => process < 0);
  return { history, stepOf: new Map(ofSteps.map(({ index, process }) => [index, -1 - process])) };
}

describe('append, on generated histories', () => {
  it.each(SEEDS)('accepts what a right store did, seed %i', (seed) => {
    const { history } = generate(new SimRandom(seed), { workers: 2 + (seed % 9), txns: 200 });
    const verdict = checkAppend(history);
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.stats['failed']).toBeGreaterThan(0);
    expect(verdict.stats['unknown']).toBeGreaterThan(0);
  });

  describe.each(MISTAKES)('a store with the mistake: %s', (mistake, name) => {
    it.each(SEEDS)('is found, seed %i', (seed) => {
      const { history, mistaken } = generate(new SimRandom(seed), { workers: 5, txns: 300, mistake });
      expect(mistaken).toBe(true);
      const verdict = checkAppend(history);
      expect(verdict.valid).toBe(false);
      expect(verdict.anomalies.filter((anomaly) => name.test(anomaly.name))).not.toEqual([]);
    });
  });

  it.each(GOOD)('accepts what was planted: %s', (_, steps) => {
    for (const seed of SEEDS) expect(checkAppend(planted(new SimRandom(seed), steps).history).anomalies).toEqual([]);
  });

  it.each(BAD)('finds what was planted, and nothing else: %s', (_, expected, steps) => {
    for (const seed of SEEDS) {
      const { history, stepOf } = planted(new SimRandom(seed), steps);
      const found = checkAppend(history).anomalies.map(({ name, operations }): [string, number[]] => [
        name,
        operations.map((index) => stepOf.get(index) ?? Number.NaN).sort((a, b) => a - b),
      ]);
      expect(found).toEqual(expected);
    }
  });

  it('says the same of the same history', () => {
    const { history } = generate(new SimRandom(3), { workers: 5, txns: 300, mistake: 'stale' });
    expect(checkAppend(history)).toEqual(checkAppend(history));
  });
});
