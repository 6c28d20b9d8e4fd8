// A process that runs one seed after another for its parent.

import { runCore } from './core.js';
import { makePlan } from './plan.js';
import type { SeedAnswer, SeedRequest } from './pool.js';
import { runQuiet } from './quiet.js';
import { runPlan } from './run.js';
import { type SeedSummary, summarize } from './summary.js';

// Answers that are errors are part of every run: their stacks cost more than the rest of them.
Error.stackTraceLimit = 4;

process.on('message', ({ seed, plan, world }: SeedRequest) => {
  const answer = (value: SeedAnswer): void => {
    process.send?.(value);
  };
  const run = async (): Promise<SeedSummary> => {
    if (world === 'core') return runCore(seed);
    return world === 'quiet' ? runQuiet(seed) : summarize(await runPlan(makePlan(seed, plan)));
  };
  run().then(
    (summary) => answer({ summary }),
    (error: Error) => answer({ error: error.stack ?? String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
