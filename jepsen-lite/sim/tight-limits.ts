// Bounds of the server that are hardly ever reached in a small cluster within seconds: what happens at them is where
// mistakes hide. In some runs they are tight (FoundationDB's simulation calls such settings knobs).

import { limits } from '../../src/limits.js';
import type { SimRandom } from '../../src/runtime/sim/random.js';

export type LimitName = keyof typeof limits;
export type TightLimits = Partial<Record<LimitName, number>>;

/** Any value between is one that the server must go on with. */
const RANGES: Partial<Record<LimitName, readonly [least: number, most: number]>> = {
  appendBytesMax: [100, 2_000],
  inflightAppendsMax: [1, 4],
  committedBytesPerReadyMax: [100, 2_000],
  logCacheBytesMax: [500, 5_000],
  snapshotChunkBytes: [200, 2_000],
  snapshotChunksInFlightMax: [1, 3],
  mvccCacheBytesMax: [500, 5_000],
  rangeBatchKeys: [1, 10],
  watchCatchUpEvents: [1, 20],
  watchMergeBufferBytesMax: [200, 5_000],
  watchStreamBufferBytesMax: [500, 5_000],
  watchBlockedStreamBufferBytesMax: [200, 2_000],
  revisionStride: [5, 500],
  leaseCallsPerMessageMax: [1, 5],
  leaseMessagesInFlightMax: [1, 3],
  observedEventsMax: [1, 5],
  prefixIndexPrefixesMax: [1, 3],
  prefixIndexKeysMax: [1, 5],
};
/** Of placement: only where replicas move. */
const PLACEMENT_RANGES: typeof RANGES = {
  replicaMovesMax: [1, 16],
  replicaMoveTimeoutMs: [500, 20_000],
  replicaQuarantineMs: [500, 5_000],
};
const RUNS = 0.5;
const SHARE = 0.3;

export const tightLimits = (random: SimRandom): TightLimits => tightOf(RANGES, random);
export const tightPlacement = (random: SimRandom): TightLimits => tightOf(PLACEMENT_RANGES, random);

function tightOf(ranges: typeof RANGES, random: SimRandom): TightLimits {
  if (random.float() >= RUNS) return {};
  const picked = Object.entries(ranges).filter(() => random.float() < SHARE);
  return Object.fromEntries(picked.map(([name, [least, most]]) => [name, least + random.below(most - least + 1)]));
}

/** Throws RangeError. */
export function checkLimits(tight: TightLimits): void {
  for (const [name, value] of Object.entries(tight)) {
    if (!Object.hasOwn({ ...RANGES, ...PLACEMENT_RANGES }, name))
      throw new RangeError(`there is no limit "${name}" that a plan can tighten`);
    if (!Number.isFinite(value)) throw new RangeError(`the limit "${name}" is no number`);
  }
}

/** Runs `fn` under tighter limits: they are those of the process, so nothing else may run meanwhile. */
export async function withLimits<T>(tight: TightLimits, fn: () => Promise<T>): Promise<T> {
  const all = limits as Record<LimitName, number>;
  const before = { ...limits };
  Object.assign(all, tight);
  try {
    return await fn();
  } finally {
    Object.assign(all, before);
  }
}
