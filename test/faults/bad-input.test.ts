// What an operator can get wrong or a machine can do to us: the program ends with a code other than
// 0 and one line that says what is wrong and what to do, and nothing acknowledged is lost.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { KVService } from '../../proto/gen/rpc.js';
import { Cluster } from '../harness/cluster.js';
import { Member, type MemberOptions } from '../harness/member.js';
import { sleep } from '../harness/wait.js';

const clusters: Cluster[] = [];
const started: Member[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((m) => m.kill()));
  await Promise.all(clusters.splice(0).map((c) => c.close()));
});

/** A cluster of one; `running` or only its configuration. */
async function single(running: boolean): Promise<{ cluster: Cluster; member: Member }> {
  const options = { kind: 'hexkeep', size: 1 } as const;
  const cluster = await (running ? Cluster.start(options) : Cluster.create(options));
  clusters.push(cluster);
  return { cluster, member: cluster.members[0] as Member };
}

const END_MS_MAX = 15_000;

/** Starts a member like `like` and expects it to end by itself; resolves to the one line it said why. */
async function refusal(like: Member, changes: Partial<MemberOptions> = {}): Promise<string> {
  const member = new Member({ ...like.options, ...changes });
  started.push(member);
  member.start();
  return reason(member);
}

async function reason(member: Member): Promise<string> {
  const code = await Promise.race([member.exited, sleep(END_MS_MAX).then(() => 'still running')]);
  expect(code, member.log).toBe(1);
  const lines = member.log.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  expect(lines, member.log).toHaveLength(1);
  return lines[0] ?? '';
}

const VALUE = Buffer.alloc(1_000, 'v');

async function fill(cluster: Cluster, member: Member, count: number): Promise<void> {
  const caller = cluster.caller(member);
  for (let i = 0; i < count; i++) await caller.unary(KVService.put, { key: Buffer.from(`k${i}`), value: VALUE });
}

async function countKeys(cluster: Cluster, member: Member): Promise<number> {
  const everything = { key: Buffer.from([0]), rangeEnd: Buffer.from([0]), countOnly: true };
  return (await cluster.caller(member).unary(KVService.range, everything)).count;
}

describe('wrong configuration', () => {
  it.each([
    ['an unknown flag', ['--data-dri=x'], /data-dri.*data-dir/],
    ['a flag without a number', ['--heartbeat-interval=soon'], /heartbeat-interval/],
    ['a bad URL', ['--listen-client-urls=127.0.0.1'], /listen-client-urls.*http/],
    ['a flag that cannot be honoured', ['--cert-file=server.crt'], /cert-file.*TLS/],
    ['timeouts that do not fit', ['--heartbeat-interval=1000', '--election-timeout=1500'], /election-timeout/],
    ['an initial cluster without this member', ['--initial-cluster=other=http://127.0.0.1:1'], /initial.cluster/],
  ])('%s', async (_, flags, says) => {
    const { member } = await single(false);
    expect(await refusal(member, { flags })).toMatch(says);
  });

  it('an unknown key in the configuration file', async () => {
    const { cluster, member } = await single(false);
    mkdirSync(cluster.folder, { recursive: true });
    const file = join(cluster.folder, 'kvd.yaml');
    writeFileSync(file, 'name: n1\ndata-dri: x\n');
    expect(await refusal(member, { flags: [`--config-file=${file}`] })).toMatch(/kvd\.yaml.*data-dri/);
  });
});

describe('data directories', () => {
  it('of another cluster are refused and left as they are', async () => {
    const { cluster, member } = await single(true);
    await fill(cluster, member, 10);
    await member.stop();
    expect(await refusal(member, { token: 'another' })).toMatch(/cluster ID mismatch/);
    await cluster.startAll();
    expect(await countKeys(cluster, member)).toBe(10);
  });

  it('in use by another process are refused, and the other is not disturbed', async () => {
    const { cluster, member } = await single(true);
    await fill(cluster, member, 5);
    expect(await refusal(member)).toMatch(/in use|already/);
    await fill(cluster, member, 10);
    expect(await countKeys(cluster, member)).toBe(10);
  });

  it('that cannot be written', async () => {
    const { member } = await single(false);
    // Not even root can make a folder there.
    expect(await refusal(member, { dataDir: '/proc/hexkeep-test' })).toMatch(/\/proc\/hexkeep-test/);
  });

  it('that are files', async () => {
    const { cluster, member } = await single(false);
    const file = join(cluster.folder, 'file');
    writeFileSync(file, '');
    expect(await refusal(member, { dataDir: file })).toMatch(/file/);
  });

  it('whose identity is damaged', async () => {
    const { member } = await single(true);
    await member.stop();
    truncateSync(join(member.options.dataDir, 'member', 'identity.json'), 10);
    expect(await refusal(member)).toMatch(/identity\.json/);
  });
});

describe('ports in use', () => {
  it.each(['clientPort', 'peerPort'] as const)('%s', async (which) => {
    const { member } = await single(false);
    const port = member.options[which];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    try {
      expect(await refusal(member)).toMatch(new RegExp(`${port}.*in use|in use.*${port}`));
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

/** Files of a store with data in them. */
function dataFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(log|ldb|sst)$/.test(name))
    .map((name) => join(folder, name))
    .filter((file) => readFileSync(file).length > 2_000);
}

describe('damaged stores', () => {
  it('are found, named, and not served from', async () => {
    const { cluster, member } = await single(true);
    await fill(cluster, member, 200);
    await member.stop();
    const files = dataFiles(member.options.dataDir);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const bytes = readFileSync(file);
      // In the middle: neither a torn end, which is no damage, nor a header.
      for (let i = Math.floor(bytes.length / 2); i < bytes.length / 2 + 64; i++) bytes[i] = (bytes[i] ?? 0) ^ 0xff;
      writeFileSync(file, bytes);
    }
    expect(await refusal(member)).toMatch(new RegExp(member.options.dataDir));
  });
});

const isRoot = process.getuid?.() === 0;

describe('a full disk', () => {
  const title = 'stops the node with the reason; with space again, everything acknowledged is there';
  it.skipIf(!isRoot)(
    isRoot ? title : `${title} (SKIPPED: only root can mount a small file system)`,
    async () => {
      const { cluster, member } = await single(false);
      const { dataDir } = member.options;
      mkdirSync(dataDir, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'hexkeep-test', dataDir]);
      try {
        await cluster.startAll();
        let acked = 0;
        const value = Buffer.alloc(200_000, 'v');
        const put = (i: number): Promise<unknown> =>
          cluster.caller(member).unary(KVService.put, { key: Buffer.from(`k${i}`), value }, 3_000);
        await expect(
          (async () => {
            for (; acked < 1_000; acked++) await put(acked);
          })(),
        ).rejects.toThrow();
        expect(acked).toBeGreaterThan(5);
        expect(await reason(member)).toMatch(/no space is left on the disk of --data-dir/);

        execFileSync('mount', ['-o', 'remount,size=200m', dataDir]);
        await cluster.startAll();
        for (let i = 0; i < acked; i++) {
          const { kvs } = await cluster.caller(member).unary(KVService.range, { key: Buffer.from(`k${i}`) });
          expect(kvs[0]?.value.length, `k${i}`).toBe(value.length);
        }
        await put(acked);
      } finally {
        await member.kill();
        execFileSync('umount', ['-l', dataDir]);
      }
    },
    60_000,
  );
});
