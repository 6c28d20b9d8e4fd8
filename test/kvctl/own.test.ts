// What kvctl does that etcdctl does not.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cluster } from '../harness/cluster.js';
import { type Outcome, requireKvctl, run } from './run.js';

let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  requireKvctl();
  folder = mkdtempSync(join(tmpdir(), 'hexkeep-kvctl-'));
  cluster = await Cluster.start({ kind: 'hexkeep', size: 1 });
}, 40_000);

afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

const kvctl = (line: string, env: Record<string, string> = {}): Promise<Outcome> =>
  run('kvctl', line.split(' '), { env: { KVCTL_ENDPOINTS: cluster.endpoints[0] ?? '', ...env } });

describe('what is not in this version is refused with one line', () => {
  test.each([
    ['user list', 'Error: user: authentication is not supported in this version\n'],
    ['role add r', 'Error: role: authentication is not supported in this version\n'],
    ['auth enable', 'Error: auth: authentication is not supported in this version\n'],
    ['--cacert=x get a', 'Error: --cacert: TLS is not supported in this version\n'],
    ['--insecure-transport=false get a', 'Error: --insecure-transport=false: TLS is not supported in this version\n'],
    ['--user=root:x get a', 'Error: --user: authentication is not supported in this version\n'],
  ])('%s', async (line, message) => {
    expect(await kvctl(line)).toEqual({ code: 128, stdout: '', stderr: message });
  });
});

describe('environment', () => {
  test('KVCTL_ comes before ETCDCTL_, and either conflicts with a flag', async () => {
    await kvctl('put env 1');
    const json = await kvctl('get env', { KVCTL_WRITE_OUT: 'json', ETCDCTL_WRITE_OUT: 'fields' });
    expect(json.stdout).toMatch(/^\{"header"/);
    const conflict = await kvctl('get env --hex', { KVCTL_HEX: 'true' });
    expect(conflict.code).toBe(1);
    expect(conflict.stderr).toContain('conflicting environment variable "KVCTL_HEX" is shadowed');
  });

  test('a value that is none is refused by name', async () => {
    expect((await kvctl('get env', { KVCTL_DIAL_TIMEOUT: 'soon' })).stderr).toBe(
      'Error: invalid value "soon" of environment variable KVCTL_DIAL_TIMEOUT: time: invalid duration "soon"\n',
    );
  });

  test('the key of a watch', async () => {
    const env = { KVCTL_ENDPOINTS: cluster.endpoints[0] ?? '', KVCTL_WATCH_KEY: 'env' };
    const outcome = await run('kvctl', ['watch', '--rev=1'], { env, until: /PUT\nenv\n1\n/ });
    expect(outcome.stdout).toBe('PUT\nenv\n1\n');
  });
});

describe('snapshots', () => {
  test('are saved, told about, and found out when they are damaged', async () => {
    const file = join(folder, 's.db');
    await kvctl('put s 1');
    expect((await kvctl(`snapshot save ${file}`)).stdout).toBe(`Snapshot saved at ${file}\n`);
    const status = await kvctl(`snapshot status ${file} -w json`);
    expect(JSON.parse(status.stdout)).toMatchObject({ totalSize: readFileSync(file).length - 32 });
    const bytes = readFileSync(file);
    const damage = async (name: string, damaged: Buffer): Promise<string> => {
      writeFileSync(join(folder, name), damaged);
      const { code, stderr } = await kvctl(`snapshot status ${join(folder, name)}`);
      expect(code).toBe(1);
      return stderr.replace(folder, '');
    };
    const flipped = Buffer.from(bytes);
    flipped[60] = (flipped[60] ?? 0) ^ 1;
    expect(await damage('flipped', flipped)).toMatch(/flipped at offset \d+: .*; take the snapshot again\n/);
    expect(await damage('short', bytes.subarray(0, 200))).toMatch(/short at offset \d+: it is cut short/);
    expect(await damage('none', Buffer.from('something else'))).toBe('Error: /none is no snapshot\n');
    expect((await kvctl(`snapshot status ${folder}/missing`)).stderr).toContain('no such file or directory');
  });
});

test('a lock is lost to nobody while its program runs, and is free right after', async () => {
  const slow = kvctl('lock turn --ttl=3 -- sleep 4');
  await new Promise((resolve) => setTimeout(resolve, 800));
  const startedMs = Date.now();
  const next = await kvctl('lock turn -- echo mine');
  expect(next).toMatchObject({ code: 0, stdout: 'mine\n' });
  expect(Date.now() - startedMs).toBeGreaterThan(2_500);
  expect((await slow).code).toBe(0);
  expect((await kvctl('lease list')).stdout).toBe('found 0 leases\n');
});

test('completion scripts name every command', async () => {
  const scripts = await Promise.all(['bash', 'zsh', 'fish'].map((shell) => kvctl(`completion ${shell}`)));
  for (const { code, stdout } of scripts) {
    expect(code).toBe(0);
    for (const word of ['put', 'keep-alive', 'move-leader', 'restart', '--print-value-only'])
      expect(stdout).toContain(word.replace(stdout.includes('fish completion') ? /^--/ : /^$/, ''));
  }
});

test('a reader that has seen enough is no error', async () => {
  const line = `KVCTL_ENDPOINTS=${cluster.endpoints[0]} "$0" "$1" get "" --prefix | true; echo "\${PIPESTATUS[0]}"`;
  const { spawnSync } = await import('node:child_process');
  const program = join(process.env['HEXKEEP_DIST'] ?? 'dist', 'cli', 'kvctl.js');
  const { stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath, program], { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['0\n', '']);
});
