import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { checkElection } from './election.js';
import { info, judge, ok, type Step, seen } from './testing/script.js';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
const TERMS = 25;
const OBSERVERS = 2;

interface Term {
  readonly candidate: string;
  readonly token: number;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Of unknown outcome: the candidate never learnt that it led. */
  readonly isKnown: boolean;
  readonly steps: readonly Step[];
}

const ELECTION = 'e';

function termsOf(random: SimRandom): Term[] {
  const terms: Term[] = [];
  let token = random.below(10);
  for (let nowMs = 0, i = 0; i < TERMS; i++) {
    token += 1 + random.below(5);
    const fromMs = nowMs + 1 + random.float() * 20;
    const untilMs = fromMs + 20 + random.float() * 60;
    const candidate = `p${i}`;
    const input = { election: ELECTION, candidate };
    const askedMs = Math.max(0, fromMs - random.float() * 90);
    const id = { election: ELECTION, token };
    // The first and the last are known: something to plant with always is.
    const isKnown = i === 0 || i === TERMS - 1 || random.float() < 0.8;
    const steps: Step[] = isKnown
      ? [ok('campaign', askedMs, fromMs, input, { ...input, token }), endOf(random, id, untilMs)]
      : [info('campaign', askedMs, fromMs, input)];
    terms.push({ candidate, token, fromMs, untilMs, isKnown, steps });
    nowMs = untilMs + 10;
  }
  return terms;
}

function endOf(random: SimRandom, id: { election: string; token: number }, atMs: number): Step {
  return random.float() < 0.4 ? seen('lost', atMs, id) : ok('resign', atMs, atMs + random.float() * 9, id, id);
}

/** Queries whose answers are of a moment within them. */
function queriesOf(random: SimRandom, terms: readonly Term[]): Step[] {
  const steps: Step[] = [];
  const endMs = terms.at(-1)!.untilMs;
  for (let atMs = 5; atMs < endMs; atMs += random.float() * 60) {
    const term = terms.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
    steps.push(leader(atMs - random.float() * 5, atMs + 1 + random.float() * 5, term));
  }
  return steps;
}

function observationsOf(random: SimRandom, terms: readonly Term[]): Step[] {
  const steps: Step[] = [];
  for (let observer = 0; observer < OBSERVERS; observer++) {
    let nowMs = 0;
    for (const term of terms) {
      if (random.float() < 0.1) continue;
      nowMs = Math.max(nowMs, term.fromMs + random.float() * 100);
      steps.push(observe(nowMs, observer, term));
    }
  }
  return steps;
}

type Shown = Pick<Term, 'candidate' | 'token'>;

function leader(startMs: number, endMs: number, term: Shown | undefined): Step {
  const { candidate, token } = term ?? { candidate: null, token: null };
  return ok('leader', startMs, endMs, { election: ELECTION }, { election: ELECTION, candidate, token, revision: 1 });
}

function observe(atMs: number, observer: number, { candidate, token }: Shown): Step {
  return seen('observe', atMs, { election: ELECTION, observer, candidate, token, revision: 1 });
}

function campaign(startMs: number, endMs: number, candidate: string, token: number): Step {
  const input = { election: ELECTION, candidate };
  return ok('campaign', startMs, endMs, input, { ...input, token });
}

const END_MS = 100_000;

/** Each returns steps more, of which the last must not be. */
const PLANTS: readonly [what: string, name: string, exclusion: boolean, plant: (a: Term, b: Term) => Step[]][] = [
  ['a token given twice', 'token-reused', false, (a) => [campaign(END_MS, END_MS + 1, 'again', a.token)]],
  ['a token that is too small', 'token-order', false, (a) => [campaign(END_MS, END_MS + 1, 'small', a.token - 0.5)]],
  ['an observer that goes back', 'observe-order', false, (a, b) => [observe(END_MS, 9, b), observe(END_MS + 1, 9, a)]],
  [
    'a leader that never campaigned',
    'phantom-leader',
    false,
    ({ token }) => [observe(END_MS, 9, { candidate: 'ghost', token: token + 0.5 })],
  ],
  [
    'a leader with the token of another',
    'phantom-leader',
    false,
    (a, b) => [observe(END_MS, 9, { candidate: a.candidate, token: b.token })],
  ],
  ['a leader before it campaigned', 'phantom-leader', false, (a, b) => [observe(a.fromMs, 9, b)]],
  ['an answer that is out of date', 'stale-leader', false, (a, b) => [leader(b.fromMs + 1, b.fromMs + 2, a)]],
  [
    'an answer that shows who has resigned',
    'resigned-leader',
    false,
    () => {
      const own = { candidate: 'own', token: 1e6 };
      const id = { election: ELECTION, token: own.token };
      const won = campaign(END_MS, END_MS + 1, own.candidate, own.token);
      return [won, ok('resign', END_MS + 2, END_MS + 3, id, id), leader(END_MS + 4, END_MS + 5, own)];
    },
  ],
  [
    'two who lead at once',
    'two-leaders',
    true,
    (_, b) => [campaign(b.fromMs, (b.fromMs + b.untilMs) / 2, 'second', b.token + 0.5)],
  ],
];

describe('generated histories of elections', () => {
  it.each(SEEDS)('seed %i: valid as it was', (seed) => {
    const steps = valid(new SimRandom(seed)).steps;
    for (const exclusion of [false, true]) {
      expect(judge(checkElection({ exclusion }), steps).verdict.anomalies).toEqual([]);
    }
  });

  it.each(PLANTS)('%s: found with every seed', (_, name, exclusion, plant) => {
    for (const seed of SEEDS) {
      const random = new SimRandom(seed);
      const { terms, steps } = valid(random);
      const known = terms.filter(({ isKnown }) => isKnown);
      // Far enough apart that nobody campaigned for the later one while the earlier one won.
      const early = known[random.below(4)] as Term;
      const late = known[known.length - 1 - random.below(4)] as Term;
      const all = [...steps, ...plant(early, late)];
      const shown = judge(checkElection({ exclusion }), all).found.filter(([kind]) => kind === name);
      expect(shown.length, `seed ${seed}`).toBeGreaterThan(0);
      for (const [, shownBy] of shown) expect(shownBy, `seed ${seed}`).toContain(all.length - 1);
    }
  });
});

function valid(random: SimRandom): { terms: Term[]; steps: Step[] } {
  const terms = termsOf(random);
  const own = terms.flatMap((term) => term.steps);
  return { terms, steps: [...own, ...queriesOf(random, terms), ...observationsOf(random, terms)] };
}
