// A cluster of real processes on loopback, of either kind.

import { join } from 'node:path';
import { freePorts } from '../../jepsen-lite/real/ports.js';
import { MaintenanceService, type StatusResponse } from '../../proto/gen/rpc.js';
import { removeFolder, temporaryFolder } from './cleanup.js';
import { type Kind, Member } from './member.js';
import { Caller } from './rpc.js';
import { until } from './wait.js';

export interface ClusterOptions {
  readonly kind: Kind;
  /** Default 3. */
  readonly size?: number;
  /** Flags for every member. */
  readonly flags?: readonly string[];
  /** Options of the Node process; only for our server. */
  readonly nodeOptions?: readonly string[];
}

let clusters = 0;

export class Cluster {
  readonly kind: Kind;
  readonly folder: string;
  readonly members: readonly Member[];
  readonly #callers = new Map<Member, Caller>();

  private constructor(kind: Kind, folder: string, members: readonly Member[]) {
    this.kind = kind;
    this.folder = folder;
    this.members = members;
  }

  /** Resolves when every member serves. On failure nothing is left behind and the error holds the logs. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = await Cluster.create(options);
    try {
      await cluster.startAll();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** As `start`, without starting the processes. */
  static async create(options: ClusterOptions): Promise<Cluster> {
    const size = options.size ?? 3;
    const ports = await freePorts(2 * size);
    const folder = temporaryFolder(options.kind);
    const indexes = Array.from({ length: size }, (_, i) => i);
    const peer = (i: number): number => ports[2 * i + 1] as number;
    const initialCluster = indexes.map((i) => `n${i + 1}=http://127.0.0.1:${peer(i)}`).join(',');
    const token = `${process.pid}-${++clusters}`;
    const members = indexes.map(
      (i) =>
        new Member({
          kind: options.kind,
          name: `n${i + 1}`,
          clientPort: ports[2 * i] as number,
          peerPort: peer(i),
          dataDir: join(folder, `n${i + 1}`),
          initialCluster,
          token,
          flags: options.flags ?? [],
          nodeOptions: options.nodeOptions ?? [],
        }),
    );
    return new Cluster(options.kind, folder, members);
  }

  /** Starts the members that do not run and waits until they serve. */
  async startAll(timeoutMs = 30_000): Promise<void> {
    const stopped = this.members.filter((m) => m.pid === undefined);
    for (const member of stopped) member.start();
    await Promise.all(stopped.map((m) => m.ready(timeoutMs)));
  }

  get endpoints(): string[] {
    return this.members.map((m) => m.endpoint);
  }

  get pids(): number[] {
    return this.members.flatMap((m) => (m.pid === undefined ? [] : [m.pid]));
  }

  /** A connection to one member, closed with the cluster. */
  caller(member: Member): Caller {
    let caller = this.#callers.get(member);
    if (caller === undefined) {
      caller = new Caller(member.endpoint);
      this.#callers.set(member, caller);
    }
    return caller;
  }

  status(member: Member, timeoutMs = 1_000): Promise<StatusResponse> {
    return this.caller(member).unary(MaintenanceService.status, {}, timeoutMs);
  }

  /** The running member that says of itself that it leads. */
  leader(timeoutMs = 15_000): Promise<Member> {
    return until(
      'a leader',
      async () => {
        for (const member of this.members) {
          if (member.pid === undefined) continue;
          const status = await this.status(member).catch(() => undefined);
          if (status !== undefined && status.leader !== 0n && status.leader === status.header?.memberId) return member;
        }
        return undefined;
      },
      timeoutMs,
    );
  }

  /** The ends of all members' logs, for a failure's message. */
  logs(chars = 3_000): string {
    return this.members.map((m) => `--- ${this.kind} ${m.name}\n${m.log.slice(-chars)}`).join('\n');
  }

  /** Stops everything at once and removes the data. */
  async close(): Promise<void> {
    for (const caller of this.#callers.values()) caller.close();
    this.#callers.clear();
    await Promise.all(this.members.map((m) => m.kill()));
    removeFolder(this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
