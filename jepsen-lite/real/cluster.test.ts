import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { grpcEnvironment } from '../../src/client/grpc-environment.js';
import { Client } from '../../src/client/index.js';
import { RealCluster } from './cluster.js';
import { namespacesAvailable } from './network/namespaces.js';
import { type Observed, Observer } from './observer.js';
import { becomes } from './wait.js';

const possible = await namespacesAvailable();
const kinds = possible.ok ? (['proxies', 'namespaces'] as const) : (['proxies'] as const);

const observed = (cluster: RealCluster): Observed => ({
  names: cluster.names,
  address: (name) => cluster.network.clientAddress(name),
  isRunning: (name) => cluster.isRunning(name),
  isPaused: (name) => cluster.isPaused(name),
});

/** A client of one node through the door of a machine. */
const through = (cluster: RealCluster, machine: string, node: string): Client =>
  new Client({
    endpoints: ['node:1'],
    callTimeoutMs: 700,
    environment: {
      ...grpcEnvironment,
      channel: (_, settings, onChange) =>
        grpcEnvironment.channel(`unix:${cluster.network.doors.path(machine, node)}`, settings, onChange),
    },
  });

describe.each(kinds)('a cluster on a network of %s', (network) => {
  let cluster: RealCluster | undefined;
  let observer: Observer | undefined;

  afterEach(async () => {
    await observer?.close();
    await cluster?.close();
  });

  const start = async (): Promise<[RealCluster, Observer]> => {
    const ended: string[] = [];
    const c = await RealCluster.create({ network, onEnded: (name, how, last) => ended.push(`${name} ${how} ${last}`) });
    const o = new Observer(observed(c), () => performance.now());
    [cluster, observer] = [c, o];
    await Promise.all(c.names.map((n) => c.start(n)));
    o.start();
    expect(await becomes(() => o.leader !== undefined, 20_000), ended.join('\n') + c.lastLines('n1')).toBe(true);
    return [c, o];
  };

  it('loses a leader that is cut off, and gets it back', async () => {
    const [c, o] = await start();
    const first = o.leader as string;
    const others = c.names.filter((n) => n !== first);
    for (const other of others) await c.network.faults.cut(first, other);
    expect(await becomes(() => others.includes(o.leader ?? ''), 10_000)).toBe(true);
    await expect(o.client(first).kv.get('x', { timeoutMs: 500 })).rejects.toThrow();
    await c.network.faults.heal();
    expect(await becomes(async () => (await o.client(first).kv.get('x')) === undefined, 15_000)).toBe(true);
  });

  it('cuts one way only, and keeps what another fault cuts', async () => {
    const [c, o] = await start();
    const leader = o.leader as string;
    const other = c.names.find((n) => n !== leader) as string;
    const { faults } = c.network;
    const oneWay = await faults.cutOneWay(leader, other);
    const all = await faults.cut(leader, other);
    await all();
    // It hears no heartbeats, and its own word gets through: PreVote keeps the leader in office.
    await expect(o.client(other).kv.get('x', { timeoutMs: 500 })).rejects.toThrow();
    await oneWay();
    expect(await becomes(async () => (await o.client(other).kv.get('x')) === undefined, 15_000)).toBe(true);
  });

  it('cuts clients off, all of them or those of one machine', async () => {
    const [c, o] = await start();
    const [near, far] = [through(c, 'near', 'n1'), through(c, 'far', 'n1')];
    try {
      expect(await becomes(async () => (await near.kv.get('x')) === undefined, 5_000)).toBe(true);
      await far.kv.get('x');
      const release = await c.network.faults.cutClients('n1');
      await expect(near.kv.get('x')).rejects.toThrow();
      await expect(far.kv.get('x')).rejects.toThrow();
      await o.client('n1').kv.get('x');
      await release();
      expect(await becomes(async () => (await near.kv.get('x')) === undefined, 15_000)).toBe(true);
      await c.network.doors.setCut('far', 'n1', true);
      await expect(far.kv.get('x')).rejects.toThrow();
      await near.kv.get('x');
    } finally {
      near.close();
      far.close();
    }
  });

  it('tells when a node ends by itself, and leaves nothing behind', async () => {
    const ended: string[] = [];
    const c = await RealCluster.create({
      network,
      size: 1,
      flags: ['--heartbeat-interval=0'],
      onEnded: (name, how, lines) => ended.push(`${name}: ${how}: ${lines}`),
    });
    await c.start('n1');
    expect(await becomes(() => ended.length > 0, 10_000)).toBe(true);
    expect(ended[0]).toMatch(/^n1: exit code 1: .*heartbeat/s);
    await c.close();
    expect(existsSync(c.folder)).toBe(false);
  });

  it('survives kill, pause and restart of nodes', async () => {
    const [c, o] = await start();
    await c.kill('n1');
    expect(c.isRunning('n1')).toBe(false);
    await c.start('n1');
    await c.pause('n2');
    expect(await becomes(() => o.changes.some((x) => x.node === 'n2' && x.role === 'frozen'), 3_000)).toBe(true);
    await c.resume('n2');
    expect(await becomes(async () => (await o.client('n1').kv.get('x')) === undefined, 15_000)).toBe(true);
    await c.restart('n3');
    expect(await becomes(async () => (await o.client('n3').kv.get('x')) === undefined, 15_000)).toBe(true);
    expect(o.changes.some((x) => x.node === 'n1' && x.role === 'down')).toBe(true);
  });
});
