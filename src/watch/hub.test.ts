import { beforeEach, describe, expect, it } from 'vitest';
import { FilterType } from '../../proto/gen/rpc.js';
import { FakeCluster } from '../../test/fakes/group.js';
import type { FakeStore } from '../../test/fakes/store.js';
import { short, WatchClient } from '../../test/fakes/watch-client.js';
import { limits } from '../limits.js';
import { createWatchHub } from './hub.js';
import type { WatchHub } from './types.js';

let cluster: FakeCluster;
let store: FakeStore;
let hub: WatchHub;
let client: WatchClient;

const PROGRESS_MS = 1_000;
const settle = (): Promise<void> => cluster.scheduler.settle();
async function taken(from = client): Promise<string[]> {
  await settle();
  return from.take();
}

beforeEach(() => {
  cluster = new FakeCluster();
  store = cluster.leader.store;
  const { router, host } = cluster.leader;
  hub = createWatchHub({ router, runtime: host.runtime, progressIntervalMs: PROGRESS_MS });
  client = new WatchClient(hub);
});

describe('ids', () => {
  it('are given from 0 up, or chosen by the client', async () => {
    client.create('a');
    client.create('a');
    client.create('a', { watchId: 2 });
    client.create('a');
    client.create('a', { watchId: 77 });
    expect(await taken()).toEqual(['0@1 created', '1@1 created', '2@1 created', '3@1 created', '77@1 created']);
  });

  it('taken twice are refused', async () => {
    client.create('a', { watchId: 5 });
    client.create('b', { watchId: 5 });
    expect(await taken()).toEqual([
      '5@1 created',
      '-1@1 created canceled (mvcc: duplicate watch ID provided on the WatchStream)',
    ]);
    store.put('b');
    store.put('a');
    expect(await taken()).toEqual(['5@3 +a=']);
  });

  it('are free again after a cancel', async () => {
    client.create('a', { watchId: 5 });
    client.cancel(5);
    client.create('b', { watchId: 5 });
    store.put('a');
    store.put('b');
    expect(await taken()).toEqual(['5@1 created', '5@1 canceled', '5@1 created', '5@3 +b=']);
  });

  it('of other streams do not matter', async () => {
    const other = new WatchClient(hub);
    client.create('a');
    other.create('a');
    expect([await taken(), await taken(other)]).toEqual([['0@1 created'], ['0@1 created']]);
  });
});

describe('refusals and cancels', () => {
  it('refuses an empty range', async () => {
    client.create('b', { end: 'a' });
    client.create('b', { end: 'b' });
    const refusal = '-1@1 created canceled (mvcc: watcher range is empty)';
    expect(await taken()).toEqual([refusal, refusal]);
    expect(hub.watchers).toBe(0);
  });

  it('is silent about unknown ids, and about everything after close', async () => {
    client.cancel(3);
    client.create('a');
    client.cancel(0);
    client.cancel(0);
    expect(await taken()).toEqual(['0@1 created', '0@1 canceled']);
    client.create('a');
    await settle();
    client.stream.close();
    client.stream.close();
    client.create('a');
    store.put('a');
    expect((await taken()).slice(1)).toEqual([]);
    expect([hub.streams, hub.watchers]).toEqual([0, 0]);
  });

  it('delivers what happened before the cancel, and nothing after it', async () => {
    client.create('a');
    store.put('a', '1');
    client.cancel(0);
    store.put('a', '2');
    expect(await taken()).toEqual(['0@1 created', '0@2 +a=1', '0@2 canceled']);
  });

  it('refuses a subscription over several groups', () => {
    const { router } = cluster.leader;
    const several = { ...router, forRange: () => [router.system, router.system] };
    const own = createWatchHub({ router: several, runtime: cluster.leader.host.runtime });
    const range = { key: Buffer.from('a'), rangeEnd: Buffer.alloc(0), startRevision: 0 };
    expect(() => own.subscribe(range, { event() {}, compacted() {} })).toThrow('several partitions');
    own.close();
  });

  it('bounds the watches of a stream', async () => {
    for (let i = 0; i < limits.watchesPerStreamMax; i++) client.create('a');
    await taken();
    client.create('a');
    expect(await taken()).toEqual(['-1@1 created canceled (etcdserver: too many requests)']);
  });

  it('ends a stream that asks and does not read', async () => {
    client.room = 1;
    client.create('a');
    await settle();
    for (let i = 0; i <= limits.watchStreamControlsMax; i++) client.create('b', { end: 'a' });
    expect(client.failure?.message).toBe('etcdserver: too many requests');
    expect([hub.streams, hub.watchers]).toEqual([0, 0]);
  });
});

