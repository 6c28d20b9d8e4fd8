import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { REAL_FAULT_KINDS } from './faults.js';
import { partition } from './partitions.js';
import { schedule } from './schedule.js';

const options = { seed: 7, lengthMs: 120_000, kinds: REAL_FAULT_KINDS, pauseMs: 1_500 };

describe('a schedule', () => {
  it('is decided by its seed', () => {
    expect(schedule(options)).toEqual(schedule(options));
    expect(schedule(options)).not.toEqual(schedule({ ...options, seed: 8 }));
  });

  it('has every kind before any comes twice, in order, within the run, with overlaps', () => {
    const faults = schedule(options);
    const first = faults.slice(0, REAL_FAULT_KINDS.length).map((f) => f.kind);
    expect(new Set(first)).toEqual(new Set(REAL_FAULT_KINDS));
    for (const [i, { atMs, forMs }] of faults.entries()) {
      expect(atMs).toBeGreaterThan(faults[i - 1]?.atMs ?? 0);
      expect(atMs + forMs).toBeLessThanOrEqual(options.lengthMs + 1);
    }
    const overlaps = faults.filter((f, i) => i > 0 && f.atMs < faults[i - 1]!.atMs + faults[i - 1]!.forMs);
    expect(overlaps.length).toBeGreaterThan(2);
  });

  it('is empty without kinds', () => {
    expect(schedule({ ...options, kinds: [] })).toEqual([]);
  });
});

describe.each([3, 5])('partitions of %i nodes', (count) => {
  const nodes = Array.from({ length: count }, (_, i) => `n${i + 1}`);
  const seenBy = (node: string, cut: readonly (readonly [string, string])[]): number =>
    count - cut.filter((pair) => pair.includes(node)).length;

  it('let every node see a majority in a ring, and one see all as a bridge', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new SimRandom(seed);
      const ring = partition('majorityRing', nodes, random);
      for (const node of nodes) expect(seenBy(node, ring)).toBeGreaterThan(count / 2);
      expect(ring.length).toBeGreaterThan(0);
      const bridge = partition('bridge', nodes, random);
      expect(nodes.filter((n) => seenBy(n, bridge) === count)).toHaveLength(1);
    }
  });

  it('cut halves apart completely', () => {
    const cut = partition('halves', nodes, new SimRandom(1));
    const small = Math.floor(count / 2);
    expect(cut).toHaveLength(small * (count - small));
  });
});
