// The one place that wires a node: stores, groups, services, front.

import { createAutoCompaction } from './api/auto-compaction.js';
import { followCompactions } from './api/compaction.js';
import { createHttpRoutes } from './api/http.js';
import { createMethods } from './api/methods.js';
import type { NodeServices } from './api/services.js';
import { addressOf, type NodeConfig } from './config.js';
import { REMOVED, RemovedError } from './errors.js';
import { foundersOf, type Identity, identify, recordChange } from './identity.js';
import { createLessor } from './lease/lessor.js';
import type { Lessor } from './lease/types.js';
import { limits } from './limits.js';
import type { Group } from './multiraft/group.js';
import { MultiRaft } from './multiraft/host.js';
import type { AskRevisions } from './multiraft/numbering.js';
import { openGroup } from './multiraft/open.js';
import { publishSelf } from './multiraft/publish.js';
import { createMetrics } from './observability/metrics.js';
import { Following } from './placement/following.js';
import { Membership } from './placement/membership.js';
import { Placement } from './placement/placement.js';
import { createRouter } from './placement/router.js';
import type { Runtime } from './runtime/ports.js';
import type { Front, FrontOptions } from './runtime/rpc.js';
import { Revisions } from './sequencer/revisions.js';
import { Sequencer } from './sequencer/sequencer.js';
import { openLogStore } from './storage/log-store.js';
import { openStateStore } from './storage/state-store.js';
import type { LogStore, StateStore } from './storage/types.js';
import { Transactions } from './txn/transactions.js';
import { createWatchHub } from './watch/hub.js';
import type { WatchHub } from './watch/types.js';

export type { NodeConfig } from './config.js';

/** With several partitions: the group of membership, alarms and the sequencer. Those of the partitions begin at 1. */
const SYSTEM_GROUP = 0;
const FIRST_PARTITION = 1;
/** Raft ticks in one heartbeat interval: how finely elections are timed. */
const TICKS_PER_HEARTBEAT = 4;
/** How long calls in flight may go on after a stop was asked for. */
const STOP_GRACE_MS = 1_000;
/** How long a member that was removed goes on (etcd's figure). */
const REMOVED_GRACE_MS = 1_000;

export interface NodeDeps {
  readonly createFront: (options: FrontOptions) => Promise<Front>;
  /** `process_*` metrics: not wanted where many nodes share a process. Default true. */
  readonly processMetrics?: boolean;
}

export interface Node {
  readonly services: NodeServices;
  /** Resolves when the node has joined its cluster and serves clients; rejects when it stopped before. */
  readonly ready: Promise<void>;
  /** Resolves when the node has stopped: undefined after `stop`, else why it could not go on. */
  readonly stopped: Promise<Error | undefined>;
  /** `host:port` of the client port; empty until ready. */
  readonly clientAddresses: readonly string[];
  /** Hands leadership over, lets calls in flight finish, closes everything. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a node. Rejects with ConfigError or CorruptionError, having changed nothing, when it can
 * not start: wrong configuration, a data directory in use or damaged, a port in use.
 */
export async function startNode(config: NodeConfig, runtime: Runtime, deps: NodeDeps): Promise<Node> {
  const identity = await identify(config, runtime);
  const stores = await openStores(config, runtime);
  const node = new RunningNode(config, runtime, deps, identity, stores);
  try {
    await node.start();
  } catch (error) {
    await node.stop();
    throw error;
  }
  return node;
}

interface Stores {
  readonly log: LogStore;
  readonly state: StateStore;
}

async function openStores(config: NodeConfig, runtime: Runtime): Promise<Stores> {
  const log = await openLogStore(runtime, `${config.dataDir}/member/log`);
  try {
    return { log, state: await openStateStore(runtime, `${config.dataDir}/member/state`) };
  } catch (error) {
    await log.close();
    throw error;
  }
}

class RunningNode implements Node {
  readonly #config: NodeConfig;
  readonly #runtime: Runtime;
  readonly #deps: NodeDeps;
  readonly #identity: Identity;
  readonly #stores: Stores;
  readonly #host: MultiRaft;
  readonly #stoppedWith = deferred<Error | undefined>();
  readonly #ready = deferred<void>();
  #services: NodeServices | undefined;
  #watch: WatchHub | undefined;
  #lessor: Lessor | undefined;
  #transactions: Transactions | undefined;
  #following: Following | undefined;
  #placement: Placement | undefined;
  #membership: Membership | undefined;
  readonly #compactions: { close(): void }[] = [];
  #front: Front | undefined;
  #metricsFront: Front | undefined;
  #stopping: Promise<void> | undefined;

