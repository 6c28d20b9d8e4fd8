// The client library against three members, some of which die: Hexkeep's, and etcd's.

import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, Code, op, RpcError, type WatchBatch, WatchCompactedError, when } from '../../src/client/index.js';
import { Cluster } from '../harness/cluster.js';
import { cleanEnvironment, requireProgram } from '../harness/programs.js';

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function take(batches: AsyncIterable<WatchBatch>, count: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const { events } of batches) {
    for (const { type, kv } of events) seen.push(`${type === 0 ? 'put' : 'del'} ${text(kv?.key)}=${text(kv?.value)}`);
    if (seen.length >= count) break;
  }
  return seen;
}

async function rejection(promise: Promise<unknown>): Promise<RpcError> {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(RpcError);
    return error as RpcError;
  }
  throw new Error('it was expected to reject');
}

describe.each(['hexkeep', 'etcd'] as const)('%s', (kind) => {
  let cluster: Cluster;
  let client: Client;

  beforeAll(async () => {
    requireProgram('etcdctl');
    if (kind === 'etcd') requireProgram('etcd');
    cluster = await Cluster.start({ kind });
    client = new Client({ endpoints: cluster.endpoints });
  }, 40_000);

  afterAll(async () => {
    client.close();
    await cluster.close();
  });

  describe('kv', () => {
    test('put, get, delete and their options', async () => {
      const first = await client.kv.put('kv/a', '1');
      expect(first.revision).toBeGreaterThan(1);
      expect((await client.kv.get('kv/a'))?.modRevision).toBe(first.revision);
      const second = await client.kv.put('kv/a', '2', { prevKv: true });
      expect(text(second.prevKv?.value)).toBe('1');
      expect(text((await client.kv.get('kv/a', { revision: first.revision }))?.value)).toBe('1');
      const { id } = await client.lease.grant(60);
      await client.kv.put('kv/a', '', { keepValue: true, lease: id });
      await client.kv.put('kv/a', '3', { keepLease: true });
      const kv = await client.kv.get('kv/a');
      expect([text(kv?.value), kv?.lease, kv?.version]).toEqual(['3', id, 4]);
      expect(await client.kv.delete('kv/a', { prevKv: true })).toMatchObject({ deleted: 1 });
      expect(await client.kv.get('kv/a')).toBeUndefined();
      await client.lease.revoke(id);
    });

    test('ranges: prefix, from, limit, order, count, scan in pages at one revision', async () => {
      for (const key of ['r/1', 'r/2', 'r/3', 'r0']) await client.kv.put(key, key);
      const keys = async (range: Promise<{ kvs: { key: Uint8Array }[] }>): Promise<string[]> =>
        (await range).kvs.map((kv) => text(kv.key));
      expect(await keys(client.kv.prefix('r/'))).toEqual(['r/1', 'r/2', 'r/3']);
      expect(await keys(client.kv.range('r/2', 'r0'))).toEqual(['r/2', 'r/3']);
      expect(await keys(client.kv.from('r/3'))).toEqual(['r/3', 'r0']);
      expect(await keys(client.kv.prefix('r/', { order: 'descend', limit: 1 }))).toEqual(['r/3']);
      expect((await client.kv.prefix('r/', { countOnly: true })).count).toBe(3);
      const scanned: string[] = [];
      for await (const kv of client.kv.scan('r/', { pageKeys: 1 })) {
        scanned.push(text(kv.key));
        await client.kv.put('r/2x', 'written while the scan goes on');
      }
      expect(scanned).toEqual(['r/1', 'r/2', 'r/3']);
      expect((await client.kv.deletePrefix('r')).deleted).toBe(5);
    });

    test('transactions: both branches, nested, guarded', async () => {
      await client.kv.delete('t/a');
      const claim = () =>
        client.kv
          .txn()
          .if(when.missing('t/a'))
          .do(op.put('t/a', 'mine'), op.txn(client.kv.txn().if(when.exists('t/a')).else(op.put('t/b', 'x')).request))
          .else(op.get('t/a'))
          .commit();
      expect((await claim()).succeeded).toBe(true);
      const again = await claim();
      expect(again.succeeded).toBe(false);
      expect(text(again.responses[0]?.responseRange?.kvs[0]?.value)).toBe('mine');
      expect(text((await client.kv.get('t/b'))?.value)).toBe('x');
    });

    test("the server's errors come with code and text, and say whether repeating is safe", async () => {
      const future = await rejection(client.kv.get('a', { revision: 1e9 }));
      expect([future.code, future.retryable]).toEqual([Code.outOfRange, false]);
      expect(future.message).toBe('etcdserver: mvcc: required revision is a future revision');
      expect((await rejection(client.kv.put('', 'x'))).code).toBe(Code.invalidArgument);
      expect((await rejection(client.kv.put('k', 'x', { lease: 12345n }))).code).toBe(Code.notFound);
    });
  });

  describe('watch', () => {
    test('many watches over one stream; a refused one does not disturb the others', async () => {
      const watches = Array.from({ length: 20 }, (_, i) => client.watch.key(`w/${i}`));
      const refused = client.watch.range('z', 'a', { startRevision: 1 });
      const late = client.watch.prefix('w/');
      await Promise.all([...watches, late].map((watch) => watch.ready));
      for (let i = 0; i < 20; i++) await client.kv.put(`w/${i}`, `${i}`);
      const seen = await Promise.all(watches.map((watch) => take(watch, 1)));
      expect(seen.flat()).toEqual(Array.from({ length: 20 }, (_, i) => `put w/${i}=${i}`));
      expect(await take(late, 20)).toHaveLength(20);
      expect((await rejection(take(refused, 1))).message).toBe('mvcc: watcher range is empty');
    });

    test('filters, previous values, history', async () => {
      const { revision } = await client.kv.put('f/a', '1');
      await client.kv.put('f/a', '2');
      await client.kv.delete('f/a');
      expect(await take(client.watch.key('f/a', { startRevision: revision }), 3)).toEqual([
        'put f/a=1',
        'put f/a=2',
        'del f/a=',
      ]);
      expect(await take(client.watch.key('f/a', { startRevision: revision, ignorePuts: true }), 1)).toEqual([
        'del f/a=',
      ]);
      for await (const { events } of client.watch.key('f/a', { startRevision: revision + 1, prevKv: true })) {
        expect(text(events[0]?.prevKv?.value)).toBe('1');
        break;
      }
    });

    test('compacted history is an error that tells the revision', async () => {
      await client.kv.put('c/a', '1');
      const { revision } = await client.kv.put('c/a', '2');
      await client.kv.compact(revision);
      const error = await rejection(take(client.watch.key('c/a', { startRevision: 1 }), 1));
      expect(error).toBeInstanceOf(WatchCompactedError);
      expect((error as WatchCompactedError).compactRevision).toBe(revision);
    });

    test('a slow consumer holds up nobody else and gets everything', async () => {
      const slow = client.watch.prefix('s/');
      const quick = client.watch.prefix('s/');
      await Promise.all([slow.ready, quick.ready]);
      const value = 'v'.repeat(1_000_000);
      const quickSeen = take(quick, 40);
      for (let i = 0; i < 40; i++) await client.kv.put(`s/${i}`, value);
      expect(await quickSeen).toHaveLength(40);
      const seen = await take(slow, 40);
      expect(seen.map((line) => line.slice(0, line.indexOf('=')))).toEqual(
        Array.from({ length: 40 }, (_, i) => `put s/${i}`),
      );
    });

    test('a transaction larger than a response comes whole', async () => {
      const value = 'v'.repeat(10_000);
      const puts = Array.from({ length: 100 }, (_, i) => op.put(`big/${i}`, value));
      const write = () =>
        client.kv
          .txn()
          .do(...puts)
          .commit();
      const before = (await write()).header?.revision ?? 0;
      // With the values before, the response is over the limit and comes in fragments.
      const watch = client.watch.prefix('big/', { prevKv: true, startRevision: before + 1 });
      await watch.ready;
      const { header } = await write();
      for await (const { events, revision } of watch) {
        expect([events.length, revision]).toEqual([100, header?.revision]);
        expect(events.every((event) => event.prevKv?.value.length === value.length)).toBe(true);
        break;
      }
    });

    test('progress on request', async () => {
      const watch = client.watch.key('p/a');
      await watch.ready;
      const { revision } = await client.kv.put('elsewhere', '1');
      watch.requestProgress();
      for await (const batch of watch) {
        expect(batch.events).toEqual([]);
        expect(batch.revision).toBeGreaterThanOrEqual(revision - 1);
        break;
      }
    });
  });

  describe('leases', () => {
    test('grant, time to live, list, keep alive, revoke', async () => {
      const { id, ttlSeconds } = await client.lease.grant(30, { id: 77n });
      expect([id, ttlSeconds]).toEqual([77n, 30]);
      await client.kv.put('l/a', '1', { lease: id });
      const info = await client.lease.timeToLive(id, { keys: true });
      expect([info.grantedTtlSeconds, info.keys.map(text)]).toEqual([30, ['l/a']]);
      expect(await client.lease.list()).toContain(id);
      expect(await client.lease.keepAliveOnce(id)).toBe(30);
      await client.lease.revoke(id);
      expect(await client.lease.keepAliveOnce(id)).toBe(0);
      expect((await client.lease.timeToLive(id)).ttlSeconds).toBe(-1);
      expect((await rejection(client.lease.revoke(id))).code).toBe(Code.notFound);
    });

    test('a session outlives its TTL, and tells when its lease is taken away', async () => {
      const session = await client.lease.session(2);
      await sleep(3_500);
      expect(session.alive).toBe(true);
      await client.lease.revoke(session.lease);
      await new Promise((resolve) => session.signal.addEventListener('abort', resolve));
      expect((session.signal.reason as RpcError).code).toBe(Code.notFound);
      expect(session.alive).toBe(false);
    });
  });

  describe('locks and elections', () => {
    test('one holder at a time, in order, with rising tokens', async () => {
      const sessions = await Promise.all([1, 2, 3].map(() => client.lease.session(10)));
      const order: number[] = [];
      let holders = 0;
      const tokens: number[] = [];
      await Promise.all(
        sessions.map(async (session, i) => {
          await sleep(i * 100);
          await using lock = await client.lock.acquire('mutex', session);
          expect(++holders).toBe(1);
          order.push(i);
          tokens.push(lock.token);
          const guarded = await client.kv
            .txn()
            .if(lock.guard())
            .do(op.put('guarded', `${i}`))
            .commit();
          expect(guarded.succeeded).toBe(true);
          await sleep(50);
          holders--;
        }),
      );
      expect(order).toEqual([0, 1, 2]);
      expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
      await Promise.all(sessions.map((session) => session.close()));
    });

    test('waiting ends with the deadline or the signal and leaves no key behind', async () => {
      const holder = await client.lease.session(10);
      const other = await client.lease.session(10);
      const lock = await client.lock.acquire('busy', holder);
      expect((await rejection(client.lock.acquire('busy', holder))).code).toBe(Code.failedPrecondition);
      expect((await rejection(client.lock.acquire('busy', other, { timeoutMs: 200 }))).code).toBe(
        Code.deadlineExceeded,
      );
      const signal = AbortSignal.timeout(200);
      expect((await rejection(client.lock.acquire('busy', other, { signal }))).code).toBe(Code.canceled);
      expect((await client.kv.prefix('busy/')).count).toBe(1);
      await lock.release();
      expect((await client.kv.prefix('busy/')).count).toBe(0);
      const again = await client.lock.acquire('busy', other);
      await holder.close();
      expect(again.held).toBe(true);
      await other.close();
      expect(again.held).toBe(false);
      expect(again.signal.aborted).toBe(true);
    });

    test('given up and taken again under one session without a gap', async () => {
      const session = await client.lease.session(10);
      let token = 0;
      for (let i = 0; i < 20; i++) {
        const lock = await client.lock.acquire('again', session);
        expect(lock.token).toBeGreaterThan(token);
        token = lock.token;
        const released = lock.release();
        const refused = await rejection(client.lock.acquire('again', session));
        expect(refused.code).toBe(Code.failedPrecondition);
        await released;
      }
      await using lock = await client.lock.acquire('again', session);
      expect((await rejection(client.election.campaign('again', 'x', session))).code).toBe(Code.failedPrecondition);
      expect((await client.kv.txn().if(lock.guard()).commit()).succeeded).toBe(true);
    });

    test('competes with etcdctl for the same lock', async () => {
      const session = await client.lease.session(10);
      const lock = await client.lock.acquire('shared', session);
      // Told to end while it waits, it dies of the signal or exits with 1, whichever comes first.
      const etcdctl = (): number | null | 'waited' => {
        const args = ['--endpoints', cluster.endpoints.join(','), 'lock', 'shared', 'true'];
        const { error, status } = spawnSync('etcdctl', args, { env: cleanEnvironment(), timeout: 1_500 });
        return (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT' ? 'waited' : status;
      };
      expect(etcdctl()).toBe('waited');
      await lock.release();
      await client.kv.deletePrefix('shared/');
      expect(etcdctl()).toBe(0);
      await session.close();
    });

    test('campaign, proclaim, observe, resign; a stale leader is refused', async () => {
      const [first, second] = await Promise.all([client.lease.session(10), client.lease.session(10)]);
      const stop = new AbortController();
      const observed: string[] = [];
      const observing = (async () => {
        for await (const kv of client.election.observe('cell', { signal: stop.signal })) observed.push(text(kv.value));
      })();
      const one = await client.election.campaign('cell', 'one', first);
      const waiting = client.election.campaign('cell', 'two', second);
      expect((await client.election.leader('cell'))?.createRevision).toBe(one.token);
      await sleep(100);
      await one.proclaim('one again');
      await sleep(100);
      await one.resign();
      const two = await waiting;
      expect(two.token).toBeGreaterThan(one.token);
      const stale = await client.kv.txn().if(one.guard()).do(op.put('assigned', 'one')).commit();
      expect(stale.succeeded).toBe(false);
      expect((await rejection(one.proclaim('stale'))).message).toBe('election: not leader');
      await sleep(100);
      stop.abort();
      await observing;
      expect(observed).toEqual(['one', 'one again', 'two']);
      await Promise.all([first.close(), second.close()]);
      expect(await client.election.leader('cell')).toBeUndefined();
    });
  });

  describe('members and upkeep', () => {
    test('members, status, hash, alarms, snapshot, leader moved', async () => {
      const members = await client.cluster.members();
      expect(members.map((member) => member.name).sort()).toEqual(['n1', 'n2', 'n3']);
      const perMember = cluster.endpoints.map((endpoint) => new Client({ endpoints: [endpoint] }));
      const statuses = await Promise.all(perMember.map((each) => each.maintenance.status()));
      const leader = statuses.findIndex((status) => status.leader === status.header?.memberId);
      const { revision } = await client.kv.put('hash', '1');
      // A hash is the member's own: it has to have the revision.
      for (const each of perMember) await each.kv.get('hash');
      const hashes = await Promise.all(perMember.map((each) => each.maintenance.hashKv(revision)));
      expect(new Set(hashes.map((answer) => answer.hash)).size).toBe(1);
      expect(await client.maintenance.alarms()).toEqual([]);
      let bytes = 0;
      for await (const piece of client.maintenance.snapshot()) bytes += piece.length;
      expect(bytes % 512).toBe(32);
      const target = statuses[(leader + 1) % 3]?.header?.memberId ?? 0n;
      expect((await rejection(perMember[(leader + 1) % 3]!.maintenance.moveLeader(target))).message).toBe(
        'etcdserver: not leader',
      );
      await perMember[leader]!.maintenance.moveLeader(target);
      expect((await perMember[leader]!.maintenance.status()).leader).toBe(target);
      for (const each of perMember) each.close();
    });
  });

  describe('members that die', () => {
    test('calls, watches, sessions and locks go on; nothing is lost, nothing comes twice', async () => {
      const own = new Client({ endpoints: cluster.endpoints });
      const session = await own.lease.session(5);
      const lock = await own.lock.acquire('survivor', session);
      const watch = own.watch.prefix('log/');
      await watch.ready;
      const total = 120;
      const seen = take(watch, total);
      const slowest = { ms: 0 };
      for (let i = 0; i < total; i++) {
        if (i % 40 === 20) await cluster.members[Math.floor(i / 40)]!.kill();
        if (i % 40 === 35) {
          cluster.members[Math.floor(i / 40)]!.start();
          await sleep(1_500);
        }
        const startedMs = Date.now();
        // Guarded by its own absence, so that repeating it is safe whatever became of the first attempt.
        for (;;) {
          const put = own.kv
            .txn()
            .if(when.missing(`log/${i}`))
            .do(op.put(`log/${i}`, `${i}`));
          const done = await put.commit({ timeoutMs: 3_000 }).catch((error: RpcError) => error);
          if (!(done instanceof Error)) break;
          expect([Code.unavailable, Code.deadlineExceeded]).toContain(done.code);
        }
        slowest.ms = Math.max(slowest.ms, Date.now() - startedMs);
      }
      expect(await seen).toEqual(Array.from({ length: total }, (_, i) => `put log/${i}=${i}`));
      expect(lock.held).toBe(true);
      expect(slowest.ms).toBeLessThan(8_000);
      await session.close();
      own.close();
    }, 60_000);

    test('a member that hangs costs a read half of its time at most, once', async () => {
      // The test before has left one that starts.
      await Promise.all(cluster.members.map((member) => member.ready()));
      const own = new Client({ endpoints: cluster.endpoints, callTimeoutMs: 2_000 });
      for (let i = 0; i < 6; i++) await own.kv.get('a');
      const status = await Promise.all(cluster.members.map((member) => cluster.status(member)));
      const hanging = cluster.members[status.findIndex((each) => each.leader !== each.header?.memberId)]!;
      hanging.pause();
      try {
        const startedMs = Date.now();
        for (let i = 0; i < 12; i++) await own.kv.get('a');
        expect(Date.now() - startedMs).toBeLessThan(1_900);
      } finally {
        hanging.resume();
        own.close();
      }
    });

    test('a session is over before its TTL when nobody answers', async () => {
      const own = new Client({ endpoints: cluster.endpoints });
      const session = await own.lease.session(2);
      const lock = await own.lock.acquire('lost', session);
      await sleep(1_000);
      const pausedMs = performance.now();
      for (const member of cluster.members) member.pause();
      try {
        await new Promise((resolve) => lock.signal.addEventListener('abort', resolve));
        expect(performance.now() - pausedMs).toBeLessThan(2_000);
        expect([lock.held, session.alive]).toEqual([false, false]);
        expect((session.signal.reason as RpcError).message).toBe('the lease could not be renewed in time');
      } finally {
        for (const member of cluster.members) member.resume();
        own.close();
      }
    });

    test('an address where nobody answers costs little', async () => {
      const own = new Client({ endpoints: ['127.0.0.1:1', ...cluster.endpoints] });
      const startedMs = Date.now();
      for (let i = 0; i < 20; i++) await own.kv.get('a');
      expect(Date.now() - startedMs).toBeLessThan(2_000);
      own.close();
    });

    test('with no member at all a call fails as not sent', async () => {
      const own = new Client({ endpoints: ['127.0.0.1:1'], connectTimeoutMs: 300 });
      const error = await rejection(own.kv.put('a', 'b'));
      expect([error.code, error.retryable]).toEqual([Code.unavailable, true]);
      own.close();
      expect((await rejection(own.kv.get('a'))).code).toBe(Code.canceled);
    });
  });
});
