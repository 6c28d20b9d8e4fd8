import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import type { Json } from '../history/types.js';
import { info, judge, ok, type Step, seen } from './testing/script.js';
import { checkWatch } from './watch.js';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
const WRITES = 60;
const KEYS = 5;

interface Event {
  type: string;
  key: string;
  value: string | null;
  modRevision: number;
  createRevision: number;
  version: number;
  prev: { value: string; modRevision: number } | null;
}

interface Batch {
  readonly watcher: string;
  readonly atMs: number;
  events: Event[];
  revision: number;
}

/** A whole run before it is written down, so that something can be planted in it. */
interface Run {
  readonly writes: Step[];
  readonly begins: Step[];
  readonly batches: Batch[];
  readonly end: Step;
  readonly random: SimRandom;
}

type State = Map<string, { value: string; modRevision: number; createRevision: number; version: number }>;

const kvsOf = (state: State): Json =>
  [...state].map(([key, s]) => [key, s.value, s.modRevision, s.createRevision, s.version]);

function run(seed: number): Run {
  const random = new SimRandom(seed);
  const state: State = new Map();
  const log: { readonly revision: number; readonly atMs: number; readonly events: Event[] }[] = [];
  const writes: Step[] = [];
  const states: [number, Json][] = [[1, []]];
  for (let i = 0, revision = 1; i < WRITES; i++) {
    // The first writes are of known outcome: something to plant in there always is.
    const isKnown = i < 6 || random.float() < 0.8;
    const [puts, deletes] = asked(random, i);
    const hasEffect = isKnown || random.float() < 0.5;
    const events = hasEffect ? applied(state, revision + 1, puts, deletes) : [];
    const atMs = 10 + i * 10;
    if (events.length > 0) log.push({ revision: ++revision, atMs, events });
    states.push([revision, kvsOf(state)]);
    const deleted = events.filter(({ type }) => type === 'delete').length;
    const input = { puts, deletes };
    const output = { ...input, deleted, revision: events.length > 0 ? revision : null };
    writes.push(
      isKnown
        ? ok('write', atMs - 4, atMs + random.below(30), input, output)
        : info('write', atMs - 4, atMs + 20, input),
    );
  }
  const begins: Step[] = [];
  const batches: Batch[] = [];
  for (const watcher of ['v', 'w']) {
    const segments = watcher === 'v' ? [0] : [0, 20 + random.below(20)];
    for (const [i, first] of segments.entries()) {
      const [from, kvs] = states[first] as [number, Json];
      const untilMs = 10 + (segments[i + 1] ?? WRITES) * 10;
      const value = { watcher, revision: from, kvs };
      begins.push(seen(i === 0 ? 'begin' : 'reset', 8 + first * 10, value));
      const events = log.filter(({ revision, atMs }) => revision > from && atMs < untilMs);
      batches.push(...delivered(random, watcher, untilMs, events));
    }
  }
  const [revision, kvs] = states.at(-1) as [number, Json];
  return { writes, begins, batches, end: seen('final', 5_000, { revision, kvs }), random };
}

function asked(random: SimRandom, number: number): [[string, string][], string[]] {
  const keys = new Set(Array.from({ length: 1 + random.below(3) }, () => `k${random.below(KEYS)}`));
  const puts: [string, string][] = [];
  const deletes: string[] = [];
  // Some writes put two keys at least.
  if (number % 10 === 1) for (const key of ['k0', 'k1']) keys.add(key);
  for (const key of keys) {
    if (number % 10 === 1 || random.float() < 0.7) puts.push([key, `v${number}-${key}`]);
    else deletes.push(key);
  }
  return [puts, deletes];
}

function applied(state: State, modRevision: number, puts: [string, string][], deletes: string[]): Event[] {
  const events: Event[] = [];
  const prevOf = (key: string): Event['prev'] => {
    const before = state.get(key);
    return before === undefined ? null : { value: before.value, modRevision: before.modRevision };
  };
  for (const [key, value] of puts) {
    const before = state.get(key);
    const next = {
      value,
      modRevision,
      createRevision: before?.createRevision ?? modRevision,
      version: (before?.version ?? 0) + 1,
    };
    events.push({ type: 'put', key, ...next, prev: prevOf(key) });
    state.set(key, next);
  }
  for (const key of deletes) {
    if (!state.has(key)) continue;
    events.push({ type: 'delete', key, value: null, modRevision, createRevision: 0, version: 0, prev: prevOf(key) });
    state.delete(key);
  }
  return events;
}

