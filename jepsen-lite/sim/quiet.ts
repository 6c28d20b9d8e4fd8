// One group that goes quiet and wakes, on random schedules: what stands in for its heartbeats alone, without stores,
// services and clients.

import { type QuietFaults, QuietSchedule } from '../../src/multiraft/testing/schedule.js';
import { SimRandom } from '../../src/runtime/sim/random.js';
import type { SeedSummary } from './summary.js';

const STEPS = 400;
/** A step is a few heartbeat intervals. */
const STEP_MS = 250;

const SHAPES: readonly QuietFaults[] = [
  { lost: 0, late: 0, doubled: 0 },
  { lost: 0.03, late: 0.05, doubled: 0.05 },
  { lost: 0.005, late: 0.15, doubled: 0.15 },
];

export function runQuiet(seed: number): SeedSummary {
  const begin = performance.now();
  const random = new SimRandom(seed);
  const voters = random.float() < 0.7 ? 3 : 5;
  const learners = random.float() < 0.3 ? 1 : 0;
  const shape = SHAPES[random.below(SHAPES.length)] as QuietFaults;
  const schedule = new QuietSchedule(seed, voters, learners);
  let problem: string | undefined;
  try {
    schedule.run(STEPS, shape);
    schedule.settle();
    schedule.finish();
  } catch (error) {
    problem = (error as Error).message;
  }
  const anomaly = { seed, workload: 'quiet', checker: 'quiet', name: 'unsafe', message: problem ?? '' };
  return {
    seed,
    valid: problem === undefined,
    anomalies: problem === undefined ? [] : [anomaly],
    simulatedMs: STEPS * STEP_MS,
    realMs: performance.now() - begin,
    operations: { quiet: { ok: schedule.readsAnswered, fail: 0, info: 0 } },
    faults: {},
  };
}
