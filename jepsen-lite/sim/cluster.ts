// A whole cluster of real nodes in a simulated world, with clients that reach it over the same
// simulated network.

import { Client, type ConnectionOptions } from '../../src/client/index.js';
import type { NodeConfig } from '../../src/config.js';
import { ConfigError, RemovedError } from '../../src/errors.js';
import { type Node, startNode } from '../../src/node.js';
import { isSettled } from '../../src/placement/planner.js';
import type { LogFields, Logger } from '../../src/runtime/ports.js';
import { SimNetwork } from '../../src/runtime/sim/network.js';
import { SimNode } from '../../src/runtime/sim/node.js';
import { SimWorld } from '../../src/runtime/sim/world.js';
import { simEnvironment } from './environment.js';
import { simFront } from './front.js';

const CLIENT_CALL_MS = 4_000;
const REJOIN_MS = 500;

export const peerUrlOf = (name: string): string => `http://${name}:2380`;

export interface ClusterEvents {
  /** A line of a node's log. */
  log?(node: string, level: string, message: string, fields: LogFields): void;
  /** A node has ended by itself. `expected`: a fault of its disk is the reason. */
  stopped?(node: string, reason: Error, expected: boolean): void;
}

export class SimCluster {
  readonly world: SimWorld;
  readonly network: SimNetwork;
  /** Of the cluster's nodes, those that were removed not included. */
  names: readonly string[];
  readonly #founders: readonly string[];
  readonly nodes = new Map<string, SimNode>();
  readonly #machines = new Map<string, SimNode>();
  readonly #running = new Map<string, Node>();
  readonly #starting = new Set<string>();
  /** Have been added, and have not run yet: their IDs. */
  readonly #joining = new Map<string, bigint>();
  readonly #clients: Client[] = [];
  readonly #config: Partial<NodeConfig>;
  readonly partitions: number;
  readonly #events: ClusterEvents;
  /** Nodes whose disk fails or lies: they may end by themselves. */
  readonly sick = new Set<string>();
  /** Nodes that stopped by themselves and had no reason to: broken invariants. */
  readonly failures: string[] = [];

  constructor(seed: number, size: number, config: Partial<NodeConfig> = {}, events: ClusterEvents = {}) {
    this.world = new SimWorld(seed);
    this.network = new SimNetwork(this.world);
    this.names = Array.from({ length: size }, (_, i) => `n${i + 1}`);
    this.#founders = this.names;
    for (const name of this.names) this.nodes.set(name, new SimNode(name, this.world, this.network));
    this.#config = config;
    this.partitions = config.partitions ?? 1;
    this.#events = events;
  }

