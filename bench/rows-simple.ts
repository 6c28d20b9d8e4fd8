// Puts and gets, driven by h2load.

import { KVService } from '../proto/gen/rpc.js';
import { h2load, type LoadResult } from './h2load.js';
import { percentiles } from './latencies.js';
import type { Row, RowContext, Sample } from './row.js';

const VALUE = Buffer.alloc(256, 'v');
const key = (connection: number): Buffer => Buffer.from(`bench/key-${String(connection).padStart(4, '0')}`);

async function revision({ cluster }: RowContext): Promise<number> {
  const leader = await cluster.leader();
  const answer = await cluster.caller(leader).unary(KVService.range, { key: Buffer.from('none') });
  return answer.header?.revision ?? 0;
}

function sample(load: LoadResult): Sample {
  const { p50, p99 } = percentiles(load.latenciesMs);
  return { perSecond: load.perSecond, p50Ms: p50, p99Ms: p99, operations: load.latenciesMs.length };
}

async function put(context: RowContext, callers: number): Promise<Sample> {
  const { endpoints, seconds, folder } = context;
  const before = await revision(context);
  const body = (i: number): Uint8Array => KVService.put.request.encode({ key: key(i), value: VALUE });
  const load = await h2load({ endpoints, path: KVService.put.path, body, callers, seconds, folder });
  const written = (await revision(context)) - before;
  // h2load takes a refusal for an answer: the store must have taken every write that was answered.
  if (written < load.done) throw new Error(`${load.done} puts were answered, but only ${written} happened`);
  return sample(load);
}

async function fill(context: RowContext): Promise<void> {
  const caller = context.cluster.caller(await context.cluster.leader());
  for (let i = 0; i < 32; i++) await caller.unary(KVService.put, { key: key(i), value: VALUE });
}

async function get(context: RowContext, callers: number, serializable: boolean): Promise<Sample> {
  const { endpoints, seconds, folder } = context;
  const body = (i: number): Uint8Array => KVService.range.request.encode({ key: key(i), serializable });
  const load = await h2load({ endpoints, path: KVService.range.path, body, callers, seconds, folder });
  if (load.dataBytes < load.done * VALUE.length)
    throw new Error(`${load.done} gets were answered, but only ${load.dataBytes} bytes came`);
  return sample(load);
}

const CALLERS = [1, 64, 1000] as const;

export const simpleRows: readonly Row[] = [
  ...CALLERS.map((n): Row => ({ name: `put${n}`, title: `put, ${n} in flight`, run: (c) => put(c, n) })),
  ...CALLERS.map(
    (n): Row => ({
      name: `get${n}`,
      title: `linearizable get, ${n} in flight`,
      prepare: fill,
      run: (c) => get(c, n, false),
    }),
  ),
  ...CALLERS.map(
    (n): Row => ({
      name: `sget${n}`,
      title: `serializable get, ${n} in flight`,
      prepare: fill,
      run: (c) => get(c, n, true),
    }),
  ),
];
