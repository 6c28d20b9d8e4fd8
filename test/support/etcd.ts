// Real etcd members (Debian's etcd-server) on free ports of the loopback, for comparison.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_MS_MAX = 20_000;

export interface EtcdMember {
  readonly name: string;
  /** `127.0.0.1:PORT` for clients. */
  readonly endpoint: string;
  start(): void;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface EtcdCluster {
  readonly members: readonly EtcdMember[];
  readonly endpoints: readonly string[];
  stop(): Promise<void>;
}

/** Throws with a line that says what to install, so that a machine without it fails instead of skipping. */
export function requireProgram(program: 'etcd' | 'etcdctl'): void {
  if (spawnSync(program, ['--version']).error === undefined) return;
  const debianPackage = program === 'etcd' ? 'etcd-server' : 'etcd-client';
  throw new Error(`${program} is needed for this test: apt-get install ${debianPackage}`);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Starts `size` members and waits until they serve. */
export async function startEtcd(size = 1, extraFlags: readonly string[] = []): Promise<EtcdCluster> {
  requireProgram('etcd');
  requireProgram('etcdctl');
  const folder = mkdtempSync(join(tmpdir(), 'hexkeep-etcd-'));
  const ports = await freePorts(size * 2);
  const peerUrl = (index: number): string => `http://127.0.0.1:${ports[size + index]}`;
  const initialCluster = Array.from({ length: size }, (_, i) => `m${i}=${peerUrl(i)}`).join(',');
  const members = Array.from({ length: size }, (_, i) => {
    const url = `http://127.0.0.1:${ports[i]}`;
    const flags = ['--name', `m${i}`, '--data-dir', join(folder, `m${i}`)];
    flags.push('--listen-client-urls', url, '--advertise-client-urls', url);
    flags.push('--listen-peer-urls', peerUrl(i), '--initial-advertise-peer-urls', peerUrl(i));
    flags.push('--initial-cluster', initialCluster, '--unsafe-no-fsync', '--log-level', 'error', ...extraFlags);
    return createMember(`m${i}`, `127.0.0.1:${ports[i]}`, flags);
  });
  for (const member of members) member.start();
  const endpoints = members.map((member) => member.endpoint);
  const stop = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.kill('SIGKILL')));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilHealthy(endpoints);
  } catch (error) {
    await stop();
    throw error;
  }
  return { members, endpoints, stop };
}

function createMember(name: string, endpoint: string, flags: readonly string[]): EtcdMember {
  let child: ChildProcess | undefined;
  return {
    name,
    endpoint,
    start: () => {
      child = spawn('etcd', flags, { stdio: 'ignore', env: withoutEtcd(process.env) });
    },
    kill: (signal) =>
      new Promise((resolve) => {
        if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
          resolve();
          return;
        }
        child.once('exit', () => resolve());
        child.kill(signal);
      }),
  };
}

async function untilHealthy(endpoints: readonly string[]): Promise<void> {
  const giveUpMs = Date.now() + READY_MS_MAX;
  for (;;) {
    const answers = await Promise.all(
      endpoints.map((endpoint) =>
        fetch(`http://${endpoint}/health`).then(
          (response) => response.ok,
          () => false,
        ),
      ),
    );
    if (answers.every((healthy) => healthy)) return;
    if (Date.now() > giveUpMs) throw new Error('etcd did not become healthy in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** An environment in which neither program finds settings of the person who runs the tests. */
export function withoutEtcd(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(ETCD|ETCDCTL|KVCTL)_/.test(name)));
}
