// Leases whose keys lie in several partitions: the races of rules F1 to F9, each at the step where it can be lost.

import { beforeEach, describe, expect, it } from 'vitest';
import { PutRequest } from '../../proto/gen/rpc.js';
import type { FakeMember } from '../../test/fakes/group.js';
import { FakeLeaseGroups } from '../../test/fakes/lease-groups.js';
import { limits } from '../limits.js';
import { PeerMethod } from '../multiraft/types.js';
import { encodeLives } from '../mvcc/lease-records.js';
import { CommandKind } from '../mvcc/types.js';
import { createLessor } from './lessor.js';
import type { Lessor } from './types.js';
import { decodeFigures, encodeIds, UNDECIDED } from './wire.js';

/** Its home is the first of three partitions. */
const LEASE = 3n;
const HOME = 1;

let world: FakeLeaseGroups;
let lessors: Lessor[];

beforeEach(() => build(3, 2));

function build(partitions: number, size: number): void {
  world = new FakeLeaseGroups(partitions, size);
  lessors = world.nodes.map(({ router, host }) => createLessor({ router, runtime: host.runtime, minTtlSeconds: 2 }));
}

const leader = (partition: number): FakeMember => world.cluster(partition).leader;
const kinds = (partition: number): CommandKind[] => world.cluster(partition).log.map(({ kind }) => kind);
const has = (key: string): boolean => leader(Number(key[0])).store.current.has(key);

interface Watched<T> {
  value?: T;
  error?: string;
}

function track<T>(promise: Promise<T>): Watched<T> {
  const state: Watched<T> = {};
  promise.then(
    (value) => void Object.assign(state, { value }),
    (error: Error) => void Object.assign(state, { error: error.message }),
  );
  return state;
}

async function now<T>(promise: Promise<T>): Promise<Watched<T>> {
  const state = track(promise);
  await world.scheduler.advance(100);
  return state;
}

function put(key: string, lease = LEASE, node = 1): Promise<string> {
  const group = world.nodes[node]!.router.forKey(Buffer.from(key));
  const payload = PutRequest.encode({ key: Buffer.from(key), lease });
  return lessors[node]!.propose(group, CommandKind.put, payload, [lease]).then(({ error }) => error?.message ?? 'ok');
}

const NOT_FOUND = 'etcdserver: requested lease not found';

/** Calls of a method to a group's leader, from either node, wait until they are let go; then they arrive. */
function holdCalls(partition: number, method: PeerMethod, when: 'before' | 'after' = 'before'): () => void {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  for (const node of world.nodes) {
    const group = node.member(partition).group as { callLeader: (typeof node.router.system)['callLeader'] };
    const real = group.callLeader;
    group.callLeader = async (asked, ...rest) => {
      if (asked !== method) return real(asked, ...rest);
      if (when === 'before') await gate;
      const answer = await real(asked, ...rest);
      if (when === 'after') await gate;
      return answer;
    };
  }
  return open;
}

/** Proposals of a kind wait before they get into the log of a partition. */
function holdProposals(partition: number, kind: CommandKind): () => void {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const group = leader(partition).group as { propose: (typeof world.nodes)[0]['router']['system']['propose'] };
  const real = group.propose;
  group.propose = async (asked, ...rest) => {
    if (asked === kind) await gate;
    return real(asked, ...rest);
  };
  return open;
}