describe('start revisions', () => {
  beforeEach(() => {
    for (const value of ['1', '2', '3']) store.put('a', value);
  });

  it('0 and negative ones: from the next revision', async () => {
    client.create('a');
    client.create('a', { startRevision: -4 });
    store.put('a', '4');
    expect(await taken()).toEqual(['0@4 created', '1@4 created', '0@5 +a=4', '1@5 +a=4']);
  });

  it('the past: from history, several revisions in a response', async () => {
    client.create('a', { startRevision: 1 });
    client.create('a', { startRevision: 3 });
    client.create('a', { startRevision: 4 });
    expect(await taken()).toEqual([
      '0@4 created',
      '1@4 created',
      '2@4 created',
      '0@4 +a=1 +a=2 +a=3',
      '1@4 +a=2 +a=3',
      '2@4 +a=3',
    ]);
    store.put('a', '4');
    expect(await taken()).toEqual(['0@5 +a=4', '1@5 +a=4', '2@5 +a=4']);
    expect(hub.slowWatchers).toBe(0);
  });

  it('the future: waits, and withholds what is before', async () => {
    client.create('a', { startRevision: 7 });
    for (const value of ['4', '5', '6', '7']) store.put('a', value);
    expect(await taken()).toEqual(['0@4 created', '0@8 +a=6 +a=7']);
  });

  it('the future, past an overflow of the stream: still withholds', async () => {
    client.create('a', { startRevision: 8 });
    client.create('b');
    client.room = 1;
    await settle();
    store.commit([{ put: 'b', value: Buffer.alloc(limits.watchStreamBufferBytesMax) }]);
    expect(hub.slowWatchers).toBe(2);
    client.drain(Number.POSITIVE_INFINITY);
    await settle();
    for (const value of ['6', '7', '8']) store.put('a', value);
    await settle();
    expect(client.received.filter((r) => r.watchId === 0).map(short)).toEqual(['0@4 created', '0@8 +a=8']);
  });

  it('compacted: created, then canceled', async () => {
    store.put('a', '4');
    store.compact(4);
    client.create('a', { startRevision: 3 });
    client.create('a', { startRevision: 4 });
    expect(await taken()).toEqual(['0@5 created', '0@0 canceled compacted:4', '1@5 created', '1@5 +a=3 +a=4']);
    expect(hub.watchers).toBe(1);
  });

  it('at the compaction, where the store does not keep it: created, then canceled', async () => {
    store.compact(4);
    const real = store.history;
    store.history = (from, ...rest) => real.call(store, from - 1, ...rest);
    client.create('a', { startRevision: 4 });
    expect(await taken()).toEqual(['0@4 created', '0@0 canceled compacted:4']);
  });

  it('compacted while history is being read', async () => {
    let go: (() => void) | undefined;
    store.historyDelay = () =>
      new Promise((resolve) => {
        go = resolve;
      });
    client.create('a', { startRevision: 2 });
    client.create('a', { startRevision: 4 });
    await settle();
    store.compact(4);
    store.historyDelay = () => Promise.resolve();
    go!();
    expect(await taken()).toEqual(['0@4 created', '1@4 created', '0@0 canceled compacted:4', '1@4 +a=3']);
  });

  it('tries again when history cannot be read', async () => {
    let failing = true;
    store.historyDelay = () => (failing ? Promise.reject(new Error('I/O')) : Promise.resolve());
    client.create('a', { startRevision: 4 });
    await cluster.scheduler.advance(1_000);
    failing = false;
    await cluster.scheduler.advance(200);
    expect(await taken()).toEqual(['0@4 created', '0@4 +a=3']);
  });
});

