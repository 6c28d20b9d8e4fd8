import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { checkLease } from './lease.js';
import { fail, info, judge, ok, type Step } from './testing/script.js';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
const TTL_MS = 1_000;
const LEASES = 4;

/** One lease, as it really was. */
interface Life {
  readonly steps: Step[];
  readonly id: string;
  readonly keys: readonly string[];
  /** When the last renewal took effect. */
  readonly renewedMs: number;
  readonly endMs: number;
}

/** A call around `atMs`, the moment at which it takes effect. */
function span(random: SimRandom, atMs: number): [number, number] {
  return [atMs - random.float() * 20, atMs + 1 + random.float() * 20];
}

function live(random: SimRandom, number: number): Life {
  const id = `l${number}`;
  const steps: Step[] = [];
  let renewedMs = 50 + random.below(500);
  steps.push(ok('grant', ...span(random, renewedMs), { lease: id, ttlMs: TTL_MS }, { lease: id, ttlMs: TTL_MS }));
  const keys = [`${id}/x`, `${id}/y`];
  for (const key of keys) {
    const output = { lease: id, key, revision: 1 };
    steps.push(ok('attach', ...span(random, renewedMs + 60), { lease: id, key }, output));
  }
  const grantedMs = renewedMs;
  for (let left = random.below(5); left > 0; left--) {
    renewedMs += 100 + random.below(TTL_MS - 100);
    const call = span(random, renewedMs);
    const input = { lease: id };
    steps.push(
      random.float() < 0.2
        ? info('keepalive', ...call, input)
        : ok('keepalive', ...call, input, { ...input, ttlMs: TTL_MS }),
    );
  }
  const isRevoked = random.float() < 0.3;
  const endMs = renewedMs + (isRevoked ? 200 + random.below(TTL_MS - 200) : TTL_MS + random.below(800));
  if (isRevoked) steps.push(ok('revoke', ...span(random, endMs), { lease: id }, { lease: id }));
  for (let atMs = grantedMs + 100; atMs < endMs + 500; atMs += 20 + random.below(100)) {
    steps.push(look(random, id, keys[random.below(2)] as string, atMs, atMs < endMs));
  }
  steps.push(ok('keepalive', ...span(random, endMs + 100), { lease: id }, { lease: id, ttlMs: 0 }));
  steps.push(fail('attach', ...span(random, endMs + 200), { lease: id, key: keys[0] as string }, 'lease not found'));
  for (const key of keys) steps.push(look(random, id, key, 30_000, false, { final: true }));
  return { steps, id, keys, renewedMs, endMs };
}

function look(random: SimRandom, lease: string, key: string, atMs: number, present: boolean, more = {}): Step {
  return ok('check', ...span(random, atMs), { lease, key, ...more }, { lease, key, present });
}

type Plant = (random: SimRandom, life: Life) => Step[];

/** Each returns the steps of a life with one thing that must not be. */
const PLANTS: Readonly<Record<string, { readonly name: string; readonly plant: Plant }>> = {
  'a key gone too early': {
    name: 'early',
    plant: (random, { steps, id, keys, renewedMs }) => {
      const atMs = renewedMs + 130;
      const kept = steps.filter(({ f, startMs }) => f !== 'check' || startMs < atMs);
      return [...noUnknown(kept).filter(({ f }) => f !== 'revoke'), look(random, id, keys[0] as string, atMs, false)];
    },
  },
  'a keep-alive answered with "gone" too early': {
    name: 'early',
    plant: (random, { steps, id, renewedMs }) => [
      ...noUnknown(steps),
      ok('keepalive', ...span(random, renewedMs + 130), { lease: id }, { lease: id, ttlMs: 0 }),
    ],
  },
  'an attachment refused too early': {
    name: 'early',
    plant: (random, { steps, id, renewedMs }) => [
      ...noUnknown(steps),
      fail('attach', ...span(random, renewedMs + 130), { lease: id, key: 'z' }, 'requested lease not found'),
    ],
  },
  'a key that comes back': {
    name: 'resurrected',
    plant: (random, { steps, id, keys, endMs }) => [...steps, look(random, id, keys[1] as string, endMs + 700, true)],
  },
  'a lease that is renewed after its end': {
    name: 'resurrected',
    plant: (random, { steps, id, endMs }) => [
      ...steps,
      ok('keepalive', ...span(random, endMs + 700), { lease: id }, { lease: id, ttlMs: TTL_MS }),
    ],
  },
  'a key that is attached after its end': {
    name: 'resurrected',
    plant: (random, { steps, id, endMs }) => [
      ...steps,
      ok('attach', ...span(random, endMs + 700), { lease: id, key: 'z' }, { lease: id, key: 'z', revision: 1 }),
    ],
  },
  'a key that is left over': {
    name: 'orphan',
    plant: (random, { steps, id, endMs }) => [
      ...steps.filter(({ f, startMs }) => f !== 'check' || startMs < endMs),
      look(random, id, 'z', 30_000, true, { final: true }),
    ],
  },
};

/** Without unknown renewals: one that took effect is what the planted violation breaks. */
function noUnknown(steps: readonly Step[]): Step[] {
  return steps.map((step) =>
    step.type === 'info' ? { ...step, type: 'ok', output: { ...(step.input as object), ttlMs: TTL_MS } } : step,
  );
}

describe('generated histories of leases', () => {
  it.each(SEEDS)('seed %i: valid as it was', (seed) => {
    const random = new SimRandom(seed);
    const steps = Array.from({ length: LEASES }, (_, i) => live(random, i)).flatMap((life) => life.steps);
    const { verdict } = judge(checkLease(), steps);
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.stats).toMatchObject({ leases: LEASES });
  });

  it.each(Object.entries(PLANTS))('%s is found with every seed', (_, { name, plant }) => {
    for (const seed of SEEDS) {
      const random = new SimRandom(seed);
      const lives = Array.from({ length: LEASES }, (_, i) => live(random, i));
      const hit = lives[random.below(LEASES)] as Life;
      const steps = lives.flatMap((life) => (life === hit ? plant(random, life) : life.steps));
      const { verdict } = judge(checkLease(), steps);
      expect(
        verdict.anomalies.map((anomaly) => anomaly.name),
        `seed ${seed}`,
      ).toContain(name);
      for (const { operations } of verdict.anomalies) expect(operations.length).toBeLessThanOrEqual(3);
    }
  });
});
