import { describe, expect, it } from 'vitest';
import { FakeCluster, type FakeMember } from '../../test/fakes/group.js';
import { limits } from '../limits.js';
import { PeerMethod } from '../multiraft/types.js';
import { sleep } from '../runtime/sleep.js';
import { createLessor } from './lessor.js';
import type { Lessor } from './types.js';
import { decodeFigures, encodeIds, UNDECIDED } from './wire.js';

function start(size = 1): { cluster: FakeCluster; lessors: Lessor[] } {
  const cluster = new FakeCluster(size);
  const lessors = cluster.members.map((m) =>
    createLessor({ router: m.router, runtime: m.host.runtime, minTtlSeconds: 2 }),
  );
  return { cluster, lessors };
}

/** The value of a promise once everything that can run has run. */
async function now<T>(cluster: FakeCluster, promise: Promise<T>): Promise<T> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  await cluster.scheduler.settle();
  if (!settled) throw new Error('not settled');
  return promise;
}

const alive = (member: FakeMember, id: bigint): boolean => member.store.lease(id) !== undefined;

describe('grant, revoke, time to live', () => {
  it.each([
    [0, 2],
    [-5, 2],
    [1, 2],
    [2, 2],
    [60, 60],
    [limits.leaseTtlSecondsMax, limits.leaseTtlSecondsMax],
  ])('raises a TTL of %d to %d', async (asked, granted) => {
    const { cluster, lessors } = start();
    expect(await now(cluster, lessors[0]!.grant(7n, asked))).toEqual({ id: 7n, ttlSeconds: granted, revision: 1 });
  });

  it('refuses what etcd refuses', async () => {
    const { cluster, lessors } = start();
    const [lessor] = lessors as [Lessor];
    await expect(now(cluster, lessor.grant(7n, 9_000_000_001))).rejects.toThrow('etcdserver: too large lease TTL');
    await now(cluster, lessor.grant(7n, 5));
    await expect(now(cluster, lessor.grant(7n, 5))).rejects.toThrow('etcdserver: lease already exists');
    await expect(now(cluster, lessor.revoke(8n))).rejects.toThrow('etcdserver: requested lease not found');
  });

  it('picks positive IDs of 63 bits, and accepts negative ones', async () => {
    const { cluster, lessors } = start();
    const ids = new Set<bigint>();
    for (let i = 0; i < 50; i++) ids.add((await now(cluster, lessors[0]!.grant(0n, 5))).id);
    expect(ids.size).toBe(50);
    for (const id of ids) expect(id > 0n && id < 1n << 63n).toBe(true);
    expect((await now(cluster, lessors[0]!.grant(-3n, 5))).id).toBe(-3n);
    expect(await now(cluster, lessors[0]!.keepAlive(-3n))).toBe(5);
    expect((await now(cluster, lessors[0]!.list())).length).toBe(51);
  });

  it('tells the time left by the leader, and the keys, through any member', async () => {
    const { cluster, lessors } = start(3);
    await now(cluster, lessors[1]!.grant(7n, 10));
    for (const m of cluster.members) m.store.put('k', '', 7n);
    await cluster.scheduler.advance(3_500);
    const times = await now(cluster, lessors[2]!.timeToLive(7n, true));
    expect(times).toEqual({ ttlSeconds: 6, grantedTtlSeconds: 10, keys: [Buffer.from('k')] });
    expect((await now(cluster, lessors[2]!.timeToLive(7n, false))).keys).toEqual([]);
  });

  it('knows a dead lease by -1 and 0, without an error', async () => {
    const { cluster, lessors } = start();
    expect(await now(cluster, lessors[0]!.timeToLive(7n, true))).toEqual({
      ttlSeconds: -1,
      grantedTtlSeconds: 0,
      keys: [],
    });
    expect(await now(cluster, lessors[0]!.keepAlive(7n))).toBe(0);
  });

  it('refuses a malformed call', async () => {
    const { cluster } = start();
    await expect(now(cluster, cluster.leader.callHere(PeerMethod.leaseKeepAlive, Buffer.alloc(9)))).rejects.toThrow(
      'malformed',
    );
  });
});

