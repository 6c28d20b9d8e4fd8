import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseRevokeRequest } from '../../proto/gen/rpc.js';
import { FakeCluster } from '../../test/fakes/group.js';
import { seeded } from '../../test/fakes/scheduler.js';
import type { FakeStore } from '../../test/fakes/store.js';
import { Code } from '../errors.js';
import { createLessor } from '../lease/lessor.js';
import { limits } from '../limits.js';
import { CommandKind } from '../mvcc/types.js';
import { createWatchHub } from '../watch/hub.js';
import { createElectionService, type ElectionService } from './election.js';
import { createLockService, type LockService } from './lock.js';

let cluster: FakeCluster;
let store: FakeStore;
let locks: LockService;
let elections: ElectionService;
let subscriptions: () => number;

const b = (s: string): Buffer => Buffer.from(s, 'latin1');
const NAME = b('n');
const never = new AbortController().signal;
const settle = (): Promise<void> => cluster.scheduler.settle();

interface Watched<T> {
  value: T | undefined;
  error: { code: Code; message: string } | undefined;
  readonly settled: boolean;
}

/** What became of a promise so far. */
function track<T>(promise: Promise<T>): Watched<T> {
  const state: { value: T | undefined; error: Watched<T>['error']; settled: boolean } = {
    value: undefined,
    error: undefined,
    settled: false,
  };
  promise.then(
    (value) => Object.assign(state, { value, settled: true }),
    (error) => Object.assign(state, { error, settled: true }),
  );
  return state;
}

async function done<T>(promise: Promise<T>): Promise<Watched<T>> {
  const state = track(promise);
  await settle();
  expect(state.settled).toBe(true);
  return state;
}

beforeEach(() => {
  cluster = new FakeCluster();
  store = cluster.leader.store;
  const { router, host } = cluster.leader;
  const { runtime } = host;
  const watch = createWatchHub({ router, runtime });
  const lessor = createLessor({ router, runtime, minTtlSeconds: 2 });
  locks = createLockService({ router, lessor, watch });
  elections = createElectionService({ router, lessor, watch });
  subscriptions = () => watch.watchers;
  for (const id of [1n, 2n, 3n, 0x1fn, -5n]) store.grantLease(id, 1_000);
});

