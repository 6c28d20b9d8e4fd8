// Every failure that the simulation found stays here as a plan, with a line that says what it was.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Plan } from './sim/plan.js';
import { runPlan } from './sim/run.js';
import { summarize } from './sim/summary.js';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'seeds');

interface Kept {
  /** What went wrong. */
  readonly was: string;
  /** The planted bug that brings the mistake back, and that this plan shows. */
  readonly mutant: string;
  readonly plan: Plan;
}

const kept = readdirSync(FOLDER).map((file) => ({
  file,
  ...(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Kept),
}));

describe('schedules that failed once', () => {
  it('are kept', () => {
    expect(kept.length).toBeGreaterThan(3);
    for (const { was } of kept) expect(was.length).toBeGreaterThan(40);
  });

  it.each(kept)('$file: $was', { timeout: 60_000 }, async ({ plan }) => {
    expect(summarize(await runPlan(plan)).anomalies).toEqual([]);
  });
});
