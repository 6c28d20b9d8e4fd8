// The races of two-phase commit, one by one: each loses or tears a transaction where the rule beside it is missing.

import { afterEach, describe, expect, it } from 'vitest';
import {
  CompareResult,
  CompareTarget,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  PutRequest,
  TxnRequest,
  type TxnRequestInit,
} from '../../proto/gen/rpc.js';
import { TxnOutcome, TxnPrepare, TxnQuery, TxnState } from '../../proto/gen/txn.js';
import { Scheduler } from '../../test/fakes/scheduler.js';
import { FakeTxnGroup } from '../../test/fakes/txn-group.js';
import { limits } from '../limits.js';
import { PeerMethod } from '../multiraft/types.js';
import { decodeCommand } from '../mvcc/command.js';
import { CommandKind } from '../mvcc/types.js';
import { Transactions } from './transactions.js';

const KEYS: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3 };
const PLENTY_MS = 60_000;

class Cluster {
  readonly scheduler = new Scheduler();
  readonly groups: FakeTxnGroup[] = [];
  readonly transactions: Transactions;
  revision = 10;
  /** While true the sequencer answers nobody. */
  silent = false;
  takes = 0;
  #unanswered: (() => void)[] = [];

  static async start(): Promise<Cluster> {
    const scheduler = new Scheduler();
    const { timers, clock, logger } = scheduler.host().runtime;
    let cluster!: Cluster;
    const take = (count: number): Promise<number> => cluster.take(count);
    const groups = await Promise.all([1, 2, 3].map((id) => FakeTxnGroup.open({ id, take, timers })));
    cluster = new Cluster(scheduler, groups, { timers, clock, logger });
    for (const group of groups) await group.lead();
    return cluster;
  }

  private constructor(
    scheduler: Scheduler,
    groups: FakeTxnGroup[],
    runtime: ConstructorParameters<typeof Transactions>[0]['runtime'],
  ) {
    this.scheduler = scheduler;
    this.groups = groups;
    const cluster = this;
    this.transactions = new Transactions({
      groups,
      partitions: {
        forKey: (key) => this.groupOf(Buffer.from(key).toString()),
        forRange: (key, end) => (end.length === 0 ? [this.groupOf(Buffer.from(key).toString())] : groups),
      },
      revisions: {
        take: (count) => this.take(count),
        current: async () => this.revision,
        get known() {
          return cluster.revision;
        },
      },
      runtime,
    });
  }

  groupOf(key: string): FakeTxnGroup {
    return this.groups[(KEYS[key] as number) - 1] as FakeTxnGroup;
  }

  take(count: number): Promise<number> {
    this.takes++;
    return new Promise((resolve) => {
      const answer = (): void => {
        const first = this.revision + 1;
        this.revision += count;
        resolve(first);
      };
      if (this.silent) this.#unanswered.push(answer);
      else answer();
    });
  }

