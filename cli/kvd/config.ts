// From settings to what a node is started with.

import type { AutoCompaction, InitialMember, NodeConfig } from '../../src/config.js';
import { ConfigError } from '../../src/errors.js';
import { parseDuration } from './duration.js';
import { flagByName } from './flags.js';
import type { Settings } from './settings.js';
import { checkBindUrls, parseUrls } from './urls.js';

const ELECTION_MS_MAX = 50_000;
const HOUR_MS = 3_600_000;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'panic', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogSettings {
  readonly level: LogLevel;
  readonly output: 'stdout' | 'stderr';
}

class Reader {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  has(name: string): boolean {
    return this.#settings.has(name);
  }

  text(name: string): string {
    return this.#settings.get(name) ?? flagByName.get(name)?.default ?? '';
  }

  number(name: string): number {
    return Number(this.text(name));
  }

  bool(name: string): boolean {
    return this.text(name) === 'true';
  }

  atLeast(name: string, least: number): number {
    const value = this.number(name);
    if (value < least) throw new ConfigError(`--${name}: ${value} is too small: it must be at least ${least}`);
    return value;
  }

  urls(name: string): string[] {
    return parseUrls(name, this.text(name));
  }
}

/** Throws ConfigError, one line, for whatever does not fit together. */
export function toNodeConfig(settings: Settings): NodeConfig {
  const read = new Reader(settings);
  const name = read.text('name');
  if (name === '') throw new ConfigError('--name must not be empty');
  const listenPeerUrls = bindUrls(read, 'listen-peer-urls');
  const listenClientUrls = bindUrls(read, 'listen-client-urls');
  if (read.has('listen-client-urls') && !read.has('advertise-client-urls')) {
    throw new ConfigError('--advertise-client-urls is required when --listen-client-urls is set explicitly');
  }
  const advertisePeerUrls = some(read, 'initial-advertise-peer-urls');
  const initialCluster = members(read, name, advertisePeerUrls);
  return {
    name,
    dataDir: read.has('data-dir') ? read.text('data-dir') : `${name}.etcd`,
    clusterToken: read.text('initial-cluster-token'),
    initialCluster,
    initialClusterState: clusterState(read.text('initial-cluster-state')),
    listenPeerUrls,
    advertisePeerUrls,
    listenClientUrls,
    advertiseClientUrls: some(read, 'advertise-client-urls'),
    listenMetricsUrls: metricsUrls(read),
    ...timing(read),
    preVote: read.bool('pre-vote'),
    snapshotCount: read.atLeast('snapshot-count', 1),
    quotaBytes: read.number('quota-backend-bytes'),
    // Not given, it is what the cluster has, which is one if it only begins.
    partitions: read.has('partitions') ? read.atLeast('partitions', 1) : 0,
    replicationFactor: replicationFactor(read, initialCluster.length),
    zone: read.text('zone'),
    replaceAfterMs: parseDuration('replace-after', read.text('replace-after')),
    strictReconfigCheck: read.bool('strict-reconfig-check'),
    learnersMax: read.atLeast('max-learners', 1),
    maxTxnOps: read.atLeast('max-txn-ops', 1),
    maxRequestBytes: read.atLeast('max-request-bytes', 1),
    autoCompaction: autoCompaction(read.text('auto-compaction-mode'), read.text('auto-compaction-retention')),
    watchProgressIntervalMs: progressInterval(read),
    unsafeNoFsync: read.bool('unsafe-no-fsync'),
  };
}

function replicationFactor(read: Reader, members: number): number {
  const factor = read.atLeast('replication-factor', 1);
  const founds = read.text('initial-cluster-state') === 'new';
  if (founds && read.has('replication-factor') && factor > members) {
    throw new ConfigError(`--replication-factor: ${factor} needs as many members: --initial-cluster has ${members}`);
  }
  return factor;
}

function some(read: Reader, name: string): string[] {
  const urls = read.urls(name);
  if (urls.length === 0) throw new ConfigError(`--${name} needs at least one URL`);
  return urls;
}

function bindUrls(read: Reader, name: string): string[] {
  const urls = some(read, name);
  checkBindUrls(name, urls);
  return urls;
}

function metricsUrls(read: Reader): string[] {
  const urls = read.urls('listen-metrics-urls');
  checkBindUrls('listen-metrics-urls', urls);
  return urls;
}

