// Random commands against a naive model of etcd's data: lists of versions, looked through from the start.

import { describe, expect, it } from 'vitest';
import type { KeyValue } from '../../proto/gen/kv.js';
import {
  CompactionRequest,
  CompareResult,
  CompareTarget,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  TxnRequest,
} from '../../proto/gen/rpc.js';
import { MemoryState } from '../../test/fakes/memory-state.js';
import type { RpcError } from '../errors.js';
import { EntryType } from '../raft/types.js';
import { SimRandom } from '../runtime/sim/random.js';
import { encodeCommand } from './command.js';
import { openMvcc } from './store.js';
import { type ApplyResult, CommandKind, type MvccStore, type RevisionEvents } from './types.js';

const SELF = 1n;
const KEYS = ['a', 'a/1', 'a/2', 'b', 'b\0', 'b\0\0', 'c', '\xff'];
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

interface Version {
  readonly key: string;
  readonly value: string;
  readonly create: number;
  readonly mod: number;
  readonly version: number;
  readonly deleted: boolean;
}

class Model {
  revision = 1;
  compacted = -1;
  readonly versions: Version[] = [];

  at(key: string, revision: number): Version | undefined {
    const last = this.versions.findLast((v) => v.key === key && v.mod <= revision);
    return last === undefined || last.deleted ? undefined : last;
  }

  range(from: string, end: string, revision: number): Version[] {
    const inside = (key: string): boolean => (end === '' ? key === from : key >= from && (end === '\0' || key < end));
    return KEYS.filter(inside)
      .sort()
      .map((key) => this.at(key, revision))
      .filter((v) => v !== undefined);
  }

  /** Applies changes of one revision: [key, value], or [key, undefined] for a delete. */
  write(changes: (readonly [string, string | undefined])[]): void {
    const mod = this.revision + 1;
    let wrote = false;
    for (const [key, value] of changes) {
      const old = this.at(key, mod);
      if (value === undefined && old === undefined) continue;
      wrote = true;
      const create = value === undefined ? 0 : (old?.create ?? mod);
      const version = value === undefined ? 0 : (old?.version ?? 0) + 1;
      this.versions.push({ key, value: value ?? '', create, mod, version, deleted: value === undefined });
    }
    if (wrote) this.revision = mod;
  }
}

const shown = (kv: KeyValue): Omit<Version, 'deleted'> => ({
  key: Buffer.from(kv.key).toString('latin1'),
  value: Buffer.from(kv.value).toString('latin1'),
  create: kv.createRevision,
  mod: kv.modRevision,
  version: kv.version,
});
const expected = ({ key, value, create, mod, version }: Version): Omit<Version, 'deleted'> => ({
  key,
  value,
  create,
  mod,
  version,
});

class Driver {
  readonly state: MemoryState;
  store: MvccStore;
  events: RevisionEvents[] = [];
  index = 0;
  #results = new Map<number, ApplyResult>();

  constructor(state: MemoryState, store: MvccStore) {
    this.state = state;
    this.store = store;
    this.#listen();
  }

  static async open(state: MemoryState): Promise<MvccStore> {
    return openMvcc({ self: SELF, state, quotaBytes: 1e9, txnOpsMax: 128 });
  }

  #listen(): void {
    this.store.onApplied((command, result) => this.#results.set(command.request, result));
    this.store.onEvents((events) => this.events.push(events));
  }

  async reopen(): Promise<void> {
    await this.store.close();
    this.store = await Driver.open(this.state);
    this.index = this.store.appliedIndex;
    this.#listen();
  }

  async apply(kind: CommandKind, payload: Uint8Array): Promise<ApplyResult> {
    const index = ++this.index;
    const data = encodeCommand(kind, SELF, index, payload);
    await this.store.apply([{ term: 1, index, type: EntryType.normal, data }]);
    return this.#results.get(index) as ApplyResult;
  }
}

class Trial {
  readonly #random: SimRandom;
  readonly #model = new Model();
  readonly #driver: Driver;
  #number = 0;

  constructor(seed: number, driver: Driver) {
    this.#random = new SimRandom(seed);
    this.#driver = driver;
  }

  #key(): string {
    return KEYS[this.#random.below(KEYS.length)] as string;
  }

