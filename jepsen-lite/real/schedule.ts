// Schedules of faults for real clusters. The seed decides the schedule; what real processes make of it
// differs from run to run.

import { SimRandom } from '../../src/runtime/sim/random.js';
import { type PlannedFault, REAL_FAULTS, type RealFaultKind } from './faults.js';

/** Nothing begins before the cluster has done some work. */
const FIRST_MS = 1_000;

export interface ScheduleOptions {
  readonly seed: number;
  readonly lengthMs: number;
  /** Kinds to draw from. */
  readonly kinds: readonly RealFaultKind[];
  /** Mean time between the end of one fault and the begin of the next; some begin before. */
  readonly pauseMs: number;
}

/** Each kind comes once before any comes again, so that short runs see many of them. */
export function schedule(options: ScheduleOptions): PlannedFault[] {
  const random = new SimRandom(options.seed);
  const faults: PlannedFault[] = [];
  if (options.kinds.length === 0) return faults;
  const left: RealFaultKind[] = [];
  let atMs = FIRST_MS + random.float() * options.pauseMs;
  while (atMs < options.lengthMs) {
    if (left.length === 0) left.push(...options.kinds);
    const kind = take(left, random);
    const [least, spread] = REAL_FAULTS[kind].forMs;
    const forMs = Math.round(Math.min(least + random.float() * spread, options.lengthMs - atMs));
    faults.push({ kind, atMs: Math.round(atMs), forMs, seed: random.below(2 ** 31) });
    // A third of the faults begin while the one before is still there.
    atMs += random.float() < 1 / 3 ? random.float() * forMs : forMs + random.float() * 2 * options.pauseMs;
    atMs += 50;
  }
  return faults;
}

function take(left: RealFaultKind[], random: SimRandom): RealFaultKind {
  let dice = random.float() * left.reduce((sum, kind) => sum + REAL_FAULTS[kind].weight, 0);
  const at = left.findIndex((kind) => {
    dice -= REAL_FAULTS[kind].weight;
    return dice < 0;
  });
  return left.splice(Math.max(0, at), 1)[0] as RealFaultKind;
}
