// How long after a put was sent its watchers hear of it.

import { KVService, type WatchRequestInit, WatchService } from '../proto/gen/rpc.js';
import { percentiles } from './latencies.js';
import type { Row, RowContext, Sample } from './row.js';
import { WireClient } from './wire-client.js';

const WATCHERS = 1_000;
const STREAMS = 30;
const PUTS_PER_SECOND = 500;
const KEYS = 1_000;
const VALUE_BYTES = 256;

const keyOf = (run: number, n: number): Buffer => Buffer.from(`bench/watch-${run}-${n % KEYS}`);

async function watchLatency({ endpoints, seconds, run }: RowContext): Promise<Sample> {
  const clients = endpoints.flatMap((e) => [new WireClient(e), new WireClient(e)]);
  const client = (i: number): WireClient => clients[i % clients.length] as WireClient;
  try {
    const latencies: number[] = [];
    let created = 0;
    const streams = Array.from({ length: STREAMS }, (_, i) =>
      client(i).stream(WatchService.watch, (message) => {
        if (message.created) created++;
        const now = performance.now();
        for (const event of message.events) latencies.push(now - Buffer.from(event.kv?.value ?? []).readDoubleLE(0));
      }),
    );
    for (let i = 0; i < WATCHERS; i++) {
      const request: WatchRequestInit = { createRequest: { key: keyOf(run, i) } };
      streams[i % STREAMS]?.send(request);
    }
    const deadline = performance.now() + 10_000;
    while (created < WATCHERS) {
      if (performance.now() > deadline) throw new Error(`only ${created} of ${WATCHERS} watches were created`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const start = performance.now();
    let sent = 0;
    const puts: Promise<unknown>[] = [];
    while (performance.now() - start < seconds * 1_000) {
      const due = Math.floor(((performance.now() - start) / 1_000) * PUTS_PER_SECOND);
      for (; sent < due; sent++) {
        const value = Buffer.alloc(VALUE_BYTES);
        value.writeDoubleLE(performance.now(), 0);
        puts.push(client(sent).unary(KVService.put, { key: keyOf(run, sent * 7), value }));
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await Promise.all(puts);
    for (let i = 0; i < 200 && latencies.length < sent; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    if (latencies.length !== sent) throw new Error(`${sent} puts, but ${latencies.length} events`);
    const { p50, p99 } = percentiles(latencies);
    return { perSecond: sent / seconds, p50Ms: p50, p99Ms: p99, operations: sent };
  } finally {
    for (const c of clients) c.close();
  }
}

export const watchRow: Row = {
  name: 'watch',
  title: 'watch latency, 1,000 watchers, 500 puts/s',
  run: watchLatency,
};
