import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.js';
import { makePlan, parsePlan } from './plan.js';
import { withLimits } from './tight-limits.js';

const plan = makePlan(7, { faults: ['crash', 'isolate'] });

describe('plans', () => {
  it('are the same from the same seed, and options change nothing but what they name', () => {
    expect(makePlan(7, { faults: ['crash', 'isolate'] })).toEqual(plan);
    expect(makePlan(8)).not.toEqual(makePlan(7));
    const { workloads, nodes, ...rest } = makePlan(7);
    expect(makePlan(7, { workloads: ['bank'], nodes: 5 })).toEqual({ workloads: ['bank'], nodes: 5, ...rest });
  });

  it('come back from a file as they were', () => {
    expect(plan.faults.length).toBeGreaterThan(0);
    expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it.each<[shows: string, value: unknown, message: RegExp]>([
    ['nothing', null, /its "seed" is no number/],
    ['a text', 'plan', /its "seed" is no number/],
    ['another object', { seed: 1, nodes: 3 }, /its "safetyMs" is no number/],
    ['no list of faults', { ...plan, faults: undefined }, /it needs lists/],
    ['an unknown workload', { ...plan, workloads: ['regster'] }, /there is no workload "regster"/],
    ['a limit that can not be tightened', { ...plan, limits: { txnOpsMax: 1 } }, /no limit "txnOpsMax"/],
    ['a limit that is no number', { ...plan, limits: { rangeBatchKeys: '9' } }, /"rangeBatchKeys" is no number/],
    ['an unknown fault', { ...plan, faults: [{ ...plan.faults[0], kind: 'quake' }] }, /there is no fault "quake"/],
    [
      'a fault without its time',
      { ...plan, faults: [{ kind: 'crash', forMs: 1, seed: 1 }] },
      /lacks one of the numbers/,
    ],
  ])('are refused: %s', (_, value, message) => {
    expect(() => parsePlan(value)).toThrow(message);
  });
});

describe('tight limits', () => {
  const plans = Array.from({ length: 200 }, (_, i) => makePlan(i + 1).limits ?? {});

  it('are those of some runs, each tighter than in real life', () => {
    expect(plans.filter((tight) => Object.keys(tight).length > 0).length).toBeGreaterThan(60);
    expect(plans.some((tight) => Object.keys(tight).length === 0)).toBe(true);
    for (const tight of plans) {
      for (const [name, value] of Object.entries(tight)) {
        expect(value, name).toBeLessThan(limits[name as keyof typeof limits]);
        expect(value, name).toBeGreaterThan(0);
      }
    }
  });

  it('hold during a run, also one that fails, and not after it', async () => {
    const before = { ...limits };
    const seen: number[] = [];
    const run = withLimits({ rangeBatchKeys: 3 }, async () => {
      seen.push(limits.rangeBatchKeys);
      throw new Error('the run failed');
    });
    await expect(run).rejects.toThrow('the run failed');
    expect(seen).toEqual([3]);
    expect(limits).toEqual(before);
  });
});
