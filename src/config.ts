// What a node is started with. cli/ makes it from flags, environment and file; tests and embedders
// write it by hand.

import { ConfigError } from './errors.js';

export interface InitialMember {
  readonly name: string;
  readonly peerUrls: readonly string[];
}

export type AutoCompaction =
  | { readonly mode: 'off' }
  | { readonly mode: 'periodic'; readonly retentionMs: number }
  | { readonly mode: 'revision'; readonly retention: number };

export interface NodeConfig {
  readonly name: string;
  readonly dataDir: string;
  readonly clusterToken: string;
  readonly initialCluster: readonly InitialMember[];
  readonly initialClusterState: 'new' | 'existing';
  /** URLs, `http://host:port`. */
  readonly listenPeerUrls: readonly string[];
  readonly advertisePeerUrls: readonly string[];
  readonly listenClientUrls: readonly string[];
  readonly advertiseClientUrls: readonly string[];
  /** More places for /metrics and /health. */
  readonly listenMetricsUrls: readonly string[];
  /** How many Raft groups share the keys; fixed when the cluster first starts. 0, to join: as many as there are. */
  readonly partitions: number;
  /** With several partitions: voters of each. For a cluster that has none yet. Default limits.replicationFactorDefault. */
  readonly replicationFactor?: number;
  /** Replicas of a partition share no zone while another one has room. Default none. */
  readonly zone?: string;
  /** A member that is down for so long has its replicas replaced. Default limits.replaceAfterMsDefault. */
  readonly replaceAfterMs?: number;
  /** Refuse changes of the membership that could cost the cluster its quorum (etcd's flag). Default true. */
  readonly strictReconfigCheck?: boolean;
  /** How many members may be learners at a time (etcd's flag). Default limits.learnersMax. */
  readonly learnersMax?: number;
  readonly heartbeatMs: number;
  readonly electionMs: number;
  readonly preVote: boolean;
  /** Applied entries between truncations of the log. */
  readonly snapshotCount: number;
  /** Entries that stay in the log behind a truncation, for slow followers. Default limits.logCatchUpEntries. */
  readonly catchUpEntries?: number;
  /** 0 = the default. */
  readonly quotaBytes: number;
  readonly maxTxnOps: number;
  readonly maxRequestBytes: number;
  readonly autoCompaction: AutoCompaction;
  readonly watchProgressIntervalMs: number;
  /** Answers before data is on disk. Loses acknowledged writes when the machine stops. */
  readonly unsafeNoFsync: boolean;
}

/** `host:port` of a URL; throws ConfigError when it is none. */
export function addressOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new ConfigError(`"${url}" is not a URL: write http://HOST:PORT`);
  }
  return parsed.host;
}