function timing(read: Reader): { heartbeatMs: number; electionMs: number } {
  const heartbeatMs = read.atLeast('heartbeat-interval', 1);
  const electionMs = read.atLeast('election-timeout', 1);
  if (5 * heartbeatMs > electionMs) {
    throw new ConfigError(
      `--election-timeout[${electionMs}ms] should be at least as 5 times as --heartbeat-interval[${heartbeatMs}ms]`,
    );
  }
  if (electionMs > ELECTION_MS_MAX) {
    throw new ConfigError(
      `--election-timeout[${electionMs}ms] is too long, and should be set less than ${ELECTION_MS_MAX}ms`,
    );
  }
  return { heartbeatMs, electionMs };
}

function clusterState(text: string): 'new' | 'existing' {
  if (text === 'new' || text === 'existing') return text;
  throw new ConfigError(`--initial-cluster-state: unexpected state "${text}": write new or existing`);
}

function progressInterval(read: Reader): number {
  const ms = parseDuration('watch-progress-notify-interval', read.text('watch-progress-notify-interval'));
  if (ms < 100) throw new ConfigError('--watch-progress-notify-interval: the shortest interval is 100ms');
  return ms;
}

/** `name=URL,name=URL`: a name that comes twice has two URLs. */
function members(read: Reader, name: string, advertisePeerUrls: readonly string[]): InitialMember[] {
  // Unless it is written, the cluster is this member alone.
  if (!read.has('initial-cluster')) return [{ name, peerUrls: advertisePeerUrls }];
  const byName = new Map<string, string[]>();
  for (const part of read.text('initial-cluster').split(',')) {
    const pair = part.trim();
    if (pair === '') continue;
    const at = pair.indexOf('=');
    if (at <= 0) throw new ConfigError(`--initial-cluster: "${pair}" is not of the form name=URL`);
    const [url] = parseUrls('initial-cluster', pair.slice(at + 1));
    if (url === undefined) throw new ConfigError(`--initial-cluster: "${pair}" has no URL`);
    const member = pair.slice(0, at);
    byName.set(member, [...(byName.get(member) ?? []), url]);
  }
  const all = [...byName].map(([member, peerUrls]) => ({ name: member, peerUrls }));
  checkMembers(all, name, advertisePeerUrls);
  return all;
}

function checkMembers(all: readonly InitialMember[], name: string, advertised: readonly string[]): void {
  const urls = all.flatMap((member) => member.peerUrls);
  const twice = urls.find((url, i) => urls.indexOf(url) !== i);
  if (twice !== undefined) throw new ConfigError(`--initial-cluster has the URL ${twice} twice`);
  const own = all.find((member) => member.name === name);
  if (own === undefined) {
    throw new ConfigError(
      `couldn't find local name "${name}" in the initial cluster configuration: add ${name}=<peer URL> to --initial-cluster, or correct --name`,
    );
  }
  const missing = own.peerUrls.find((url) => !advertised.includes(url));
  if (missing !== undefined) {
    throw new ConfigError(
      `--initial-cluster has ${name}=${missing} but missing from --initial-advertise-peer-urls=${advertised.join(',')}`,
    );
  }
  const extra = advertised.find((url) => !own.peerUrls.includes(url));
  if (extra !== undefined) {
    throw new ConfigError(
      `--initial-advertise-peer-urls has ${extra} but missing from --initial-cluster=${all
        .flatMap((member) => member.peerUrls.map((url) => `${member.name}=${url}`))
        .join(',')}`,
    );
  }
}

function autoCompaction(mode: string, retention: string): AutoCompaction {
  if (mode !== 'periodic' && mode !== 'revision') {
    throw new ConfigError(`--auto-compaction-mode: unknown mode "${mode}": write periodic or revision`);
  }
  if (/^\d+$/.test(retention)) {
    const count = Number(retention);
    if (count === 0) return { mode: 'off' };
    return mode === 'revision' ? { mode, retention: count } : { mode, retentionMs: count * HOUR_MS };
  }
  if (mode === 'revision') {
    throw new ConfigError(`--auto-compaction-retention: "${retention}" is not a number of revisions`);
  }
  const retentionMs = parseDuration('auto-compaction-retention', retention);
  return retentionMs > 0 ? { mode, retentionMs } : { mode: 'off' };
}

/** How to log. Throws ConfigError. */
export function toLogSettings(settings: Settings): LogSettings {
  const read = new Reader(settings);
  const level = read.text('log-level');
  if (!(LOG_LEVELS as readonly string[]).includes(level)) {
    throw new ConfigError(`--log-level: unknown level "${level}": write one of ${LOG_LEVELS.join(', ')}`);
  }
  const output = read.text('log-outputs');
  if (output !== 'default' && output !== 'stderr' && output !== 'stdout') {
    throw new ConfigError(`--log-outputs: "${output}" is not supported: write default, stderr or stdout`);
  }
  return { level: level as LogLevel, output: output === 'stdout' ? 'stdout' : 'stderr' };
}
