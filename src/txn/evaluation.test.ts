// Random transactions on several states and on one that holds all keys: the same answers, the same changes.

import { describe, expect, it } from 'vitest';
import { CompareResult, CompareTarget, TxnRequest, type TxnRequestInit } from '../../proto/gen/rpc.js';
import { TxnName, TxnOutcome, TxnState } from '../../proto/gen/txn.js';
import { MemoryState } from '../../test/fakes/memory-state.js';
import { RpcError } from '../errors.js';
import { encodeCommand, stamp } from '../mvcc/command.js';
import { openMvcc } from '../mvcc/store.js';
import { type ApplyResult, CommandKind, type MvccStore } from '../mvcc/types.js';
import { checkTxn } from '../mvcc/validate.js';
import { EntryType } from '../raft/types.js';
import { SimRandom } from '../runtime/sim/random.js';
import { evaluateOver, NO_REVISION_YET, type PartitionState, type Partitions } from './evaluation.js';

const SELF = 1n;
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const PARTITIONS = 3;
const EMPTY = Buffer.alloc(0);

class State implements PartitionState {
  readonly id: number;
  readonly store: MvccStore;
  #index = 0;
  #result: ApplyResult | undefined;

  private constructor(id: number, store: MvccStore) {
    this.id = id;
    this.store = store;
    store.onApplied((_, result) => {
      this.#result = result;
    });
  }

  static async open(id: number): Promise<State> {
    const state = new MemoryState();
    return new State(id, await openMvcc({ self: SELF, state, quotaBytes: 1e9, txnOpsMax: 128, sequenced: true }));
  }

  async apply(kind: CommandKind, payload: Uint8Array, revision = 0): Promise<ApplyResult> {
    const index = ++this.#index;
    const plain = encodeCommand(kind, SELF, index, payload);
    const data = revision > 0 ? stamp(plain, revision) : plain;
    await this.store.apply([{ index, term: 1, type: EntryType.normal, data }]);
    return this.#result as ApplyResult;
  }
}

const partitionOf = (key: Uint8Array): number => ((key[0] as number) % PARTITIONS) + 1;

function partitionsOf(states: readonly State[]): Partitions {
  return {
    forKey: (key) => states[partitionOf(key) - 1] as State,
    forRange: (key, end) => (end.length === 0 ? [states[partitionOf(key) - 1] as State] : states),
  };
}

class Generator {
  readonly #random: SimRandom;
  constructor(random: SimRandom) {
    this.#random = random;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#random.below(values.length)] as T;
  }

  #span(): { key: Uint8Array; rangeEnd: Uint8Array } {
    const key = Buffer.from(this.#pick(KEYS));
    const end = this.#random.float();
    if (end < 0.4) return { key, rangeEnd: EMPTY };
    return { key, rangeEnd: end < 0.6 ? Buffer.from([0]) : Buffer.from(this.#pick(KEYS)) };
  }

  txn(revision: number, depth = 0): TxnRequestInit {
    const ops = (): TxnRequestInit['success'] =>
      Array.from({ length: this.#random.below(4) }, () => this.#op(revision, depth));
    return {
      compare: Array.from({ length: this.#random.below(3) }, () => ({
        ...this.#span(),
        target: this.#pick([CompareTarget.VERSION, CompareTarget.CREATE, CompareTarget.MOD, CompareTarget.VALUE]),
        result: this.#pick([CompareResult.EQUAL, CompareResult.GREATER, CompareResult.LESS, CompareResult.NOT_EQUAL]),
        version: 1,
        createRevision: this.#random.below(revision + 1),
        modRevision: this.#random.below(revision + 1),
        value: Buffer.from(this.#pick(['x', 'y'])),
      })),
      success: ops(),
      failure: ops(),
    };
  }

  #op(revision: number, depth: number) {
    const kind = this.#random.float();
    if (kind < 0.35) return { requestPut: this.#put() };
    if (kind < 0.5) return { requestDeleteRange: { ...this.#span(), prevKv: this.#random.float() < 0.5 } };
    if (kind < 0.6 && depth < 2) return { requestTxn: this.txn(revision, depth + 1) };
    const named = this.#random.float() < 0.3 ? 1 + this.#random.below(revision + 3) : 0;
    return {
      requestRange: {
        ...this.#span(),
        revision: named,
        limit: this.#random.below(3),
        sortOrder: this.#random.below(3) as 0,
        sortTarget: this.#random.below(5) as 0,
        keysOnly: this.#random.float() < 0.2,
        countOnly: this.#random.float() < 0.2,
        minModRevision: this.#random.float() < 0.2 ? this.#random.below(revision + 1) : 0,
      },
    };
  }

  #put() {
    const ignoreValue = this.#random.float() < 0.2;
    return {
      key: Buffer.from(this.#pick(KEYS)),
      value: ignoreValue ? EMPTY : Buffer.from(this.#pick(['x', 'y', 'z'])),
      prevKv: this.#random.float() < 0.5,
      ignoreValue,
      lease: this.#random.float() < 0.05 ? 7n : 0n,
    };
  }
}

const isValid = (request: TxnRequest): boolean => {
  try {
    checkTxn(request, 128);
    return true;
  } catch {
    return false;
  }
};

describe('a transaction over several partitions', () => {
  it('answers and changes what it would in one: random transactions', async () => {
    let effects = 0;
    let refusals = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const generator = new Generator(new SimRandom(seed));
      const whole = await State.open(0);
      const states = await Promise.all([1, 2, 3].map((id) => State.open(id)));
      const partitions = partitionsOf(states);
      for (let number = 1; number <= 120; number++) {
        const before = whole.store.revision;
        const request = TxnRequest.decode(TxnRequest.encode(generator.txn(before)));
        if (!isValid(request)) continue;
        const revision = before + 1 + (number % 3);
        const evaluate = (at: number) =>
          evaluateOver(partitions, states, request, before, at).catch((error: unknown) => {
            if (error instanceof RpcError) return error.message;
            throw error;
          });
        const found = await evaluate(revision);
        const shown = await evaluate(NO_REVISION_YET);
        const expected = await whole.apply(CommandKind.txn, TxnRequest.encode(request), revision);
        const place = `seed ${seed}, transaction ${number}`;
        if (typeof found === 'string') {
          refusals++;
          expect(expected.error?.message, place).toBe(found);
          continue;
        }
        expect(expected.response, place).toEqual({ kind: 'txn', txn: found.response });
        // Whether there is any effect does not depend on the revision.
        expect(typeof shown === 'string' ? 0 : shown.changes.size, place).toBe(found.changes.size);
        if (found.changes.size > 0) effects++;
        const name = { group: 9, term: 1, number };
        for (const state of states) {
          const changes = [...(found.changes.get(state.id) ?? [])];
          const outcome = TxnOutcome.encode({ name, state: TxnState.COMMITTED, revision, changes });
          await state.apply(CommandKind.txnPrepare, TxnName.encode(name));
          await state.apply(CommandKind.txnCommit, outcome, revision);
        }
        for (const key of KEYS) {
          const here = partitions.forKey(Buffer.from(key)).store.current(key);
          expect(here?.kv, `${place}: ${key}`).toEqual(whole.store.current(key)?.kv);
        }
      }
    }
    expect(effects).toBeGreaterThan(100);
    expect(refusals).toBeGreaterThan(20);
  }, 60_000);
});
