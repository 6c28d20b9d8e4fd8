// A million keys of 256 B: how long they take to load, how long a restart takes until the first
// linearizable read, and what it costs in memory and disk. Ours, and etcd, one member each.
// `npm run bench:million -- [--keys N] [--peer etcd|none]`

import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { KVService } from '../proto/gen/rpc.js';
import { Cluster } from '../test/harness/cluster.js';
import type { Kind, Member } from '../test/harness/member.js';
import { residentBytes } from './cpu.js';
import { WireClient } from './wire-client.js';

const VALUE_BYTES = 256;
/** etcd's limit of operations in a transaction. */
const PUTS_PER_TXN = 128;
const IN_FLIGHT = 16;
const SAMPLES = 1_000;

interface Report {
  readonly kind: Kind;
  readonly loadSeconds: number;
  readonly loadedBytes: number;
  readonly diskBytes: number;
  readonly restartSeconds: number;
  readonly crashRestartSeconds: number;
  readonly restartedBytes: number;
  readonly countSeconds: number;
}

const keyOf = (n: number): Buffer => Buffer.from(`million/${String(n).padStart(9, '0')}`);

/** Different for every key and not compressible; the same in every run. */
function valueFor(n: number): Buffer {
  const value = Buffer.allocUnsafe(VALUE_BYTES);
  let x = (n + 1) * 2_654_435_761;
  for (let i = 0; i < VALUE_BYTES; i += 4) {
    // xorshift32
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    value.writeInt32LE(x | 0, i);
  }
  return value;
}

async function load(client: WireClient, keys: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < keys) {
      const from = next;
      next = Math.min(keys, from + PUTS_PER_TXN);
      const success = Array.from({ length: next - from }, (_, i) => ({
        requestPut: { key: keyOf(from + i), value: valueFor(from + i) },
      }));
      await client.unary(KVService.txn, { success });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

function diskBytes(folder: string): number {
  let total = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const { blocks } = lstatSync(join(folder, name));
    // Preallocated and sparse files count as what they take.
    total += blocks * 512;
  }
  return total;
}

/** Until a linearizable read of a random key is answered, and right. */
async function restart(member: Member, keys: number): Promise<number> {
  const start = performance.now();
  member.start();
  await member.ready(120_000);
  const client = new WireClient(member.endpoint);
  const n = Math.floor(keys / 2);
  const answer = await client.unary(KVService.range, { key: keyOf(n) });
  const seconds = (performance.now() - start) / 1_000;
  client.close();
  if (!valueFor(n).equals(answer.kvs[0]?.value ?? Buffer.alloc(0))) throw new Error(`key ${n} is wrong`);
  return seconds;
}

async function verify(client: WireClient, keys: number): Promise<void> {
  for (let i = 0; i < SAMPLES; i++) {
    const n = Math.floor((i * keys) / SAMPLES);
    const { kvs } = await client.unary(KVService.range, { key: keyOf(n) });
    if (!valueFor(n).equals(kvs[0]?.value ?? Buffer.alloc(0))) throw new Error(`key ${n} is wrong`);
  }
}

async function measure(kind: Kind, keys: number): Promise<Report> {
  const cluster = await Cluster.start({ kind, size: 1 });
  try {
    const member = cluster.members[0] as Member;
    const loader = new WireClient(member.endpoint);
    const start = performance.now();
    await load(loader, keys);
    const loadSeconds = (performance.now() - start) / 1_000;
    loader.close();
    const loadedBytes = residentBytes(member.pid ?? 0);
    await member.stop();
    const onDisk = diskBytes(member.options.dataDir);
    const restartSeconds = await restart(member, keys);
    await member.kill();
    const crashRestartSeconds = await restart(member, keys);
    const client = new WireClient(member.endpoint);
    const counted = performance.now();
    const range = { key: Buffer.from('million/'), rangeEnd: Buffer.from('million0'), countOnly: true };
    const { count } = await client.unary(KVService.range, range);
    const countSeconds = (performance.now() - counted) / 1_000;
    if (count !== keys) throw new Error(`${count} keys of ${keys} are there`);
    await verify(client, keys);
    client.close();
    const restartedBytes = residentBytes(member.pid ?? 0);
    return {
      kind,
      loadSeconds,
      loadedBytes,
      diskBytes: onDisk,
      restartSeconds,
      crashRestartSeconds,
      restartedBytes,
      countSeconds,
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${cluster.logs()}`, { cause: error });
  } finally {
    await cluster.close();
  }
}

const mb = (bytes: number): string => Math.round(bytes / 1e6).toLocaleString('en-US');

const options = new Command('million')
  .option('--keys <n>', 'how many', Number, 1_000_000)
  .option('--peer <name>', "'etcd' or 'none'", 'etcd')
  .parse()
  .opts<{ keys: number; peer: string }>();

process.stdout.write(
  '| server | load s | memory after load MB | disk MB | restart s | restart after kill -9 s | memory after restart and 1,000 reads MB | count of all keys s |\n' +
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n',
);
for (const kind of options.peer === 'etcd' ? (['hexkeep', 'etcd'] as const) : (['hexkeep'] as const)) {
  const r = await measure(kind, options.keys);
  const cells = [
    r.loadSeconds.toFixed(1),
    mb(r.loadedBytes),
    mb(r.diskBytes),
    r.restartSeconds.toFixed(2),
    r.crashRestartSeconds.toFixed(2),
    mb(r.restartedBytes),
    r.countSeconds.toFixed(3),
  ];
  process.stdout.write(`| ${r.kind} | ${cells.join(' | ')} |\n`);
}
