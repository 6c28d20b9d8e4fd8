import { type KeyValue, type Kv, op, when } from '../../src/client/index.js';
import { checkAppend } from '../checkers/append.js';
import type { Json } from '../history/types.js';
import { NoEffect, operate } from './operate.js';
import type { Random, Workload } from './types.js';

const WORKERS = 5;
/** Keys in use at one time; after so many appends another takes a key's place. */
const KEYS = 4;
const APPENDS_MAX = 24;

type Micro = readonly ['append', string, number] | readonly ['r', string, null | readonly number[]];

export const append: Workload = {
  name: 'append',
  what: 'transactions that read lists and append to them, over several keys: strictly serializable',
  create(world) {
    const clients = Array.from({ length: WORKERS }, (_, i) => world.client(`c${i}`));
    const { random } = world;
    const generate = generator(random);
    return {
      workers: WORKERS,
      prepare: async () => {},
      async step(worker) {
        const micros = generate();
        const { kv } = clients[worker.number] as (typeof clients)[number];
        const reads = micros.every(([kind]) => kind === 'r');
        await operate(world, worker, 'txn', micros, reads ? 'read' : 'write', () =>
          reads ? readAll(kv, micros) : readAndWrite(kv, micros),
        );
      },
      finish: async () => {},
      check: (history) => [checkAppend(history)],
    };
  },
};

function generator(random: Random): () => Micro[] {
  const counts = new Map<number, number>();
  const keys = Array.from({ length: KEYS }, (_, i) => i);
  let nextKey = KEYS;
  return () =>
    Array.from({ length: 1 + random.below(4) }, () => {
      const slot = random.below(KEYS);
      const key = keys[slot] as number;
      if (random.float() < 0.5) return ['r', String(key), null] as const;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count >= APPENDS_MAX) keys[slot] = nextKey++;
      return ['append', String(key), count] as const;
    });
}

/** Each in an extent of its own: with several partitions they lie in several. */
const keyOf = (name: string): string => `append-${name}/list`;
const listOf = (kv: KeyValue | undefined): number[] =>
  kv === undefined ? [] : (JSON.parse(Buffer.from(kv.value).toString()) as number[]);

/** One transaction that only reads. */
async function readAll(kv: Kv, micros: readonly Micro[]): Promise<Json> {
  const { responses } = await kv
    .txn()
    .do(...micros.map(([, key]) => op.get(keyOf(key))))
    .commit();
  return micros.map(([kind, key], i) => [kind, key, listOf(responses[i]?.responseRange?.kvs[0])]);
}

/** Reads first, then writes what it made of that unless something has changed meanwhile. */
async function readAndWrite(kv: Kv, micros: readonly Micro[]): Promise<Json> {
  const names = [...new Set(micros.map(([, key]) => key))];
  const before = await readFirst(kv, names);
  const lists = new Map(names.map((name) => [name, listOf(before.get(name))]));
  const output = micros.map(([kind, key, value]): Json => {
    const list = lists.get(key) as number[];
    if (kind === 'r') return [kind, key, [...list]];
    lists.set(key, [...list, value]);
    return [kind, key, value];
  });
  const written = names.filter((name) => micros.some(([kind, key]) => kind === 'append' && key === name));
  const txn = kv
    .txn()
    .if(...names.map((name) => when.modRevision(keyOf(name), '=', before.get(name)?.modRevision ?? 0)))
    .do(...written.map((name) => op.put(keyOf(name), JSON.stringify(lists.get(name)))));
  if (!(await txn.commit()).succeeded) throw new NoEffect('something changed meanwhile');
  return output;
}

async function readFirst(kv: Kv, names: readonly string[]): Promise<Map<string, KeyValue | undefined>> {
  try {
    const { responses } = await kv
      .txn()
      .do(...names.map((name) => op.get(keyOf(name))))
      .commit();
    return new Map(names.map((name, i) => [name, responses[i]?.responseRange?.kvs[0]]));
  } catch (error) {
    throw new NoEffect((error as Error).message);
  }
}
