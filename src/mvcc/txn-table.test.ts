import { describe, expect, it } from 'vitest';
import { TxnDecision, TxnName, TxnOutcome, TxnState } from '../../proto/gen/txn.js';
import { MemoryState } from '../../test/fakes/memory-state.js';
import { EntryType } from '../raft/types.js';
import { encodeCommand, stamp } from './command.js';
import { openMvcc } from './store.js';
import { type ApplyResult, CommandKind, type MvccStore } from './types.js';

const SELF = 1n;
const KEY = Buffer.from('k');
const name = (number: number, term = 3): TxnName => ({ group: 1, term, number });
const change = (value: string) => ({ key: KEY, value: Buffer.from(value), lease: 0n, deleted: false });

class Replica {
  readonly state: MemoryState;
  readonly store: MvccStore;
  #result: ApplyResult | undefined;

  private constructor(state: MemoryState, store: MvccStore) {
    this.state = state;
    this.store = store;
    store.onApplied((_, result) => {
      this.#result = result;
    });
  }

  static async open(state = new MemoryState()): Promise<Replica> {
    const store = await openMvcc({ self: SELF, state, quotaBytes: 1e9, txnOpsMax: 128, sequenced: true });
    return new Replica(state, store);
  }

  async apply(kind: CommandKind, payload: Uint8Array, revision = 0): Promise<string | undefined> {
    const index = this.store.appliedIndex + 1;
    const plain = encodeCommand(kind, SELF, index, payload);
    const data = revision > 0 ? stamp(plain, revision) : plain;
    await this.store.apply([{ index, term: 1, type: EntryType.normal, data }]);
    return this.#result?.error?.message;
  }

  prepare(which: TxnName): Promise<string | undefined> {
    return this.apply(CommandKind.txnPrepare, TxnName.encode(which));
  }

  commit(which: TxnName, revision: number, value: string): Promise<string | undefined> {
    const outcome = { name: which, state: TxnState.COMMITTED, revision, changes: [change(value)] };
    return this.apply(CommandKind.txnCommit, TxnOutcome.encode(outcome), revision);
  }

  get value(): string | undefined {
    const kv = this.store.current('k')?.kv;
    return kv && `${Buffer.from(kv.value)}@${kv.modRevision}`;
  }
}

describe('a partition’s state', () => {
  it('is prepared for one transaction, until its outcome, and never for it again (E9)', async () => {
    const replica = await Replica.open();
    expect(await replica.prepare(name(2))).toBe(undefined);
    expect(replica.store.txns.prepared).toEqual({ name: name(2), index: 1 });
    expect(await replica.prepare(name(3))).toBe('hexkeep: that transaction has ended');
    await replica.commit(name(2), 9, 'x');
    expect([replica.value, replica.store.revision, replica.store.txns.prepared]).toEqual(['x@9', 9, undefined]);
    // An outcome of something else, or once more, changes nothing.
    expect(await replica.commit(name(2), 9, 'y')).toBe(undefined);
    expect(await replica.commit(name(5), 12, 'y')).toBe(undefined);
    expect(replica.value).toBe('x@9');
    for (const old of [name(2), name(1), name(9, 2)]) {
      expect(await replica.prepare(old)).toBe('hexkeep: that transaction has ended');
    }
    expect(await replica.prepare(name(1, 4))).toBe(undefined);
    await replica.apply(CommandKind.txnAbort, TxnName.encode(name(7, 4)));
    expect(replica.store.txns.prepared?.name).toEqual(name(1, 4));
    await replica.apply(CommandKind.txnAbort, TxnName.encode(name(1, 4)));
    expect(replica.store.txns.prepared).toBe(undefined);
    expect(replica.value).toBe('x@9');
  });

  it('keeps what was decided for others until it is forgotten', async () => {
    const replica = await Replica.open();
    const decision: TxnDecision = {
      name: name(1),
      revision: 7,
      parts: [
        { group: 1, changes: [change('own')] },
        { group: 2, changes: [change('theirs')] },
      ],
    };
    await replica.apply(CommandKind.txnDecide, TxnDecision.encode(decision), 7);
    expect(replica.value).toBe('own@7');
    expect(replica.store.txns.decision(name(1))?.parts.map(({ group }) => group)).toEqual([2]);
    await replica.apply(CommandKind.txnForget, TxnName.encode(name(1)));
    expect([...replica.store.txns.decisions()]).toEqual([]);
  });

  it('has all of that on disk, and in snapshots', async () => {
    const replica = await Replica.open();
    await replica.prepare(name(1));
    await replica.commit(name(1), 5, 'x');
    await replica.apply(
      CommandKind.txnDecide,
      TxnDecision.encode({ name: name(4), revision: 6, parts: [{ group: 2 }] }),
      6,
    );
    await replica.prepare(name(2));
    const { chunks } = await replica.store.exportSnapshot();
    const copy = new MemoryState();
    const replacement = copy.replace();
    for await (const chunk of chunks) await replica.store.importChunk(replacement, chunk);
    await replacement.finish({ index: replica.store.appliedIndex, term: 1 });
    for (const state of [replica.state, copy]) {
      const { store } = await Replica.open(state);
      expect(store.txns.prepared).toEqual({ name: name(2), index: 4 });
      expect(store.txns.hasSeen(name(2))).toBe(true);
      expect(store.txns.hasSeen(name(3))).toBe(false);
      expect([...store.txns.decisions()].map((decision) => decision.name)).toEqual([name(4)]);
    }
  });
});