describe('expiry', () => {
  it('deletes the lease and its keys in one revision, not early, and soon', async () => {
    const { cluster, lessors } = start();
    const { store } = cluster.leader;
    await now(cluster, lessors[0]!.grant(7n, 5));
    store.put('a', '', 7n);
    const before = store.put('b', '', 7n);
    await cluster.scheduler.advance(4_999);
    expect(alive(cluster.leader, 7n)).toBe(true);
    await cluster.scheduler.advance(2);
    expect(alive(cluster.leader, 7n)).toBe(false);
    expect(store.current.size).toBe(0);
    expect(store.revision).toBe(before + 1);
  });

  it('counts from the last acknowledged keep-alive', async () => {
    const { cluster, lessors } = start(3);
    await now(cluster, lessors[0]!.grant(7n, 5));
    for (let i = 0; i < 10; i++) {
      await cluster.scheduler.advance(4_000);
      expect(await now(cluster, lessors[i % 3]!.keepAlive(7n))).toBe(5);
    }
    await cluster.scheduler.advance(4_999);
    expect(alive(cluster.leader, 7n)).toBe(true);
    await cluster.scheduler.advance(2);
    expect(alive(cluster.leader, 7n)).toBe(false);
  });

  it('holds to the rate of revocations', async () => {
    const { cluster } = start();
    for (let i = 1; i <= 3_000; i++) cluster.leader.store.grantLease(BigInt(i), 5);
    await cluster.scheduler.advance(6_000);
    const left = [...cluster.leader.store.leases()].length;
    expect(3_000 - left).toBeLessThanOrEqual(limits.leaseRevocationsPerSecondMax * 1.15);
    expect(3_000 - left).toBeGreaterThanOrEqual(limits.leaseRevocationsPerSecondMax * 0.85);
    await cluster.scheduler.advance(2_500);
    expect([...cluster.leader.store.leases()].length).toBe(0);
  });

  it('happens at the leader only', async () => {
    const { cluster, lessors } = start(3);
    await now(cluster, lessors[1]!.grant(7n, 5));
    cluster.leader.host.frozen = true;
    await cluster.scheduler.advance(60_000);
    for (const member of cluster.members) expect(alive(member, 7n)).toBe(true);
  });

  it('waits for a confirmation, and goes on after one that failed', async () => {
    const { cluster, lessors } = start();
    await now(cluster, lessors[0]!.grant(7n, 5));
    let reachable = false;
    cluster.leader.confirmDelay = () => (reachable ? Promise.resolve() : Promise.reject(new Error('no quorum')));
    await cluster.scheduler.advance(20_000);
    expect(alive(cluster.leader, 7n)).toBe(true);
    reachable = true;
    await cluster.scheduler.advance(200);
    expect(alive(cluster.leader, 7n)).toBe(false);
  });

  it('proposes again when a proposal failed, and renews nothing meanwhile', async () => {
    const { cluster, lessors } = start();
    const { leader } = cluster;
    await now(cluster, lessors[0]!.grant(7n, 5));
    const real = leader.group.propose;
    let failures = 0;
    (leader.group as { propose: typeof real }).propose = (...args) => {
      if (failures++ < 3) return Promise.reject(new Error('timed out'));
      return real(...args);
    };
    await cluster.scheduler.advance(5_001);
    expect(failures).toBe(1);
    const answer = lessors[0]!.keepAlive(7n);
    await cluster.scheduler.settle();
    expect(decodeFigures(await now(cluster, leader.callHere(PeerMethod.leaseKeepAlive, encodeIds([7n]))), 1)).toEqual([
      UNDECIDED,
    ]);
    expect((await now(cluster, lessors[0]!.timeToLive(7n, false))).ttlSeconds).toBe(0);
    await cluster.scheduler.advance(1_000);
    expect(alive(leader, 7n)).toBe(false);
    expect(await now(cluster, answer)).toBe(0);
  });
});

