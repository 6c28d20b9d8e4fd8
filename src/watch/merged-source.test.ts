import { beforeEach, describe, expect, it } from 'vitest';
import { type FakePartition, FakePartitions } from '../../test/fakes/partitions.js';
import { WatchClient } from '../../test/fakes/watch-client.js';
import { limits } from '../limits.js';
import { createWatchHub } from './hub.js';
import type { WatchHub } from './types.js';

const PROGRESS_MS = 1_000;

let cluster: FakePartitions;
let a: FakePartition;
let b: FakePartition;
let c: FakePartition;
let hub: WatchHub;
let client: WatchClient;

beforeEach(() => {
  cluster = new FakePartitions(3);
  [a, b, c] = cluster.partitions as [FakePartition, FakePartition, FakePartition];
  const { router, host } = cluster;
  hub = createWatchHub({ router, runtime: host.runtime, known: () => cluster.known, progressIntervalMs: PROGRESS_MS });
  client = new WatchClient(hub);
});

async function taken(from = client): Promise<string[]> {
  await cluster.scheduler.settle();
  return from.take();
}

const claims = (): number => a.claims + b.claims + c.claims;
const watchAll = (options: object = {}): void => client.create('a', { end: 'z', ...options });

describe('order', () => {
  it('is that of revisions, whichever partition is faster', async () => {
    watchAll();
    expect(await taken()).toEqual(['0@1 created']);
    a.number([{ put: 'a' }]);
    b.put('b');
    c.put('c');
    b.put('b');
    expect(await taken()).toEqual([]);
    a.apply();
    expect(await taken()).toEqual(['0@5 +a= +b= +c= +b=']);
  });

  it('lets nothing pass that a slow partition may still come before', async () => {
    watchAll();
    b.put('b', '1');
    expect(await taken()).toEqual(['0@1 created', '0@2 +b=1']);
    c.number([{ put: 'c' }]);
    for (const value of ['2', '3']) b.put('b', value);
    a.put('a');
    expect(await taken()).toEqual([]);
    c.apply();
    expect(await taken()).toEqual(['0@6 +c= +b=2 +b=3 +a=']);
  });

  it('has the events of a revision together, in however many partitions they are', async () => {
    watchAll();
    await taken();
    cluster.transaction([
      [a, [{ put: 'a1' }, { put: 'a2' }]],
      [c, [{ put: 'c' }]],
    ]);
    c.apply();
    expect(await taken()).toEqual([]);
    a.apply();
    expect(await taken()).toEqual(['0@2 +a1= +a2= +c=']);
  });

  it('goes on when a partition that could not resolve can again', async () => {
    watchAll();
    await taken();
    c.failure = new Error('no leader');
    a.put('a');
    await cluster.scheduler.advance(10 * limits.watchClaimRetryMs);
    expect([client.take(), c.claims < 15]).toEqual([[], true]);
    c.failure = undefined;
    await cluster.scheduler.advance(limits.watchClaimRetryMs);
    expect(client.take()).toEqual(['0@2 +a=']);
  });
});

describe('start', () => {
  beforeEach(() => {
    a.put('a', '1');
    b.put('b', '2');
    a.put('a', '3');
  });

  it('0: behind what the node knows', async () => {
    cluster.known = 9;
    watchAll();
    c.put('c', '10');
    expect(await taken()).toEqual(['0@9 created', '0@10 +c=10']);
  });

  it('in the past: everything from there on, of every partition', async () => {
    for (const startRevision of [1, 2, 3, 4, 5]) watchAll({ startRevision });
    c.put('c', '5');
    const got = await taken();
    const of = (id: number): string[] => got.filter((s) => s.startsWith(`${id}@`) && !s.includes('created'));
    const events = (id: number): string =>
      of(id)
        .flatMap((s) => s.split(' ').slice(1))
        .join(' ');
    expect([0, 1, 2, 3, 4].map(events)).toEqual([
      '+a=1 +b=2 +a=3 +c=5',
      '+a=1 +b=2 +a=3 +c=5',
      '+b=2 +a=3 +c=5',
      '+a=3 +c=5',
      '+c=5',
    ]);
  });

  it('behind a list at the revision that the node knows: nothing twice, nothing lost', async () => {
    c.number([{ put: 'c', value: '5' }]);
    b.put('b', '6');
    watchAll({ startRevision: 6 });
    watchAll({ startRevision: 5 });
    await taken();
    c.apply();
    expect(await taken()).toEqual(['0@6 +b=6', '1@6 +c=5 +b=6']);
  });

  it('below the compaction: cancelled', async () => {
    for (const { store } of cluster.partitions) store.compact(3);
    watchAll({ startRevision: 2 });
    watchAll({ startRevision: 3 });
    expect(await taken()).toEqual(['0@4 created', '1@4 created', '0@0 canceled compacted:3', '1@4 +b=2 +a=3']);
  });

  it('again after the last watch has gone: nothing of what came between', async () => {
    watchAll();
    await taken();
    client.cancel(0);
    await taken();
    const before = claims();
    for (let i = 0; i < 5; i++) a.put('a', 'x');
    expect([await taken(), claims()]).toEqual([[], before]);
    watchAll();
    watchAll({ startRevision: 9 });
    b.put('b', '10');
    expect(await taken()).toEqual(['1@9 created', '2@9 created', '1@10 +b=10', '2@10 +a=x +b=10']);
  });
});