describe('Lock', () => {
  it('takes a free lock with one write, under <name>/<lease in hex>', async () => {
    const { value } = await done(locks.lock(NAME, 0x1fn, never));
    expect(value).toEqual({ key: b('n/1f'), revision: 2 });
    expect(store.current.get('n/1f')).toMatchObject({ lease: 0x1fn, createRevision: 2 });
    expect(cluster.log.length).toBe(1);
    expect((await done(locks.lock(b('m'), -5n, never))).value?.key).toEqual(b('m/-5'));
  });

  it('is given again to the lease that has it', async () => {
    await done(locks.lock(NAME, 1n, never));
    expect((await done(locks.lock(NAME, 1n, never))).value).toEqual({ key: b('n/1'), revision: 2 });
    expect(store.revision).toBe(2);
  });

  it('without a lease gets one of 60 s', async () => {
    const { value } = await done(locks.lock(NAME, 0n, never));
    const lease = BigInt(`0x${value!.key.toString().slice(2)}`);
    expect(store.lease(lease)?.ttlSeconds).toBe(60);
  });

  it("refuses an unknown lease with etcd's text and code", async () => {
    const { error } = await done(locks.lock(NAME, 99n, never));
    expect(error).toMatchObject({ message: 'etcdserver: requested lease not found', code: Code.unknown });
    expect((await done(locks.unlock(b('')))).error).toMatchObject({
      message: 'etcdserver: key is not provided',
      code: Code.unknown,
    });
    expect((await done(locks.lock(Buffer.alloc(limits.requestBytesMax), 1n, never))).error).toMatchObject({
      message: 'etcdserver: request is too large',
    });
  });

  it('goes on in the order of arrival, one waiter woken by each release', async () => {
    const first = (await done(locks.lock(NAME, 1n, never))).value!;
    const second = track(locks.lock(NAME, 2n, never));
    await settle();
    const third = track(locks.lock(NAME, 3n, never));
    await settle();
    expect([second.settled, third.settled]).toEqual([false, false]);
    const before = store.ranges;
    await done(locks.unlock(first.key));
    expect([second.settled, third.settled]).toEqual([true, false]);
    // The keys under the name are known by now: nobody scans for them, woken or not.
    expect(store.ranges - before).toBe(0);
    expect(second.value!.revision).toBe(store.revision);
    await done(locks.unlock(second.value!.key));
    expect(third.settled).toBe(true);
    expect(subscriptions()).toBe(0);
  });

  it('passes over a waiter that gave up', async () => {
    const first = (await done(locks.lock(NAME, 1n, never))).value!;
    const abort = new AbortController();
    const second = track(locks.lock(NAME, 2n, abort.signal));
    await settle();
    const third = track(locks.lock(NAME, 3n, never));
    await settle();
    abort.abort();
    await settle();
    expect(second.error).toMatchObject({ code: Code.canceled });
    expect([...store.current.keys()]).toEqual(['n/1', 'n/3']);
    expect(third.settled).toBe(false);
    await done(locks.unlock(first.key));
    expect(third.value?.key).toEqual(b('n/3'));
    expect(subscriptions()).toBe(0);
  });

  it('of a caller gone before its key was written leaves nothing', async () => {
    const abort = new AbortController();
    abort.abort();
    expect((await done(locks.lock(NAME, 1n, abort.signal))).error).toMatchObject({ code: Code.canceled });
    expect(store.current.size).toBe(0);
  });

  it('is not given to a waiter whose lease ended', async () => {
    const first = (await done(locks.lock(NAME, 1n, never))).value!;
    const second = track(locks.lock(NAME, 2n, never));
    await settle();
    store.revokeLease(2n);
    await settle();
    expect(second.settled).toBe(false);
    await done(locks.unlock(first.key));
    expect(second.error).toMatchObject({ message: 'mutex: session is expired' });
    expect(store.current.size).toBe(0);
  });

  it('is not taken for held when the waiter came back under the same lease, behind another', async () => {
    const first = (await done(locks.lock(NAME, 1n, never))).value!;
    const second = track(locks.lock(NAME, 2n, never));
    await settle();
    store.del('n/2');
    track(locks.lock(NAME, 3n, never));
    await settle();
    store.put('n/2', '', 2n);
    await done(locks.unlock(first.key));
    expect(second.error).toMatchObject({ message: 'mutex: session is expired' });
    expect(store.current.has('n/2')).toBe(true);
  });

  it('is not given by a node that is behind to a waiter whose lease has ended', async () => {
    const first = (await done(locks.lock(NAME, 1n, never))).value!;
    const second = track(locks.lock(NAME, 2n, never));
    await settle();
    // This node has applied the release, not yet the end of the waiter's lease.
    cluster.leader.applyPaused = true;
    cluster.log.push({ kind: CommandKind.leaseRevoke, payload: LeaseRevokeRequest.encode({ ID: 2n }), term: 1 });
    store.del(first.key.toString());
    await cluster.scheduler.advance(10);
    expect(second.settled).toBe(false);
    cluster.leader.applyPaused = false;
    await cluster.scheduler.advance(10);
    expect(second.error).toMatchObject({ message: 'mutex: session is expired' });
  });

  it('sees a release between finding the one before and watching it', async () => {
    await done(locks.lock(NAME, 1n, never));
    const real = store.range.bind(store);
    store.range = async (request) => {
      const found = await real(request);
      store.del('n/1');
      return found;
    };
    expect((await done(locks.lock(NAME, 2n, never))).value?.key).toEqual(b('n/2'));
  });

  it('does not mind keys of longer names and other prefixes', async () => {
    store.put('n', '');
    store.put('n0', '');
    store.put('m/1', '');
    expect((await done(locks.lock(NAME, 1n, never))).settled).toBe(true);
  });

  it('waits for keys that clients made by themselves', async () => {
    store.put('n/abc');
    const mine = track(locks.lock(NAME, 1n, never));
    await settle();
    expect(mine.settled).toBe(false);
    store.del('n/abc');
    await settle();
    expect(mine.value?.key).toEqual(b('n/1'));
  });

  it('is never held by two, whoever dies, releases or gives up', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seeded(seed);
      const name = b(`lock${seed}`);
      const holders = new Map<bigint, { state: Watched<{ key: Buffer }>; abort: AbortController }>();
      let nextLease = BigInt(seed) * 1_000n;
      let held = 0;
      for (let step = 0; step < 120; step++) {
        const ids = [...holders.keys()];
        const id = ids[random.below(Math.max(1, ids.length))];
        const one = id === undefined ? undefined : holders.get(id);
        const dice = random.below(10);
        if (dice < 5 || id === undefined || one === undefined) {
          const lease = nextLease++;
          store.grantLease(lease, 1_000);
          const abort = new AbortController();
          holders.set(lease, { state: track(locks.lock(name, lease, abort.signal)), abort });
        } else {
          if (dice !== 7 && dice !== 8 && one.state.value !== undefined) void locks.unlock(one.state.value.key);
          else if (dice < 9) store.revokeLease(id);
          else one.abort.abort();
          holders.delete(id);
        }
        if (random.below(2) === 0) await settle();
        const holding = [...holders].filter(([, h]) => h.state.value !== undefined);
        expect(holding.length).toBeLessThanOrEqual(1);
        held += holding.length;
      }
      expect(held).toBeGreaterThan(10);
      for (let left = holders.size; left > 0; left--) {
        await settle();
        const [holder] = [...holders].filter(([, h]) => h.state.value !== undefined);
        expect(holder).toBeDefined();
        void locks.unlock(holder![1].state.value!.key);
        holders.delete(holder![0]);
      }
      await settle();
      expect(subscriptions()).toBe(0);
    }
  });
});

