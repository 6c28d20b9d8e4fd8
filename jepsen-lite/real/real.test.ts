// A short run against real processes under real faults, with a workload whose promise is simple: what
// was acknowledged is there, at the revision that was told.

import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../checkers/types.js';
import { pair } from '../history/pair.js';
import type { History } from '../history/types.js';
import type { RunResult } from '../report/types.js';
import { operate } from '../workloads/operate.js';
import type { Workload } from '../workloads/types.js';
import { diskShim } from './disk/shim.js';
import type { RealFaultKind } from './faults.js';
import { namespacesAvailable } from './network/namespaces.js';
import { runReal } from './run.js';

const WORKERS = 6;
// Seeds whose schedules have every kind that is asked for within the time.

function lost(history: History): Verdict {
  const operations = pair(history);
  const final = new Map(operations.findLast((o) => o.f === 'all')?.output as [string, number][]);
  const writes = operations.filter((o) => o.f === 'put' && o.type === 'ok');
  const broken = writes.filter((o) => {
    const [key, revision] = o.output as [string, number];
    return final.get(key) !== revision;
  });
  return {
    checker: 'puts',
    valid: broken.length === 0 && final.size > 0,
    anomalies: broken.map((o) => ({ name: 'lost-write', message: `lost: ${o.output}`, operations: [o.index] })),
    stats: { writes: writes.length },
  };
}

const puts: Workload = {
  name: 'puts',
  what: 'every key is written once: what was acknowledged is there, at the revision that was told',
  create(world) {
    const clients = Array.from({ length: WORKERS }, (_, i) => world.client(`c${i}`));
    let next = 0;
    return {
      workers: WORKERS,
      prepare: async () => {},
      async step(worker) {
        const key = `puts/${next++}`;
        await operate(world, worker, 'put', [key, 0], 'write', async () => {
          const answer = await clients[worker.number]?.kv.put(key, 'x'.repeat(100));
          return [key, answer?.revision ?? 0];
        });
      },
      async finish() {
        const reader = { number: 0, process: 1_000_000, retire: () => {} };
        await operate(world, reader, 'all', null, 'read', async () => {
          const found: [string, number][] = [];
          for await (const kv of clients[0]?.kv.scan('puts/') ?? [])
            found.push([Buffer.from(kv.key).toString(), kv.modRevision]);
          return found;
        });
      },
      check: (history) => [lost(history)],
    };
  },
};

/** Folders of this process that a run left; the compiled shim stays until the process ends. */
const folders = (): string[] => readdirSync(tmpdir()).filter((n) => n.startsWith(`jepsen-lite-${process.pid}-`));

async function run(seconds: number, seed: number, faults: readonly RealFaultKind[], network: 'proxies' | 'namespaces') {
  await diskShim();
  const before = folders();
  const result = await runReal({ seconds, seed, faults, network, workloads: [puts], clusterKind: 'processes' });
  expect(folders()).toEqual(before);
  return result;
}

function expectValid(result: RunResult, faults: readonly RealFaultKind[]): void {
  expect(result.failures).toEqual([]);
  expect(result.workloads.flatMap((w) => w.verdicts)).toMatchObject([{ valid: true }]);
  expect(result.valid).toBe(true);
  const carriedOut = new Set(result.faults.map((f) => f.kind));
  // Leadership can only be handed over while somebody leads.
  for (const kind of faults) if (kind !== 'moveLeader') expect(carriedOut).toContain(kind);
  for (const { startMs, endMs } of result.faults) expect(endMs).toBeGreaterThanOrEqual(startMs);
}

const namespaces = await namespacesAvailable();
const shim = await diskShim();

describe('a run against real processes', () => {
  it('is valid under kills, pauses and partitions', async () => {
    const faults = [
      'killLeader',
      'pauseLeader',
      'isolateLeader',
      'oneWay',
      'delay',
      'clientsCut',
      'moveLeader',
    ] as const;
    const result = await run(19, 8, faults, 'proxies');
    expectValid(result, faults);
    expect(result.workloads[0]?.verdicts[0]?.stats['writes']).toBeGreaterThan(300);
    const roles = new Set(result.nodeChanges.map((c) => c.role));
    expect([...roles]).toEqual(expect.arrayContaining(['leader', 'follower', 'down', 'frozen']));
  }, 90_000);

  it.runIf(namespaces.ok)(
    'is valid in network namespaces',
    async () => {
      const faults = ['kill', 'halves', 'isolateLeader', 'oneWay', 'clientsCut'] as const;
      expectValid(await run(10, 50, faults, 'namespaces'), faults);
    },
    90_000,
  );

  it.runIf(shim.ok)(
    'loses nothing when machines lose power, and survives disks that fail',
    async () => {
      const faults = ['powerLoss', 'failSync', 'fullDisk', 'slowDisk', 'killAll'] as const;
      const result = await run(13, 16, faults, 'proxies');
      expectValid(result, faults);
      // No node goes on after a sync that failed: the run would not be valid.
      expect(result.faults.find((f) => f.kind === 'failSync')?.what).toMatch(/^n\d, which ended after \d+$/);
      expect(result.faults.find((f) => f.kind === 'powerLoss')?.what).toMatch(/unsynced bytes lost/);
    },
    90_000,
  );

  it('refuses faults that are not possible', async () => {
    const asked = runReal({
      seconds: 1,
      seed: 1,
      faults: ['isolate'],
      workloads: [],
      clusterKind: 'compose',
      endpoints: ['127.0.0.1:2379'],
    });
    await expect(asked).rejects.toThrow(/these faults are not possible: isolate \(no faults of processes/);
  });
});
