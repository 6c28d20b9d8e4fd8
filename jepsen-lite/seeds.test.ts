// Every failure that the simulation found stays here as a plan, or as a seed of the consensus core, with a line
// that says what it was.

import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants/list/index.js';
import { keptSchedules } from './mutants/schedules.js';
import { runCore } from './sim/core.js';
import { parsePlan } from './sim/plan.js';
import { runPlan } from './sim/run.js';
import { summarize } from './sim/summary.js';

const kept = keptSchedules();

describe('schedules that failed once', () => {
  it('are kept, with what they were and the planted bug that brings it back', () => {
    expect(kept.length).toBeGreaterThan(5);
    const mutants = MUTANTS.map((m) => m.name);
    for (const { path, was, mutant } of kept) {
      expect(was.length).toBeGreaterThan(40);
      expect(mutants).toContain(mutant);
      expect(basename(path)).toBe(`${mutant}.json`);
    }
  });

  it.each(kept)('$mutant: $was', { timeout: 60_000 }, async ({ plan, world, seed }) => {
    const run = world === 'core' ? runCore(seed as number) : summarize(await runPlan(parsePlan(plan)));
    expect(run.anomalies).toEqual([]);
  });
});