describe('Election', () => {
  it('elects the first, then the next', async () => {
    const first = (await done(elections.campaign(NAME, 1n, b('v1'), never))).value!;
    expect(first).toEqual({ leader: { name: NAME, key: b('n/1'), rev: 2, lease: 1n }, revision: 2 });
    const second = track(elections.campaign(NAME, 2n, b('v2'), never));
    await settle();
    expect(second.settled).toBe(false);
    expect((await done(elections.leader(NAME))).value?.kv).toMatchObject({ key: b('n/1'), value: b('v1') });
    await done(elections.resign(first.leader));
    // The revision is that of the candidature, as etcd tells it.
    expect(second.value).toEqual({ leader: { name: NAME, key: b('n/2'), rev: 3, lease: 2n }, revision: 3 });
    expect((await done(elections.leader(NAME))).value?.kv).toMatchObject({ key: b('n/2'), value: b('v2') });
  });

  it('a second campaign of the leader proclaims another value, and only then', async () => {
    await done(elections.campaign(NAME, 1n, b('v1'), never));
    const same = (await done(elections.campaign(NAME, 1n, b('v1'), never))).value!;
    expect([same.revision, store.revision]).toEqual([2, 2]);
    const other = (await done(elections.campaign(NAME, 1n, b('v2'), never))).value!;
    expect(other).toMatchObject({ leader: { rev: 2 }, revision: 2 });
    expect(store.current.get('n/1')).toMatchObject({ value: b('v2'), createRevision: 2, modRevision: 3, lease: 1n });
  });

  it("answers with etcd's errors", async () => {
    const unknown = (message: string) => ({ code: Code.unknown, message });
    expect((await done(elections.leader(NAME))).error).toMatchObject(unknown('election: no leader'));
    const missing = unknown('"leader" field must be provided');
    expect((await done(elections.resign(undefined))).error).toMatchObject(missing);
    expect((await done(elections.proclaim(undefined, b('')))).error).toMatchObject(missing);
    const stranger = { name: NAME, key: b('n/1'), rev: 7, lease: 1n };
    expect((await done(elections.proclaim(stranger, b('')))).error).toMatchObject(unknown('election: not leader'));
    expect((await done(elections.resign(stranger))).value).toEqual({ revision: 1 });
    expect((await done(elections.campaign(NAME, 99n, b(''), never))).error).toMatchObject(
      unknown('etcdserver: requested lease not found'),
    );
  });

  it('a proclamation changes the value, not the leadership', async () => {
    const { leader } = (await done(elections.campaign(NAME, 1n, b('v1'), never))).value!;
    expect((await done(elections.proclaim(leader, b('v2')))).value).toEqual({ revision: 3 });
    expect(store.current.get('n/1')).toMatchObject({ value: b('v2'), createRevision: 2, lease: 1n });
    await done(elections.resign(leader));
    expect((await done(elections.proclaim(leader, b('v3')))).error).toMatchObject({ message: 'election: not leader' });
    expect(store.current.size).toBe(0);
  });

  it('a campaign given up leaves no candidate', async () => {
    await done(elections.campaign(NAME, 1n, b('v1'), never));
    const abort = new AbortController();
    const second = track(elections.campaign(NAME, 2n, b('v2'), abort.signal));
    await settle();
    expect(store.current.size).toBe(2);
    abort.abort();
    await settle();
    expect(second.error).toMatchObject({ code: Code.canceled });
    expect([...store.current.keys()]).toEqual(['n/1']);
  });

  it('does not tell a candidate whose key is gone that it leads', async () => {
    await done(elections.campaign(NAME, 1n, b('v1'), never));
    const second = track(elections.campaign(NAME, 2n, b('v2'), never));
    await settle();
    store.revokeLease(2n);
    store.revokeLease(1n);
    await settle();
    expect(second.error).toMatchObject({ message: 'election: not leader' });
  });
});

