// Who a member is: 64-bit IDs derived from the configuration, as etcd derives them, and the record
// of them in the data directory.

import { createHash } from 'node:crypto';
import { Member } from '../proto/gen/rpc.js';
import { addressOf, type InitialMember, type NodeConfig } from './config.js';
import { ConfigError, CorruptionError, DAMAGE_REMEDY } from './errors.js';
import { askToJoin } from './placement/join.js';
import type { Runtime } from './runtime/ports.js';

export interface Identity {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  readonly partitions: number;
  /** Of a member that joined a cluster: whom it was told of. Undefined: it is one of the founders. */
  readonly joined: readonly { readonly memberId: bigint; readonly peerUrls: readonly string[] }[] | undefined;
}

/** Raised when the layout of the data directory changes in a way that needs a migration. */
const FORMAT = 2;

const first8 = (data: Buffer): bigint => createHash('sha1').update(data).digest().readBigUInt64BE(0);

/** ID of a member of a new cluster. Equal URLs and token give an equal ID on every member. */
export function memberId(member: InitialMember, clusterToken: string): bigint {
  return first8(Buffer.from([...member.peerUrls].sort().join('') + clusterToken));
}

export function clusterId(members: readonly InitialMember[], clusterToken: string): bigint {
  const ids = members.map((m) => memberId(m, clusterToken)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const bytes = Buffer.alloc(ids.length * 8);
  ids.forEach((id, i) => {
    bytes.writeBigUInt64BE(id, i * 8);
  });
  return first8(bytes);
}

/** Identity of a founder by configuration. Throws ConfigError when this node is not among the initial members. */
function foundingIdentity(config: NodeConfig): Identity {
  return {
    clusterId: clusterId(config.initialCluster, config.clusterToken),
    memberId: memberId(ownEntry(config), config.clusterToken),
    partitions: Math.max(1, config.partitions),
    joined: undefined,
  };
}

function ownEntry(config: NodeConfig): InitialMember {
  const own = config.initialCluster.find((m) => m.name === config.name);
  if (own !== undefined) return own;
  throw new ConfigError(
    `couldn't find local name "${config.name}" in the initial cluster configuration: add ${config.name}=<peer URL> to --initial-cluster, or correct --name`,
  );
}

/** Asks the members that the configuration names. Rejects with ConfigError when none takes this node in. */
async function joiningIdentity(config: NodeConfig, runtime: Runtime): Promise<Identity> {
  const own = ownEntry(config);
  const others = config.initialCluster.filter((m) => m !== own);
  const addresses = others.flatMap((m) => m.peerUrls.map(addressOf));
  const { partitions } = config;
  const answer = await askToJoin({ addresses, peerUrls: own.peerUrls, partitions, runtime });
  const { clusterId, memberId } = answer;
  return { clusterId, memberId, partitions: answer.partitions, joined: answer.members };
}

/**
 * Who this member is: by the record in its data directory; at the first start by the configuration, or by what the
 * members of the cluster say that it joins, and then recorded. Throws ConfigError when record and configuration do
 * not fit, or nobody takes the node in.
 */
export async function identify(config: NodeConfig, runtime: Runtime): Promise<Identity> {
  const file = `${config.dataDir}/member/identity.json`;
  const stored = await runtime.disk.readFile(file);
  if (stored !== undefined) {
    const identity = parse(file, stored);
    checkFlags(config, identity);
    return identity;
  }
  if (await runtime.disk.exists(`${config.dataDir}/member/log`)) {
    throw new CorruptionError(
      file,
      -1,
      'the data directory has stores but no record of whom they belong to',
      DAMAGE_REMEDY,
    );
  }
  const joins = config.initialClusterState === 'existing';
  const identity = joins ? await joiningIdentity(config, runtime) : foundingIdentity(config);
  await runtime.disk.writeFile(file, Buffer.from(`${JSON.stringify(toRecord(identity))}\n`));
  return identity;
}

/**
 * The flags of a founder describe the cluster as it began. Of a cluster whose membership has changed since they may be
 * out of date, which `--initial-cluster-state existing` says (etcd ignores them then, too).
 */
function checkFlags(config: NodeConfig, stored: Identity): void {
  const { dataDir } = config;
  if (config.partitions !== 0 && config.partitions !== stored.partitions) {
    throw new ConfigError(
      `${dataDir} was made with --partitions ${stored.partitions}, which can not change: start it without --partitions ${config.partitions}, or copy the keys into a new cluster`,
    );
  }
  const ids = new Map(config.initialCluster.map((m) => [m.name, memberId(m, config.clusterToken)]));
  const other = [...ids].find(([name, id]) => name !== config.name && id === stored.memberId);
  if (other !== undefined) throw memberMismatch(dataDir, stored, ids.get(config.name) ?? 0n);
  if (stored.joined !== undefined || config.initialClusterState === 'existing') return;
  const flags = foundingIdentity(config);
  if (stored.clusterId !== flags.clusterId) {
    throw new ConfigError(
      `cluster ID mismatch: ${dataDir} belongs to cluster ${hex(stored.clusterId)}, the flags describe cluster ${hex(flags.clusterId)}: use the flags it was created with, or --initial-cluster-state existing if members have come or gone since, or another --data-dir`,
    );
  }
  if (stored.memberId !== flags.memberId) throw memberMismatch(dataDir, stored, flags.memberId);
}

const memberMismatch = (dataDir: string, stored: Identity, flags: bigint): ConfigError =>
  new ConfigError(
    `member ID mismatch: ${dataDir} belongs to member ${hex(stored.memberId)}, the flags describe member ${hex(flags)}: correct --name and --initial-cluster, or use another --data-dir`,
  );

/** The members that the configuration begins a cluster with. They tell their names themselves. */
export function foundersOf(config: NodeConfig): Member[] {
  return config.initialCluster.map((m) => ({
    ...Member.empty(),
    ID: memberId(m, config.clusterToken),
    peerURLs: [...m.peerUrls],
  }));
}

const hex = (id: bigint): string => id.toString(16);
const unhex = (text: string): bigint => BigInt(`0x${text}`);

interface StoredIdentity {
  readonly format: number;
  readonly clusterId: string;
  readonly memberId: string;
  readonly partitions: number;
  /** Of a member that joined: whom it knew then. */
  readonly joined?: readonly { readonly memberId: string; readonly peerUrls: readonly string[] }[] | undefined;
}

const toRecord = ({ clusterId, memberId, partitions, joined }: Identity): StoredIdentity => ({
  format: FORMAT,
  clusterId: hex(clusterId),
  memberId: hex(memberId),
  partitions,
  joined: joined?.map((m) => ({ memberId: hex(m.memberId), peerUrls: m.peerUrls })),
});

const HEX = /^[0-9a-f]{1,16}$/;

function parse(file: string, bytes: Uint8Array): Identity {
  let record: StoredIdentity | undefined;
  try {
    // Records of the first version do not say how many partitions there are: it had one.
    record = { partitions: 1, ...JSON.parse(Buffer.from(bytes).toString('utf8')) };
  } catch {
    // The same error as for a record that lacks a field.
  }
  if (record === undefined || !HEX.test(record.clusterId) || !HEX.test(record.memberId)) {
    throw new CorruptionError(file, 0, 'not a readable identity record', DAMAGE_REMEDY);
  }
  if (record.format !== FORMAT) {
    throw new ConfigError(`${file} has data format ${record.format}; this version reads format ${FORMAT}`);
  }
  return {
    clusterId: unhex(record.clusterId),
    memberId: unhex(record.memberId),
    partitions: record.partitions,
    joined: record.joined?.map((m) => ({ memberId: unhex(m.memberId), peerUrls: m.peerUrls })),
  };
}
