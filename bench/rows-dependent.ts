// Sequences in which one call needs the answer of another: compare-and-set, locks, keep-alives.

import { CompareResult, CompareTarget, KVService, LeaseService } from '../proto/gen/rpc.js';
import { LockService } from '../proto/gen/v3lock.js';
import { percentiles } from './latencies.js';
import type { Row, RowContext, Sample } from './row.js';
import { UnaryClient } from './unary-client.js';
import { WireClient } from './wire-client.js';

const VALUE = Buffer.alloc(256, 'v');
const CONNECTIONS_PER_NODE = 2;
const unary = (endpoint: string): UnaryClient => new UnaryClient(endpoint);
const streaming = (endpoint: string): WireClient => new WireClient(endpoint);

/** Runs `work` in `callers` loops over a few connections to each node until the time is over. */
async function loops<C extends { close(): void }>(
  { endpoints, seconds }: RowContext,
  callers: number,
  connect: (endpoint: string) => C,
  work: (client: C, caller: number) => Promise<() => Promise<void>>,
): Promise<Sample> {
  const clients = Array.from({ length: CONNECTIONS_PER_NODE * endpoints.length }, (_, i) =>
    connect(endpoints[i % endpoints.length] as string),
  );
  try {
    const steps = await Promise.all(
      Array.from({ length: callers }, (_, i) => work(clients[i % clients.length] as C, i)),
    );
    const latencies: number[] = [];
    const start = performance.now();
    const end = start + seconds * 1_000;
    await Promise.all(
      steps.map(async (step) => {
        for (let now = performance.now(); now < end; ) {
          await step();
          const done = performance.now();
          latencies.push(done - now);
          now = done;
        }
      }),
    );
    const took = (performance.now() - start) / 1_000;
    const { p50, p99 } = percentiles(latencies);
    return { perSecond: latencies.length / took, p50Ms: p50, p99Ms: p99, operations: latencies.length };
  } finally {
    for (const client of clients) client.close();
  }
}

/** One txn: if nobody wrote the key since, write it. Each caller has a key of its own, so every one succeeds. */
const cas =
  (run: number, readFirst: boolean) =>
  async (client: UnaryClient, caller: number): Promise<() => Promise<void>> => {
    const key = Buffer.from(`bench/cas-${run}-${caller}`);
    const first = await client.unary(KVService.put, { key, value: VALUE });
    let modRevision = first.header?.revision ?? 0;
    return async () => {
      if (readFirst) modRevision = (await client.unary(KVService.range, { key })).kvs[0]?.modRevision ?? 0;
      const answer = await client.unary(KVService.txn, {
        compare: [{ key, target: CompareTarget.MOD, result: CompareResult.EQUAL, modRevision }],
        success: [{ requestPut: { key, value: VALUE } }],
      });
      if (!answer.succeeded) throw new Error('a compare-and-set without competition failed');
      modRevision = answer.header?.revision ?? 0;
    };
  };

const LOCK_NAMES = 1_000;

const lockAndUnlock = async (client: UnaryClient, caller: number): Promise<() => Promise<void>> => {
  const { ID: lease } = await client.unary(LeaseService.leaseGrant, { TTL: 600 });
  let n = caller * 7_919;
  return async () => {
    n += 613;
    const { key } = await client.unary(LockService.lock, { name: Buffer.from(`bench/lock-${n % LOCK_NAMES}`), lease });
    await client.unary(LockService.unlock, { key });
  };
};

/** Each caller keeps one lease alive, as fast as the answers come, on a stream of its own. */
const keepAlive = async (client: WireClient): Promise<() => Promise<void>> => {
  const { ID } = await client.unary(LeaseService.leaseGrant, { TTL: 600 });
  let answered: (() => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  const stream = client.stream(LeaseService.leaseKeepAlive, (answer) => {
    if (answer.TTL > 0) answered?.();
    else failed?.(new Error('a lease was lost'));
  });
  return () =>
    new Promise((resolve, reject) => {
      answered = resolve;
      failed = reject;
      stream.send({ ID });
    });
};

export const dependentRows: readonly Row[] = [
  { name: 'cas64', title: 'CAS txn, 64 callers', run: (c) => loops(c, 64, unary, cas(c.run, false)) },
  { name: 'getcas64', title: 'get + CAS txn, 64 callers', run: (c) => loops(c, 64, unary, cas(c.run, true)) },
  { name: 'lock64', title: 'lock + unlock, 1,000 names, 64 workers', run: (c) => loops(c, 64, unary, lockAndUnlock) },
  { name: 'keepalive64', title: 'lease keep-alive, 64 in flight', run: (c) => loops(c, 64, streaming, keepAlive) },
];
