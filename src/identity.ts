// Who a member is: 64-bit IDs derived from the configuration, as etcd derives them, and the record
// of them in the data directory.

import { createHash } from 'node:crypto';
import type { InitialMember, NodeConfig } from './config.js';
import { ConfigError, CorruptionError, DAMAGE_REMEDY } from './errors.js';
import type { Disk } from './runtime/ports.js';

export interface Identity {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  readonly partitions: number;
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

/** Identity by configuration. Throws ConfigError when this node is not among the initial members. */
export function configuredIdentity(config: NodeConfig): Identity {
  const own = config.initialCluster.find((m) => m.name === config.name);
  if (own === undefined) {
    throw new ConfigError(
      `couldn't find local name "${config.name}" in the initial cluster configuration: add ${config.name}=<peer URL> to --initial-cluster, or correct --name`,
    );
  }
  return {
    clusterId: clusterId(config.initialCluster, config.clusterToken),
    memberId: memberId(own, config.clusterToken),
    partitions: config.partitions,
  };
}

const hex = (id: bigint): string => id.toString(16);

/**
 * Checks the record in the data directory against `identity`, or writes it on the first start.
 * Throws ConfigError when the directory belongs to another member or cluster.
 */
export async function claimDataDir(disk: Disk, dataDir: string, identity: Identity): Promise<void> {
  const file = `${dataDir}/member/identity.json`;
  const stored = await disk.readFile(file);
  if (stored === undefined) {
    if (await disk.exists(`${dataDir}/member/log`)) {
      throw new CorruptionError(
        file,
        -1,
        'the data directory has stores but no record of whom they belong to',
        DAMAGE_REMEDY,
      );
    }
    const { partitions } = identity;
    const record = { format: FORMAT, clusterId: hex(identity.clusterId), memberId: hex(identity.memberId), partitions };
    await disk.writeFile(file, Buffer.from(`${JSON.stringify(record)}\n`));
    return;
  }
  const record = parse(file, stored);
  if (record.format !== FORMAT) {
    throw new ConfigError(`${dataDir} has data format ${record.format}; this version reads format ${FORMAT}`);
  }
  if (record.clusterId !== hex(identity.clusterId)) {
    throw new ConfigError(
      `cluster ID mismatch: ${dataDir} belongs to cluster ${record.clusterId}, the flags describe cluster ${hex(identity.clusterId)}: use the flags it was created with, or another --data-dir`,
    );
  }
  if (record.memberId !== hex(identity.memberId)) {
    throw new ConfigError(
      `member ID mismatch: ${dataDir} belongs to member ${record.memberId}, the flags describe member ${hex(identity.memberId)}: correct --name and --initial-cluster, or use another --data-dir`,
    );
  }
  if (record.partitions !== identity.partitions) {
    throw new ConfigError(
      `${dataDir} was made with --partitions ${record.partitions}, which can not change: start it without --partitions ${identity.partitions}, or copy the keys into a new cluster`,
    );
  }
}

interface StoredIdentity {
  readonly format: number;
  readonly clusterId: string;
  readonly memberId: string;
  readonly partitions: number;
}

function parse(file: string, bytes: Uint8Array): StoredIdentity {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8'));
    // Records of the first version do not say how many partitions there are: it had one.
    if (typeof value.clusterId === 'string' && typeof value.memberId === 'string') return { partitions: 1, ...value };
  } catch {
    // Falls through to the same error as a record that lacks a field.
  }
  throw new CorruptionError(file, 0, 'not a readable identity record', DAMAGE_REMEDY);
}
