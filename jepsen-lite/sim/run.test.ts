import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../nemesis/generate.js';
import { type Fault, type FaultKind, MEMBER_FAULTS } from '../nemesis/types.js';
import { WORKLOADS } from '../workloads/index.js';
import { makePlan, type Plan } from './plan.js';
import { runPlan } from './run.js';
import { summarize } from './summary.js';

const problems = async (plan: Plan) => summarize(await runPlan(plan)).anomalies;

describe('plans', () => {
  it('are the same for the same seed, and others for others', () => {
    expect(makePlan(5)).toEqual(makePlan(5));
    expect(makePlan(5)).not.toEqual(makePlan(6));
  });

  it('draw all workloads, all kinds of faults, both sizes and both lengths of log', () => {
    const plans = Array.from({ length: 300 }, (_, seed) => makePlan(seed));
    expect(new Set(plans.flatMap((p) => p.workloads)).size).toBe(WORKLOADS.length);
    expect(new Set(plans.flatMap((p) => p.faults.map((f) => f.kind))).size).toBe(FAULT_KINDS.length);
    expect(new Set(plans.map((p) => p.nodes))).toEqual(new Set([3, 5]));
    expect(plans.filter((p) => p.snapshotCount < 1_000).length).toBeGreaterThan(50);
  });

  it('keep everything else when an option replaces a part', () => {
    const { nodes, safetyMs } = makePlan(9);
    expect(makePlan(9, { workloads: ['bank'] })).toMatchObject({ nodes, safetyMs, workloads: ['bank'] });
  });
});

describe('a simulated run', () => {
  it('writes the same trace for the same seed', { timeout: 60_000 }, async () => {
    const traceOf = async (seed: number): Promise<string> => {
      const hash = createHash('sha256');
      let lines = 0;
      await runPlan(makePlan(seed), {
        onTrace: (line) => {
          lines++;
          hash.update(line);
        },
      });
      expect(lines).toBeGreaterThan(1_000);
      return hash.digest('hex');
    };
    for (const seed of [4, 7]) expect(await traceOf(seed)).toBe(await traceOf(seed));
    expect(await traceOf(4)).not.toBe(await traceOf(7));
  });

  it.each(WORKLOADS.map((w) => w.name))('does what the workload %s is for', { timeout: 60_000 }, async (name) => {
    const result = await runPlan(makePlan(2, { workloads: [name], faults: ['crash', 'isolate'], nodes: 3 }));
    expect(summarize(result).anomalies).toEqual([]);
    const [workload] = result.workloads;
    const functions = new Map<string, number>();
    for (const { type, f } of workload?.history ?? []) {
      if (type === 'ok') functions.set(f, (functions.get(f) ?? 0) + 1);
    }
    expect(functions.size).toBeGreaterThan(name === 'append' ? 0 : 1);
    for (const [f, count] of functions) expect([f, count > 0]).toEqual([f, true]);
    expect([...functions.values()].reduce((a, b) => a + b, 0)).toBeGreaterThan(50);
  });

  const fault = (kind: FaultKind, atMs: number, seed: number): Fault => ({ kind, atMs, forMs: 1_500, seed });

  it.each(FAULT_KINDS)('survives the fault %s, which is carried out', { timeout: 60_000 }, async (kind) => {
    // Of one partition, and of those that vote on every node, there is nothing to move.
    const cluster = MEMBER_FAULTS.includes(kind) ? { nodes: 5, partitions: 2 } : { nodes: 3 };
    const plan = makePlan(1, { workloads: ['register', 'watch'], ...cluster, safetyMs: 8_000 });
    const faults = [fault(kind, 1_000, 1), fault(kind, 3_000, 2), fault(kind, 5_000, 3)];
    const result = await runPlan({ ...plan, faults });
    expect(summarize(result).anomalies).toEqual([]);
    expect(result.faults.filter((f) => f.kind === kind).length).toBeGreaterThan(0);
  });

  it('finds that locks without tokens do not guard anything', { timeout: 60_000 }, async () => {
    const found = new Set<string>();
    for (let seed = 1; seed < 60 && found.size === 0; seed++) {
      const plan = makePlan(seed, { workloads: ['lock-unfenced'], faults: ['freezeClient'], nodes: 3 });
      for (const { name } of await problems(plan)) found.add(name);
    }
    expect([...found]).toEqual(['unfenced-overwrite']);
  });

  it('starts again what is down when everything is healed', { timeout: 60_000 }, async () => {
    const plan = makePlan(1, { workloads: ['register'], nodes: 3, safetyMs: 3_000 });
    const result = await runPlan({
      ...plan,
      nodes: 1,
      faults: [{ kind: 'crash', atMs: 100, forMs: 100_000, seed: 1 }],
    });
    expect(summarize(result).anomalies).toEqual([]);
    expect(result.nodeChanges.some((c) => c.role === 'down')).toBe(true);
  });
});
