// One node's services over a real state machine in memory and a group without Raft.

import type { Member } from '../../proto/gen/rpc.js';
import type { NodeServices } from '../../src/api/services.js';
import type { NodeConfig } from '../../src/config.js';
import { errors } from '../../src/errors.js';
import type { Lessor } from '../../src/lease/types.js';
import type { GroupHandle, Leadership } from '../../src/multiraft/types.js';
import { encodeCommand } from '../../src/mvcc/command.js';
import { openMvcc } from '../../src/mvcc/store.js';
import type { ApplyResult, CommandKind, MvccStore } from '../../src/mvcc/types.js';
import { PlacementOperations } from '../../src/placement/operations.js';
import { createRouter } from '../../src/placement/router.js';
import { EntryType, type RaftStatus } from '../../src/raft/types.js';
import type { Runtime } from '../../src/runtime/ports.js';
import { createWatchHub } from '../../src/watch/hub.js';
import { MemoryState } from './memory-state.js';
import { type ManualHost, Scheduler } from './scheduler.js';

export const MEMBER = 0x8e9e05c52164694dn;
export const CLUSTER = 0xcdf818194e3a8c32n;

export const config: NodeConfig = {
  name: 'n1',
  dataDir: 'n1.etcd',
  clusterToken: 't',
  initialCluster: [{ name: 'n1', peerUrls: ['http://127.0.0.1:2380'] }],
  initialClusterState: 'new',
  listenPeerUrls: [],
  advertisePeerUrls: [],
  listenClientUrls: [],
  advertiseClientUrls: ['http://127.0.0.1:2379'],
  listenMetricsUrls: [],
  partitions: 1,
  heartbeatMs: 100,
  electionMs: 1_000,
  preVote: true,
  snapshotCount: 10_000,
  quotaBytes: 0,
  maxTxnOps: 128,
  maxRequestBytes: 1_000,
  autoCompaction: { mode: 'off' },
  watchProgressIntervalMs: 600_000,
  unsafeNoFsync: false,
};

export class FakeNode {
  readonly scheduler = new Scheduler();
  readonly host: ManualHost = this.scheduler.host();
  readonly store: MvccStore;
  readonly group: GroupHandle;
  readonly services: NodeServices;
  leadership: Leadership = { term: 7, leader: MEMBER, isLeader: true, ready: true };
  readonly leadershipListeners: ((l: Leadership) => void)[] = [];
  readonly proposed: CommandKind[] = [];
  readIndexes = 0;
  /** Makes readIndex and propose fail. */
  broken: Error | undefined;
  readonly transfers: bigint[] = [];
  /** What was asked of the membership. */
  readonly memberChanges: unknown[][] = [];
  readonly membership = {
    add: async (member: Member) => void this.memberChanges.push(['add', member]),
    update: async (id: bigint, urls: readonly string[]) => void this.memberChanges.push(['update', id, urls]),
    promote: async (id: bigint) => void this.memberChanges.push(['promote', id]),
    remove: async (id: bigint) => void this.memberChanges.push(['remove', id]),
  };
  /** Leases known to the lessor, with their TTL. */
  readonly leases = new Map<bigint, number>();
  #results = new Map<number, (result: ApplyResult) => void>();
  #index = 0;

  static async create(over: Partial<NodeConfig> = {}): Promise<FakeNode> {
    const quotaBytes = over.quotaBytes ?? 0;
    const store = await openMvcc({ self: MEMBER, state: new MemoryState(), quotaBytes, txnOpsMax: 128 });
    store.setConfState(
      { voters: [MEMBER, 2n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false },
      0,
    );
    return new FakeNode(store, { ...config, ...over });
  }

  private constructor(store: MvccStore, config: NodeConfig) {
    this.store = store;
    store.onApplied((command, result) => this.#results.get(command.request)?.(result));
    const node = this;
    this.group = {
      id: 1,
      store,
      propose: (kind, payload) => this.#propose(kind, payload),
      readIndex: async () => {
        this.readIndexes++;
        if (this.broken !== undefined) throw this.broken;
        return 0;
      },
      confirmLeadership: async () => {},
      callLeader: async () => Buffer.alloc(0),
      setLeaderHandler: () => {},
      get leadership() {
        return node.leadership;
      },
      onLeadership: (fn) => void this.leadershipListeners.push(fn),
      transferLeadership: async (to) => void this.transfers.push(to),
      status: () => ({ term: this.leadership.term, leader: this.leadership.leader, commit: this.#index }) as RaftStatus,
    };
    const router = createRouter([this.group]);
    this.services = {
      clusterId: CLUSTER,
      memberId: MEMBER,
      config,
      runtime: this.host.runtime as Runtime,
      router,
      revisions: undefined,
      transactions: undefined,
      watch: createWatchHub({ router, runtime: this.host.runtime, progressIntervalMs: 600_000 }),
      lessor: this.#lessor(),
      membership: this.membership,
      placement: new PlacementOperations({
        groups: [this.group],
        system: this.group,
        self: MEMBER,
        driver: undefined,
        isConnected: () => true,
      }),
      diskBytes: async () => 4_096,
    };
  }

  async #propose(kind: CommandKind, payload: Uint8Array): Promise<ApplyResult> {
    if (this.broken !== undefined) throw this.broken;
    this.proposed.push(kind);
    const index = ++this.#index;
    const done = new Promise<ApplyResult>((resolve) => this.#results.set(index, resolve));
    const data = encodeCommand(kind, MEMBER, index, payload);
    await this.store.apply([{ term: this.leadership.term, index, type: EntryType.normal, data }]);
    return done;
  }

  #lessor(): Lessor {
    return {
      minTtlSeconds: 2,
      propose: (group, kind, payload, _leases, timeoutMs) => group.propose(kind, payload, timeoutMs),
      attach: async () => true,
      grant: async (id, ttl) => {
        if (this.leases.has(id)) throw errors.leaseExists();
        const granted = { id: id === 0n ? 99n : id, ttlSeconds: Math.max(2, ttl), revision: this.store.revision };
        this.leases.set(granted.id, granted.ttlSeconds);
        return granted;
      },
      revoke: async (id) => {
        if (!this.leases.delete(id)) throw errors.leaseNotFound();
        return { revision: this.store.revision };
      },
      keepAlive: async (id) => {
        if (this.broken !== undefined) throw this.broken;
        return this.leases.get(id) ?? 0;
      },
      timeToLive: async (id, withKeys) => {
        const ttl = this.leases.get(id);
        return ttl === undefined
          ? { ttlSeconds: -1, grantedTtlSeconds: 0, keys: [] }
          : { ttlSeconds: ttl - 1, grantedTtlSeconds: ttl, keys: withKeys ? [Buffer.from('k')] : [] };
      },
      list: async () => [...this.leases.keys()],
      close: () => {},
    };
  }

  /** Makes this member see another leader; 0n: none. */
  lead(leader: bigint, term = this.leadership.term): void {
    this.leadership = { term, leader, isLeader: leader === MEMBER, ready: leader === MEMBER };
    for (const fn of this.leadershipListeners) fn(this.leadership);
  }

  learner(): void {
    this.store.setConfState(
      { voters: [2n], learners: [MEMBER], votersOutgoing: [], learnersNext: [], autoLeave: false },
      0,
    );
  }
}
