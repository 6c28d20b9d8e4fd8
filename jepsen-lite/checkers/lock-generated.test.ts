import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { checkLock, type LockCheck } from './lock.js';
import { fail, info, judge, ok, type Step, seen } from './testing/script.js';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
const HOLDERS = 20;
const LOCKS = ['a', 'b'];
const CHECKS: readonly LockCheck[] = ['tokens', 'exclusion', 'unfenced'];

/** What one holder did. */
interface Hold {
  readonly lock: string;
  readonly token: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly acquire: Step;
  readonly end: Step;
  readonly writes: readonly Step[];
}

function holdsOf(random: SimRandom, lock: string): Hold[] {
  const holds: Hold[] = [];
  let token = random.below(10);
  let order = 0;
  for (let nowMs = 0, i = 0; i < HOLDERS; i++) {
    token += 1 + random.below(5);
    const fromMs = nowMs + random.float() * 10;
    const untilMs = fromMs + 10 + random.float() * 50;
    const askedMs = Math.max(0, fromMs - random.float() * 100);
    const id = { lock, token };
    const end =
      random.float() < 0.3 ? seen('lost', untilMs, id) : ok('release', untilMs, untilMs + random.float() * 9, id, id);
    const writes: Step[] = [];
    for (const fenced of [true, false]) {
      for (let at = fromMs + 2; at < untilMs - 4; at += 1 + random.float() * 20) {
        if (random.float() < 0.1) writes.push(info('write', at, at + 1, { ...id, fenced }));
        else writes.push(ok('write', at, at + 1, { ...id, fenced }, { ...id, fenced, order: ++order }));
      }
    }
    const acquire = ok('acquire', askedMs, fromMs, { lock }, id);
    holds.push({ lock, token, fromMs, untilMs, acquire, end, writes });
    nowMs = untilMs;
  }
  return holds;
}

const stepsOf = (holds: readonly Hold[]): Step[] =>
  holds.flatMap(({ acquire, end, writes }) => [acquire, end, ...writes]);

function valid(random: SimRandom): Hold[] {
  return LOCKS.flatMap((lock) => holdsOf(random, lock));
}

/** A holder and a later one of the same lock, with at least one between them. */
function two(random: SimRandom, holds: readonly Hold[]): [Hold, Hold] {
  const i = random.below(HOLDERS - 2) + HOLDERS * random.below(LOCKS.length);
  return [holds[i] as Hold, holds[i + 2] as Hold];
}

/** Each returns a step more that must not be. */
const PLANTS: readonly [what: string, check: LockCheck, name: string, plant: (a: Hold, b: Hold) => Step][] = [
  [
    'a token that was given before',
    'tokens',
    'token-reused',
    ({ lock, token }, b) => ok('acquire', b.untilMs, b.untilMs + 1, { lock }, { lock, token }),
  ],
  [
    'a token that is too small',
    'tokens',
    'token-order',
    ({ lock, token }, b) => ok('acquire', b.untilMs, b.untilMs + 1, { lock }, { lock, token: token - 0.5 }),
  ],
  ['a fenced write of a former holder', 'tokens', 'stale-write', (a, b) => lateWrite(a, b, true)],
  ['an unfenced write of a former holder', 'unfenced', 'unfenced-overwrite', (a, b) => lateWrite(a, b, false)],
  [
    'one who believes to hold it besides another',
    'exclusion',
    'two-holders',
    (_, { lock, token, fromMs, untilMs }) => {
      const atMs = (fromMs + untilMs) / 2;
      return ok('acquire', atMs - 1, atMs, { lock }, { lock, token: token + 0.5 });
    },
  ],
];

function lateWrite({ lock, token }: Hold, { writes, untilMs }: Hold, fenced: boolean): Step {
  const orders = writes.flatMap(({ type, output }) => (type === 'ok' ? [(output as { order: number }).order] : []));
  const order = Math.max(...orders) + 0.5;
  return ok('write', untilMs, untilMs + 1, { lock, token, fenced }, { lock, token, fenced, order });
}

describe('generated histories of locks', () => {
  it.each(SEEDS)('seed %i: valid as it was', (seed) => {
    const random = new SimRandom(seed);
    const refused = fail('write', 5_000, 5_001, { lock: 'a', token: 0, fenced: true }, 'stale token');
    const steps = [...stepsOf(valid(random)), refused];
    for (const check of CHECKS) {
      const { verdict } = judge(checkLock(check), steps);
      expect(verdict.anomalies).toEqual([]);
      expect(verdict.stats).toMatchObject({ acquisitions: HOLDERS * LOCKS.length, unfencedOverwrites: 0 });
    }
  });

  it.each(PLANTS)('%s: found with every seed', (_, check, name, plant) => {
    for (const seed of SEEDS) {
      const random = new SimRandom(seed);
      const holds = valid(random);
      const steps = [...stepsOf(holds), plant(...two(random, holds))];
      const { found } = judge(checkLock(check), steps);
      const shown = found.filter(([kind]) => kind === name);
      expect(shown.length, `seed ${seed}`).toBeGreaterThan(0);
      // The planted step is the last one.
      for (const [, shownBy] of shown) expect(shownBy, `seed ${seed}`).toContain(steps.length - 1);
    }
  });
});
