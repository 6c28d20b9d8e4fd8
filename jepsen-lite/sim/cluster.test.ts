// What a simulated cluster promises at single points in time.

import { describe, expect, it } from 'vitest';
import { SimCluster } from './cluster.js';

async function started(seed: number): Promise<SimCluster> {
  const cluster = new SimCluster(seed, 3);
  for (const name of cluster.names) void cluster.start(name);
  const ready = (): boolean => cluster.leader !== undefined && cluster.names.every((n) => cluster.serves(n));
  await cluster.world.until('the cluster starts', 20_000, ready);
  return cluster;
}

describe('a simulated cluster', () => {
  it('keeps a lease over a change of leader, and ends it when nobody keeps it', async () => {
    const cluster = await started(3);
    const { world } = cluster;
    const client = cluster.client('c');
    const { id } = await world.wait(client.lease.grant(5), 5_000);
    await world.wait(client.kv.put('k', 'v', { lease: id }), 5_000);
    await world.advance(4_000);
    cluster.crash(cluster.leader as string);
    await world.until('another leads', 5_000, () => cluster.leader !== undefined);
    // Four seconds are gone; a new leader gives the whole TTL again.
    await world.advance(4_000);
    expect(await world.wait(client.kv.get('k'), 5_000)).toBeDefined();
    await world.advance(3_000);
    expect(await world.wait(client.kv.get('k'), 5_000)).toBeUndefined();
    cluster.closeClients();
  });

  it('hands leadership over at a planned stop, without an election timeout', async () => {
    const cluster = await started(5);
    const { world } = cluster;
    const first = cluster.leader as string;
    const before = world.nowMs;
    const stopping = cluster.node(first)?.stop() as Promise<void>;
    await world.until('another leads', 2_000, () => cluster.leader !== undefined && cluster.leader !== first, 1);
    expect(world.nowMs - before).toBeLessThan(100);
    await world.wait(stopping, 5_000);
  });

  it('stands still as a whole when a machine is frozen, and goes on in order', async () => {
    const cluster = await started(7);
    const { world } = cluster;
    const machine = cluster.machine('c');
    const client = cluster.client('c');
    await world.wait(client.kv.put('k', '0'), 5_000);
    machine.freeze();
    let answered = false;
    const put = client.kv.put('k', '1').then(() => {
      answered = true;
    });
    await world.advance(1_000);
    expect(answered).toBe(false);
    machine.thaw();
    await world.wait(put, 100);
    cluster.closeClients();
  });

  it('does not let a client that is cut off reach a node', async () => {
    const cluster = await started(9);
    const { world, network, names } = cluster;
    const client = cluster.client('c', { callTimeoutMs: 1_000 });
    await world.wait(client.kv.put('k', '0'), 5_000);
    for (const name of names) network.cut('c', name);
    await expect(world.wait(client.kv.put('k', '1'), 5_000)).rejects.toMatchObject({ code: 4 });
    network.healAll();
    await world.advance(5_000);
    expect(await world.wait(client.kv.get('k'), 5_000)).toBeDefined();
    cluster.closeClients();
  });
});