describe('changes of leadership', () => {
  it('gives every lease a full TTL under a new leader', async () => {
    const { cluster, lessors } = start(3);
    await now(cluster, lessors[0]!.grant(7n, 5));
    await cluster.scheduler.advance(4_900);
    cluster.elect(cluster.members[1]!);
    await cluster.scheduler.advance(4_990);
    expect(alive(cluster.leader, 7n)).toBe(true);
    await cluster.scheduler.advance(20);
    expect(alive(cluster.leader, 7n)).toBe(false);
  });

  it('a deposed leader that does not know expires nothing and renews nothing', async () => {
    const { cluster, lessors } = start(3);
    const [old, next] = cluster.members as [FakeMember, FakeMember, FakeMember];
    await now(cluster, lessors[0]!.grant(7n, 5));
    await cluster.scheduler.advance(3_000);
    cluster.elect(next, [next]);
    expect(old.group.leadership.ready).toBe(true);
    await expect(now(cluster, old.callHere(PeerMethod.leaseKeepAlive, encodeIds([7n])))).rejects.toThrow(
      'leader changed',
    );
    await cluster.scheduler.advance(4_900);
    expect(alive(next, 7n)).toBe(true);
    expect(await now(cluster, lessors[2]!.keepAlive(7n))).toBe(5);
    await cluster.scheduler.advance(4_900);
    expect(alive(next, 7n)).toBe(true);
  });

  it('an expiry decided just before the deposition does not reach the log of the next leader', async () => {
    const { cluster, lessors } = start(3);
    const [old, next] = cluster.members as [FakeMember, FakeMember, FakeMember];
    await now(cluster, lessors[0]!.grant(7n, 5));
    const real = old.group.propose;
    let held: (() => void) | undefined;
    (old.group as { propose: typeof real }).propose = async (...args) => {
      await new Promise<void>((resolve) => {
        held = resolve;
      });
      return real(...args);
    };
    await cluster.scheduler.advance(5_001);
    expect(held).toBeDefined();
    cluster.elect(next);
    expect(await now(cluster, lessors[1]!.keepAlive(7n))).toBe(5);
    held!();
    await cluster.scheduler.advance(4_900);
    expect(alive(next, 7n)).toBe(true);
  });

  it('a frozen leader that wakes late expires nothing that another renewed', async () => {
    const { cluster, lessors } = start(3);
    const [old, next] = cluster.members as [FakeMember, FakeMember, FakeMember];
    await now(cluster, lessors[0]!.grant(7n, 5));
    old.host.frozen = true;
    await cluster.scheduler.advance(2_000);
    cluster.elect(next, [next, cluster.members[2]!]);
    for (let i = 0; i < 5; i++) {
      await cluster.scheduler.advance(3_000);
      expect(await now(cluster, lessors[1]!.keepAlive(7n))).toBe(5);
    }
    old.host.frozen = false;
    await cluster.scheduler.advance(3_000);
    expect(alive(next, 7n)).toBe(true);
    old.tell();
    await cluster.scheduler.advance(1_900);
    expect(alive(next, 7n)).toBe(true);
    await cluster.scheduler.advance(200);
    expect(alive(next, 7n)).toBe(false);
  });

  it('a leader that stood still between confirmation and answer does not promise a full TTL', async () => {
    const { cluster, lessors } = start();
    const { leader } = cluster;
    await now(cluster, lessors[0]!.grant(7n, 5));
    leader.confirmDelay = () => sleep(leader.host.runtime.timers, 2_600);
    const answer = leader.callHere(PeerMethod.leaseKeepAlive, encodeIds([7n]));
    await cluster.scheduler.advance(2_600);
    expect(decodeFigures(await now(cluster, answer), 1)).toEqual([UNDECIDED]);
  });

  it('refuses calls until the leader is ready', async () => {
    const { cluster } = start(3);
    await expect(
      now(cluster, cluster.members[2]!.callHere(PeerMethod.leaseKeepAlive, encodeIds([7n]))),
    ).rejects.toThrow('etcdserver: no leader');
  });
});

