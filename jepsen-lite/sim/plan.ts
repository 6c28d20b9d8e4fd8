// Everything that a seed decides before a run begins, as data: it can be printed, stored, shrunk and run again.

import { SimRandom } from '../../src/runtime/sim/random.js';
import { FAULT_KINDS, generateFaults, USUAL_KINDS } from '../nemesis/generate.js';
import { type Fault, type FaultKind, MEMBER_FAULTS } from '../nemesis/types.js';
import { WORKLOADS, workloadNamed } from '../workloads/index.js';
import { checkLimits, type TightLimits, tightLimits, tightPlacement } from './tight-limits.js';

export interface Plan {
  readonly seed: number;
  readonly nodes: number;
  readonly partitions: number;
  /** Names of workloads that run at the same time. */
  readonly workloads: readonly string[];
  /** How long faults are injected, in simulated ms. */
  readonly safetyMs: number;
  readonly faults: readonly Fault[];
  /** Applied entries between snapshots of the state, and log entries kept behind one. */
  readonly snapshotCount: number;
  readonly catchUpEntries: number;
  /** Bounds of the server that are tighter than in real life; default: none. */
  readonly limits?: TightLimits;
}

export interface PlanOptions {
  /** Instead of those that the seed picks. */
  readonly workloads?: readonly string[];
  /** Kinds of faults to pick from; default: all. */
  readonly faults?: readonly FaultKind[];
  readonly nodes?: number;
  /** Default 1. */
  readonly partitions?: number;
  readonly safetyMs?: number;
  /** The log is cut often; default: the seed decides. */
  readonly shortLog?: boolean;
}

const WORKLOADS_AT_ONCE = 2;
/** Limits have random numbers of their own. */
const LIMITS_SEED = 0x6c696d74;
/** Of the plans that may, those in which members come and go, and how often. */
const MEMBER_SHARE = 0.25;
const MEMBER_EVERY_MS = 1_500;
const SAFETY_MS: readonly [least: number, spread: number] = [4_000, 5_000];

export function makePlan(seed: number, options: PlanOptions = {}): Plan {
  const random = new SimRandom(seed);
  // Drawn always and in this order: an option changes nothing else.
  const nodes = random.float() < 0.8 ? 3 : 5;
  const workloads = pickWorkloads(random);
  const safetyMs = Math.round(SAFETY_MS[0] + random.float() * SAFETY_MS[1]);
  const short = random.float() < 0.5 || options.shortLog === true;
  const [snapshotCount, catchUpEntries] = [40 + random.below(160), 5 + random.below(40)];
  const everyMs = 400 + random.float() * 1_400;
  const kinds = pickKinds(options.faults ?? USUAL_KINDS, random);
  const faultSeed = random.below(2 ** 31);
  const lengthMs = options.safetyMs ?? safetyMs;
  const memberSeed = random.below(2 ** 31);
  const changesMembers = random.float() < MEMBER_SHARE && options.faults === undefined;
  const faults = [
    ...generateFaults({ seed: faultSeed, lengthMs, kinds, everyMs }),
    ...(changesMembers ? memberFaults(memberSeed, lengthMs) : []),
  ];
  const moves = faults.some((f) => MEMBER_FAULTS.includes(f.kind));
  return {
    seed,
    nodes: options.nodes ?? nodes,
    partitions: options.partitions ?? 1,
    workloads: options.workloads ?? workloads,
    safetyMs: lengthMs,
    faults,
    snapshotCount: short ? snapshotCount : 10_000,
    catchUpEntries: short ? catchUpEntries : 5_000,
    limits: {
      ...tightLimits(new SimRandom(seed ^ LIMITS_SEED)),
      ...(moves ? tightPlacement(new SimRandom(memberSeed)) : {}),
    },
  };
}

const memberFaults = (seed: number, lengthMs: number): Fault[] =>
  generateFaults({ seed, lengthMs, kinds: MEMBER_FAULTS, everyMs: MEMBER_EVERY_MS });

function pickWorkloads(random: SimRandom): string[] {
  const names = WORKLOADS.map((w) => w.name);
  return Array.from({ length: WORKLOADS_AT_ONCE }, () => names.splice(random.below(names.length), 1)[0] as string);
}

/** A few kinds a run find more than all of them at once, each of which hides the others. */
function pickKinds(kinds: readonly FaultKind[], random: SimRandom): FaultKind[] {
  const share = 0.15 + random.float() * 0.35;
  const picked = kinds.filter(() => random.float() < share);
  const one = kinds[random.below(kinds.length)] as FaultKind;
  return picked.length > 0 ? picked : [one];
}

/** A plan from a file. Throws RangeError for what is none, with what is wrong. */
export function parsePlan(value: unknown): Plan {
  const plan = (value ?? {}) as Partial<Plan>;
  for (const field of ['seed', 'nodes', 'safetyMs', 'snapshotCount', 'catchUpEntries'] as const) {
    if (!Number.isFinite(plan[field])) throw new RangeError(`this is no plan: its "${field}" is no number`);
  }
  const { workloads, faults } = plan;
  if (!Array.isArray(workloads) || !Array.isArray(faults)) {
    throw new RangeError('this is no plan: it needs lists of "workloads" and "faults"');
  }
  checkLimits(plan.limits ?? {});
  for (const name of workloads) workloadNamed(name);
  for (const { kind, atMs, forMs, seed } of faults as readonly Fault[]) {
    if (!FAULT_KINDS.includes(kind)) throw new RangeError(`there is no fault "${kind}"`);
    if (![atMs, forMs, seed].every(Number.isFinite)) {
      throw new RangeError(`a fault "${kind}" lacks one of the numbers "atMs", "forMs" and "seed"`);
    }
  }
  return plan as Plan;
}
