// A local cluster of real kvd processes in a folder of its own. What is running is recorded in
// `cluster.json` there, so that each command finds the cluster that another one started.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../../src/errors.js';

export interface LocalMember {
  readonly name: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** 0 when it was stopped. */
  pid: number;
}

interface Record {
  readonly format: 1;
  readonly token: string;
  readonly members: LocalMember[];
}

export interface UpOptions {
  /** 1 to 9. */
  readonly nodes: number;
  /** Member i gets basePort + 10 i for clients and the next one for peers; 0: free ports. */
  readonly basePort: number;
  /** More flags for every kvd. */
  readonly flags?: readonly string[];
}

const READY_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 50;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The server's program, beside this one in the build. */
const kvdPath = (): string => join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'kvd.js');

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A pid may have been given to another process since: only a kvd of this folder counts. */
function runs(member: LocalMember): boolean {
  if (!isAlive(member.pid)) return false;
  try {
    return readFileSync(`/proc/${member.pid}/cmdline`, 'utf8').includes(member.dataDir);
  } catch {
    return true; // no /proc here: trust the record
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((s) => (s.address() as { port: number }).port);
  await Promise.all(servers.map((s) => new Promise((resolve) => s.close(resolve))));
  return ports;
}

export class LocalCluster {
  readonly folder: string;
  readonly #record: Record;
  readonly #flags: readonly string[];

  private constructor(folder: string, record: Record, flags: readonly string[]) {
    this.folder = folder;
    this.#record = record;
    this.#flags = flags;
  }

  /** The cluster of a folder. Throws ConfigError when there is none. */
  static open(folder: string): LocalCluster {
    const file = join(folder, 'cluster.json');
    if (!existsSync(file)) {
      throw new ConfigError(
        `there is no local cluster in ${folder}: start one with "kvctl cluster up", or name its folder with --dir`,
      );
    }
    return new LocalCluster(folder, JSON.parse(readFileSync(file, 'utf8')) as Record, []);
  }

  /** Starts a cluster, or the members of an existing one that do not run, and waits until it serves. */
  static async up(folder: string, options: UpOptions): Promise<LocalCluster> {
    const cluster = existsSync(join(folder, 'cluster.json'))
      ? LocalCluster.open(folder)
      : await LocalCluster.#create(folder, options);
    for (const member of cluster.members) if (!runs(member)) cluster.#spawn(member);
    cluster.#save();
    await cluster.waitUntilHealthy();
    return cluster;
  }

  static async #create(folder: string, options: UpOptions): Promise<LocalCluster> {
    const { nodes, basePort } = options;
    if (!Number.isInteger(nodes) || nodes < 1 || nodes > 9)
      throw new ConfigError(`--nodes: ${nodes} is not between 1 and 9`);
    const ports =
      basePort > 0
        ? Array.from({ length: nodes * 2 }, (_, i) => basePort + 10 * (i >> 1) + (i & 1))
        : await freePorts(nodes * 2);
    mkdirSync(folder, { recursive: true });
    const members = Array.from({ length: nodes }, (_, i): LocalMember => {
      const name = `node${i + 1}`;
      return {
        name,
        clientUrl: `http://127.0.0.1:${ports[2 * i]}`,
        peerUrl: `http://127.0.0.1:${ports[2 * i + 1]}`,
        dataDir: join(folder, name),
        logFile: join(folder, `${name}.log`),
        pid: 0,
      };
    });
    return new LocalCluster(
      folder,
      { format: 1, token: `local-${process.pid}-${ports[0]}`, members },
      options.flags ?? [],
    );
  }

  get members(): readonly LocalMember[] {
    return this.#record.members;
  }

  get endpoints(): string[] {
    return this.members.map((m) => m.clientUrl);
  }

  runs(member: LocalMember): boolean {
    return runs(member);
  }

  /** Throws ConfigError for a name that is none of the members'. */
  member(name: string): LocalMember {
    const found = this.members.find((m) => m.name === name);
    if (found !== undefined) return found;
    throw new ConfigError(`there is no member "${name}": write one of ${this.members.map((m) => m.name).join(', ')}`);
  }

  #save(): void {
    writeFileSync(join(this.folder, 'cluster.json'), `${JSON.stringify(this.#record, null, 2)}\n`);
  }

  #spawn(member: LocalMember): void {
    const initial = this.members.map((m) => `${m.name}=${m.peerUrl}`).join(',');
    const args = [
      kvdPath(),
      `--name=${member.name}`,
      `--data-dir=${member.dataDir}`,
      `--listen-client-urls=${member.clientUrl}`,
      `--advertise-client-urls=${member.clientUrl}`,
      `--listen-peer-urls=${member.peerUrl}`,
      `--initial-advertise-peer-urls=${member.peerUrl}`,
      `--initial-cluster=${initial}`,
      `--initial-cluster-token=${this.#record.token}`,
      ...this.#flags,
    ];
    const log = openSync(member.logFile, 'a');
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    child.unref();
    member.pid = child.pid ?? 0;
  }

  /** Rejects with ConfigError that quotes the log of a member that ended or does not come up. */
  async waitUntilHealthy(timeoutMs = READY_TIMEOUT_MS): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (const member of this.members) {
      if (member.pid === 0) continue;
      while (!(await isHealthy(member.clientUrl))) {
        if (!runs(member)) throw new ConfigError(`${member.name} ended: ${lastLine(member.logFile)}`);
        if (Date.now() > deadline)
          throw new ConfigError(`${member.name} is not healthy after ${timeoutMs / 1000} s: see ${member.logFile}`);
        await pause(POLL_MS);
      }
    }
  }

  kill(member: LocalMember, signal: NodeJS.Signals = 'SIGKILL'): void {
    if (!runs(member)) throw new ConfigError(`${member.name} does not run`);
    process.kill(member.pid, signal);
  }

  /** Waits until a member that was told to end has ended; kills it when it takes too long. */
  async ended(member: LocalMember): Promise<void> {
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (runs(member)) {
      if (Date.now() > deadline) process.kill(member.pid, 'SIGKILL');
      await pause(POLL_MS);
    }
    member.pid = 0;
    this.#save();
  }

  async restart(member: LocalMember): Promise<void> {
    if (runs(member)) process.kill(member.pid, 'SIGTERM');
    await this.ended(member);
    this.#spawn(member);
    this.#save();
    await this.waitUntilHealthy();
  }

  /** Ends every member; `remove` deletes the folder with all data. */
  async down(remove: boolean): Promise<void> {
    for (const member of this.members) {
      if (!runs(member)) continue;
      // A paused process would sleep through it.
      process.kill(member.pid, 'SIGCONT');
      process.kill(member.pid, 'SIGTERM');
    }
    for (const member of this.members) await this.ended(member);
    if (remove) rmSync(this.folder, { recursive: true, force: true });
  }
}

function lastLine(file: string): string {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.at(-1) ?? 'its log is empty';
}

export function isHealthy(clientUrl: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`${clientUrl}/health`, { timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