describe('keep-alives', () => {
  it('share one message and one confirmation a turn', async () => {
    const { cluster, lessors } = start(3);
    for (let i = 1n; i <= 100n; i++) await now(cluster, lessors[0]!.grant(i, 5));
    const follower = cluster.members[1]!;
    const calls = follower.calls;
    const confirmations = cluster.leader.confirmations;
    const answers = [];
    for (let i = 1n; i <= 110n; i++) answers.push(lessors[1]!.keepAlive(i), lessors[2]!.keepAlive(i));
    const seconds = await now(cluster, Promise.all(answers));
    expect(seconds.slice(0, 200).every((s) => s === 5)).toBe(true);
    expect(seconds.slice(200).every((s) => s === 0)).toBe(true);
    expect(follower.calls - calls).toBe(1);
    expect(cluster.leader.confirmations - confirmations).toBe(1);
  });

  it('see a revocation that another member acknowledged and the leader has not applied', async () => {
    const { cluster, lessors } = start(3);
    await now(cluster, lessors[0]!.grant(7n, 5));
    cluster.leader.applyPaused = true;
    await now(cluster, lessors[1]!.revoke(7n));
    expect(alive(cluster.leader, 7n)).toBe(true);
    const answer = lessors[1]!.keepAlive(7n);
    await cluster.scheduler.advance(10);
    cluster.leader.applyPaused = false;
    await cluster.scheduler.advance(10);
    expect(await now(cluster, answer)).toBe(0);
  });

  it('that arrived before the expiry was decided win over it', async () => {
    const { cluster, lessors } = start();
    const { leader } = cluster;
    await now(cluster, lessors[0]!.grant(7n, 5));
    await cluster.scheduler.advance(4_995);
    leader.confirmDelay = () => sleep(leader.host.runtime.timers, 20);
    const answer = lessors[0]!.keepAlive(7n);
    await cluster.scheduler.advance(20);
    expect(await now(cluster, answer)).toBe(5);
    await cluster.scheduler.advance(4_960);
    expect(alive(leader, 7n)).toBe(true);
    await cluster.scheduler.advance(100);
    expect(alive(leader, 7n)).toBe(false);
  });

  it('that arrive while the expiry is being confirmed win over it', async () => {
    const { cluster, lessors } = start();
    const { leader } = cluster;
    await now(cluster, lessors[0]!.grant(7n, 5));
    leader.confirmDelay = () => sleep(leader.host.runtime.timers, 20);
    await cluster.scheduler.advance(5_010);
    const answer = lessors[0]!.keepAlive(7n);
    await cluster.scheduler.advance(60);
    expect(await now(cluster, answer)).toBe(5);
    expect(alive(leader, 7n)).toBe(true);
  });

  it('are not answered by a leader that was deposed after its confirmation', async () => {
    const { cluster, lessors } = start(3);
    const [old, next] = cluster.members as [FakeMember, FakeMember, FakeMember];
    await now(cluster, lessors[0]!.grant(7n, 5));
    old.applyPaused = true;
    await now(cluster, lessors[1]!.grant(8n, 5));
    const answer = old.callHere(PeerMethod.leaseKeepAlive, encodeIds([7n])).catch((error: Error) => error.message);
    await cluster.scheduler.settle();
    cluster.elect(next);
    old.applyPaused = false;
    await cluster.scheduler.advance(10);
    expect(await now(cluster, answer)).toBe('etcdserver: leader changed');
  });

  it('and expiry never contradict each other, whatever the timing', async () => {
    for (let offset = -30; offset <= 60; offset++) {
      const { cluster, lessors } = start(3);
      const { leader } = cluster;
      leader.confirmDelay = () => sleep(leader.host.runtime.timers, 7);
      await now(cluster, lessors[0]!.grant(7n, 2));
      await cluster.scheduler.advance(2_000 + offset);
      const answer = lessors[1]!.keepAlive(7n).then((seconds) => ({ seconds, atMs: cluster.scheduler.nowMs }));
      await cluster.scheduler.advance(200);
      const { seconds, atMs } = await now(cluster, answer);
      expect(alive(leader, 7n)).toBe(seconds === 2);
      if (seconds === 0) continue;
      await cluster.scheduler.advance(atMs + 1_999 - cluster.scheduler.nowMs);
      expect(alive(leader, 7n)).toBe(true);
    }
  });
});
