// The metrics of a node, under etcd's names where the meaning is etcd's, else as `hexkeep_*`. What
// can be read at any time is read when the metrics are; nothing is done for it on the way of a request.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { NodeServices } from '../api/services.js';
import { isSettled } from '../placement/planner.js';
import type { CallObserver } from '../runtime/rpc.js';
import { ETCD_CLUSTER_VERSION, ETCD_VERSION, VERSION } from '../version.js';
import { CallMetrics } from './call-metrics.js';
import { addGroupCounters, addPeerCounters, type GroupCounters, type TransportCounters } from './multiraft-metrics.js';

/** A log that tells how long its synced writes take. */
export interface SyncTimes {
  /** Called after each, with milliseconds. */
  onSynced?(fn: (ms: number) => void): void;
}

export interface Metrics {
  /** For FrontOptions.observer. */
  readonly observer: CallObserver;
  readonly contentType: string;
  /** Prometheus' text format. */
  text(): Promise<string>;
  healthChecked(healthy: boolean): void;
}

export interface MetricsOptions {
  /** `process_*` and `nodejs_*`; not wanted where many nodes share a process. Default true. */
  readonly process?: boolean;
  readonly groups?: readonly GroupCounters[];
  readonly transport?: TransportCounters;
  readonly log?: SyncTimes;
}

/** etcd's buckets: 1 ms, doubled up to 8.192 s. */
const FSYNC_BUCKETS_SECONDS = Array.from({ length: 14 }, (_, i) => 0.001 * 2 ** i);