  #bounds(): [string, string] {
    const ends = ['', '\0', 'b', 'c', this.#key()];
    return [this.#key(), ends[this.#random.below(ends.length)] as string];
  }

  async step(): Promise<void> {
    const dice = this.#random.float();
    if (dice < 0.35) await this.#put();
    else if (dice < 0.5) await this.#delete();
    else if (dice < 0.65) await this.#txn();
    else if (dice < 0.68) await this.#compact();
    else if (dice < 0.7) await this.#driver.reopen();
    else await this.#range();
    expect(this.#driver.store.revision).toBe(this.#model.revision);
  }

  async #put(): Promise<void> {
    const [key, value] = [this.#key(), `v${++this.#number}`];
    const before = this.#model.at(key, this.#model.revision);
    this.#model.write([[key, value]]);
    const request = PutRequest.encode({ key: latin1(key), value: latin1(value), prevKv: true });
    const result = await this.#driver.apply(CommandKind.put, request);
    expect(result.revision).toBe(this.#model.revision);
    const prev = result.response.kind === 'put' ? result.response.put.prevKv : undefined;
    expect(prev && shown(prev)).toEqual(before && expected(before));
  }

  async #delete(): Promise<void> {
    const [from, end] = this.#bounds();
    const gone = this.#model.range(from, end, this.#model.revision);
    this.#model.write(gone.map((v) => [v.key, undefined] as const));
    const request = DeleteRangeRequest.encode({ key: latin1(from), rangeEnd: latin1(end), prevKv: true });
    const { response } = await this.#driver.apply(CommandKind.deleteRange, request);
    const deleted = response.kind === 'deleteRange' ? response.deleteRange : undefined;
    expect(deleted?.deleted).toBe(gone.length);
    expect(deleted?.prevKvs.map(shown)).toEqual(gone.map(expected));
  }

  /** If `guard` is at a version: put one key and read a range, else delete a range. */
  async #txn(): Promise<void> {
    const [guard, key, value] = [this.#key(), this.#key(), `v${++this.#number}`];
    const [from, end] = this.#bounds();
    const version = this.#random.below(3);
    const succeeds = (this.#model.at(guard, this.#model.revision)?.version ?? 0) === version;
    const inside = this.#model.range(from, end, this.#model.revision);
    this.#model.write(succeeds ? [[key, value]] : inside.map((v) => [v.key, undefined] as const));
    const range = { key: latin1(from), rangeEnd: latin1(end) };
    const payload = TxnRequest.encode({
      compare: [{ key: latin1(guard), target: CompareTarget.VERSION, result: CompareResult.EQUAL, version }],
      success: [{ requestPut: { key: latin1(key), value: latin1(value) } }, { requestRange: range }],
      failure: [{ requestDeleteRange: range }],
    });
    const { response } = await this.#driver.apply(CommandKind.txn, payload);
    const txn = response.kind === 'txn' ? response.txn : undefined;
    expect(txn?.succeeded).toBe(succeeds);
    const read = txn?.responses[1]?.responseRange?.kvs.map(shown);
    if (succeeds) expect(read).toEqual(this.#model.range(from, end, this.#model.revision).map(expected));
  }

  async #compact(): Promise<void> {
    const revision = this.#random.below(this.#model.revision + 2);
    const { error, response } = await this.#driver.apply(CommandKind.compact, CompactionRequest.encode({ revision }));
    const refused = revision <= this.#model.compacted || revision > this.#model.revision;
    expect(error !== undefined).toBe(refused);
    if (refused) return;
    this.#model.compacted = revision;
    if (response.kind === 'compact' && this.#random.float() < 0.7) await response.physical;
  }

  async #range(): Promise<void> {
    const [from, end] = this.#bounds();
    const revision = this.#random.float() < 0.5 ? 0 : this.#random.below(this.#model.revision + 2);
    const limit = this.#random.below(4);
    const request = { ...RangeRequest.empty(), key: latin1(from), rangeEnd: latin1(end), revision, limit };
    const { store } = this.#driver;
    if (revision > this.#model.revision) return expectError(store.range(request), 'future revision');
    if (revision > 0 && revision < this.#model.compacted) return expectError(store.range(request), 'compacted');
    const found = this.#model.range(from, end, revision || this.#model.revision);
    const response = await store.range(request);
    const kept = limit > 0 ? found.slice(0, limit) : found;
    expect(response.kvs.map(shown)).toEqual(kept.map(expected));
    expect([response.count, response.more]).toEqual([found.length, limit > 0 && found.length > limit]);
  }

  /** History, hashes and the whole state, at the end. */
  async finish(): Promise<void> {
    const { store, state } = this.#driver;
    const from = Math.max(2, this.#model.compacted + 1);
    const history = await store.history(from, store.revision, 10_000, false);
    const changes = history.flatMap((r) => r.events.map((e) => [r.revision, e.type, toText(e.kv.key)]));
    const wanted = this.#model.versions
      .filter((v) => v.mod >= from)
      .map((v) => [v.mod, v.deleted ? 'delete' : 'put', v.key]);
    expect(changes).toEqual(wanted);
    const { hash } = await store.hashKv(0);
    // Another store that is given the state as a snapshot is the same in every respect.
    const exported = await store.exportSnapshot();
    const copy = new MemoryState();
    const other = await Driver.open(copy);
    await other.suspend();
    const replacement = copy.replace();
    for await (const chunk of exported.chunks) await other.importChunk(replacement, chunk);
    await replacement.finish({ index: exported.index, term: exported.term });
    let told = false;
    other.onReset(() => {
      told = true;
    });
    const reloaded = other.reload();
    // Whoever waits for the applied position may take what was told by then for all that there was.
    for (; !told; await Promise.resolve()) expect(other.appliedIndex).toBe(0);
    await reloaded;
    expect([other.revision, other.keyCount]).toEqual([store.revision, store.keyCount]);
    expect((await other.hashKv(0)).hash).toBe(hash);
    await this.#driver.reopen();
    expect((await this.#driver.store.hashKv(0)).hash).toBe(hash);
    expect(state.appliedIndex).toBe(this.#driver.index);
  }
}

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

async function expectError(promise: Promise<unknown>, text: string): Promise<void> {
  await expect(promise).rejects.toSatisfy((error: RpcError) => error.message.includes(text));
}

describe('the state machine', () => {
  it('does what a naive model does: 60 seeds', { timeout: 120_000 }, async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const state = new MemoryState();
      const trial = new Trial(seed, new Driver(state, await Driver.open(state)));
      try {
        for (let i = 0; i < 200; i++) await trial.step();
        await trial.finish();
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  });
});