describe('events', () => {
  it('of a transaction stay together, in order, in ranges and single keys', async () => {
    client.create('a');
    client.create('a', { end: 'c' });
    client.create('b', { end: '\0' });
    store.commit([{ put: 'a', value: '1' }, { put: 'b', value: '2' }, { del: 'zz' }, { put: 'c', value: '3' }]);
    store.del('b');
    expect((await taken()).slice(3)).toEqual(['0@2 +a=1', '1@3 +a=1 +b=2 -b', '2@3 +b=2 +c=3 -b']);
  });

  it('carry the version before only if asked, and if it is there', async () => {
    client.create('a', { prevKv: true });
    client.create('a');
    store.put('a', '1');
    store.put('a', '2');
    store.del('a');
    expect((await taken()).slice(2)).toEqual(['0@4 +a=1 +a=2<1 -a<2', '1@4 +a=1 +a=2 -a']);
    const late = new WatchClient(hub);
    store.compact(3);
    late.create('a', { prevKv: true, startRevision: 3 });
    late.create('a', { startRevision: 3 });
    expect(await taken(late)).toEqual(['0@4 created', '1@4 created', '0@4 +a=2 -a<2', '1@4 +a=2 -a']);
  });

  it('carry the version before also to a watch that joined a read made without it', async () => {
    store.put('a', '1');
    store.put('a', '2');
    let go: (() => void) | undefined;
    store.historyDelay = () =>
      new Promise((resolve) => {
        go = resolve;
      });
    client.create('a', { startRevision: 2 });
    await settle();
    client.create('a', { startRevision: 2, prevKv: true });
    store.historyDelay = () => Promise.resolve();
    go!();
    expect((await taken()).slice(2)).toEqual(['0@3 +a=1 +a=2', '1@3 +a=1 +a=2<1']);
  });

  it('are dropped by filters', async () => {
    client.create('a', { filters: [FilterType.NOPUT] });
    client.create('a', { filters: [FilterType.NODELETE] });
    client.create('a', { filters: [FilterType.NOPUT, FilterType.NODELETE] });
    store.put('a', '1');
    store.del('a');
    expect((await taken()).slice(3)).toEqual(['1@2 +a=1', '0@3 -a']);
  });

  it('come in pieces where the client takes fragments, else whole', async () => {
    const value = Buffer.alloc(500 * 1024);
    client.create('', { end: '\0', fragment: true });
    const whole = new WatchClient(hub);
    whole.create('', { end: '\0' });
    store.commit(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => ({ put: key, value })));
    await settle();
    const shape = (c: WatchClient): [number, boolean, number][] =>
      c.received.slice(1).map((r) => [r.events.length, r.fragment, r.header!.revision]);
    expect(shape(client)).toEqual([
      [3, true, 2],
      [3, true, 2],
      [1, false, 2],
    ]);
    expect(shape(whole)).toEqual([[7, false, 2]]);
  });

  it('of different revisions are split where a response gets large', async () => {
    client.create('a');
    const value = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < 3; i++) store.commit([{ put: 'a', value }]);
    await settle();
    expect(client.received.map((r) => [r.events.length, r.header!.revision])).toEqual([
      [0, 1],
      [2, 3],
      [1, 4],
    ]);
  });
});

describe('progress', () => {
  it('is told after an idle interval, to those who asked', async () => {
    client.create('a', { progressNotify: true });
    client.create('a');
    store.put('b');
    await taken();
    await cluster.scheduler.advance(PROGRESS_MS * 0.9);
    expect(await taken()).toEqual([]);
    await cluster.scheduler.advance(PROGRESS_MS * 0.25);
    expect(await taken()).toEqual(['0@2']);
    await cluster.scheduler.advance(PROGRESS_MS * 0.5);
    store.put('a', '1');
    expect(await taken()).toEqual(['0@3 +a=1', '1@3 +a=1']);
    await cluster.scheduler.advance(PROGRESS_MS * 0.75);
    expect(await taken()).toEqual([]);
    await cluster.scheduler.advance(PROGRESS_MS * 0.5);
    expect(await taken()).toEqual(['0@3']);
  });

  it('is not told of a watch that lags or whose stream is full', async () => {
    client.create('a', { progressNotify: true });
    await taken();
    client.room = 1;
    store.put('a', '1');
    await cluster.scheduler.advance(PROGRESS_MS * 3);
    expect(await taken()).toEqual(['0@2 +a=1']);
    store.put('a', '2');
    await cluster.scheduler.advance(PROGRESS_MS * 3);
    client.drain(Number.POSITIVE_INFINITY);
    expect(await taken()).toEqual(['0@3 +a=2']);
  });

  it('is answered on request, also with no watch', async () => {
    client.progress();
    expect(await taken()).toEqual(['-1@1']);
    client.create('a');
    store.put('b');
    client.progress();
    client.progress();
    expect(await taken()).toEqual(['0@1 created', '-1@2']);
  });

  it('waits for every watch to catch up, and does not overtake events', async () => {
    for (let i = 0; i < 3; i++) store.put('a', String(i));
    let go: (() => void) | undefined;
    store.historyDelay = () =>
      new Promise((resolve) => {
        go = resolve;
      });
    client.create('b');
    client.create('a', { startRevision: 2 });
    client.progress();
    expect(await taken()).toEqual(['0@4 created', '1@4 created']);
    store.put('b', 'x');
    store.historyDelay = () => Promise.resolve();
    go!();
    expect(await taken()).toEqual(['0@5 +b=x', '1@4 +a=0 +a=1 +a=2', '-1@5']);
  });

  it('behind a full stream tells nothing that events queued later would contradict', async () => {
    client.create('a');
    await taken();
    client.room = 1;
    store.put('a', '1');
    await taken();
    store.put('a', '2');
    client.progress();
    await settle();
    store.put('a', '3');
    client.drain(Number.POSITIVE_INFINITY);
    expect(await taken()).toEqual(['0@3 +a=2', '-1@3', '0@4 +a=3']);
  });

  it('is not held up by a lagging watch that is cancelled', async () => {
    store.put('a', '1');
    store.historyDelay = () => new Promise(() => {});
    client.create('a', { startRevision: 1 });
    client.progress();
    await settle();
    client.cancel(0);
    expect(await taken()).toEqual(['0@2 created', '0@2 canceled', '-1@2']);
  });
});

