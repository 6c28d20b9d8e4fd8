import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/scheduler.js';
import { NO_END, watchSpan } from './key-range.js';
import { RangeTree } from './range-tree.js';

describe('RangeTree', () => {
  it('finds what a scan over all ranges finds', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = seeded(seed);
      const key = (): string => String.fromCharCode(97 + random.below(6), 97 + random.below(6));
      const tree = new RangeTree<number>();
      const all = new Map<number, { start: string; end: string }>();
      for (let step = 0; step < 300; step++) {
        if (random.below(3) > 0) {
          const start = key();
          const end = random.below(5) === 0 ? NO_END : key();
          all.set(step, { start, end });
          tree.add(start, end, step);
        } else {
          const chosen = [...all.keys()][random.below(Math.max(1, all.size))];
          if (chosen === undefined) continue;
          const { start, end } = all.get(chosen)!;
          tree.remove(start, end, chosen);
          tree.remove(start, end, chosen);
          all.delete(chosen);
        }
        const probe = key();
        const found: number[] = [];
        tree.match(probe, found);
        const expected = [...all].filter(([, r]) => r.start <= probe && probe < r.end).map(([value]) => value);
        expect(found.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
      }
    }
  });

  it('looks at few of many disjoint ranges', () => {
    const tree = new RangeTree<number>();
    const name = (i: number): string => `k${String(i).padStart(6, '0')}`;
    for (let i = 0; i < 100_000; i++) tree.add(name(i), name(i + 1), i);
    const begun = process.hrtime.bigint();
    let hits = 0;
    for (let i = 0; i < 100_000; i++) {
      const found: number[] = [];
      tree.match(name(i), found);
      hits += found.length;
    }
    expect(hits).toBe(100_000);
    // A scan would make ten thousand million comparisons.
    expect(Number(process.hrtime.bigint() - begun) / 1e6).toBeLessThan(15_000);
  });
});

describe('watchSpan', () => {
  const b = (s: string): Buffer => Buffer.from(s, 'latin1');
  it.each([
    ['a', '', { key: 'a', end: undefined }],
    ['', '', { key: '\0', end: undefined }],
    ['a', '\0', { key: 'a', end: NO_END }],
    ['', '\0', { key: '\0', end: NO_END }],
    ['a', 'b', { key: 'a', end: 'b' }],
    ['\xff', '\0', { key: '\xff', end: NO_END }],
    ['b', 'a', undefined],
    ['a', 'a', undefined],
  ])('%j to %j', (key, end, span) => {
    expect(watchSpan(b(key), b(end))).toEqual(span);
  });
});