describe('attaching', () => {
  it('F1: the home logs the registration, then the partition its stub, then the put', async () => {
    await now(lessors[0]!.grant(LEASE, 5));
    const release = holdProposals(HOME, CommandKind.leaseRegister);
    const answer = track(put('2/a'));
    await world.scheduler.advance(50);
    expect(kinds(2)).toEqual([]);
    release();
    await world.scheduler.advance(50);
    expect(answer.value).toBe('ok');
    expect(kinds(HOME)).toEqual([CommandKind.leaseGrant, CommandKind.leaseRegister]);
    expect(kinds(2)).toEqual([CommandKind.leaseStub, CommandKind.put]);
    const { partitions, incarnation } = leader(HOME).store.lease(LEASE)!;
    expect(partitions).toEqual([2]);
    expect(leader(2).store.leaseStub(LEASE)).toBe(incarnation);
  });

  it('asks once, for all that come meanwhile; later puts, and those at home, cost nothing', async () => {
    await now(lessors[0]!.grant(LEASE, 5));
    expect(await now(Promise.all([put('2/a'), put('2/b', LEASE, 0), put('1/a')]))).toEqual({
      value: ['ok', 'ok', 'ok'],
    });
    expect(kinds(2).filter((kind) => kind === CommandKind.leaseStub)).toHaveLength(1);
    const calls = (): number => world.nodes.reduce((sum, n) => sum + n.member(1).calls + n.member(2).calls, 0);
    const before = calls();
    expect(await now(Promise.all([put('2/c'), put('1/b')]))).toEqual({ value: ['ok', 'ok'] });
    expect(calls()).toBe(before);
  });

  it('refuses an unknown lease, and logs nothing for it', async () => {
    expect(await now(put('2/a', 6n))).toEqual({ value: NOT_FOUND });
    expect(kinds(HOME)).toEqual([]);
    expect(kinds(2)).toEqual([CommandKind.put]);
  });

  it('with one partition registers nothing', async () => {
    build(1, 1);
    await now(lessors[0]!.grant(LEASE, 5));
    expect(await now(put('1/a', LEASE, 0))).toEqual({ value: 'ok' });
    expect(kinds(1)).toEqual([CommandKind.leaseGrant, CommandKind.put]);
    expect(leader(1).calls).toBe(0);
  });

  it('F1: a registration that is in the log behind the end is refused as it is applied', async () => {
    await now(lessors[0]!.grant(LEASE, 5));
    const release = holdProposals(HOME, CommandKind.leaseRegister);
    const answer = track(put('2/a'));
    await world.scheduler.advance(10);
    await now(lessors[1]!.revoke(LEASE));
    release();
    await world.scheduler.advance(100);
    expect(answer.value).toBe(NOT_FOUND);
    expect(kinds(2)).not.toContain(CommandKind.leaseStub);
  });
});

describe('ending', () => {
  beforeEach(async () => {
    await now(lessors[0]!.grant(LEASE, 5));
    await now(Promise.all([put('1/a'), put('2/a'), put('3/a')]));
  });

  it('takes the keys of all partitions, and forgets the lease last', async () => {
    expect((await now(lessors[0]!.timeToLive(LEASE, true))).value?.keys.map(String)).toEqual(['1/a', '2/a', '3/a']);
    await world.scheduler.advance(5_000);
    expect(['1/a', '2/a', '3/a'].filter(has)).toEqual([]);
    expect(leader(HOME).store.lease(LEASE)).toBeUndefined();
    expect(leader(2).store.leaseStubCount).toBe(0);
    expect(kinds(HOME).slice(-2)).toEqual([CommandKind.leaseRevoking, CommandKind.leaseForget]);
  });

  it('F3, F5: nobody is told that it is gone before the last partition has cut it off', async () => {
    const release = holdCalls(3, PeerMethod.leaseCut);
    const revoked = track(lessors[1]!.revoke(LEASE));
    await world.scheduler.advance(200);
    expect(['1/a', '2/a', '3/a'].map(has)).toEqual([true, false, true]);
    const kept = track(lessors[0]!.keepAlive(LEASE));
    const late = track(put('2/b'));
    const atHome = track(put('1/b'));
    const elsewhere = track(put('3/b'));
    await world.scheduler.advance(200);
    expect([revoked, kept, late, atHome, elsewhere]).toEqual([{}, {}, {}, {}, { value: 'ok' }]);
    // F7.
    const asked = await now(leader(HOME).callHere(PeerMethod.leaseKeepAlive, encodeIds([LEASE])));
    expect(decodeFigures(asked.value!, 1)).toEqual([UNDECIDED]);
    expect((await now(lessors[0]!.timeToLive(LEASE, false))).value?.ttlSeconds).toBe(0);
    expect((await now(lessors[0]!.list())).value).toEqual([LEASE]);
    // F6.
    expect((await now(lessors[0]!.grant(LEASE, 5))).error).toBe('etcdserver: lease already exists');
    release();
    await world.scheduler.advance(200);
    expect(revoked.value).toBeDefined();
    expect([kept.value, late.value, atHome.value]).toEqual([0, NOT_FOUND, NOT_FOUND]);
    expect(['1/a', '1/b', '2/a', '2/b', '3/a', '3/b'].filter(has)).toEqual([]);
  });

  it('is repeated where it fails, and another leader of the home goes on with it', async () => {
    const second = world.cluster(HOME).members[1]!;
    const release = holdCalls(2, PeerMethod.leaseCut);
    const revoked = track(lessors[1]!.revoke(LEASE));
    await world.scheduler.advance(100);
    world.cluster(HOME).elect(second);
    await world.scheduler.advance(100);
    expect([revoked, second.store.lease(LEASE)?.revoking]).toEqual([{}, true]);
    release();
    await world.scheduler.advance(200);
    expect(revoked.value).toBeDefined();
    expect(second.store.lease(LEASE)).toBeUndefined();
    expect(['1/a', '2/a', '3/a'].filter(has)).toEqual([]);
  });

  it('F6: what was meant for an earlier life does nothing to the ID granted again', async () => {
    const old = { id: LEASE, incarnation: leader(2).store.leaseStub(LEASE)! };
    await now(lessors[0]!.revoke(LEASE));
    await now(lessors[0]!.grant(LEASE, 60));
    expect(await now(put('2/new'))).toEqual({ value: 'ok' });
    for (const kind of [CommandKind.leaseRevoking, CommandKind.leaseForget]) {
      await now(leader(HOME).group.propose(kind, encodeLives([old])));
    }
    await now(leader(2).callHere(PeerMethod.leaseCut, encodeLives([old])));
    expect(has('2/new')).toBe(true);
    expect(leader(HOME).store.lease(LEASE)?.revoking).toBe(false);
  });

  it('F9: a stub of a lease that is gone is cut all the same', async () => {
    await now(leader(2).group.propose(CommandKind.leaseStub, encodeLives([{ id: 6n, incarnation: 77 }])));
    leader(2).store.put('2/left', '', 6n);
    await world.scheduler.advance(limits.leaseStubCheckIntervalMs + 100);
    expect(has('2/left')).toBe(false);
    expect(leader(2).store.leaseStub(6n)).toBeUndefined();
  });
});

