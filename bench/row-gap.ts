// How long nobody can write after the leader was killed.

import { KVService } from '../proto/gen/rpc.js';
import type { Cluster } from '../test/harness/cluster.js';
import { sleep } from '../test/harness/wait.js';
import { percentiles } from './latencies.js';
import type { Row, RowContext, Sample } from './row.js';
import { WireClient } from './wire-client.js';

const ROUNDS = 10;
const PUT_EVERY_MS = 10;
const GAP_MS_MAX = 20_000;

/** From the kill to the first answer to a put that was sent after it, to a surviving member. */
async function oneGap(cluster: Cluster): Promise<number> {
  const leader = await cluster.leader();
  const clients = cluster.members.filter((m) => m !== leader).map((m) => new WireClient(m.endpoint));
  const value = Buffer.alloc(256, 'v');
  let killedAt = Number.POSITIVE_INFINITY;
  let firstAfter: number | undefined;
  let answeredBefore = 0;
  let sent = 0;
  const send = (): void => {
    const sentAt = performance.now();
    const client = clients[sent % clients.length] as WireClient;
    client.unary(KVService.put, { key: Buffer.from(`bench/gap-${sent++ % 64}`), value }).then(
      () => {
        if (sentAt > killedAt) firstAfter ??= performance.now();
        else answeredBefore++;
      },
      // Refusals are what a gap is made of: the next put is on its way.
      () => undefined,
    );
  };
  const timer = setInterval(send, PUT_EVERY_MS);
  try {
    await sleep(500);
    if (answeredBefore === 0) throw new Error('no put was answered before the kill');
    killedAt = performance.now();
    const gone = leader.kill();
    while (firstAfter === undefined) {
      if (performance.now() - killedAt > GAP_MS_MAX) throw new Error(`no put for ${GAP_MS_MAX} ms`);
      await sleep(1);
    }
    await gone;
    return firstAfter - killedAt;
  } finally {
    clearInterval(timer);
    for (const client of clients) client.close();
    await cluster.startAll();
    await sleep(1_000);
  }
}

async function gaps({ cluster }: RowContext): Promise<Sample> {
  const found: number[] = [];
  for (let i = 0; i < ROUNDS; i++) found.push(await oneGap(cluster));
  const { p50, p99 } = percentiles(found);
  return { p50Ms: p50, p99Ms: p99, operations: 0 };
}

export const gapRow: Row = {
  name: 'gap',
  title: 'no writes after kill -9 of the leader, 100 puts/s (median and worst of 10)',
  disruptive: true,
  run: gaps,
};
