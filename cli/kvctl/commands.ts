// Every command: how it is written, its help, its flags, and where it is carried out. What carries it
// out is loaded only when it is called: scripts start this program often.

import type { Context } from './context.js';
import { Flag, switchFlag } from './flag.js';

/** `positionals` are byte strings (text.ts). */
export type Run = (context: Context, positionals: readonly string[]) => Promise<void>;

export interface CommandSpec {
  /** With the group's name before it: `lease grant`. */
  readonly path: string;
  /** What follows the program's name. */
  readonly usage: string;
  readonly summary: string;
  readonly description?: string;
  readonly flags: readonly Flag[];
  readonly load: () => Promise<Run>;
}

export interface GroupSpec {
  readonly path: string;
  readonly summary: string;
  /** Flags of all its commands. */
  readonly flags: readonly Flag[];
}

const PREFIX_HELP = (verb: string): string => `${verb} keys with matching prefix`;
const FROM_KEY_HELP = (verb: string): string =>
  `${verb} keys that are greater than or equal to the given key using byte compare`;

export const GROUPS: readonly GroupSpec[] = [
  { path: 'alarm', summary: 'Alarm related commands', flags: [] },
  { path: 'completion', summary: 'Generate the autocompletion script for the specified shell', flags: [] },
  {
    path: 'endpoint',
    summary: 'Endpoint related commands',
    flags: [switchFlag('cluster', 'use all endpoints from the cluster member list')],
  },
  { path: 'lease', summary: 'Lease related commands', flags: [] },
  { path: 'member', summary: 'Membership related commands', flags: [] },
  { path: 'partition', summary: 'Partition related commands', flags: [] },
  { path: 'snapshot', summary: 'Manages etcd node snapshots', flags: [] },
];

const completion = (shell: 'bash' | 'zsh' | 'fish'): CommandSpec => ({
  path: `completion ${shell}`,
  usage: `completion ${shell}`,
  summary: `Generate the autocompletion script for ${shell}`,
  flags: [],
  load: async () => (await import('./commands/completion.js')).completion(shell),
});

