// Who a member is: 64-bit IDs derived from the configuration, as etcd derives them, and the record
// of them in the data directory.

import { createHash } from 'node:crypto';
import { Member } from '../proto/gen/rpc.js';
import { addressOf, type InitialMember, type NodeConfig } from './config.js';
import { ConfigError, CorruptionError, DAMAGE_REMEDY } from './errors.js';
import { askToJoin } from './placement/join.js';
import type { Runtime } from './runtime/ports.js';

export interface KnownMember {
  readonly memberId: bigint;
  readonly peerUrls: readonly string[];
}

export interface Identity {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  readonly partitions: number;
  /** It joined a cluster that others had founded. */
  readonly joined: boolean;
  /**
   * Of a founder: all founders, which is what the configuration of every group begins with; of one that joined: whom
   * it was told of.
   */
  readonly members: readonly KnownMember[];
  /** Members have come, gone or moved: the flags that it was founded with describe it no more. */
  readonly changed: boolean;
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
    joined: false,
    members: foundersIn(config),
    changed: false,
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
  return { clusterId, memberId, partitions: answer.partitions, joined: true, members: answer.members, changed: true };
}

/**
 * Who this member is: by the record in its data directory; at the first start by the configuration, or by what the
 * members of the cluster say that it joins, and then recorded. Throws ConfigError when record and configuration do
 * not fit, or nobody takes the node in.
 */
export async function identify(config: NodeConfig, runtime: Runtime): Promise<Identity> {
  const file = fileOf(config);
  const stored = await runtime.disk.readFile(file);
  if (stored !== undefined) {
    const identity = parse(file, stored, config);
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
  await write(config, runtime, identity);
  return identity;
}

const fileOf = (config: NodeConfig): string => `${config.dataDir}/member/identity.json`;

function write(config: NodeConfig, runtime: Runtime, identity: Identity): Promise<void> {
  return runtime.disk.writeFile(fileOf(config), Buffer.from(`${JSON.stringify(toRecord(identity))}\n`));
}

/** From now on the flags of this member need not describe the cluster as it began. */
export async function recordChange(config: NodeConfig, runtime: Runtime, identity: Identity): Promise<void> {
  if (!identity.changed) await write(config, runtime, { ...identity, changed: true });
}

/**
 * The flags of a founder describe the cluster as it began, which finds mix-ups. Once its membership has changed they may
 * say something else, and are ignored (as by etcd, always). Who was down meanwhile does not know that: then
 * `--initial-cluster-state existing` says it.
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
  if (stored.changed || config.initialClusterState === 'existing') return;
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

const foundersIn = (config: NodeConfig): KnownMember[] =>
  config.initialCluster.map((m) => ({ memberId: memberId(m, config.clusterToken), peerUrls: m.peerUrls }));

/** What the member table begins with: of one that joined, nothing. They tell their names themselves. */
export const foundersOf = ({ joined, members }: Identity): Member[] =>
  joined ? [] : members.map((m) => ({ ...Member.empty(), ID: m.memberId, peerURLs: [...m.peerUrls] }));

const hex = (id: bigint): string => id.toString(16);
const unhex = (text: string): bigint => BigInt(`0x${text}`);

interface StoredIdentity {
  readonly format: number;
  readonly clusterId: string;
  readonly memberId: string;
  readonly partitions: number;
  readonly joined?: boolean;
  readonly members?: readonly { readonly memberId: string; readonly peerUrls: readonly string[] }[];
  readonly changed?: boolean;
}

const toRecord = (identity: Identity): StoredIdentity => ({
  format: FORMAT,
  clusterId: hex(identity.clusterId),
  memberId: hex(identity.memberId),
  partitions: identity.partitions,
  joined: identity.joined,
  members: identity.members.map((m) => ({ memberId: hex(m.memberId), peerUrls: m.peerUrls })),
  changed: identity.changed,
});

const HEX = /^[0-9a-f]{1,16}$/;

const isWhole = ({ clusterId, memberId, members = [] }: StoredIdentity): boolean =>
  HEX.test(clusterId) &&
  HEX.test(memberId) &&
  Array.isArray(members) &&
  members.every((m) => HEX.test(m?.memberId) && Array.isArray(m.peerUrls));

function parse(file: string, bytes: Uint8Array, config: NodeConfig): Identity {
  let record: StoredIdentity | undefined;
  try {
    // Records of the first version do not say how many partitions there are: it had one.
    record = { partitions: 1, ...JSON.parse(Buffer.from(bytes).toString('utf8')) };
  } catch {
    // The same error as for a record that lacks a field.
  }
  if (record === undefined || !isWhole(record)) {
    throw new CorruptionError(file, 0, 'not a readable identity record', DAMAGE_REMEDY);
  }
  if (record.format !== FORMAT) {
    throw new ConfigError(`${file} has data format ${record.format}; this version reads format ${FORMAT}`);
  }
  const id = unhex(record.clusterId);
  // Records of the first versions do not name the founders: the flags do, if they are still those of the first start.
  const first = clusterId(config.initialCluster, config.clusterToken) === id ? foundersIn(config) : [];
  return {
    clusterId: id,
    memberId: unhex(record.memberId),
    partitions: record.partitions,
    joined: record.joined ?? false,
    members: record.members?.map((m) => ({ memberId: unhex(m.memberId), peerUrls: m.peerUrls })) ?? first,
    changed: record.changed ?? false,
  };
}