/** Registers gauges and counters whose values are asked for when the registry is read. */
class Sources {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  gauge(name: string, help: string, value: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        this.set(await value());
      },
    });
  }

  counter(name: string, help: string, value: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  }

  /** A gauge of 1 that carries a text. */
  info(name: string, help: string, label: string, value: string): void {
    new Gauge({ name, help, labelNames: [label], registers: [this.#registry] }).set({ [label]: value }, 1);
  }
}

function addServer(sources: Sources, services: NodeServices): void {
  const { system } = services.router;
  let leader = system.leadership.leader;
  let leaderChanges = leader === 0n ? 0 : 1;
  system.onLeadership((now) => {
    if (now.leader !== 0n && now.leader !== leader) leaderChanges++;
    leader = now.leader;
  });
  sources.info('etcd_server_version', 'Which version is running.', 'server_version', ETCD_VERSION);
  sources.info('etcd_cluster_version', 'Which version the cluster runs as.', 'cluster_version', clusterMinor());
  sources.info(
    'etcd_server_id',
    'Server or member ID in hexadecimal format.',
    'server_id',
    services.memberId.toString(16),
  );
  sources.info('hexkeep_version', 'Which version of hexkeep is running.', 'version', VERSION);
  sources.gauge('etcd_server_has_leader', 'Whether or not a leader exists.', () => (leader === 0n ? 0 : 1));
  sources.gauge('etcd_server_is_leader', 'Whether or not this member is a leader.', () =>
    system.leadership.isLeader ? 1 : 0,
  );
  sources.gauge('etcd_server_is_learner', 'Whether or not this member is a learner.', () =>
    system.store.members.get(services.memberId)?.isLearner === true ? 1 : 0,
  );
  sources.gauge(
    'hexkeep_members_leaving',
    'Members whose removal has begun and not ended.',
    () => system.store.memberTable.leaving.size,
  );
  sources.gauge('hexkeep_replicas_moving', 'Partitions whose voters are not yet those of the placement table.', () =>
    movingIn(services),
  );
  sources.counter('etcd_server_leader_changes_seen_total', 'The number of leader changes seen.', () => leaderChanges);
  sources.gauge('etcd_server_proposals_committed_total', 'The total number of consensus proposals committed.', () =>
    sum(services, (group) => group.status().commit),
  );
  sources.gauge('etcd_server_proposals_applied_total', 'The total number of consensus proposals applied.', () =>
    sum(services, (group) => group.store.appliedIndex),
  );
  sources.gauge('etcd_server_quota_backend_bytes', 'Current backend storage quota size in bytes.', () =>
    sum(services, (group) => group.store.quotaBytes),
  );
}

const clusterMinor = (): string => ETCD_CLUSTER_VERSION.split('.').slice(0, 2).join('.');

function sum(services: NodeServices, value: (group: NodeServices['router']['system']) => number): number {
  return services.router.groups.reduce((total, group) => total + value(group), 0);
}

function movingIn({ router }: NodeServices): number {
  const { voters } = router.system.store.placement;
  return router.groups.filter(({ id, store }) => !isSettled(store.confState, voters.get(id) ?? store.confState.voters))
    .length;
}

function addMvcc(sources: Sources, services: NodeServices): void {
  let puts = 0;
  let deletes = 0;
  for (const group of services.router.groups) {
    group.store.onEvents(({ events }) => {
      for (const event of events) {
        if (event.type === 'put') puts++;
        else deletes++;
      }
    });
  }
  sources.counter('etcd_mvcc_put_total', 'Total number of puts seen by this member.', () => puts);
  sources.counter('etcd_mvcc_delete_total', 'Total number of deletes seen by this member.', () => deletes);
  sources.gauge('etcd_mvcc_db_total_size_in_bytes', 'Bytes that count against the space quota.', () =>
    sum(services, (group) => group.store.sizeBytes),
  );
  sources.gauge('etcd_mvcc_db_total_size_in_use_in_bytes', 'Bytes of keys, values and history in use.', () =>
    sum(services, (group) => group.store.sizeInUseBytes),
  );
  sources.gauge('etcd_debugging_mvcc_keys_total', 'Total number of keys.', () =>
    sum(services, (group) => group.store.keyCount),
  );
  sources.gauge('etcd_debugging_mvcc_current_revision', 'The current revision of store.', () =>
    Math.max(...services.router.groups.map((group) => group.store.revision)),
  );
  sources.gauge('etcd_debugging_mvcc_compact_revision', 'The revision of the last compaction in store.', () =>
    Math.max(...services.router.groups.map((group) => group.store.compactRevision)),
  );
}

function addWatchAndLease(sources: Sources, services: NodeServices): void {
  const { watch, router } = services;
  sources.gauge('etcd_debugging_mvcc_watch_stream_total', 'Total number of watch streams.', () => watch.streams);
  sources.gauge('etcd_debugging_mvcc_watcher_total', 'Total number of watchers.', () => watch.watchers);
  sources.gauge(
    'etcd_debugging_mvcc_slow_watcher_total',
    'Total number of unsynced slow watchers.',
    () => watch.slowWatchers,
  );
  sources.gauge('hexkeep_leases', 'Leases that are granted and not yet revoked.', () => {
    let count = 0;
    for (const group of router.groups) for (const _ of group.store.leases()) count++;
    return count;
  });
}

function addGroups(registry: Registry, services: NodeServices): void {
  const perGroup = (name: string, help: string, value: (group: NodeServices['router']['system']) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['group'],
      registers: [registry],
      collect() {
        for (const group of services.router.groups) this.set({ group: String(group.id) }, value(group));
      },
    });
  };
  perGroup('hexkeep_group_term', 'Raft term of a group.', (group) => group.status().term);
  perGroup('hexkeep_group_commit_index', 'Raft commit index of a group.', (group) => group.status().commit);
  perGroup('hexkeep_group_applied_index', 'Applied index of a group.', (group) => group.store.appliedIndex);
  perGroup('hexkeep_group_is_leader', 'Whether this node leads a group.', (group) =>
    group.leadership.isLeader ? 1 : 0,
  );
}

/** One registry a node. */
export function createMetrics(services: NodeServices, options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const sources = new Sources(registry);
  let healthy = 0;
  let unhealthy = 0;
  addServer(sources, services);
  addMvcc(sources, services);
  addWatchAndLease(sources, services);
  addGroups(registry, services);
  sources.counter('etcd_server_health_success', 'The total number of successful health checks', () => healthy);
  sources.counter('etcd_server_health_failures', 'The total number of failed health checks', () => unhealthy);
  sources.gauge('hexkeep_data_dir_bytes', 'Bytes that the data directory occupies on disk.', () =>
    services.diskBytes(),
  );
  const fsync = new Histogram({
    name: 'etcd_disk_wal_fsync_duration_seconds',
    help: 'The latency distributions of synced writes of the log.',
    buckets: FSYNC_BUCKETS_SECONDS,
    registers: [registry],
  });
  options.log?.onSynced?.((ms) => fsync.observe(ms / 1000));
  if (options.groups !== undefined) addGroupCounters(registry, options.groups);
  if (options.transport !== undefined) addPeerCounters(registry, options.transport);
  if (options.process ?? true) collectDefaultMetrics({ register: registry });

  return {
    observer: new CallMetrics(registry),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    healthChecked(ok) {
      if (ok) healthy++;
      else unhealthy++;
    },
  };
}