describe('a revocation that meets a registration under way', () => {
  beforeEach(async () => {
    await now(lessors[0]!.grant(LEASE, 60));
  });

  it('F2, F3: the cut is logged without a stub, and the answer that comes late logs none', async () => {
    const answerComes = holdCalls(HOME, PeerMethod.leaseRegister, 'after');
    const answer = track(put('2/a'));
    await world.scheduler.advance(50);
    expect(leader(HOME).store.lease(LEASE)?.partitions).toEqual([2]);
    const revoked = track(lessors[0]!.revoke(LEASE));
    await world.scheduler.advance(100);
    expect(revoked.value).toBeDefined();
    expect(kinds(2)).toEqual([CommandKind.leaseCut]);
    answerComes();
    await world.scheduler.advance(200);
    expect(answer.value).toBe(NOT_FOUND);
    expect(kinds(2)).not.toContain(CommandKind.leaseStub);
  });

  it('F2: a stub that is proposed and not in the log goes there before the cut', async () => {
    const release = holdProposals(2, CommandKind.leaseStub);
    const answer = track(put('2/a'));
    await world.scheduler.advance(50);
    const revoked = track(lessors[0]!.revoke(LEASE));
    await world.scheduler.advance(100);
    expect(revoked).toEqual({});
    release();
    await world.scheduler.advance(200);
    expect(kinds(2).slice(0, 2)).toEqual([CommandKind.leaseStub, CommandKind.leaseCut]);
    expect([answer.value, has('2/a'), leader(2).store.leaseStubCount]).toEqual([NOT_FOUND, false, 0]);
    expect(revoked.value).toBeDefined();
  });

  it('F2: the answer to a leader of before is of no use to the next one', async () => {
    const answerComes = holdCalls(HOME, PeerMethod.leaseRegister, 'after');
    const answer = track(put('2/a'));
    await world.scheduler.advance(50);
    const next = world.cluster(2).members[1]!;
    world.cluster(2).elect(next, [next]);
    await now(lessors[0]!.revoke(LEASE));
    answerComes();
    await world.scheduler.advance(500);
    expect(answer.value).toBe(NOT_FOUND);
    expect(kinds(2)).not.toContain(CommandKind.leaseStub);
  });

  it('F2: an attempt that a cut of an earlier life breaks off is made again', async () => {
    const release = holdCalls(HOME, PeerMethod.leaseRegister, 'after');
    const answer = track(put('2/a'));
    await world.scheduler.advance(50);
    await now(leader(2).callHere(PeerMethod.leaseCut, encodeLives([{ id: LEASE, incarnation: 0 }])));
    release();
    await world.scheduler.advance(200);
    expect(answer.value).toBe('ok');
    expect(has('2/a')).toBe(true);
  });
});
