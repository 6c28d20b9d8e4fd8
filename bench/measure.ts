// One measurement of one row on one cluster, repeated while the machine is busy with something else.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../test/harness/cluster.js';
import { sleep } from '../test/harness/wait.js';
import { measureCpu } from './cpu.js';
import type { Row, RowContext } from './row.js';
import type { Measurement } from './table.js';

/** More than this taken by others makes a measurement worthless. */
export const OTHER_CORES_MAX = 0.3;
const ATTEMPTS = 4;
/** Compiled-while-running code reaches its speed after some seconds of load; both servers get them. */
const WARM_UP_SECONDS = 4;
/** After a load the servers write back, compact and collect garbage. */
const SETTLE_MS = 500;

let runs = 0;

async function context(cluster: Cluster, seconds: number): Promise<RowContext> {
  const leader = await cluster.leader();
  const others = cluster.members.filter((m) => m !== leader);
  const folder = mkdtempSync(join(cluster.folder, 'load-'));
  const endpoints = [leader, ...others].map((m) => m.endpoint);
  // Process and count: a cluster that lives on never sees the same run twice.
  return { cluster, endpoints, seconds, folder, run: runs++ };
}

async function attempt(row: Row, cluster: Cluster, seconds: number): Promise<Measurement> {
  const c = await context(cluster, seconds);
  try {
    const stop = measureCpu(cluster.pids);
    const sample = await row.run(c);
    const cpu = stop();
    return {
      perSecond: sample.perSecond,
      p50Ms: sample.p50Ms,
      p99Ms: sample.p99Ms,
      cpuUs: sample.operations === 0 ? undefined : cpu.serversUs / sample.operations,
      otherCores: row.disruptive === true ? 0 : cpu.otherCores,
    };
  } finally {
    rmSync(c.folder, { recursive: true, force: true });
  }
}

/** The least disturbed of a few attempts; `otherCores` tells when none was undisturbed. */
export async function measure(row: Row, cluster: Cluster, seconds: number): Promise<Measurement> {
  if (row.prepare !== undefined) await row.prepare(await context(cluster, seconds));
  if (row.disruptive !== true) await attempt(row, cluster, WARM_UP_SECONDS);
  let best: Measurement | undefined;
  for (let i = 0; i < ATTEMPTS; i++) {
    await sleep(SETTLE_MS);
    const found = await attempt(row, cluster, seconds);
    if (best === undefined || found.otherCores < best.otherCores) best = found;
    if (best.otherCores <= OTHER_CORES_MAX) break;
  }
  return best as Measurement;
}
