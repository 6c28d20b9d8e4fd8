// Histories for tests: clients that ask at the same time of a store that carries out one transaction after another.

import type { SimRandom } from '../../src/runtime/sim/random.js';
import { Recorder } from '../history/recorder.js';
import type { HistoryEvent, Json } from '../history/types.js';
import { asked, type Micros } from './append-testing.js';

/** What a store does wrong, once, when it can. */
export type Mistake = 'aborted' | 'lost' | 'stale' | 'twice' | 'swapped' | 'forgetful';

export interface GeneratorOptions {
  readonly workers: number;
  readonly txns: number;
  readonly mistake?: Mistake;
}

const KEYS = 4;
/** After so many appends another key takes the place of one. */
const APPENDS_MAX = 24;
/** So many elements are of transactions of which some are certainly over. */
const LONG = 12;

interface Call {
  readonly process: number;
  /** With null in place of what is read. */
  readonly micros: Micros;
  outcome: { readonly type: 'ok' | 'fail' | 'info'; readonly value: Micros } | undefined;
}

/** Deterministic. `mistaken`: whether the mistake was made, and so whether an anomaly must be found. */
export function generate(random: SimRandom, options: GeneratorOptions): { history: HistoryEvent[]; mistaken: boolean } {
  let now = 0;
  const recorder = new Recorder(() => ++now);
  const store = new Store(random);
  const next = generator(random);
  const calls: (Call | undefined)[] = [];
  let begun = 0;
  const advance = (worker: number): void => {
    const call = calls[worker];
    if (call === undefined) {
      if (begun >= options.txns) return;
      const micros = next();
      calls[worker] = { process: begun, micros, outcome: undefined };
      recorder.add('invoke', begun++, 'txn', micros as Json);
    } else if (call.outcome === undefined) {
      call.outcome = store.outcome(call.micros);
    } else {
      recorder.add(call.outcome.type, call.process, 'txn', call.outcome.value as Json);
      calls[worker] = undefined;
    }
  };
  while (begun < options.txns || calls.some((call) => call !== undefined)) {
    if (begun === options.txns >> 1) store.mistake = options.mistake;
    if (random.float() < 0.02) store.carryOutLate();
    advance(random.below(options.workers));
  }
  for (const micros of [store.readAll(), store.readAll()]) {
    recorder.add('invoke', begun, 'txn', asked(micros) as Json);
    recorder.add('ok', begun++, 'txn', micros as Json);
  }
  return { history: recorder.events, mistaken: store.mistaken };
}

function generator(random: SimRandom): () => Micros {
  const counts = new Map<string, number>();
  const keys = Array.from({ length: KEYS }, (_, i) => `k${i}`);
  let keysUsed = KEYS;
  return () =>
    Array.from({ length: 1 + random.below(4) }, () => {
      const slot = random.below(KEYS);
      const key = keys[slot] as string;
      if (random.float() < 0.5) return ['r', key, null] as const;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count >= APPENDS_MAX) keys[slot] = `k${keysUsed++}`;
      return ['append', key, count] as const;
    });
}

class Store {
  readonly #random: SimRandom;
  readonly #lists = new Map<string, readonly number[]>();
  readonly #late: Micros[] = [];
  mistake: Mistake | undefined;
  mistaken = false;

  constructor(random: SimRandom) {
    this.#random = random;
  }

  outcome(micros: Micros): NonNullable<Call['outcome']> {
    const chance = this.#random.float();
    if (chance < 0.1) {
      if (writes(micros) && this.#takes('aborted')) this.#carryOut(micros);
      return { type: 'fail', value: micros };
    }
    if (chance < 0.2) {
      if (chance < 0.13) this.#carryOut(micros);
      else this.#late.push(micros);
      return { type: 'info', value: micros };
    }
    return { type: 'ok', value: this.#answer(micros) };
  }

  /** One of those whose outcome is not known happens after all. */
  carryOutLate(): void {
    const micros = this.#late.pop();
    if (micros !== undefined) this.#carryOut(micros);
  }

  readAll(): Micros {
    return [...this.#lists].map(([key, list]) => ['r', key, list] as const);
  }

  #answer(micros: Micros): Micros {
    const before = new Map(this.#lists);
    const answer = this.#carryOut(micros);
    const [only] = answer.length === 1 ? answer : [];
    if (only === undefined) return answer;
    const [f, key, value] = only;
    const list = before.get(key) ?? [];
    if (f === 'append') {
      if (this.#takes('lost')) this.#lists.set(key, list);
      else if (this.#takes('twice')) this.#lists.set(key, [...list, value as number, value as number]);
      return answer;
    }
    if (list.length >= LONG && this.#takes('stale')) return [[f, key, []]];
    if (list.length >= LONG && this.#takes('swapped')) return [[f, key, [list[1] as number, list[0] as number]]];
    if (list.length >= LONG && this.#takes('forgetful')) this.#lists.set(key, list.slice(0, 1));
    return answer;
  }

  #carryOut(micros: Micros): Micros {
    return micros.map(([f, key, value]) => {
      const list = this.#lists.get(key) ?? [];
      if (f === 'r') return [f, key, list] as const;
      this.#lists.set(key, [...list, value as number]);
      return [f, key, value] as const;
    });
  }

  #takes(mistake: Mistake): boolean {
    if (this.mistake !== mistake || this.mistaken) return false;
    this.mistaken = true;
    return true;
  }
}

const writes = (micros: Micros): boolean => micros.some(([f]) => f === 'append');