describe('slow streams', () => {
  it('fall back to history, hold little, and miss nothing', async () => {
    client.create('a');
    await taken();
    client.room = 1;
    const value = Buffer.alloc(64 * 1024);
    for (let i = 0; i < 200; i++) {
      store.commit([{ put: 'a', value }]);
      await settle();
    }
    expect(hub.slowWatchers).toBe(1);
    const reads = store.historyReads;
    await cluster.scheduler.advance(5_000);
    expect(store.historyReads).toBe(reads);
    client.drain(Number.POSITIVE_INFINITY);
    await settle();
    const revisions = client.received.flatMap((r) => r.events.map((e) => e.kv!.modRevision));
    expect(revisions).toEqual(Array.from({ length: 200 }, (_, i) => i + 2));
    expect(hub.slowWatchers).toBe(0);
  });

  it('take no more of history than they have room for', async () => {
    for (let i = 0; i < 200; i++) store.commit([{ put: 'a', value: Buffer.alloc(64 * 1024) }]);
    client.room = 1;
    client.create('a', { startRevision: 2 });
    await settle();
    expect(hub.slowWatchers).toBe(1);
    client.drain(1);
    await cluster.scheduler.advance(1_000);
    expect(hub.slowWatchers).toBe(1);
    expect(client.received.flatMap((r) => r.events).length).toBeLessThan(100);
    client.drain(Number.POSITIVE_INFINITY);
    await settle();
    expect(client.received.flatMap((r) => r.events).length).toBe(200);
    expect(hub.slowWatchers).toBe(0);
  });

  it('do not hold up others', async () => {
    const other = new WatchClient(hub);
    client.create('a');
    other.create('a');
    await settle();
    client.room = 1;
    for (let i = 0; i < 1_000; i++) store.commit([{ put: 'a', value: Buffer.alloc(1_000) }]);
    await settle();
    expect(other.received.flatMap((r) => r.events).length).toBe(1_000);
  });

  it('are cancelled when the compaction passes them', async () => {
    client.create('a');
    await taken();
    client.room = 1;
    for (let i = 0; i < 10; i++) {
      store.commit([{ put: 'a', value: Buffer.alloc(limits.watchBlockedStreamBufferBytesMax) }]);
      await settle();
    }
    const { revision } = store;
    store.put('a', 'last');
    store.compact(revision + 1);
    client.drain(Number.POSITIVE_INFINITY);
    await settle();
    const last = client.received.at(-1)!;
    expect([last.canceled, last.compactRevision, last.header!.revision]).toEqual([true, revision + 1, 0]);
    expect(hub.watchers).toBe(0);
  });

  it('share one reading of history', async () => {
    for (let i = 0; i < 500; i++) store.put('a', String(i));
    const others = Array.from({ length: 50 }, () => new WatchClient(hub));
    for (const [i, c] of others.entries()) c.create('a', { startRevision: 2 + i });
    await settle();
    // Those that start later than the first chunk's beginning are inside it.
    expect(store.historyReads).toBeLessThanOrEqual(3);
    for (const [i, c] of others.entries()) expect(c.received.flatMap((r) => r.events).length).toBe(500 - i);
  });

  it('catch up with a writer that never pauses', async () => {
    for (let i = 0; i < 3_000; i++) store.put('a', String(i));
    store.historyDelay = async () => {
      for (let i = 0; i < 20; i++) store.put('a', 'more');
    };
    client.create('a', { startRevision: 2 });
    await settle();
    expect(hub.slowWatchers).toBe(0);
    const revisions = client.received.flatMap((r) => r.events.map((e) => e.kv!.modRevision));
    expect(revisions).toEqual(Array.from({ length: store.revision - 1 }, (_, i) => i + 2));
  });

  it('far behind do not starve those a little behind', async () => {
    for (let i = 0; i < 20_000; i++) store.put('a', '');
    const near = new WatchClient(hub);
    client.create('a', { startRevision: 2 });
    let reads = 0;
    let nearDone = 0;
    store.historyDelay = () => {
      reads++;
      if (nearDone === 0 && near.received.some((r) => r.events.length > 0)) nearDone = reads;
      return Promise.resolve();
    };
    near.create('a', { startRevision: store.revision - 10 });
    await settle();
    expect(nearDone).toBeGreaterThan(0);
    expect(nearDone).toBeLessThanOrEqual(4);
    expect(reads).toBeGreaterThan(15);
  });
});

