// kvctl cluster: real processes, started and broken from the command line.

import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../jepsen-lite/real/ports.js';
import { Client } from '../../src/client/index.js';
import { removeFolder, temporaryFolder } from '../harness/cleanup.js';
import { ROOT } from '../harness/paths.js';

const KVCTL = process.env['HEXKEEP_KVCTL'] ?? join(ROOT, 'dist', 'cli', 'kvctl.js');
const folder = temporaryFolder('kvctl-cluster');

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs kvctl in the test's folder. */
function kvctl(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [KVCTL, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

const endpointsOf = (out: string): string[] => /^export KVCTL_ENDPOINTS=(.*)$/m.exec(out)?.[1]?.split(',') ?? [];

/** member → state, from the table of `cluster status`. */
async function states(): Promise<Record<string, string>> {
  const { out } = await kvctl('cluster', 'status');
  const rows = [...out.matchAll(/│ (node\d) .*│ ([a-z ]+?) +│$/gm)];
  return Object.fromEntries(rows.map(([, name, state]) => [name, state]));
}

afterAll(async () => {
  if (existsSync(join(folder, '.hexkeep'))) await kvctl('cluster', 'down', '--remove');
  removeFolder(folder);
}, 30_000);

describe('a cluster of three', { timeout: 60_000 }, () => {
  let endpoints: string[] = [];

  it('comes up and says where', async () => {
    const { code, out, err } = await kvctl('cluster', 'up');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    endpoints = endpointsOf(out);
    expect(endpoints).toHaveLength(3);
    expect(out).toMatch(/^node1 {2}http:\/\/127\.0\.0\.1:\d+ {2}pid \d+$/m);
    expect(await states()).toEqual({ node1: 'serving', node2: 'serving', node3: 'serving' });
    using client = new Client({ endpoints });
    await client.kv.put('a', '1');
  });

  it('is left alone by a second "up"', async () => {
    const { code, out } = await kvctl('cluster', 'up');
    expect(code).toBe(0);
    expect(endpointsOf(out)).toEqual(endpoints);
  });

  it('goes on without a killed member, which comes back', async () => {
    expect((await kvctl('cluster', 'kill', 'node1')).code).toBe(0);
    expect(await states()).toEqual({ node1: 'stopped', node2: 'serving', node3: 'serving' });
    using client = new Client({ endpoints });
    await client.kv.put('a', '2');
    expect((await kvctl('cluster', 'restart', 'node1')).out).toBe('node1 is back\n');
    expect(await states()).toEqual({ node1: 'serving', node2: 'serving', node3: 'serving' });
    using only = new Client({ endpoints: endpoints.slice(0, 1) });
    expect(Buffer.from((await only.kv.get('a'))?.value ?? []).toString()).toBe('2');
  });

  it('shows the end of a log', async () => {
    const { out } = await kvctl('cluster', 'logs', 'node1', '--lines', '500');
    expect(out).toContain('ready to serve client requests');
    expect((await kvctl('cluster', 'logs', 'node1', '--lines', '1')).out.trim().split('\n')).toHaveLength(1);
  });

  it('keeps its data over down and up', async () => {
    expect((await kvctl('cluster', 'down')).code).toBe(0);
    expect(await states()).toEqual({ node1: 'stopped', node2: 'stopped', node3: 'stopped' });
    expect((await kvctl('cluster', 'up')).code).toBe(0);
    using client = new Client({ endpoints });
    expect(Buffer.from((await client.kv.get('a'))?.value ?? []).toString()).toBe('2');
  });

  it('names what is wrong', async () => {
    const unknown = await kvctl('cluster', 'kill', 'node9');
    expect(unknown.code).not.toBe(0);
    expect(unknown.err).toContain('there is no member "node9": write one of node1, node2, node3');
    await kvctl('cluster', 'kill', 'node2');
    const dead = await kvctl('cluster', 'kill', 'node2');
    expect(dead.code).not.toBe(0);
    expect(dead.err).toContain('node2 does not run');
  });

  it('goes with all its data', async () => {
    expect((await kvctl('cluster', 'down', '--remove')).out).toBe('stopped and removed\n');
    expect(existsSync(join(folder, '.hexkeep'))).toBe(false);
  });
});

describe('without a cluster', { timeout: 30_000 }, () => {
  const refused = async (expected: string, ...args: string[]): Promise<void> => {
    const { code, err } = await kvctl('cluster', ...args);
    expect(code).not.toBe(0);
    expect(err).toContain(expected);
    expect(err).not.toMatch(/^\s+at /m);
  };

  it('every command says so', async () => {
    for (const args of [['status'], ['down'], ['kill', 'node1'], ['restart', 'node1'], ['logs', 'node1']])
      await refused('there is no local cluster in', ...args, '--dir', 'elsewhere');
  });

  it('"up" refuses what can not be', async () => {
    await refused('--nodes: 10 is not between 1 and 9', 'up', '--nodes', '10');
    await refused('--nodes: 0 is not between 1 and 9', 'up', '--nodes=0');
    await refused('--base-port: 3 nodes would need ports up to 65551', 'up', '--base-port=65530');
    await refused('write a whole number', 'up', '--base-port=x');
    expect(existsSync(join(folder, '.hexkeep'))).toBe(false);
  });

  it('"up" refuses a port in use', async () => {
    const [port] = (await freePorts(1)) as [number];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await refused(`port ${port} is in use`, 'up', `--base-port=${port}`);
    await new Promise((resolve) => server.close(resolve));
  });

  it('a record that is none is named', async () => {
    const dir = temporaryFolder('kvctl-record');
    writeFileSync(join(dir, 'cluster.json'), '{');
    await refused('cluster.json cannot be read', 'status', '--dir', dir);
    writeFileSync(join(dir, 'cluster.json'), '{"format":2}');
    await refused('is not the record of a local cluster of this version', 'status', '--dir', dir);
    removeFolder(dir);
  });

  it('a member that ends at once is reported with its last words', async () => {
    const dir = temporaryFolder('kvctl-broken');
    const [client, peer] = (await freePorts(2)) as [number, number];
    // Its data directory is a file.
    writeFileSync(join(dir, 'node1'), '');
    const member = {
      name: 'node1',
      clientUrl: `http://127.0.0.1:${client}`,
      peerUrl: `http://127.0.0.1:${peer}`,
      dataDir: join(dir, 'node1'),
      logFile: join(dir, 'node1.log'),
      pid: 0,
    };
    writeFileSync(join(dir, 'cluster.json'), JSON.stringify({ format: 1, token: 't', flags: [], members: [member] }));
    await refused('node1 ended: ', 'up', '--dir', dir);
    removeFolder(dir);
  });
});
