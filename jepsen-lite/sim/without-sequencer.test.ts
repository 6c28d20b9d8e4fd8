// The system group loses its majority, the partitions keep theirs: what goes on, what waits, and that it resumes.

import { describe, expect, it } from 'vitest';
import { Frame } from '../../proto/gen/peer.js';
import { HEARTBEAT_ACK_NUMBERS, HEARTBEAT_NUMBERS } from '../../src/multiraft/wire.js';
import type { Mangler } from '../../src/runtime/sim/network.js';
import { sleep } from '../../src/runtime/sleep.js';
import { SimCluster } from './cluster.js';

const SYSTEM_GROUP = 0;
const KEYS = ['a/1', 'b/1', 'c/1', 'd/1', 'e/1'];

/** Of lists of numbers, those that are not about the system group. */
const others = (numbers: readonly number[], size: number): number[] =>
  numbers.filter((_, i) => numbers[i - (i % size)] !== SYSTEM_GROUP);

/** The members of the system group hear nothing of each other; those of all other groups do. */
const withoutSystemGroup =
  (isNode: (name: string) => boolean): Mangler =>
  (from, to, bytes) => {
    if (!isNode(from) || !isNode(to)) return undefined;
    const frame = Frame.decode(bytes);
    const rest = {
      ...frame,
      raft: frame.raft.filter(({ group }) => group !== SYSTEM_GROUP),
      heartbeats: others(frame.heartbeats, HEARTBEAT_NUMBERS),
      heartbeatAcks: others(frame.heartbeatAcks, HEARTBEAT_ACK_NUMBERS),
    };
    return [{ frame: Frame.encode(rest), lateMs: 0 }];
  };

async function started(seed: number): Promise<SimCluster> {
  const cluster = new SimCluster(seed, 3, { partitions: 4 });
  for (const name of cluster.names) void cluster.start(name);
  await cluster.world.until('the cluster starts', 20_000, () => cluster.names.every((n) => cluster.serves(n)));
  return cluster;
}

describe('a cluster whose system group has lost its majority', () => {
  it.each([1, 2, 3])('reads and keeps leases alive; writes wait and resume (seed %i)', async (seed) => {
    const cluster = await started(seed);
    const { world, network } = cluster;
    const client = cluster.client('c');
    const { kv, lease } = client;
    for (const key of KEYS) await world.wait(kv.put(key, 'before'), 5_000);
    const kept = await world.wait(lease.session(3), 5_000);
    const dying = await world.wait(lease.grant(2), 5_000);
    await world.wait(kv.put('a/kept', 'x', { lease: kept.lease }), 5_000);
    await world.wait(kv.put('b/dying', 'x', { lease: dying.id }), 5_000);
    const watcher = client.watch.key('a/1');
    const seen: number[] = [];
    const watching = (async () => {
      for await (const { events } of watcher) for (const { kv: now } of events) seen.push(now?.modRevision ?? 0);
    })();

    network.mangle = withoutSystemGroup((name) => cluster.names.includes(name));
    const isLost = (): boolean => cluster.names.every((n) => !cluster.node(n)?.services.router.system.leadership.ready);
    await world.until('nobody leads the system group', 20_000, isLost);
    for (let second = 0; second < 8; second++) {
      await world.wait(sleep(world, 1_000), 2_000);
      for (const key of KEYS) {
        const found = await world.wait(kv.get(key), 2_000);
        expect(Buffer.from(found?.value ?? []).toString()).toBe('before');
      }
    }
    let isWritten = false;
    const written = kv.put('a/1', 'meanwhile').finally(() => {
      isWritten = true;
    });
    await world.wait(sleep(world, 2_000), 3_000);
    expect([isWritten, kept.alive, seen]).toEqual([false, true, []]);
    // Its time is over, but to delete its keys takes a revision: nobody is told meanwhile that it lives, or is gone (F5).
    const renewal = lease.keepAliveOnce(dying.id, 1_000);
    await expect(world.wait(renewal, 5_000)).rejects.toThrow('the lease was not renewed in time');

    network.mangle = undefined;
    const answer = await world.wait(written, 20_000);
    const isGone = async (): Promise<boolean> => (await kv.get('b/dying')) === undefined;
    for (let tries = 0; tries < 100 && !(await world.wait(isGone(), 5_000)); tries++) {
      await world.wait(sleep(world, 100), 2_000);
    }
    expect(await world.wait(isGone(), 5_000)).toBe(true);
    expect(await world.wait(kv.get('a/kept'), 5_000)).toBeDefined();
    await world.until('the watch tells of the write', 5_000, () => seen.length > 0);
    expect(seen).toEqual([answer.revision]);
    watcher.close();
    await watching;
    kept.abandon();
    cluster.closeClients();
  });
});