describe('a snapshot of another node', () => {
  it('is read up from history by every watch, once', async () => {
    store.put('a', '1');
    client.create('a');
    client.create('a', { startRevision: 6 });
    client.create('a', { startRevision: 1 });
    await taken();
    store.installSnapshot(() => {
      for (const value of ['2', '3', '4', '5']) store.put('a', value);
    });
    store.put('a', '6');
    const got = await taken();
    expect(got.filter((r) => r.startsWith('0@')).join('')).toBe('0@7 +a=2 +a=3 +a=4 +a=5 +a=6');
    expect(got.filter((r) => r.startsWith('1@')).join('')).toBe('1@7 +a=5 +a=6');
    expect(got.filter((r) => r.startsWith('2@')).join('')).toBe('2@7 +a=2 +a=3 +a=4 +a=5 +a=6');
  });

  it('that is compacted past a watch cancels it', async () => {
    client.create('a');
    client.create('a', { startRevision: 10 });
    await taken();
    store.installSnapshot(() => {
      for (let i = 0; i < 5; i++) store.put('a', String(i));
    }, 4);
    expect(await taken()).toEqual(['0@0 canceled compacted:4']);
    store.put('a');
    expect(hub.watchers).toBe(1);
  });

  it('in the middle of a read makes it void', async () => {
    store.put('a', '1');
    let go: (() => void) | undefined;
    store.historyDelay = () =>
      new Promise((resolve) => {
        go = resolve;
      });
    client.create('a', { startRevision: 2 });
    await settle();
    store.historyDelay = () => Promise.resolve();
    store.installSnapshot(() => store.put('a', '2'));
    go!();
    expect(await taken()).toEqual(['0@2 created', '0@3 +a=1 +a=2']);
  });
});

describe('subscriptions inside the node', () => {
  it('get events in the turn of the write, until closed', () => {
    const got: string[] = [];
    const range = { key: Buffer.from('a'), rangeEnd: Buffer.from('c'), startRevision: 0 };
    const subscription = hub.subscribe(range, {
      event: (revision, e) => {
        got.push(`${revision}${e.type}`);
        if (revision === 4) subscription.close();
      },
      compacted: () => got.push('compacted'),
    });
    store.put('a');
    store.put('x');
    store.commit([{ del: 'a' }, { put: 'b' }]);
    store.put('b');
    expect(got).toEqual(['2put', '4delete']);
    subscription.close();
    expect(hub.watchers).toBe(0);
  });

  it('read history, and are told when it is compacted away', async () => {
    store.put('a');
    store.put('a');
    const got: string[] = [];
    const listener = {
      event: (revision: number) => void got.push(String(revision)),
      compacted: (revision: number) => void got.push(`compacted ${revision}`),
    };
    hub.subscribe({ key: Buffer.from('a'), rangeEnd: Buffer.alloc(0), startRevision: 2 }, listener);
    await settle();
    store.compact(3);
    hub.subscribe({ key: Buffer.from('a'), rangeEnd: Buffer.alloc(0), startRevision: 2 }, listener);
    expect(got).toEqual(['2', '3', 'compacted 3']);
    expect(hub.watchers).toBe(1);
  });

  it('refuse an empty range', () => {
    const range = { key: Buffer.from('b'), rangeEnd: Buffer.from('a'), startRevision: 0 };
    expect(() => hub.subscribe(range, { event() {}, compacted() {} })).toThrow('range is empty');
  });
});