  #configOf(name: string): NodeConfig {
    const peer = peerUrlOf;
    const joins = !this.#founders.includes(name);
    const known = joins ? [...this.names.filter((n) => n !== name), name] : this.#founders;
    return {
      name,
      dataDir: `/${name}`,
      clusterToken: 'sim',
      initialCluster: known.map((n) => ({ name: n, peerUrls: [peer(n)] })),
      initialClusterState: joins ? 'existing' : 'new',
      listenPeerUrls: [peer(name)],
      advertisePeerUrls: [peer(name)],
      listenClientUrls: [`http://${name}:2379`],
      advertiseClientUrls: [`http://${name}:2379`],
      listenMetricsUrls: [],
      partitions: 1,
      heartbeatMs: 100,
      electionMs: 1_000,
      preVote: true,
      snapshotCount: 10_000,
      quotaBytes: 0,
      maxTxnOps: 128,
      maxRequestBytes: 1_572_864,
      autoCompaction: { mode: 'off' },
      watchProgressIntervalMs: 600_000,
      unsafeNoFsync: false,
      ...this.#config,
    };
  }

  /** A machine more, for a member that was added; start it as any other. */
  addNode(name: string, id = 0n): void {
    this.nodes.set(name, new SimNode(name, this.world, this.network));
    this.names = [...this.names, name];
    this.#joining.set(name, id);
  }

  /** The member was removed: its node is none of the cluster any more, and is expected to stop. */
  forget(name: string): void {
    this.names = this.names.filter((n) => n !== name);
  }

  /** Starts a node; one that can not start for a fault of its disk stays down. */
  async start(name: string): Promise<void> {
    const machine = this.machine(name);
    if (this.#running.has(name) || this.#starting.has(name)) return;
    this.#starting.add(name);
    const life = machine.life;
    try {
      const runtime = machine.runtime(this.#logger(name));
      const node = await startNode(this.#configOf(name), runtime, {
        createFront: simFront(runtime),
        processMetrics: false,
      });
      if (machine.life !== life) return;
      this.#running.set(name, node);
      this.#joining.delete(name);
      node.ready.catch(() => {});
      node.stopped.then((reason) => {
        if (this.#running.get(name) === node && reason !== undefined) this.#ended(name, reason);
      });
    } catch (error) {
      if (machine.life === life) this.#ended(name, error as Error);
    } finally {
      if (machine.life === life) this.#starting.delete(name);
    }
  }

  #ended(name: string, reason: Error): void {
    if (reason instanceof ConfigError && this.#joining.has(name)) {
      // Nobody took it in so far: whoever operates it tries again.
      this.world.after(REJOIN_MS, () => void this.start(name));
      return this.crash(name);
    }
    const expected = this.sick.has(name) || (reason instanceof RemovedError && !this.names.includes(name));
    this.#events.stopped?.(name, reason, expected);
    if (!expected) this.failures.push(`${name} stopped by itself: ${reason.message}`);
    this.crash(name);
  }

  #logger(name: string): Logger {
    const { log } = this.#events;
    const write = (level: string) => (fields: LogFields, message: string) => log?.(name, level, message, fields);
    const logger: Logger = {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: () => logger,
    };
    return logger;
  }

  /** Of a node, or of clients; those of clients come into being when they are first named. */
  machine(name: string): SimNode {
    const found = this.nodes.get(name) ?? this.#machines.get(name);
    if (found !== undefined) return found;
    const machine = new SimNode(name, this.world, this.network);
    this.#machines.set(name, machine);
    return machine;
  }

  get clientMachines(): readonly string[] {
    return [...this.#machines.keys()];
  }

  client(machine: string, options: Partial<ConnectionOptions> = {}): Client {
    const client = new Client({
      endpoints: this.names.map((n) => `${n}:2379`),
      callTimeoutMs: CLIENT_CALL_MS,
      environment: simEnvironment(this.machine(machine).runtime()),
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  closeClients(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }

  runs(name: string): boolean {
    return this.#running.has(name);
  }

  /** Serves clients: it knows a leader, and its front listens. */
  serves(name: string): boolean {
    return (this.#running.get(name)?.clientAddresses.length ?? 0) > 0;
  }

  node(name: string): Node | undefined {
    return this.#running.get(name);
  }

  crash(name: string): void {
    this.#running.delete(name);
    this.#starting.delete(name);
    this.nodes.get(name)?.crash();
  }

  /** A voter that has nothing of its group: it was counted before it had caught up. Undefined: there is none. */
  get emptyVoter(): string | undefined {
    const absent = new Set(this.#joining.values());
    const routers = new Map([...this.#running].map(([name, { services }]) => [name, services.router]));
    for (const [name, router] of routers) {
      for (const { id, store } of [router.system, ...router.groups]) {
        if (store.confState.voters.some((voter) => absent.has(voter)))
          return `a member votes in group ${id} that has never run`;
      }
      if (this.#founders.includes(name)) continue;
      const { memberId } = this.#running.get(name)?.services ?? {};
      const empty = new Set(
        [router.system, ...router.groups].filter((g) => g.status().lastIndex === 0).map((g) => g.id),
      );
      for (const other of empty.size === 0 ? [] : routers.values()) {
        for (const { id, store } of [other.system, ...other.groups]) {
          if (empty.has(id) && memberId !== undefined && store.confState.voters.includes(memberId))
            return `${name} votes in group ${id} and has nothing of it`;
        }
      }
    }
    return undefined;
  }

  /** Every group of every node is what the tables say, and every member has a copy. */
  get isPlaced(): boolean {
    return this.names.every((name) => {
      const router = this.#running.get(name)?.services.router;
      if (router === undefined) return false;
      const { memberTable, placement, confState } = router.system.store;
      if (memberTable.leaving.size > 0) return false;
      const voting = [...memberTable.members.values()].filter((m) => !m.isLearner).map((m) => m.ID);
      const partitions = router.groups.filter((group) => group !== router.system);
      return (
        isSettled(confState, voting) &&
        partitions.every(({ id, store }) => {
          const copies = store.confState.voters.length + store.confState.learners.length;
          return copies === memberTable.members.size && isSettled(store.confState, placement.voters.get(id) ?? []);
        })
      );
    });
  }

  /** The node that leads, if one believes so; the one of the highest term if several do. */
  get leader(): string | undefined {
    let found: { name: string; term: number } | undefined;
    for (const name of this.names) {
      const status = this.status(name);
      if (status?.isLeader === true && status.term > (found?.term ?? 0)) found = { name, term: status.term };
    }
    return found?.name;
  }

  status(name: string): { readonly isLeader: boolean; readonly term: number; readonly role: string } | undefined {
    const node = this.#running.get(name);
    if (node === undefined) return undefined;
    const { term, role } = node.services.router.system.status();
    return { isLeader: role === 'leader', term, role };
  }
}