export const COMMANDS: readonly CommandSpec[] = [
  {
    path: 'alarm disarm',
    usage: 'alarm disarm [flags]',
    summary: 'Disarms all alarms',
    flags: [],
    load: async () => (await import('./commands/alarm.js')).disarm,
  },
  {
    path: 'alarm list',
    usage: 'alarm list [flags]',
    summary: 'Lists all alarms',
    flags: [],
    load: async () => (await import('./commands/alarm.js')).list,
  },
  {
    path: 'compaction',
    usage: 'compaction [options] <revision> [flags]',
    summary: 'Compacts the event history in etcd',
    flags: [switchFlag('physical', "'true' to wait for compaction to physically remove all old revisions")],
    load: async () => (await import('./commands/compaction.js')).compaction,
  },
  completion('bash'),
  completion('fish'),
  completion('zsh'),
  {
    path: 'defrag',
    usage: 'defrag [flags]',
    summary: 'Defragments the storage of the etcd members with given endpoints',
    flags: [
      switchFlag('cluster', 'use all endpoints from the cluster member list'),
      new Flag('data-dir', 'string', '', 'Optional. If present, defragments a data directory not in use by etcd.'),
    ],
    load: async () => (await import('./commands/defrag.js')).defrag,
  },
  {
    path: 'del',
    usage: 'del [options] <key> [range_end] [flags]',
    summary: 'Removes the specified key or range of keys [key, range_end)',
    flags: [
      switchFlag('from-key', FROM_KEY_HELP('delete')),
      switchFlag('prefix', PREFIX_HELP('delete')),
      switchFlag('prev-kv', 'return deleted key-value pairs'),
    ],
    load: async () => (await import('./commands/del.js')).del,
  },
  {
    path: 'elect',
    usage: 'elect <election-name> [proposal] [flags]',
    summary: 'Observes and participates in leader election',
    flags: [switchFlag('listen', 'observation mode', 'l')],
    load: async () => (await import('./commands/elect.js')).elect,
  },
  {
    path: 'endpoint hashkv',
    usage: 'endpoint hashkv [flags]',
    summary: 'Prints the KV history hash for each endpoint in --endpoints',
    flags: [new Flag('rev', 'int', '0', 'maximum revision to hash (default: all revisions)')],
    load: async () => (await import('./commands/endpoint.js')).hashKv,
  },
  {
    path: 'endpoint health',
    usage: 'endpoint health [flags]',
    summary: 'Checks the healthiness of endpoints specified in `--endpoints` flag',
    flags: [],
    load: async () => (await import('./commands/endpoint.js')).health,
  },
  {
    path: 'endpoint status',
    usage: 'endpoint status [flags]',
    summary: 'Prints out the status of endpoints specified in `--endpoints` flag',
    description: [
      'When --write-out is set to simple, this command prints out comma-separated status lists for each endpoint.',
      'The items in the lists are endpoint, ID, version, db size, is leader, is learner, raft term, raft index, raft applied index, errors.',
    ].join('\n'),
    flags: [],
    load: async () => (await import('./commands/endpoint.js')).status,
  },
  {
    path: 'get',
    usage: 'get [options] <key> [range_end] [flags]',
    summary: 'Gets the key or a range of keys',
    flags: [
      new Flag('consistency', 'string', 'l', 'Linearizable(l) or Serializable(s)'),
      switchFlag('from-key', FROM_KEY_HELP('Get')),
      switchFlag('keys-only', 'Get only the keys'),
      new Flag('limit', 'int', '0', 'Maximum number of results'),
      new Flag('order', 'string', '', 'Order of results; ASCEND or DESCEND (ASCEND by default)'),
      switchFlag('prefix', PREFIX_HELP('Get')),
      switchFlag('print-value-only', 'Only write values when using the "simple" output format'),
      new Flag('rev', 'int', '0', 'Specify the kv revision'),
      new Flag('sort-by', 'string', '', 'Sort target; CREATE, KEY, MODIFY, VALUE, or VERSION'),
    ],
    load: async () => (await import('./commands/get.js')).get,
  },
  {
    path: 'lease grant',
    usage: 'lease grant <ttl> [flags]',
    summary: 'Creates leases',
    flags: [],
    load: async () => (await import('./commands/lease.js')).grant,
  },
  {
    path: 'lease keep-alive',
    usage: 'lease keep-alive [options] <leaseID> [flags]',
    summary: 'Keeps leases alive (renew)',
    flags: [switchFlag('once', 'Resets the keep-alive time to its original value and exits immediately')],
    load: async () => (await import('./commands/lease-keep-alive.js')).keepAlive,
  },
  {
    path: 'lease list',
    usage: 'lease list [flags]',
    summary: 'List all active leases',
    flags: [],
    load: async () => (await import('./commands/lease.js')).list,
  },
  {
    path: 'lease revoke',
    usage: 'lease revoke <leaseID> [flags]',
    summary: 'Revokes leases',
    flags: [],
    load: async () => (await import('./commands/lease.js')).revoke,
  },
  {
    path: 'lease timetolive',
    usage: 'lease timetolive <leaseID> [options] [flags]',
    summary: 'Get lease information',
    flags: [switchFlag('keys', 'Get keys attached to this lease')],
    load: async () => (await import('./commands/lease.js')).timeToLive,
  },
  {
    path: 'lock',
    usage: 'lock <lockname> [exec-command arg1 arg2 ...] [flags]',
    summary: 'Acquires a named lock',
    flags: [new Flag('ttl', 'int', '10', 'timeout for session')],
    load: async () => (await import('./commands/lock.js')).lock,
  },
  {
    path: 'member add',
    usage: 'member add <memberName> [options] [flags]',
    summary: 'Adds a member into the cluster',
    flags: [
      switchFlag('learner', 'indicates if the new member is raft learner'),
      new Flag('peer-urls', 'string', '', 'comma separated peer URLs for the new member.'),
    ],
    load: async () => (await import('./commands/member.js')).add,
  },
  {
    path: 'member list',
    usage: 'member list [flags]',
    summary: 'Lists all members in the cluster',
    description: [
      'When --write-out is set to simple, this command prints out comma-separated member lists for each endpoint.',
      'The items in the lists are ID, Status, Name, Peer Addrs, Client Addrs, Is Learner.',
    ].join('\n'),
    flags: [],
    load: async () => (await import('./commands/member.js')).list,
  },
  {
    path: 'member promote',
    usage: 'member promote <memberID> [flags]',
    summary: 'Promotes a non-voting member in the cluster',
    description: 'Promotes a non-voting learner member to a voting one in the cluster.',
    flags: [],
    load: async () => (await import('./commands/member.js')).promote,
  },
  {
    path: 'member remove',
    usage: 'member remove <memberID> [flags]',
    summary: 'Removes a member from the cluster',
    flags: [],
    load: async () => (await import('./commands/member.js')).remove,
  },
  {
    path: 'member update',
    usage: 'member update <memberID> [options] [flags]',
    summary: 'Updates a member in the cluster',
    flags: [new Flag('peer-urls', 'string', '', 'comma separated peer URLs for the updated member.')],
    load: async () => (await import('./commands/member.js')).update,
  },
  {
    path: 'move-leader',
    usage: 'move-leader <transferee-member-id> [flags]',
    summary: 'Transfers leadership to another etcd cluster member.',
    flags: [],
    load: async () => (await import('./commands/move-leader.js')).moveLeader,
  },
  {
    path: 'partition balance',
    usage: 'partition balance [flags]',
    summary: 'Spreads replicas evenly, those that were moved by hand too',
    description:
      'The cluster keeps replicas even by itself. This frees those that "partition move" has moved, tries again what\nwas given up for a while, and changes how many members vote in each partition.',
    flags: [new Flag('replication-factor', 'int', '0', 'members that vote in each partition; 0 leaves it as it is')],
    load: async () => (await import('./commands/partition.js')).balance,
  },
  {
    path: 'partition list',
    usage: 'partition list [flags]',
    summary: 'Lists the Raft groups that share the keys, as the asked member sees them',
    description: [
      'When --write-out is set to simple, this command prints out comma-separated lists.',
      'The items in the lists are number, leader, raft term, applied index, revision, keys, size, slots, voters.',
      'Number 0 is the system group: members, alarms and the sequencer.',
    ].join('\n'),
    flags: [],
    load: async () => (await import('./commands/partition.js')).list,
  },
  {
    path: 'partition move',
    usage: 'partition move <partition> [flags]',
    summary: 'Moves a vote in a partition from one member to another',
    description:
      'Where that makes members uneven, another partition moves the other way. What is moved stays there until\n"partition balance" is called, or the member leaves or is down for long.',
    flags: [
      new Flag('from', 'string', '', 'ID of the member that is to vote no more'),
      new Flag('to', 'string', '', 'ID of the member that is to vote instead'),
    ],
    load: async () => (await import('./commands/partition.js')).move,
  },
  {
    path: 'partition ring',
    usage: 'partition ring [flags]',
    summary: 'Draws the ring of partitions, and who holds what',
    flags: [],
    load: async () => (await import('./commands/partition.js')).ring,
  },
  {
    path: 'partition show',
    usage: 'partition show <partition> [flags]',
    summary: 'Shows the replicas of a partition, as its leader sees them',
    description: [
      'When --write-out is set to simple, this command prints out comma-separated lists.',
      'The items in the lists are member, name, zone, role, plan, entries behind, heard of.',
    ].join('\n'),
    flags: [],
    load: async () => (await import('./commands/partition.js')).show,
  },
  {
    path: 'partition where',
    usage: 'partition where <key> [flags]',
    summary: 'Tells which partition owns a key, and who leads it',
    flags: [],
    load: async () => (await import('./commands/partition.js')).where,
  },
  {
    path: 'put',
    usage: 'put [options] <key> <value> (<value> can also be given from stdin) [flags]',
    summary: 'Puts the given key into the store',
    description: [
      'Puts the given key into the store.',
      '',
      "When <value> begins with '-', <value> is interpreted as a flag.",
      "Insert '--' for workaround:",
      '',
      '$ put <key> -- <value>',
      '$ put -- <key> <value>',
      '',
      "If <value> isn't given as a command line argument and '--ignore-value' is not specified,",
      'this command tries to read the value from standard input.',
      '',
      "If <lease> isn't given as a command line argument and '--ignore-lease' is not specified,",
      'this command tries to read the value from standard input.',
      '',
      'For example,',
      '$ cat file | put <key>',
      'will store the content of the file to <key>.',
    ].join('\n'),
    flags: [
      switchFlag('ignore-lease', 'updates the key using its current lease'),
      switchFlag('ignore-value', 'updates the key using its current value'),
      new Flag('lease', 'string', '0', 'lease ID (in hexadecimal) to attach to the key'),
      switchFlag('prev-kv', 'return the previous key-value pair before modification'),
    ],
    load: async () => (await import('./commands/put.js')).put,
  },
  {
    path: 'snapshot save',
    usage: 'snapshot save <filename> [flags]',
    summary: 'Stores an etcd node backend snapshot to a given file',
    flags: [],
    load: async () => (await import('./commands/snapshot-save.js')).save,
  },
  {
    path: 'snapshot status',
    usage: 'snapshot status <filename> [flags]',
    summary: 'Gets backend snapshot status of a given file',
    description: [
      'When --write-out is set to simple, this command prints out comma-separated status lists for each endpoint.',
      'The items in the lists are hash, revision, total keys, total size.',
    ].join('\n'),
    flags: [],
    load: async () => (await import('./commands/snapshot-status.js')).status,
  },
  {
    path: 'txn',
    usage: 'txn [options] [flags]',
    summary: 'Txn processes all the requests in one transaction',
    flags: [switchFlag('interactive', 'Input transaction in interactive mode', 'i')],
    load: async () => (await import('./commands/txn.js')).txn,
  },
  {
    path: 'version',
    usage: 'version [flags]',
    summary: 'Prints the version of kvctl',
    flags: [],
    load: async () => (await import('./commands/version.js')).version,
  },
  {
    path: 'watch',
    usage: 'watch [options] [key or prefix] [range_end] [--] [exec-command arg1 arg2 ...] [flags]',
    summary: 'Watches events stream on keys or prefixes',
    flags: [
      switchFlag('interactive', 'Interactive mode', 'i'),
      switchFlag('prefix', 'Watch on a prefix if prefix is set'),
      switchFlag('prev-kv', 'get the previous key-value pair before the event happens'),
      new Flag('rev', 'int', '0', 'Revision to start watching'),
    ],
    load: async () => (await import('./commands/watch.js')).watch,
  },
];

const NO_AUTH = 'authentication is not supported in this version';

/** Commands of etcdctl that are refused, by name or by group, and why. */
export const REFUSED: Readonly<Record<string, string>> = {
  auth: NO_AUTH,
  user: NO_AUTH,
  role: NO_AUTH,
  'snapshot restore': 'restoring a snapshot is not supported in this version',
  check: 'load is generated by "npm run bench" of the project, not by this command',
  'make-mirror': 'mirroring is not supported in this version',
  migrate: 'there is no v2 store to migrate from',
  'completion powershell': 'completion exists for bash, zsh and fish',
};

/** In the program's help beside COMMANDS; `cluster` brings its own commander commands. */
export const CLUSTER_SUMMARIES: readonly (readonly [string, string])[] = [
  ['cluster down', 'Stops every member of a local cluster'],
  ['cluster kill', 'Kills a member of a local cluster'],
  ['cluster logs', "Prints the end of a member's log"],
  ['cluster restart', 'Restarts a member of a local cluster'],
  ['cluster status', 'Shows the members of a local cluster'],
  ['cluster up', 'Starts a local cluster of real processes'],
];