function delivered(
  random: SimRandom,
  watcher: string,
  untilMs: number,
  log: readonly { readonly revision: number; readonly atMs: number; readonly events: readonly Event[] }[],
): Batch[] {
  const batches: Batch[] = [];
  for (let i = 0; i < log.length; ) {
    const part = log.slice(i, i + 1 + random.below(4));
    i += part.length;
    const last = part.at(-1)!;
    const atMs = Math.max(batches.at(-1)?.atMs ?? 0, Math.min(untilMs - 3, last.atMs + random.below(40)));
    const events = part.flatMap((entry) => entry.events.map((event) => ({ ...event })));
    batches.push({ watcher, atMs, events, revision: last.revision });
  }
  return batches;
}

function stepsOf({ writes, begins, batches, end }: Run): Step[] {
  const told = batches.map(({ watcher, atMs, events, revision }) =>
    seen('events', atMs, { watcher, revision, events } as unknown as Json),
  );
  return [...begins, ...writes, ...told, end];
}

const any = <T>({ random }: Run, from: readonly T[]): T => from[random.below(from.length)] as T;

/** The batches of the watcher that never begins anew. */
const ofV = ({ batches }: Run): Batch[] => batches.filter(({ watcher }) => watcher === 'v');

/** A batch of it, with the position of an event in it for which `holds`. */
function spot(run: Run, holds: (event: Event, i: number, batch: Batch) => boolean): [Batch, number] {
  const spots = ofV(run).flatMap((batch) =>
    batch.events.flatMap((event, i): [Batch, number][] => (holds(event, i, batch) ? [[batch, i]] : [])),
  );
  return any(run, spots);
}

const isKnown = (run: Run, revision: number): boolean =>
  run.writes.some(({ type, output }) => type === 'ok' && (output as { revision: number }).revision === revision);

const changed = (value: object, more: object): Json => ({ ...value, ...more }) as Json;