  constructor(config: NodeConfig, runtime: Runtime, deps: NodeDeps, identity: Identity, stores: Stores) {
    this.#config = config;
    this.#runtime = runtime;
    this.#deps = deps;
    this.#identity = identity;
    this.#stores = stores;
    this.#ready.promise.catch(() => {});
    stores.log.onFailure((error) => this.#failed(error));
    this.#host = new MultiRaft({
      self: identity.memberId,
      clusterId: identity.clusterId,
      runtime,
      tickMs: config.heartbeatMs / TICKS_PER_HEARTBEAT,
      ticksPerHeartbeat: TICKS_PER_HEARTBEAT,
      electionTicks: electionTicks(config),
      onFailure: (error) => this.#failed(error),
      onQuery: (query) => this.#following?.answer(query) ?? { refused: 'this member is starting: ask again' },
      onRemoved: () => this.#following?.wasRemoved(),
    });
  }

  get services(): NodeServices {
    if (this.#services === undefined) throw new Error('the node has not started');
    return this.#services;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get stopped(): Promise<Error | undefined> {
    return this.#stoppedWith.promise;
  }

  get clientAddresses(): readonly string[] {
    return this.#front?.addresses ?? [];
  }

  async start(): Promise<void> {
    const config = this.#config;
    const { partitions } = this.#identity;
    const sequenced = partitions > 1;
    const revisions = sequenced ? new Revisions(this.#host.known, this.#runtime.timers) : undefined;
    const askRevisions = revisions && ((count: number) => revisions.take(count));
    const groups: Group[] = [];
    for (let partition = FIRST_PARTITION; partition <= partitions; partition++) {
      groups.push(await this.#openGroup(partition, !sequenced, askRevisions));
    }
    const system = sequenced ? await this.#openGroup(SYSTEM_GROUP, true) : (groups[0] as Group);
    revisions?.connect(system);
    this.#services = this.#createServices(groups, system, revisions);
    const following = this.#follow(system);
    await this.#host.start(config.listenPeerUrls.map(addressOf), following.peers());
    following.start();
    this.#join(system).catch((error) => {
      // A stop interrupts the join and tells `ready` by itself.
      if (this.#stopping === undefined) this.#failed(error);
    });
  }

  #openGroup(id: number, isSystem: boolean, askRevisions?: AskRevisions): Promise<Group> {
    const founders = foundersOf(this.#identity);
    return openGroup({
      id,
      self: this.#identity.memberId,
      voters: founders.map((m) => m.ID),
      members: isSystem ? founders : undefined,
      config: this.#config,
      ticksPerHeartbeat: TICKS_PER_HEARTBEAT,
      electionTicks: electionTicks(this.#config),
      log: this.#stores.log,
      state: this.#stores.state,
      host: this.#host,
      sequenced: this.#identity.partitions > 1,
      askRevisions,
    });
  }

  /** From here on the node talks to whom the member table names. */
  #follow(system: Group): Following {
    const { clusterId, memberId, partitions, members } = this.#identity;
    const following = new Following({
      clusterId,
      self: memberId,
      partitions,
      system,
      transport: this.#host.transport,
      runtime: this.#runtime,
      initial: members.map((m) => ({ id: m.memberId, addresses: m.peerUrls.map(addressOf) })),
      electionMs: this.#config.electionMs,
      onLeaving: () => {
        // Nobody hands groups back to it that are taken from it.
        this.#host.leave();
        // Clients go to others: what they have asked for is done first, while this member still takes part.
        void this.#front?.close(limits.requestTimeoutMs);
      },
      onChanged: () => this.#membershipChanged(),
      onRemoved: () => this.#removed(),
    });
    system.onVisible(() => following.follow());
    this.#following = following;
    return following;
  }

  #membershipChanged(): void {
    recordChange(this.#config, this.#runtime, this.#identity).catch((error) => this.#host.fail(error));
  }

  /**
   * Its removal is decided. It goes on for a moment: others may still have to hear of that from it.
   */
  #removed(): void {
    this.#runtime.logger.warn({}, REMOVED);
    this.#membership?.wasRemoved();
    const error = new RemovedError(this.#identity.memberId.toString(16), this.#config.dataDir);
    this.#runtime.timers.after(REMOVED_GRACE_MS, () => this.#host.fail(error));
  }

  #createServices(groups: readonly Group[], system: Group, revisions: Revisions | undefined): NodeServices {
    const config = this.#config;
    const runtime = this.#runtime;
    const { known } = this.#host;
    if (revisions !== undefined) new Sequencer({ system, known, fail: (error) => this.#host.fail(error) });
    const router = createRouter(groups, system);
    const transactions = revisions && new Transactions({ groups, partitions: router, revisions, runtime });
    this.#transactions = transactions;
    const watch = createWatchHub({
      router,
      runtime,
      known: revisions && (() => revisions.known),
      progressIntervalMs: config.watchProgressIntervalMs,
    });
    this.#createPlacement(groups, system);
    const membership = this.#membership as Membership;
    const lessor = createLessor({ router, runtime, minTtlSeconds: minTtlSeconds(config) });
    this.#watch = watch;
    this.#lessor = lessor;
    return {
      clusterId: this.#identity.clusterId,
      memberId: this.#identity.memberId,
      config,
      runtime,
      router,
      revisions,
      transactions,
      watch,
      lessor,
      membership,
      placement: (this.#placement as Placement).operations,
      diskBytes: () => runtime.disk.usedBytes(config.dataDir),
    };
  }

  #createPlacement(groups: readonly Group[], system: Group): void {
    const self = this.#identity.memberId;
    const config = this.#config;
    const { strictReconfigCheck = true, learnersMax = limits.learnersMax } = config;
    const runtime = this.#runtime;
    const placement = new Placement({
      groups,
      system,
      self,
      runtime,
      intervalMs: config.heartbeatMs,
      fail: (error) => this.#host.fail(error),
      replicationFactor: config.replicationFactor ?? limits.replicationFactorDefault,
      replaceAfterMs: config.replaceAfterMs ?? limits.replaceAfterMsDefault,
      isConnected: (id) => this.#host.peer(id)?.up === true,
    });
    this.#placement = placement;
    this.#membership = new Membership({
      system,
      self,
      runtime,
      strict: strictReconfigCheck,
      learnersMax,
      connectedSinceMs: (id) => {
        const peer = this.#host.peer(id);
        return peer?.up === true ? peer.upSinceMs : undefined;
      },
      kick: () => placement.kick(),
    });
  }

  /** Serves clients once the node knows a leader and has told the cluster its name and client URLs. */
  async #join(system: Group): Promise<void> {
    await publishSelf(system, this.#identity.memberId, this.#config, this.#runtime);
    // A partition that no leader can be found for is no reason not to serve the others: one attempt.
    await Promise.all([...this.#host.groups].map((group) => group.readIndex().catch(() => 0)));
    if (this.#stopping !== undefined) return;
    const { logger } = this.#runtime;
    logger.info(
      { name: this.#config.name, 'cluster-id': this.#identity.clusterId.toString(16) },
      publishedLine(this.#config),
    );
    const services = this.services;
    const metrics = createMetrics(services, {
      groups: [...this.#host.groups],
      transport: this.#host.transport,
      log: this.#stores.log,
      process: this.#deps.processMetrics ?? true,
    });
    const http = createHttpRoutes(services, metrics);
    const receiveBytesMax = this.#config.maxRequestBytes + limits.requestOverheadBytes;
    const methods = createMethods(services);
    this.#front = await this.#deps.createFront({
      listen: this.#config.listenClientUrls.map(addressOf),
      methods,
      http,
      receiveBytesMax,
      observer: metrics.observer,
    });
    if (this.#config.listenMetricsUrls.length > 0) {
      const listen = this.#config.listenMetricsUrls.map(addressOf);
      this.#metricsFront = await this.#deps.createFront({ listen, methods: [], http, receiveBytesMax });
    }
    this.#compactions.push(createAutoCompaction(services));
    if (services.revisions !== undefined) this.#compactions.push(followCompactions(services));
    logger.info({ addresses: this.#front.addresses }, 'ready to serve client requests');
    this.#ready.resolve();
  }

  #failed(error: Error): void {
    this.#runtime.logger.error({ error: error.message, stack: error.stack }, 'the node stops: it can not go on safely');
    this.#ready.reject(error);
    this.#stopping ??= this.#shutDown(error);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#shutDown(undefined);
    return this.#stopping;
  }

  async #shutDown(reason: Error | undefined): Promise<void> {
    if (reason === undefined) await this.#host.handOver();
    this.#ready.reject(new Error('the node was stopped'));
    for (const compaction of this.#compactions) compaction.close();
    await this.#front?.close(reason === undefined ? STOP_GRACE_MS : 0);
    await this.#metricsFront?.close(0);
    this.#placement?.close();
    this.#following?.close();
    this.#lessor?.close();
    this.#transactions?.close();
    this.#watch?.close();
    const quiet = (error: unknown): void => {
      if (reason === undefined) this.#runtime.logger.warn({ error: String(error) }, 'closing');
    };
    await this.#host.close().catch(quiet);
    await this.#stores.log.close().catch(quiet);
    await this.#stores.state.close().catch(quiet);
    this.#stoppedWith.resolve(reason);
  }
}

const electionTicks = (config: NodeConfig): number =>
  Math.ceil((config.electionMs * TICKS_PER_HEARTBEAT) / config.heartbeatMs);

/** etcd's bound: a lease must outlive an election. */
function minTtlSeconds(config: NodeConfig): number {
  const electionTicks = Math.ceil(config.electionMs / config.heartbeatMs);
  return Math.ceil((Math.floor((3 * electionTicks) / 2) * config.heartbeatMs) / 1000);
}

const publishedLine = (config: NodeConfig): string =>
  `published {Name:${config.name} ClientURLs:[${config.advertiseClientUrls.join(' ')}]} to cluster`;

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
