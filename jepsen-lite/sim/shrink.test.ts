import { describe, expect, it } from 'vitest';
import { makePlan, type Plan } from './plan.js';
import { runPlan } from './run.js';
import { reduce, shrink } from './shrink.js';
import { summarize } from './summary.js';

describe('delta debugging', () => {
  const needs =
    (...wanted: number[]) =>
    async (items: readonly number[]): Promise<boolean> =>
      wanted.every((w) => items.includes(w));
  const all = Array.from({ length: 40 }, (_, i) => i);

  it.each([
    ['one item', [17]],
    ['two items far apart', [3, 36]],
    ['the first and the last', [0, 39]],
    ['several', [1, 2, 20, 33]],
  ])('finds %s', async (_, wanted) => {
    expect(await reduce(all, needs(...wanted))).toEqual(wanted);
  });

  it('finds that nothing is needed', async () => {
    expect(await reduce(all, async () => true)).toEqual([]);
  });

  it('keeps all when each is needed', async () => {
    expect(await reduce(all, async (items) => items.length === all.length)).toEqual(all);
  });

  it('keeps the order', async () => {
    const fails = async (items: readonly number[]): Promise<boolean> =>
      items.filter((i) => i % 10 === 0).length === 4 && items.every((item, i) => i === 0 || item > (items[i - 1] ?? 0));
    expect(await reduce(all, fails)).toEqual([0, 10, 20, 30]);
  });
});

describe('shrinking a plan', () => {
  it('does nothing when it does not fail', async () => {
    expect(await shrink(makePlan(3, { workloads: ['register'], safetyMs: 2_000 }))).toBeUndefined();
  });

  it('leaves the faults that matter', { timeout: 120_000 }, async () => {
    // A lock without tokens fails when its holder stands still; others may shift the moment. None that is left can go.
    const options = { workloads: ['lock-unfenced'], safetyMs: 6_000, nodes: 3 };
    const faults = ['freezeClient', 'clockJump', 'compact', 'moveLeader'] as const;
    let shrunk: Awaited<ReturnType<typeof shrink>>;
    for (let seed = 1; seed < 200 && shrunk === undefined; seed++) {
      const plan = makePlan(seed, { ...options, faults });
      if (plan.faults.some((f) => f.kind === 'freezeClient') && plan.faults.length > 4)
        shrunk = await shrink(plan, 150);
    }
    expect(shrunk?.anomalies[0]).toMatchObject({ workload: 'lock-unfenced', name: 'unfenced-overwrite' });
    expect(shrunk?.plan.faults.map((f) => f.kind)).toContain('freezeClient');
    const left = shrunk?.plan as Plan;
    for (const fault of left.faults) {
      const { anomalies } = summarize(await runPlan({ ...left, faults: left.faults.filter((f) => f !== fault) }));
      expect(anomalies.map(({ name }) => name)).not.toContain('unfenced-overwrite');
    }
  });
});
