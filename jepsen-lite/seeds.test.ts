// Every failure that the simulation found stays here as a plan, or as a seed of the consensus core, with a line
// that says what it was.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants/list/index.js';
import { runCore } from './sim/core.js';
import { parsePlan } from './sim/plan.js';
import { runPlan } from './sim/run.js';
import { summarize } from './sim/summary.js';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'seeds');

interface Kept {
  /** What went wrong. */
  readonly was: string;
  /** The planted bug that brings the mistake back, and that this plan shows. */
  readonly mutant: string;
  readonly plan?: unknown;
  /** Instead of a plan: the consensus core alone, whose schedules are made as they run. */
  readonly world?: 'core';
  readonly seed?: number;
}

const kept = readdirSync(FOLDER).map((file) => ({
  file,
  ...(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Kept),
}));

describe('schedules that failed once', () => {
  it('are kept, with what they were and the planted bug that brings it back', () => {
    expect(kept.length).toBeGreaterThan(5);
    const mutants = MUTANTS.map((m) => m.name);
    for (const { file, was, mutant } of kept) {
      expect(was.length).toBeGreaterThan(40);
      expect(mutants).toContain(mutant);
      expect(file).toBe(`${mutant}.json`);
    }
  });

  it.each(kept)('$file: $was', { timeout: 60_000 }, async ({ plan, world, seed }) => {
    const run = world === 'core' ? runCore(seed as number) : summarize(await runPlan(parsePlan(plan)));
    expect(run.anomalies).toEqual([]);
  });
});
