// Watches, locks and elections over the real state machine.

import { beforeEach, describe, expect, it } from 'vitest';
import {
  CompactionRequest,
  DeleteRangeRequest,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  PutRequest,
  TxnRequest,
} from '../../proto/gen/rpc.js';
import { FakeNode } from '../../test/fakes/node.js';
import { short, WatchClient } from '../../test/fakes/watch-client.js';
import { encodeLives } from '../mvcc/lease-records.js';
import { CommandKind, type LeaseLife } from '../mvcc/types.js';
import { createElectionService } from './election.js';
import { createLockService } from './lock.js';

let node: FakeNode;
const b = (s: string): Buffer => Buffer.from(s, 'latin1');
const put = (key: string, value: string): Promise<unknown> =>
  node.group.propose(CommandKind.put, PutRequest.encode({ key: b(key), value: b(value) }));
const grant = (ID: bigint): Promise<unknown> =>
  node.group.propose(CommandKind.leaseGrant, LeaseGrantRequest.encode({ ID, TTL: 100 }));
const never = new AbortController().signal;

beforeEach(async () => {
  node = await FakeNode.create({ maxRequestBytes: 1_000_000 });
});

describe('Watch', () => {
  it('gives live and late watches the same', async () => {
    const client = new WatchClient(node.services.watch);
    client.create('a', { end: 'c', prevKv: true, watchId: 1 });
    await put('a', '1');
    await put('b', '2');
    await put('x', '3');
    const success = [
      { requestPut: { key: b('a'), value: b('4') } },
      { requestDeleteRange: { key: b('b') } },
      { requestPut: { key: b('bb'), value: b('5') } },
    ];
    await node.group.propose(CommandKind.txn, TxnRequest.encode({ success }));
    await node.group.propose(CommandKind.deleteRange, DeleteRangeRequest.encode({ key: b('a'), rangeEnd: b('c') }));
    client.create('a', { end: 'c', prevKv: true, watchId: 2, startRevision: 2 });
    await node.scheduler.advance(10);
    const events = (id: number): string[] =>
      client.received.filter((r) => r.watchId === id && r.events.length > 0).map((r) => short(r).slice(1));
    expect(events(1)).toEqual(['@6 +a=1 +b=2 +a=4<1 -b<2 +bb=5 -a<4 -bb<5']);
    expect(events(2)).toEqual(events(1));
  });

  it('gives the version before unless it is compacted away, and cancels what is', async () => {
    for (const value of ['1', '2', '3', '4']) await put('a', value);
    await node.group.propose(CommandKind.compact, CompactionRequest.encode({ revision: 3, physical: true }));
    await node.scheduler.advance(10);
    const client = new WatchClient(node.services.watch);
    client.create('a', { startRevision: 2 });
    client.create('a', { startRevision: 4, prevKv: true });
    await node.scheduler.advance(10);
    expect(client.take()).toEqual(['0@5 created', '0@0 canceled compacted:3', '1@5 created', '1@5 +a=3<2 +a=4<3']);
  });

  it('sees the keys of an expired lease go in one revision', async () => {
    await grant(7n);
    for (const key of ['a', 'b']) {
      await node.group.propose(CommandKind.put, PutRequest.encode({ key: b(key), lease: 7n }));
    }
    const client = new WatchClient(node.services.watch);
    client.create('', { end: '\0' });
    const life = node.group.store.lease(7n) as LeaseLife;
    await node.group.propose(CommandKind.leaseExpireLives, encodeLives([life]));
    await node.scheduler.advance(10);
    expect(client.take()).toEqual(['0@3 created', '0@4 -a -b']);
  });
});

describe('Lock and Election', () => {
  it('hand over when a lease ends', async () => {
    for (const id of [1n, 2n, 3n]) await grant(id);
    const locks = createLockService(node.services);
    const order: string[] = [];
    const waiting = [];
    for (const id of [1n, 2n, 3n]) {
      waiting.push(locks.lock(b('l'), id, never).then(({ key }) => order.push(key.toString())));
      await node.scheduler.advance(10);
    }
    expect(order).toEqual(['l/1']);
    await node.group.propose(CommandKind.leaseRevoke, LeaseRevokeRequest.encode({ ID: 1n }));
    await node.scheduler.advance(10);
    expect(order).toEqual(['l/1', 'l/2']);
    await locks.unlock(b('l/2'));
    await node.scheduler.advance(10);
    await Promise.all(waiting);
    expect(order).toEqual(['l/1', 'l/2', 'l/3']);
    expect(node.services.watch.watchers).toBe(0);
  });

  it('campaign, proclaim, observe, resign', async () => {
    for (const id of [1n, 2n]) await grant(id);
    const elections = createElectionService(node.services);
    const abort = new AbortController();
    const seen: string[] = [];
    const observing = elections.observe(b('e'), (kv) => void seen.push(Buffer.from(kv.value).toString()), abort.signal);
    await node.scheduler.advance(10);
    const first = await elections.campaign(b('e'), 1n, b('one'), never);
    const second = elections.campaign(b('e'), 2n, b('two'), never);
    await node.scheduler.advance(10);
    await elections.proclaim(first.leader, b('one!'));
    await node.scheduler.advance(10);
    await elections.resign(first.leader);
    await node.scheduler.advance(10);
    expect((await second).leader).toMatchObject({ key: b('e/2'), rev: first.leader.rev + 1 });
    expect(Buffer.from((await elections.leader(b('e'))).kv.value).toString()).toBe('two');
    expect(seen).toEqual(['one', 'one!', 'two']);
    abort.abort();
    await observing;
  });
});
