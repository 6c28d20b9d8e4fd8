// Every flag of kvd: etcd's, and our own. The name is also the key in the configuration file, and
// with ETCD_ before it, in capitals and underscores, the environment variable.

export type FlagKind = 'string' | 'bool' | 'int' | 'duration';

export interface Flag {
  readonly name: string;
  readonly kind: FlagKind;
  /** As it is written; what `--help` shows. */
  readonly default: string;
  readonly group: string;
  readonly help: string;
  /**
   * used: changes what the server does. accepted: has no effect here and needs none, so that a
   * command line for etcd works. refused: any value but the default (or one of `harmless`) stops the start.
   */
  readonly effect: 'used' | 'accepted' | 'refused';
  /** Values of a refused flag that ask for nothing. */
  readonly harmless?: readonly string[];
  /** For refused: why, and what to do. */
  readonly reason?: string;
}

type Row = readonly [name: string, kind: FlagKind, fallback: string, help: string];

const used = (group: string, rows: readonly Row[]): Flag[] =>
  rows.map(([name, kind, fallback, help]) => ({ name, kind, default: fallback, group, help, effect: 'used' }));

const accepted = (group: string, rows: readonly Row[]): Flag[] =>
  rows.map(([name, kind, fallback, help]) => ({ name, kind, default: fallback, group, help, effect: 'accepted' }));

const refused = (group: string, reason: string, rows: readonly Row[], harmless: readonly string[] = []): Flag[] =>
  rows.map(([name, kind, fallback, help]) => ({
    name,
    kind,
    default: fallback,
    group,
    help,
    effect: 'refused',
    reason,
    harmless,
  }));

const NO_TLS = 'TLS is not supported in this version';
const NO_AUTH = 'authentication is not supported in this version';
const NO_DISCOVERY = 'discovery is not supported in this version: list the members in --initial-cluster';
const NO_V2 = 'the v2 API and its proxy are not part of this server';

export const GROUPS = [
  'Member',
  'Clustering',
  'Logging and monitoring',
  'Unsafe',
  'Accepted for etcd command lines, without effect here',
  'Not supported in this version',
] as const;

const [MEMBER, CLUSTERING, MONITORING, UNSAFE, ACCEPTED, REFUSED] = GROUPS;

