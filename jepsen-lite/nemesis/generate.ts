// Schedules of faults from a seed.

import { SimRandom } from '../../src/runtime/sim/random.js';
import { FAULTS, type Fault, type FaultKind, MEMBER_FAULTS } from './types.js';

/** How often each kind is drawn, and how long it lasts in ms: at least, and how much longer at most. */
interface Shape {
  readonly weight: number;
  readonly forMs: readonly [least: number, spread: number];
}

const SHAPES: Readonly<Record<FaultKind, Shape>> = {
  isolate: { weight: 6, forMs: [300, 5_000] },
  isolateLeader: { weight: 6, forMs: [300, 5_000] },
  halves: { weight: 4, forMs: [500, 5_000] },
  majorityRing: { weight: 3, forMs: [1_000, 5_000] },
  bridge: { weight: 3, forMs: [1_000, 5_000] },
  oneWay: { weight: 4, forMs: [300, 4_000] },
  delay: { weight: 4, forMs: [500, 4_000] },
  reset: { weight: 5, forMs: [0, 0] },
  duplicate: { weight: 3, forMs: [500, 5_000] },
  reorder: { weight: 3, forMs: [500, 5_000] },
  clientsCut: { weight: 4, forMs: [300, 4_000] },
  clientsDelay: { weight: 3, forMs: [300, 4_000] },
  drift: { weight: 3, forMs: [1_000, 8_000] },
  wildDrift: { weight: 1, forMs: [1_000, 8_000] },
  clockJump: { weight: 2, forMs: [0, 0] },
  freeze: { weight: 5, forMs: [300, 4_500] },
  freezeClient: { weight: 2, forMs: [300, 4_500] },
  block: { weight: 3, forMs: [500, 4_000] },
  crash: { weight: 8, forMs: [50, 4_000] },
  crashLeader: { weight: 8, forMs: [50, 4_000] },
  crashSome: { weight: 3, forMs: [50, 3_000] },
  crashAll: { weight: 3, forMs: [50, 1_500] },
  slowDisk: { weight: 4, forMs: [300, 4_000] },
  fullDisk: { weight: 2, forMs: [300, 3_000] },
  failSync: { weight: 2, forMs: [300, 3_000] },
  flipBit: { weight: 2, forMs: [1_000, 5_000] },
  misdirect: { weight: 2, forMs: [500, 4_000] },
  moveLeader: { weight: 4, forMs: [0, 0] },
  compact: { weight: 5, forMs: [0, 0] },
  replaceMember: { weight: 3, forMs: [0, 0] },
  extraMember: { weight: 3, forMs: [500, 4_000] },
  moveReplica: { weight: 4, forMs: [0, 0] },
  refactor: { weight: 2, forMs: [0, 0] },
};

export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];
/** What a plan picks from unless it is told. */
export const USUAL_KINDS = FAULT_KINDS.filter((kind) => !MEMBER_FAULTS.includes(kind));

export interface ScheduleOptions {
  readonly seed: number;
  readonly lengthMs: number;
  /** Kinds to draw from. */
  readonly kinds: readonly FaultKind[];
  /** Mean time between the beginnings of two faults, in ms. */
  readonly everyMs: number;
}

export function generateFaults(options: ScheduleOptions): Fault[] {
  const random = new SimRandom(options.seed);
  const faults: Fault[] = [];
  let atMs = random.float() * options.everyMs;
  while (atMs < options.lengthMs) {
    const kind = draw(options.kinds, random);
    const [least, spread] = SHAPES[kind].forMs;
    const forMs = Math.round(least + random.float() * spread);
    faults.push({ kind, atMs: Math.round(atMs), forMs, seed: random.below(2 ** 31) });
    // Clusters of faults and quiet stretches both find things.
    atMs += random.float() < 0.3 ? random.float() * 100 : random.float() * 2.6 * options.everyMs;
  }
  return faults;
}

function draw(kinds: readonly FaultKind[], random: SimRandom): FaultKind {
  let at = random.float() * kinds.reduce((sum, kind) => sum + SHAPES[kind].weight, 0);
  for (const kind of kinds) {
    at -= SHAPES[kind].weight;
    if (at < 0) return kind;
  }
  return kinds.at(-1) as FaultKind;
}
