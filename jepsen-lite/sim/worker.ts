// A process that runs one seed after another for its parent.

import { makePlan } from './plan.js';
import type { SeedAnswer, SeedRequest } from './pool.js';
import { runPlan } from './run.js';
import { summarize } from './summary.js';

process.on('message', ({ seed, plan }: SeedRequest) => {
  const answer = (value: SeedAnswer): void => {
    process.send?.(value);
  };
  runPlan(makePlan(seed, plan)).then(
    (result) => answer({ summary: summarize(result) }),
    (error: Error) => answer({ error: error.stack ?? String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
