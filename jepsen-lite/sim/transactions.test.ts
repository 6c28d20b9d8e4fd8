// Transactions over partitions, seen by a client of a whole cluster.

import { describe, expect, it } from 'vitest';
import { op, when } from '../../src/client/index.js';
import { SimCluster } from './cluster.js';

const KEYS = Array.from({ length: 12 }, (_, i) => `k${i}`);

async function started(seed: number): Promise<SimCluster> {
  const cluster = new SimCluster(seed, 3, { partitions: 4 });
  for (const name of cluster.names) void cluster.start(name);
  const ready = (): boolean => cluster.names.every((n) => cluster.serves(n));
  await cluster.world.until('the cluster starts', 20_000, ready);
  return cluster;
}

const groupsOf = (cluster: SimCluster): number => {
  const router = cluster.node('n1')?.services.router;
  return new Set(KEYS.map((key) => router?.forKey(Buffer.from(key)).id)).size;
};

describe('a cluster with four partitions', () => {
  it('changes them in one revision, shows it all, and deletes a range of all of them', async () => {
    const cluster = await started(3);
    const { world } = cluster;
    const { kv } = cluster.client('c');
    expect(groupsOf(cluster)).toBe(4);
    const put = await world.wait(
      kv
        .txn()
        .if(...KEYS.map((key) => when.missing(key)))
        .do(...KEYS.map((key) => op.put(key, 'x')), op.range('k', 'l'))
        .commit(),
      5_000,
    );
    const revision = put.header?.revision ?? 0;
    expect([put.succeeded, put.responses.at(-1)?.responseRange?.count]).toEqual([true, 12]);
    const read = await world.wait(kv.prefix('k'), 5_000);
    expect(new Set(read.kvs.map(({ modRevision }) => modRevision))).toEqual(new Set([revision]));
    expect(read.header?.revision).toBeGreaterThanOrEqual(revision);
    const deleted = await world.wait(kv.deletePrefix('k', { prevKv: true }), 5_000);
    expect(deleted.deleted).toBe(12);
    expect(deleted.revision).toBeGreaterThan(revision);
    expect(deleted.prevKvs.map(({ key }) => Buffer.from(key).toString())).toEqual([...KEYS].sort());
    const nothing = await world.wait(kv.deletePrefix('k'), 5_000);
    expect([nothing.deleted, nothing.revision >= deleted.revision]).toEqual([0, true]);
    expect((await world.wait(kv.prefix('k', { revision }), 5_000)).count).toBe(12);
    cluster.closeClients();
  });

  it('refuses what one partition would refuse, and changes nothing', async () => {
    const cluster = await started(5);
    const { world } = cluster;
    const { kv } = cluster.client('c');
    const puts = KEYS.map((key) => op.put(key, 'x'));
    const withLease = kv.txn().do(...puts, op.put('other', 'x', { lease: 77n }));
    await expect(world.wait(withLease.commit(), 5_000)).rejects.toThrow('requested lease not found');
    const future = kv
      .txn()
      .do(...puts, op.txn({ success: [{ requestRange: { key: Buffer.from('k'), revision: 999 } }] }));
    await expect(world.wait(future.commit(), 5_000)).rejects.toThrow('required revision is a future revision');
    expect((await world.wait(kv.prefix(''), 5_000)).count).toBe(0);
    // Nothing is left locked.
    await world.wait(
      kv
        .txn()
        .do(...puts)
        .commit(),
      5_000,
    );
    cluster.closeClients();
  });
});