describe('what was not announced', () => {
  it('because of a snapshot comes from history', async () => {
    watchAll();
    await taken();
    a.number([{ put: 'a', value: '1' }]);
    b.put('b', '2');
    a.number([{ put: 'a', value: '3' }]);
    expect(await taken()).toEqual([]);
    a.installSnapshot();
    b.put('b', '4');
    expect(await taken()).toEqual(['0@5 +a=1 +b=2 +a=3 +b=4']);
  });

  it('and is compacted away by then ends the watch', async () => {
    watchAll();
    await taken();
    a.number([{ put: 'a', value: '1' }]);
    a.number([{ put: 'a', value: '2' }]);
    a.installSnapshot(3);
    expect(await taken()).toEqual(['0@0 canceled compacted:3']);
    expect(hub.watchers).toBe(0);
  });

  it('because too much would wait comes from history', async () => {
    watchAll();
    await taken();
    c.number([{ put: 'c', value: 'slow' }]);
    const value = 'x'.repeat(limits.watchMergeBufferBytesMax / 4);
    for (let i = 0; i < 6; i++) b.put('b', value);
    expect(await taken()).toEqual([]);
    c.apply();
    b.put('b', 'last');
    await cluster.scheduler.settle();
    expect(cluster.partitions.map(({ store }) => store.historyReads > 0)).toEqual([true, true, true]);
    const lengths = client.received.flatMap(({ events }) => events.map(({ kv }) => kv?.value.length));
    expect(lengths).toEqual([4, ...Array.from({ length: 6 }, () => value.length), 4]);
  });

  it('leaves watches alone that a compaction does not concern', async () => {
    watchAll();
    a.put('a');
    await taken();
    for (const { store } of cluster.partitions) store.compact(2);
    b.put('b');
    expect(await taken()).toEqual(['0@3 +b=']);
  });
});

describe('progress', () => {
  it('asked for: everything that was known then, also in an idle cluster', async () => {
    watchAll();
    cluster.known = 7;
    client.progress();
    expect(await taken()).toEqual(['0@1 created', '-1@7']);
  });

  it('asked for: waits for a slow partition, and comes behind its events', async () => {
    watchAll();
    await taken();
    c.number([{ put: 'c' }]);
    cluster.known = 7;
    client.progress();
    await cluster.scheduler.advance(1_000);
    expect(client.take()).toEqual([]);
    c.apply();
    expect(await taken()).toEqual(['0@2 +c=', '-1@7']);
  });

  it('asked for in one partition: what was known, too', async () => {
    client.create('a');
    client.create('b');
    b.put('b');
    cluster.known = 7;
    client.progress();
    expect(await taken()).toEqual(['0@1 created', '1@1 created', '1@2 +b=', '-1@7']);
    expect(c.claims).toBe(0);
  });

  it('asked for again and again is told each time', async () => {
    watchAll();
    await taken();
    for (let i = 0; i < 3; i++) {
      cluster.known += 10;
      client.progress();
    }
    expect(await taken()).toEqual(['-1@31']);
    c.number([{ put: 'c', value: '1' }]);
    client.progress();
    c.number([{ put: 'c', value: '2' }]);
    client.progress();
    await cluster.scheduler.settle();
    c.apply(1);
    expect(await taken()).toEqual(['0@32 +c=1', '-1@32']);
    c.apply(1);
    expect(await taken()).toEqual(['0@33 +c=2', '-1@33']);
  });

  it('notifications tell what is known', async () => {
    watchAll({ progressNotify: true });
    await taken();
    cluster.known = 7;
    await cluster.scheduler.advance(1.5 * PROGRESS_MS);
    expect(client.take()).toEqual(['0@7']);
  });
});

describe('claims', () => {
  it('are made by a node with a watch over several partitions only', async () => {
    client.create('a');
    for (const partition of cluster.partitions) partition.put('a');
    await cluster.scheduler.advance(10_000);
    expect(claims()).toBe(0);
  });

  it('are not made while nothing happens', async () => {
    watchAll();
    a.put('a');
    await taken();
    const before = claims();
    await cluster.scheduler.advance(10_000);
    expect(claims()).toBe(before);
  });

  it('are shared by what happens meanwhile', async () => {
    watchAll();
    await taken();
    b.number([{ put: 'b' }]);
    const before = b.claims;
    for (let i = 0; i < 50; i++) {
      a.put('a');
      await cluster.scheduler.settle();
    }
    expect(b.claims - before).toBe(1);
    b.apply();
    await taken();
    expect(b.claims - before).toBe(2);
  });

  it('end with the last watch', async () => {
    watchAll();
    await taken();
    c.failure = new Error('no leader');
    a.put('a');
    await cluster.scheduler.advance(100);
    client.stream.close();
    const before = c.claims;
    await cluster.scheduler.advance(1_000);
    expect(c.claims).toBe(before);
  });
});