/** Each plants one thing that must not be, and names the anomaly. */
const PLANTS: Readonly<Record<string, readonly [name: string, plant: (run: Run) => Run | undefined]>> = {
  'two batches that change places': [
    'out-of-order',
    (run) => {
      const mine = ofV(run);
      const i = run.random.below(mine.length - 1);
      const [a, b] = [mine[i] as Batch, mine[i + 1] as Batch];
      [a.events, b.events] = [b.events, a.events];
      [a.revision, b.revision] = [b.revision, a.revision];
    },
  ],
  'a batch that comes twice': [
    'duplicate',
    (run) => {
      const batch = any(run, ofV(run));
      return { ...run, batches: run.batches.flatMap((b) => (b === batch ? [b, { ...b }] : [b])) };
    },
  ],
  'a transaction over two batches': [
    'split',
    (run) => {
      const [batch, i] = spot(run, ({ modRevision }, at, { events }) => events[at - 1]?.modRevision === modRevision);
      const first = { ...batch, events: batch.events.slice(0, i), revision: batch.events[i]!.modRevision };
      const second = { ...batch, events: batch.events.slice(i) };
      return { ...run, batches: run.batches.flatMap((b) => (b === batch ? [first, second] : [b])) };
    },
  ],
  'a transaction without one of its keys': [
    'split',
    (run) => {
      const isPart = ({ modRevision }: Event, i: number, { events }: Batch): boolean =>
        isKnown(run, modRevision) && events[i - 1]?.modRevision === modRevision;
      const [batch, i] = spot(run, isPart);
      batch.events.splice(i, 1);
    },
  ],
  'an acknowledged write that is left out': [
    'lost',
    (run) => {
      // Not the last one: nothing would tell that the watcher had passed it.
      const last = Math.max(...ofV(run).map(({ revision }) => revision));
      const [batch, i] = spot(run, ({ modRevision }) => isKnown(run, modRevision) && modRevision < last);
      const { modRevision } = batch.events[i] as Event;
      batch.events = batch.events.filter((event) => event.modRevision !== modRevision);
    },
  ],
  'an acknowledged write with another value': [
    'lost',
    (run) => {
      const [batch, i] = spot(run, ({ modRevision, type }) => type === 'put' && isKnown(run, modRevision));
      batch.events[i]!.value = 'wrong';
    },
  ],
  'an event that nobody wrote': [
    'phantom',
    (run) => {
      const [batch, i] = spot(run, () => true);
      const { modRevision } = batch.events[i] as Event;
      const ghost = { type: 'put', key: 'ghost', value: 'boo', modRevision, createRevision: modRevision, version: 1 };
      batch.events.splice(i, 0, { ...ghost, prev: null });
    },
  ],
  'a failed write that is seen': [
    'phantom',
    (run) => {
      const [batch, i] = spot(run, ({ type, modRevision }) => type === 'put' && isKnown(run, modRevision));
      const { modRevision } = batch.events[i] as Event;
      const writes = run.writes.map((step): Step => {
        const isIt = step.type === 'ok' && (step.output as { revision: number }).revision === modRevision;
        return isIt ? { ...step, type: 'fail', output: step.input, error: 'no' } : step;
      });
      return { ...run, writes };
    },
  ],
  'a value before that is wrong': [
    'prev',
    (run) => {
      const [batch, i] = spot(run, ({ prev }) => prev !== null);
      batch.events[i]!.prev!.value = 'wrong';
    },
  ],
  'no value before where there was one': [
    'prev',
    (run) => {
      const [batch, i] = spot(run, ({ prev }) => prev !== null);
      batch.events[i]!.prev = null;
    },
  ],
  'a version that is one too high': [
    'fields',
    (run) => {
      const [batch, i] = spot(run, ({ type }) => type === 'put');
      batch.events[i]!.version++;
    },
  ],
  'a create revision that is too new': [
    'fields',
    (run) => {
      const [batch, i] = spot(run, ({ version }) => version > 1);
      batch.events[i]!.createRevision = batch.events[i]!.modRevision;
    },
  ],
  'a write of unknown outcome that one watcher sees and one does not': [
    'diverged',
    (run) => {
      // The last one of all, of a key of its own, so that nothing that follows tells of it.
      const { revision } = run.end.output as { revision: number };
      const at = { modRevision: revision + 1, createRevision: revision + 1 };
      const event = { type: 'put', key: 'late', value: 'late', ...at, version: 1, prev: null };
      const last = (watcher: string, events: Event[]): Batch => ({
        watcher,
        atMs: 4_000,
        events,
        revision: revision + 1,
      });
      return {
        ...run,
        writes: [...run.writes, info('write', 3_000, 3_001, { puts: [['late', 'late']], deletes: [] })],
        batches: [...run.batches, last('v', [event]), last('w', [])],
      };
    },
  ],
  'a state at the end that is another': [
    'final',
    (run) => {
      const { kvs } = run.end.output as { kvs: Json[] };
      return { ...run, end: seen('final', 5_000, changed(run.end.output as object, { kvs: kvs.slice(1) })) };
    },
  ],
  'a watcher that stops early': [
    'behind',
    (run) => {
      const last = ofV(run).at(-1);
      return { ...run, batches: run.batches.filter((batch) => batch !== last) };
    },
  ],
};

describe('generated histories of watches', () => {
  it.each(SEEDS)('seed %i: valid as it was', (seed) => {
    const { verdict } = judge(checkWatch, stepsOf(run(seed)));
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.stats).toMatchObject({ writes: WRITES, watchers: 2, resets: 1, finals: 1 });
  });

  it.each(Object.entries(PLANTS))('%s: found with every seed', (_, [name, plant]) => {
    for (const seed of SEEDS) {
      const valid = run(seed);
      const { verdict } = judge(checkWatch, stepsOf(plant(valid) ?? valid));
      expect(
        verdict.anomalies.map((anomaly) => anomaly.name),
        `seed ${seed}`,
      ).toContain(name);
    }
  });
});
