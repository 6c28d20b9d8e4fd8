// `npm run bench`: ours and etcd under the same load, in turn, as a table.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { removeFolder, temporaryFolder } from '../test/harness/cleanup.js';
import { Cluster } from '../test/harness/cluster.js';
import type { Kind } from '../test/harness/member.js';
import { measure } from './measure.js';
import { type BenchOptions, parseOptions } from './options.js';
import { profilingOptions, summarizeProfiles } from './profile.js';
import { rowsNamed } from './rows.js';
import { formatTable, type Measurement, type RowResult } from './table.js';

const note = (text: string): void => void process.stderr.write(`${text}\n`);

function kinds(options: BenchOptions): Kind[] {
  if (options.peerOnly) return ['etcd'];
  return options.peer === 'etcd' ? ['hexkeep', 'etcd'] : ['hexkeep'];
}

const round = (n: number | undefined): string => (n === undefined ? '-' : n.toFixed(n < 10 ? 2 : 0));

function describe(m: Measurement): string {
  const figures = `${round(m.perSecond)} ops/s, p50 ${round(m.p50Ms)} ms, p99 ${round(m.p99Ms)} ms`;
  return `${figures}, ${round(m.cpuUs)} µs CPU/op, others ${m.otherCores.toFixed(2)} cores`;
}

/** A fresh cluster for every measurement: history left by one row must not weigh on the next. */
async function measureOnce(
  row: ReturnType<typeof rowsNamed>[number],
  kind: Kind,
  options: BenchOptions,
  profiles: string | undefined,
): Promise<Measurement> {
  const nodeOptions = profiles === undefined ? [] : profilingOptions(profiles);
  const cluster = await Cluster.start({ kind, nodeOptions });
  try {
    return await measure(row, cluster, options.seconds);
  } catch (error) {
    throw new Error(`${row.name} on ${kind}: ${(error as Error).message}\n${cluster.logs(1_500)}`, { cause: error });
  } finally {
    if (profiles !== undefined) await Promise.all(cluster.members.map((m) => m.stop()));
    await cluster.close();
  }
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const selected = rowsNamed(options.rows);
  const profiles = options.profile ? temporaryFolder('profiles') : undefined;
  const table: RowResult[] = [];
  let failed = 0;
  for (const row of selected) {
    const results = new Map<Kind, Measurement[]>(kinds(options).map((kind) => [kind, []]));
    const repeat = row.disruptive === true ? 1 : options.repeat;
    for (let i = 0; i < repeat; i++)
      for (const [kind, found] of results) {
        const into = kind === 'hexkeep' && profiles !== undefined ? join(profiles, row.name) : undefined;
        if (into !== undefined) mkdirSync(into, { recursive: true });
        try {
          const m = await measureOnce(row, kind, options, into);
          found.push(m);
          note(`${row.name} ${kind}: ${describe(m)}`);
        } catch (error) {
          failed++;
          note(`FAILED: ${(error as Error).message}`);
        }
      }
    table.push({ title: row.title, results });
    if (profiles !== undefined) note(`\n== ${row.name}\n${summarizeProfiles(join(profiles, row.name))}`);
  }
  const text = formatTable(table);
  process.stdout.write(`${text}\n`);
  if (options.out !== undefined) writeFileSync(resolve(options.out), `${text}\n`);
  if (profiles !== undefined) removeFolder(profiles);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
