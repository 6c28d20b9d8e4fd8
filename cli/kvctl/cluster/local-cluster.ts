// A local cluster of real kvd processes in a folder of its own. What is running is recorded in
// `cluster.json` there, so that each command finds the cluster that another one started.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../../src/errors.js';
import { freePorts, isFree } from './ports.js';

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
  readonly flags: string[];
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

const NODES_MAX = 9;
const PORT_MAX = 65_535;
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

/** A client and a peer port for each member; none may be in use. */
async function portsFrom(basePort: number, nodes: number): Promise<number[]> {
  const ports = Array.from({ length: nodes * 2 }, (_, i) => basePort + 10 * (i >> 1) + (i & 1));
  const last = ports.at(-1) as number;
  if (last > PORT_MAX) throw new ConfigError(`--base-port: ${nodes} nodes would need ports up to ${last}`);
  for (const port of ports)
    if (!(await isFree(port)))
      throw new ConfigError(`--base-port: port ${port} is in use; write another, or 0 for free ones`);
  return ports;
}

function readRecord(file: string): Record {
  let record: Partial<Record>;
  try {
    record = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record>;
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}`);
  }
  if (record.format === 1 && Array.isArray(record.members)) return { flags: [], ...record } as Record;
  throw new ConfigError(`${file} is not the record of a local cluster of this version`);
}

/** Its methods throw ConfigError, with a text for the user, where something is not as it has to be. */
export class LocalCluster {
  readonly folder: string;
  readonly #record: Record;
  #closing = false;

  private constructor(folder: string, record: Record) {
    this.folder = folder;
    this.#record = record;
  }

  /** The cluster of a folder. Throws ConfigError when there is none. */
  static open(folder: string): LocalCluster {
    const file = join(folder, 'cluster.json');
    if (!existsSync(file)) {
      throw new ConfigError(
        `there is no local cluster in ${folder}: start one with "kvctl cluster up", or name its folder with --dir`,
      );
    }
    return new LocalCluster(folder, readRecord(file));
  }

  /** Starts a cluster, or the members of an existing one that do not run, and waits until it serves. */
  static async up(folder: string, options: UpOptions): Promise<LocalCluster> {
    const exists = existsSync(join(folder, 'cluster.json'));
    const cluster = exists ? LocalCluster.open(folder) : await LocalCluster.#create(folder, options);
    for (const member of cluster.members) if (!runs(member)) cluster.#spawn(member);
    cluster.#save();
    await cluster.waitUntilHealthy();
    return cluster;
  }

  static async #create(folder: string, options: UpOptions): Promise<LocalCluster> {
    const { nodes, basePort } = options;
    if (!Number.isInteger(nodes) || nodes < 1 || nodes > NODES_MAX)
      throw new ConfigError(`--nodes: ${nodes} is not between 1 and ${NODES_MAX}`);
    const ports = basePort > 0 ? await portsFrom(basePort, nodes) : await freePorts(nodes * 2);
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
    return new LocalCluster(folder, {
      format: 1,
      token: `local-${process.pid}-${ports[0]}`,
      flags: [...(options.flags ?? [])],
      members,
    });
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
    // A restart that was under way when everything was told to end.
    if (this.#closing) throw new ConfigError('the cluster is being stopped');
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
      ...this.#record.flags,
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
    this.#closing = true;
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
