import type { KeyRange, OrderedStore, StoreIterator } from '../ports.js';
import { type Case, holds, same, type TestWorld } from './world.js';

const b = (text: string): Buffer => Buffer.from(text);

async function fill(world: TestWorld, store: OrderedStore, pairs: Record<string, string>, sync = false): Promise<void> {
  const batch = store.batch();
  for (const [key, value] of Object.entries(pairs)) batch.put(b(key), b(value));
  await world.wait(batch.write({ sync }));
}

async function drain(iterator: StoreIterator, count = 3): Promise<string[]> {
  const out: string[] = [];
  for (;;) {
    const entries = await iterator.nextMany(count);
    if (entries.length === 0) break;
    holds(entries.length <= count, 'more entries than asked for');
    for (const [key, value] of entries) out.push(`${Buffer.from(key)}=${Buffer.from(value)}`);
  }
  await iterator.close();
  return out;
}

const LETTERS = { a: '1', b: '2', c: '3', d: '4', e: '5' };

export const diskCases: readonly Case[] = [
  {
    name: 'a store keeps what was written, over a close',
    async run(world) {
      const { disk } = world.machine();
      const path = world.path();
      const store = await world.wait(disk.openStore(path));
      await fill(world, store, LETTERS, true);
      same(Buffer.from(store.getSync(b('c')) ?? []).toString(), '3', 'c');
      same(store.getSync(b('x')), undefined, 'x');
      const many = await world.wait(store.getMany([b('a'), b('x'), b('e')]));
      same(
        many.map((v) => v && Buffer.from(v).toString()),
        ['1', undefined, '5'],
        'getMany',
      );
      await world.wait(store.close());
      const again = await world.wait(disk.openStore(path));
      same(await drain(again.iterate({})), ['a=1', 'b=2', 'c=3', 'd=4', 'e=5'], 'all');
      await world.wait(again.close());
    },
  },
  {
    name: 'a batch counts, applies in order, and is all or nothing to readers',
    async run(world) {
      const store = await world.wait(world.machine().disk.openStore(world.path()));
      await fill(world, store, LETTERS);
      const batch = store.batch();
      batch.put(b('a'), b('x'));
      batch.del(b('a'));
      batch.del(b('b'));
      batch.put(b('b'), b('y'));
      same(batch.length, 4, 'length');
      await world.wait(batch.write({ sync: true }));
      same(await drain(store.iterate({})), ['b=y', 'c=3', 'd=4', 'e=5'], 'all');
      await world.wait(store.close());
    },
  },
  {
    name: 'bounds, direction and limit of a scan',
    async run(world) {
      const store = await world.wait(world.machine().disk.openStore(world.path()));
      await fill(world, store, { ...LETTERS, '\x00': 'low', '\xff': 'high' });
      const keys = async (range: KeyRange): Promise<string> =>
        (await drain(store.iterate(range))).map((line) => line.split('=')[0]).join('');
      same(await keys({ gte: b('b'), lt: b('d') }), 'bc', 'gte lt');
      same(await keys({ gt: b('b'), lte: b('d') }), 'cd', 'gt lte');
      same(await keys({ gte: b('b'), lt: b('e'), reverse: true }), 'dcb', 'reverse');
      same(await keys({ gte: b('a'), limit: 2 }), 'ab', 'limit');
      same(await keys({ lt: b('e'), reverse: true, limit: 1 }), 'd', 'last before');
      same(await keys({ gte: b('x'), lt: b('b') }), '', 'empty');
      await world.wait(store.close());
    },
  },
  {
    name: 'keys stand in byte order',
    async run(world) {
      const store = await world.wait(world.machine().disk.openStore(world.path()));
      const keys = [[0], [0, 0], [0, 255], [1], [127], [128], [255], [255, 0]].map((k) => Buffer.from(k));
      const batch = store.batch();
      for (const key of [...keys].reverse()) batch.put(key, b('v'));
      await world.wait(batch.write({ sync: false }));
      const iterator = store.iterate({});
      const found: number[][] = [];
      for (let e = await iterator.nextMany(2); e.length > 0; e = await iterator.nextMany(2)) {
        found.push(...e.map(([key]) => [...key]));
      }
      await iterator.close();
      same(
        found,
        keys.map((k) => [...k]),
        'order',
      );
      await world.wait(store.close());
    },
  },
  {
    name: 'an iterator sees the moment of its making, a snapshot too',
    async run(world) {
      const store = await world.wait(world.machine().disk.openStore(world.path()));
      await fill(world, store, LETTERS);
      const iterator = store.iterate({ gte: b('c') });
      const snapshot = store.snapshot();
      await fill(world, store, { c: 'new', f: '6' });
      same(await drain(iterator), ['c=3', 'd=4', 'e=5'], 'iterator');
      same(await drain(snapshot.iterate({ gte: b('d') })), ['d=4', 'e=5'], 'snapshot');
      same(Buffer.from(snapshot.getSync(b('c')) ?? []).toString(), '3', 'snapshot c');
      await world.wait(snapshot.close());
      same(Buffer.from(store.getSync(b('c')) ?? []).toString(), 'new', 'c now');
      await world.wait(store.close());
    },
  },
  {
    name: 'clearing removes a range and nothing else',
    async run(world) {
      const store = await world.wait(world.machine().disk.openStore(world.path()));
      await fill(world, store, LETTERS);
      await world.wait(store.clear(b('b'), b('d')));
      await world.wait(store.clear(b('b'), b('d')));
      await world.wait(store.compactRange(b('a'), b('z')));
      same(await drain(store.iterate({})), ['a=1', 'd=4', 'e=5'], 'left');
      holds((await world.wait(store.approximateBytes(b('a'), b('z')))) >= 0, 'size');
      await world.wait(store.close());
    },
  },
  {
    name: 'a store that is open cannot be opened again',
    async run(world) {
      const { disk } = world.machine();
      const path = world.path();
      const store = await world.wait(disk.openStore(path));
      const second = await world.wait(
        disk.openStore(path).then(
          () => 'opened',
          (error: Error) => error.message,
        ),
      );
      holds(second.includes('in use by another process'), second);
      await world.wait(store.close());
      await world.wait((await world.wait(disk.openStore(path))).close());
    },
  },
  {
    name: 'small files are replaced as a whole, found, measured and removed',
    async run(world) {
      const { disk } = world.machine();
      const folder = world.path();
      const file = `${folder}/deep/record`;
      same(await world.wait(disk.readFile(file)), undefined, 'not there');
      same(await world.wait(disk.exists(folder)), false, 'no folder');
      await world.wait(disk.writeFile(file, b('one')));
      await world.wait(disk.writeFile(file, b('two!')));
      same(Buffer.from((await world.wait(disk.readFile(file))) ?? []).toString(), 'two!', 'contents');
      same(await world.wait(disk.exists(file)), true, 'exists');
      same(await world.wait(disk.usedBytes(folder)), 4, 'used');
      await world.wait(disk.remove(folder));
      same(await world.wait(disk.exists(file)), false, 'removed');
    },
  },
];