export const FLAGS: readonly Flag[] = [
  ...used(MEMBER, [
    ['name', 'string', 'default', 'Human-readable name of this member.'],
    ['data-dir', 'string', '<name>.etcd', 'Folder of this member; created if missing.'],
    ['config-file', 'string', '', 'YAML file; if given, all other flags and environment variables are ignored.'],
    [
      'listen-peer-urls',
      'string',
      'http://localhost:2380',
      'URLs to listen on for other members, separated by commas.',
    ],
    ['listen-client-urls', 'string', 'http://localhost:2379', 'URLs to listen on for clients: gRPC and HTTP.'],
    ['heartbeat-interval', 'int', '100', 'Milliseconds between heartbeats of a leader.'],
    ['election-timeout', 'int', '1000', 'Milliseconds without a leader until an election; at least 5 heartbeats.'],
    ['snapshot-count', 'int', '10000', 'Applied entries between two truncations of the log.'],
    ['quota-backend-bytes', 'int', '0', 'Space quota; 0 is 2 GiB, below 0 none.'],
    ['max-txn-ops', 'int', '128', 'Operations permitted in a transaction.'],
    ['max-request-bytes', 'int', '1572864', 'Size of the largest request.'],
    [
      'auto-compaction-mode',
      'string',
      'periodic',
      "'periodic' keeps history by age, 'revision' by number of revisions.",
    ],
    [
      'auto-compaction-retention',
      'string',
      '0',
      "How much history to keep: a duration ('5m'; a bare number is hours), or a number of revisions; 0 keeps all.",
    ],
    ['watch-progress-notify-interval', 'duration', '10m', 'Between progress notifications of idle watches.'],
    ['pre-vote', 'bool', 'true', 'Ask whether an election could be won before disturbing the leader.'],
  ]),
  ...used(CLUSTERING, [
    [
      'initial-advertise-peer-urls',
      'string',
      'http://localhost:2380',
      'URLs under which the other members reach this one.',
    ],
    ['initial-cluster', 'string', 'default=http://localhost:2380', 'Members at the first start: name=URL,name=URL …'],
    [
      'initial-cluster-state',
      'string',
      'new',
      "'new', or 'existing' to join a cluster that this member was added to before.",
    ],
    [
      'strict-reconfig-check',
      'bool',
      'true',
      'Refuse changes of the membership that could cost the cluster its quorum.',
    ],
    ['max-learners', 'int', '1', 'How many members may be learners at a time.'],
    [
      'replication-factor',
      'int',
      '3',
      'Members that vote in each partition, or all where there are fewer. Counts for a cluster that has decided on none.',
    ],
    ['zone', 'string', '', 'Where this member is: replicas of a partition share no zone while another has room.'],
    ['replace-after', 'duration', '5m', 'A member that is down for so long has its replicas replaced.'],
    ['initial-cluster-token', 'string', 'etcd-cluster', 'Keeps clusters with equal URLs apart.'],
    ['advertise-client-urls', 'string', 'http://localhost:2379', 'URLs under which clients reach this member.'],
    [
      'partitions',
      'int',
      '1',
      'Raft groups that share the keys; fixed when the cluster first starts, and not needed after that.',
    ],
  ]),
  ...used(MONITORING, [
    ['log-level', 'string', 'info', 'debug, info, warn, error, panic or fatal.'],
    ['log-outputs', 'string', 'default', "'default' and 'stderr' write to stderr, 'stdout' to stdout."],
    ['listen-metrics-urls', 'string', '', 'More URLs that answer /metrics and /health.'],
  ]),
  ...used(UNSAFE, [
    [
      'unsafe-no-fsync',
      'bool',
      'false',
      'Answer before data is on disk: LOSES ACKNOWLEDGED WRITES when machines stop.',
    ],
  ]),
  ...accepted(ACCEPTED, [
    ['initial-election-tick-advance', 'bool', 'true', 'A first election is held without waiting in any case.'],
    ['max-snapshots', 'int', '5', 'There are no snapshot files to retain.'],
    ['max-wals', 'int', '5', 'The log is cut by itself.'],
    ['backend-batch-interval', 'duration', '0s', 'Writes are batched by what waits, not by time.'],
    ['backend-batch-limit', 'int', '0', 'As above.'],
    ['max-concurrent-streams', 'int', '4294967295', 'Streams are bounded by what they make the server hold.'],
    ['grpc-keepalive-min-time', 'duration', '5s', 'Clients are not cut off for pinging often.'],
    ['grpc-keepalive-interval', 'duration', '2h', 'Dead connections are found by TCP.'],
    ['grpc-keepalive-timeout', 'duration', '20s', 'As above.'],
    ['enable-pprof', 'bool', 'false', 'Use node --inspect instead.'],
    ['metrics', 'string', 'basic', 'All metrics are always exported.'],
    ['logger', 'string', 'zap', 'Logs are JSON lines in any case.'],
    ['log-package-levels', 'string', '', 'There is one level for everything.'],
    ['experimental-compaction-batch-limit', 'int', '1000', 'Compaction chooses its own batches.'],
    ['experimental-backend-bbolt-freelist-type', 'string', 'array', 'There is no bbolt here.'],
    ['experimental-warning-apply-duration', 'duration', '100ms', 'Slow requests show in the metrics.'],
    ['experimental-initial-corrupt-check', 'bool', 'false', 'Stored data is always checked when it is read.'],
    ['experimental-corrupt-check-time', 'duration', '0s', 'Compare members with `kvctl endpoint hashkv`.'],
    ['experimental-enable-lease-checkpoint', 'bool', 'false', 'A new leader grants a full TTL.'],
  ]),
  ...refused(REFUSED, NO_TLS, [
    ['cert-file', 'string', '', NO_TLS],
    ['key-file', 'string', '', NO_TLS],
    ['client-cert-auth', 'bool', 'false', NO_TLS],
    ['client-crl-file', 'string', '', NO_TLS],
    ['client-cert-allowed-hostname', 'string', '', NO_TLS],
    ['trusted-ca-file', 'string', '', NO_TLS],
    ['auto-tls', 'bool', 'false', NO_TLS],
    ['peer-cert-file', 'string', '', NO_TLS],
    ['peer-key-file', 'string', '', NO_TLS],
    ['peer-client-cert-auth', 'bool', 'false', NO_TLS],
    ['peer-trusted-ca-file', 'string', '', NO_TLS],
    ['peer-cert-allowed-cn', 'string', '', NO_TLS],
    ['peer-cert-allowed-hostname', 'string', '', NO_TLS],
    ['peer-auto-tls', 'bool', 'false', NO_TLS],
    ['peer-crl-file', 'string', '', NO_TLS],
    ['cipher-suites', 'string', '', NO_TLS],
    ['experimental-peer-skip-client-san-verification', 'bool', 'false', NO_TLS],
  ]),
  ...refused(REFUSED, NO_AUTH, [
    ['auth-token', 'string', 'simple', NO_AUTH],
    ['auth-token-ttl', 'int', '300', NO_AUTH],
    ['bcrypt-cost', 'int', '10', NO_AUTH],
  ]),
  ...refused(
    REFUSED,
    'requests are not restricted by origin or host name in this version',
    [
      ['cors', 'string', '*', 'Only *.'],
      ['host-whitelist', 'string', '*', 'Only *.'],
    ],
    [''],
  ),
  ...refused(
    REFUSED,
    NO_DISCOVERY,
    [
      ['discovery', 'string', '', NO_DISCOVERY],
      ['discovery-fallback', 'string', 'proxy', NO_DISCOVERY],
      ['discovery-proxy', 'string', '', NO_DISCOVERY],
      ['discovery-srv', 'string', '', NO_DISCOVERY],
      ['discovery-srv-name', 'string', '', NO_DISCOVERY],
    ],
    ['exit'],
  ),
  ...refused(REFUSED, NO_V2, [
    ['enable-v2', 'bool', 'false', NO_V2],
    ['experimental-enable-v2v3', 'string', '', NO_V2],
    ['proxy', 'string', 'off', NO_V2],
    ['proxy-failure-wait', 'int', '5000', NO_V2],
    ['proxy-refresh-interval', 'int', '30000', NO_V2],
    ['proxy-dial-timeout', 'int', '1000', NO_V2],
    ['proxy-write-timeout', 'int', '5000', NO_V2],
    ['proxy-read-timeout', 'int', '0', NO_V2],
  ]),
  ...refused(REFUSED, 'the log lies inside --data-dir; to have it elsewhere, mount a disk at <data-dir>/member/log', [
    ['wal-dir', 'string', '', 'The log lies inside --data-dir.'],
  ]),
  ...refused(REFUSED, 'a majority that is lost can not be replaced by force in this version', [
    ['force-new-cluster', 'bool', 'false', 'A majority that is lost can not be replaced by force in this version.'],
  ]),
];

/** Other names of flags: etcd's of other releases. */
export const ALIASES: Readonly<Record<string, string>> = {
  'experimental-watch-progress-notify-interval': 'watch-progress-notify-interval',
  'experimental-max-learners': 'max-learners',
};

export const flagByName: ReadonlyMap<string, Flag> = new Map(FLAGS.map((flag) => [flag.name, flag]));

/** The flag of this name or alias. */
export function findFlag(name: string): Flag | undefined {
  return flagByName.get(ALIASES[name] ?? name);
}

/** `ETCD_` and the name in capitals and underscores. */
export function envName(flag: string): string {
  return `ETCD_${flag.toUpperCase().replaceAll('-', '_')}`;
}
