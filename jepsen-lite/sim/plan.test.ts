import { describe, expect, it } from 'vitest';
import { makePlan, parsePlan } from './plan.js';

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
