import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { Recorder } from '../history/recorder.js';
import type { History, Json } from '../history/types.js';
import { checkBank } from './bank.js';

const SEEDS = Array.from({ length: 100 }, (_, i) => i + 1);
const WORKERS = 5;
const STEPS = 400;
const NAMES = ['a', 'b', 'c', 'd'];

type Mistake = 'half' | 'torn' | 'overdraft' | 'gone' | 'extra' | 'garbled';

/** What each mistake must be called. */
const MISTAKES: readonly (readonly [Mistake, string])[] = [
  ['half', 'wrong-total'],
  ['torn', 'wrong-total'],
  ['overdraft', 'negative-balance'],
  ['gone', 'missing-account'],
  ['extra', 'unknown-account'],
  ['garbled', 'bad-balance'],
];

interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

interface Call {
  readonly process: number;
  readonly transfer: Transfer | undefined;
  /** Undefined: not carried out yet. */
  outcome: { readonly type: 'ok' | 'fail' | 'info'; readonly value: Json } | undefined;
}

/** A bank that carries out one call after another, and makes one mistake if it is told to. */
class Bank {
  readonly #random: SimRandom;
  readonly #balances = new Map(NAMES.map((name) => [name, 20]));
  readonly #late: Transfer[] = [];
  mistake: Mistake | undefined;

  constructor(random: SimRandom) {
    this.#random = random;
  }

  carryOut({ transfer }: Call): Call['outcome'] {
    if (transfer === undefined) return { type: 'ok', value: this.#read() };
    const value = { ...transfer };
    const chance = this.#random.float();
    if (chance < 0.1) return { type: 'fail', value };
    if (chance < 0.2) {
      this.#late.push(transfer);
      return { type: 'info', value };
    }
    const overdraft = this.mistake === 'overdraft';
    const had = this.#balances.get(transfer.from) as number;
    if (had < transfer.amount && !overdraft) return { type: 'fail', value };
    this.#move(overdraft ? { ...transfer, amount: had + 1 } : transfer);
    if (overdraft) this.mistake = undefined;
    return { type: 'ok', value };
  }

  /** One of the calls whose outcome is not known happens after all. */
  carryOutLate(): void {
    const transfer = this.#late.pop();
    if (transfer !== undefined && (this.#balances.get(transfer.from) as number) >= transfer.amount)
      this.#move(transfer);
  }

  #move({ from, to, amount }: Transfer): void {
    this.#balances.set(from, (this.#balances.get(from) as number) - amount);
    if (this.#takes('half')) return;
    this.#balances.set(to, (this.#balances.get(to) as number) + amount);
  }

  #read(): Json {
    const shown: Record<string, Json> = Object.fromEntries(this.#balances);
    if (this.#takes('torn')) shown['a'] = (shown['a'] as number) + 3;
    if (this.#takes('gone')) delete shown['c'];
    if (this.#takes('extra')) shown['e'] = 0;
    if (this.#takes('garbled')) shown['d'] = null;
    return shown;
  }

  #takes(mistake: Mistake): boolean {
    if (this.mistake !== mistake) return false;
    this.mistake = undefined;
    return true;
  }
}

/** Clients that ask at the same time, and a last read of everything. */
function generate(seed: number, mistake?: Mistake): History {
  const random = new SimRandom(seed);
  const bank = new Bank(random);
  let now = 0;
  const recorder = new Recorder(() => ++now);
  const calls: (Call | undefined)[] = [];
  let processes = 0;
  const finishedOrOpen = (worker: number): void => {
    const call = calls[worker];
    if (call === undefined) {
      const transfer = random.float() < 0.5 ? randomTransfer(random) : undefined;
      calls[worker] = { process: processes++, transfer, outcome: undefined };
      recorder.add(
        'invoke',
        processes - 1,
        transfer === undefined ? 'read' : 'transfer',
        transfer ? { ...transfer } : null,
      );
    } else if (call.outcome === undefined) {
      call.outcome = bank.carryOut(call);
    } else {
      recorder.add(
        call.outcome.type,
        call.process,
        call.transfer === undefined ? 'read' : 'transfer',
        call.outcome.value,
      );
      calls[worker] = undefined;
    }
  };
  const readAlone = (): void => {
    calls[WORKERS] = { process: processes++, transfer: undefined, outcome: undefined };
    recorder.add('invoke', processes - 1, 'read', null);
    finishedOrOpen(WORKERS);
    finishedOrOpen(WORKERS);
  };
  readAlone();
  const mistakeAt = random.below(STEPS / 2);
  for (let step = 0; step < STEPS; step++) {
    if (step === mistakeAt) bank.mistake = mistake;
    if (random.float() < 0.05) bank.carryOutLate();
    finishedOrOpen(random.below(WORKERS));
    if (mistake === 'overdraft' && step > mistakeAt && bank.mistake === undefined) {
      readAlone();
      break;
    }
  }
  readAlone();
  return recorder.events;
}

function randomTransfer(random: SimRandom): Transfer {
  const from = random.below(NAMES.length);
  const to = (from + 1 + random.below(NAMES.length - 1)) % NAMES.length;
  return { from: NAMES[from] as string, to: NAMES[to] as string, amount: 1 + random.below(10) };
}

describe('generated histories of a bank', () => {
  it.each(SEEDS)('seed %i is in order', (seed) => {
    const verdict = checkBank(generate(seed));
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.stats['reads']).toBeGreaterThan(10);
  });

  describe.each(MISTAKES)('mistake: %s', (mistake, name) => {
    it.each(SEEDS)(`is found as ${name} with seed %i`, (seed) => {
      const verdict = checkBank(generate(seed, mistake));
      expect(verdict.valid).toBe(false);
      expect(new Set(verdict.anomalies.map((anomaly) => anomaly.name))).toEqual(new Set([name]));
    });
  });

  it('is the same with the same seed', () => {
    expect(checkBank(generate(7, 'half'))).toEqual(checkBank(generate(7, 'half')));
  });
});