  answerAll(): void {
    this.silent = false;
    for (const answer of this.#unanswered.splice(0)) answer();
  }

  /** Puts all of `keys` in one transaction. */
  put(keys: readonly string[], value: string, more: TxnRequestInit = {}) {
    const success = keys.map((key) => ({ requestPut: { key: Buffer.from(key), value: Buffer.from(value) } }));
    return this.execute(keys, { ...more, success });
  }

  execute(keys: readonly string[], request: TxnRequestInit) {
    const groups = keys.map((key) => this.groupOf(key));
    return track(this.transactions.execute(groups, TxnRequest.encode(request), PLENTY_MS));
  }

  /** A plain write of one partition. */
  write(key: string, value: string) {
    const payload = PutRequest.encode({ key: Buffer.from(key), value: Buffer.from(value) });
    return track(this.groupOf(key).propose(CommandKind.put, payload));
  }

  value(key: string): string | undefined {
    const kv = this.groupOf(key).store.current(key)?.kv;
    return kv && `${Buffer.from(kv.value)}@${kv.modRevision}`;
  }

  /** Kinds in a group's log, the prepare's and what stands behind it. */
  kinds(key: string): CommandKind[] {
    return this.groupOf(key).log.map(({ data }) => decodeCommand(data).kind);
  }
}

interface Tracked<T> {
  value?: T;
  error?: string;
}

function track<T>(promise: Promise<T>): Tracked<T> {
  const outcome: Tracked<T> = {};
  promise.then(
    (value) => {
      outcome.value = value;
    },
    (error: Error) => {
      outcome.error = error.message;
    },
  );
  return outcome;
}

let cluster: Cluster;
const start = async (): Promise<Cluster> => {
  cluster = await Cluster.start();
  return cluster;
};
afterEach(() => cluster.transactions.close());

const { txnPrepare, txnDecide, txnCommit, txnAbort, txnForget } = CommandKind;

describe('a transaction over partitions', () => {
  it('changes all of them in one revision, and is forgotten', async () => {
    const { scheduler } = await start();
    const txn = cluster.put(['a', 'b', 'c'], 'x');
    await scheduler.settle();
    expect(txn.value?.revision).toBe(11);
    expect(['a', 'b', 'c'].map((key) => cluster.value(key))).toEqual(['x@11', 'x@11', 'x@11']);
    expect(cluster.kinds('a')).toEqual([txnDecide, txnForget]);
    expect(cluster.kinds('b')).toEqual([txnPrepare, txnCommit]);
    expect([...(cluster.groups[0]?.store.txns.decisions() ?? [])]).toEqual([]);
  });

  it('takes no revision and leaves no trace when it changes nothing', async () => {
    const { scheduler } = await start();
    const compare = [{ key: Buffer.from('b'), target: CompareTarget.VERSION, result: CompareResult.EQUAL, version: 5 }];
    const txn = cluster.put(['a', 'b'], 'x', { compare });
    await scheduler.settle();
    expect(txn.value?.response.succeeded).toBe(false);
    expect(txn.value?.revision).toBe(10);
    expect(cluster.takes).toBe(0);
    expect(cluster.kinds('b')).toEqual([txnPrepare, txnAbort]);
  });

  it('E4: writes of a prepared partition wait, and come after it', async () => {
    const { scheduler, groups } = await start();
    groups[2]!.cutOff = true; // the last prepare does not commit yet
    const txn = cluster.put(['a', 'b', 'c'], 'x');
    await scheduler.settle();
    const writes = [cluster.write('a', 'w'), cluster.write('b', 'w')];
    await scheduler.settle();
    expect(writes.map(({ value }) => value)).toEqual([undefined, undefined]);
    expect(cluster.takes).toBe(0);
    await groups[2]!.heal();
    await scheduler.settle();
    expect(txn.value?.revision).toBe(11);
    expect(['a', 'b'].map((key) => cluster.value(key))).toEqual(['w@12', 'w@13']);
  });

  it('E5: no revision is asked for before every partition is prepared', async () => {
    const { scheduler, groups } = await start();
    groups[2]!.cutOff = true;
    cluster.put(['a', 'b', 'c'], 'x');
    await scheduler.settle();
    expect(cluster.kinds('b')).toEqual([txnPrepare]);
    expect(cluster.takes).toBe(0);
    await groups[2]!.heal();
    await scheduler.settle();
    expect(cluster.takes).toBe(1);
  });

  it('E6: is aborted when no revision comes, and one that comes late is not used', async () => {
    const { scheduler } = await start();
    cluster.silent = true;
    const txn = cluster.put(['a', 'b'], 'x');
    await scheduler.advance(limits.txnRevisionTimeoutMs);
    expect(txn.error).toBe('etcdserver: request timed out');
    expect(cluster.kinds('b')).toEqual([txnPrepare, txnAbort]);
    cluster.answerAll();
    await scheduler.settle();
    expect(cluster.kinds('a')).toEqual([]);
    const write = cluster.write('a', 'w');
    await scheduler.settle();
    expect(write.value?.revision).toBe(12);
  });

  it('E6: is not aborted any more once its decision is in the log, however long that takes', async () => {
    const { scheduler, groups } = await start();
    groups[0]!.cutOff = true;
    const txn = cluster.put(['a', 'b'], 'x');
    await scheduler.advance(30_000);
    expect(txn).toEqual({});
    expect(cluster.kinds('b')).toEqual([txnPrepare]);
    await groups[0]!.heal();
    await scheduler.settle();
    expect(txn.value?.revision).toBe(11);
    expect(cluster.value('b')).toBe('x@11');
  });

  it('E7: stays prepared under the next leader of a participant, and its writes wait', async () => {
    const { scheduler, groups } = await start();
    groups[0]!.cutOff = true;
    const txn = cluster.put(['a', 'b'], 'x');
    await scheduler.settle();
    groups[1]!.depose(false);
    await groups[1]!.lead();
    const write = cluster.write('b', 'w');
    await scheduler.advance(5_000);
    expect(write).toEqual({});
    expect(groups[1]!.openWork?.whenFinished(() => {})).toBe(true);
    await groups[0]!.heal();
    await scheduler.advance(1_000);
    expect(txn.value?.revision).toBe(11);
    expect(cluster.value('b')).toBe('w@12');
  });

  it('E8: a coordinator that can not confirm itself says nothing; one that can, without a record, aborts', async () => {
    const { scheduler, groups } = await start();
    groups[0]!.cutOff = true;
    groups[1]!.lost.add(PeerMethod.txnOutcome);
    const txn = cluster.put(['a', 'b'], 'x');
    await scheduler.settle();
    expect(cluster.kinds('a')).toEqual([txnDecide]); // appended, not committed
    groups[0]!.depose(true); // and lost with its leader
    await scheduler.advance(5_000);
    expect(cluster.kinds('b')).toEqual([txnPrepare]);
    expect(txn.error).toBe('etcdserver: request timed out');
    await groups[0]!.lead();
    groups[0]!.cutOff = true; // leads, as it believes
    await scheduler.advance(5_000);
    expect(cluster.kinds('b')).toEqual([txnPrepare]);
    groups[0]!.cutOff = false;
    await scheduler.advance(5_000);
    expect(cluster.kinds('b')).toEqual([txnPrepare, txnAbort]);
  });

  it('E8, E9: a decision that the next leader finds in its log is carried out', async () => {
    const { scheduler, groups } = await start();
    groups[0]!.cutOff = true;
    cluster.put(['a', 'b'], 'x');
    await scheduler.settle();
    groups[0]!.depose(false);
    await scheduler.advance(5_000);
    expect(cluster.kinds('b')).toEqual([txnPrepare]);
    await groups[0]!.lead();
    await scheduler.advance(1_000);
    expect(['a', 'b'].map((key) => cluster.value(key))).toEqual(['x@11', 'x@11']);
    expect(cluster.kinds('a')).toEqual([txnDecide, txnForget]);
  });

  it('E9: the decision is kept while a participant does not hear of it', async () => {
    const { scheduler, groups } = await start();
    groups[1]!.lost.add(PeerMethod.txnOutcome);
    groups[0]!.lost.add(PeerMethod.txnQuery);
    const txn = cluster.put(['a', 'b', 'c'], 'x');
    await scheduler.advance(10_000);
    expect(txn.value?.revision).toBe(11);
    expect(cluster.value('c')).toBe('x@11');
    expect(cluster.value('b')).toBe(undefined);
    expect([...groups[0]!.store.txns.decisions()]).toHaveLength(1);
    groups[0]!.lost.clear();
    await scheduler.advance(limits.txnOutcomeAskMs);
    expect(cluster.value('b')).toBe('x@11');
    groups[1]!.lost.clear();
    await scheduler.advance(1_000);
    expect([...groups[0]!.store.txns.decisions()]).toEqual([]);
  });

  it('E9: a prepare, a commit or an abort that comes again after the end does nothing', async () => {
    const { scheduler, groups } = await start();
    cluster.put(['a', 'b'], 'x');
    await scheduler.settle();
    const name = { group: 1, term: 1, number: 1 };
    const again = track(groups[1]!.callLeader(PeerMethod.txnPrepare, TxnPrepare.encode({ name, waitMs: 1_000 })));
    for (const state of [TxnState.ABORTED, TxnState.COMMITTED]) {
      const told = track(
        groups[1]!.callLeader(PeerMethod.txnOutcome, TxnOutcome.encode({ name, state, revision: 11 })),
      );
      await scheduler.settle();
      expect(told.error).toBe(undefined);
    }
    expect(again.error).toBe('hexkeep: that transaction has ended');
    expect(cluster.kinds('b')).toEqual([txnPrepare, txnCommit]);
    const query = await groups[0]!.callLeader(PeerMethod.txnQuery, TxnQuery.encode({ name, group: 2 }));
    expect(TxnOutcome.decode(query).state).toBe(TxnState.ABORTED);
  });

  it('B4.2c: claims wait at a prepared participant, and at a coordinator from the moment of asking', async () => {
    const { scheduler, groups } = await start();
    groups[2]!.cutOff = true;
    cluster.put(['a', 'b', 'c'], 'x');
    await scheduler.settle();
    const ended: [string, number | undefined][] = [];
    const wait = (key: string): boolean =>
      cluster.groupOf(key).openWork?.whenFinished((index) => ended.push([key, index])) ?? false;
    expect([wait('a'), wait('b'), wait('c')]).toEqual([false, true, true]);
    cluster.silent = true;
    await groups[2]!.heal();
    await scheduler.settle();
    expect(wait('a')).toBe(true);
    expect(ended).toEqual([]);
    cluster.answerAll();
    await scheduler.settle();
    expect(ended.sort()).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 2],
    ]);
    expect([wait('a'), wait('b'), wait('c')]).toEqual([false, false, false]);
  });

  it('F4: a revoke of a lease waits at a prepared partition, and takes what the transaction attached', async () => {
    const { scheduler, groups } = await start();
    await groups[1]!.propose(CommandKind.leaseGrant, LeaseGrantRequest.encode({ ID: 5n, TTL: 60 }));
    groups[2]!.cutOff = true;
    cluster.execute(['a', 'b', 'c'], { success: [{ requestPut: { key: Buffer.from('b'), lease: 5n } }] });
    await scheduler.settle();
    const revoke = track(groups[1]!.propose(CommandKind.leaseRevoke, LeaseRevokeRequest.encode({ ID: 5n })));
    await scheduler.settle();
    expect(revoke).toEqual({});
    await groups[2]!.heal();
    await scheduler.settle();
    expect(cluster.kinds('b')).toEqual([CommandKind.leaseGrant, txnPrepare, txnCommit, CommandKind.leaseRevoke]);
    expect(cluster.value('b')).toBe(undefined);
  });

  it('E3: many that need each other’s partitions all come to an end, and writes between them too', async () => {
    const { scheduler } = await start();
    const sets = [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'c'],
      ['a', 'b', 'c'],
    ];
    const txns = Array.from({ length: 40 }, (_, i) => cluster.put(sets[i % sets.length] as string[], `t${i}`));
    const writes = ['a', 'b', 'c'].map((key) => cluster.write(key, 'w'));
    await scheduler.advance(1_000);
    expect(txns.filter(({ value }) => value === undefined)).toEqual([]);
    expect(writes.filter(({ value }) => value === undefined)).toEqual([]);
    expect(new Set(txns.map(({ value }) => value?.revision)).size).toBe(40);
  });

  it('is refused when too many wait, and gives up waiting at its deadline', async () => {
    const { scheduler, groups } = await start();
    groups[0]!.cutOff = true;
    const txns = Array.from({ length: limits.txnsWaitingMax + 2 }, () => cluster.put(['a', 'b'], 'x'));
    await scheduler.settle();
    expect(txns.at(-1)?.error).toBe('etcdserver: too many requests');
    expect(txns[1]).toEqual({});
    await scheduler.advance(PLENTY_MS);
    expect(txns[1]?.error).toBe('etcdserver: request timed out');
  });
});