describe('Observe', () => {
  const seen: string[] = [];
  let abort: AbortController;
  let observing: Watched<void>;
  const sink = (kv: { key: Uint8Array; value: Uint8Array }, revision: number): void => {
    seen.push(`${Buffer.from(kv.key)}=${Buffer.from(kv.value)}@${revision}`);
  };
  beforeEach(() => {
    seen.length = 0;
    abort = new AbortController();
  });

  it('tells the leader that is there, each of its values, and its successors (as seen on etcd)', async () => {
    observing = track(elections.observe(b('ZZ'), sink, abort.signal));
    await settle();
    for (const step of [
      () => store.put('ZZ/x', '1'),
      () => store.put('ZZ/y', '2'),
      () => store.put('ZZ/x', '3'),
      () => store.del('ZZ/x'),
      () => store.put('ZZ/y', '9'),
      () => store.del('ZZ/y'),
      () => store.put('ZZ/q', '4'),
    ]) {
      step();
      await settle();
    }
    expect(seen).toEqual(['ZZ/x=1@2', 'ZZ/x=3@4', 'ZZ/y=2@5', 'ZZ/y=9@6', 'ZZ/q=4@8']);
    abort.abort();
    await settle();
    expect(observing.settled).toBe(true);
    expect(observing.error).toBeUndefined();
    expect(subscriptions()).toBe(0);
  });

  it('loses no value between the first look and the watch', async () => {
    store.put('n/1', '1');
    const real = store.range.bind(store);
    store.range = async (request) => {
      const found = await real(request);
      if (store.revision === 2) store.put('n/1', '2');
      return found;
    };
    track(elections.observe(NAME, sink, abort.signal));
    await settle();
    expect(seen).toEqual(['n/1=1@2', 'n/1=2@3']);
  });

  it('shows a slow observer the newest value, in bounded memory', async () => {
    let go: (() => void) | undefined;
    const slow = (kv: { key: Uint8Array; value: Uint8Array }, revision: number): Promise<void> => {
      sink(kv, revision);
      return new Promise((resolve) => {
        go = resolve;
      });
    };
    store.put('n/1', 'first');
    track(elections.observe(NAME, slow, abort.signal));
    await settle();
    for (let i = 0; i < 3 * limits.observedEventsMax; i++) store.put('n/1', String(i));
    for (let i = 0; i < 2 * limits.observedEventsMax; i++) {
      go!();
      await settle();
    }
    expect(seen.length).toBe(limits.observedEventsMax + 1);
    expect(seen.at(-1)).toBe(`n/1=${3 * limits.observedEventsMax - 1}@${store.revision}`);
  });

  it('does not follow a key that left and came back while the observer was slow', async () => {
    let go: (() => void) | undefined;
    const slow = (kv: { key: Uint8Array; value: Uint8Array }, revision: number): Promise<void> => {
      sink(kv, revision);
      return new Promise((resolve) => {
        go = resolve;
      });
    };
    store.put('n/1', 'first');
    store.put('n/2', 'second');
    track(elections.observe(NAME, slow, abort.signal));
    await settle();
    store.del('n/1');
    for (let i = 0; i < 2 * limits.observedEventsMax; i++) store.put('n/1', String(i));
    go!();
    await settle();
    expect(seen).toEqual(['n/1=first@3', `n/2=second@${store.revision}`]);
  });

  it('goes on past a compaction', async () => {
    track(elections.observe(NAME, sink, abort.signal));
    await settle();
    let go: (() => void) | undefined;
    store.historyDelay = () =>
      new Promise((resolve) => {
        go = resolve;
      });
    store.put('n/1', '1');
    store.put('n/1', '2');
    await settle();
    store.compact(3);
    store.historyDelay = () => Promise.resolve();
    go?.();
    await settle();
    store.put('n/1', '3');
    await settle();
    expect(seen.at(-1)).toBe('n/1=3@4');
  });
});
