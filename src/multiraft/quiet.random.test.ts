import { describe, expect, it } from 'vitest';
import { type QuietFaults, QuietSchedule } from './testing/schedule.js';

const SEEDS = Number(process.env['HEXKEEP_QUIET_SEEDS'] ?? 150);
const FIRST = Number(process.env['HEXKEEP_QUIET_FIRST'] ?? 1);
const STEPS = 400;

function explore(name: string, voters: number, learners: number, faults: QuietFaults): void {
  it(`${name}: ${SEEDS} seeds of ${voters} voters and ${learners} learners`, { timeout: 300_000 }, () => {
    let quiet = 0;
    let reads = 0;
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const schedule = new QuietSchedule(seed, voters, learners);
      try {
        schedule.run(STEPS, faults);
        schedule.settle();
        schedule.finish();
        quiet += schedule.quietSeen;
        reads += schedule.readsAnswered;
      } catch (error) {
        throw new Error(`seed ${seed} (${name}): ${(error as Error).message}`, { cause: error });
      }
    }
    // A group that is never quiet, or never answers, would keep all of this, too.
    expect(quiet / SEEDS).toBeGreaterThan(5);
    expect(reads / SEEDS).toBeGreaterThan(1);
  });
}

describe('random schedules of quiet groups', () => {
  explore('calm', 3, 0, { lost: 0, late: 0, doubled: 0 });
  explore('loss', 3, 0, { lost: 0.03, late: 0.05, doubled: 0.05 });
  explore('late and doubled', 3, 1, { lost: 0.005, late: 0.15, doubled: 0.15 });
  explore('five', 5, 0, { lost: 0.01, late: 0.02, doubled: 0.02 });
});
