// The same rows stand in the simple and in the table format.

import type { LocateResponse, PartitionListResponse } from '../../../proto/gen/hexkeep.js';
import type { MemberListResponse } from '../../../proto/gen/rpc.js';
import { formatBytes, formatDuration } from '../go-format.js';
import { fromBytes, fromUtf8 } from '../text.js';
import type { EndpointHash, EndpointHealth, EndpointStatus, SnapshotSummary } from './printer.js';

export interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const memberRows = ({ members }: MemberListResponse): Rows => ({
  head: ['ID', 'Status', 'Name', 'Peer Addrs', 'Client Addrs', 'Is Learner'],
  rows: members.map((member) => [
    member.ID.toString(16),
    // Only a member that has started knows its name.
    member.name === '' ? 'unstarted' : 'started',
    fromUtf8(member.name),
    fromUtf8(member.peerURLs.join(',')),
    fromUtf8(member.clientURLs.join(',')),
    String(member.isLearner),
  ]),
});

export const healthRows = (list: readonly EndpointHealth[]): Rows => ({
  head: ['endpoint', 'health', 'took', 'error'],
  rows: list.map(({ endpoint, healthy, tookMs, error }) => [
    endpoint,
    String(healthy),
    formatDuration(tookMs),
    fromUtf8(error),
  ]),
});

export const statusRows = (list: readonly EndpointStatus[]): Rows => ({
  head: [
    'endpoint',
    'ID',
    'version',
    'db size',
    'is leader',
    'is learner',
    'raft term',
    'raft index',
    'raft applied index',
    'errors',
  ],
  rows: list.map(({ endpoint, status }) => [
    endpoint,
    (status.header?.memberId ?? 0n).toString(16),
    fromUtf8(status.version),
    formatBytes(status.dbSize),
    String(status.leader === status.header?.memberId),
    String(status.isLearner),
    String(status.raftTerm),
    String(status.raftIndex),
    String(status.raftAppliedIndex),
    fromUtf8(status.errors.join(', ')),
  ]),
});

export const hashRows = (list: readonly EndpointHash[]): Rows => ({
  head: ['endpoint', 'hash'],
  rows: list.map(({ endpoint, response }) => [endpoint, String(response.hash)]),
});

const nobodyOr = (member: bigint): string => (member === 0n ? 'none' : member.toString(16));

export const partitionRows = ({ partitions }: PartitionListResponse): Rows => ({
  head: ['number', 'leader', 'raft term', 'applied index', 'revision', 'keys', 'size', 'slots', 'voters'],
  rows: partitions.map((p) => [
    p.number === 0 ? '0 (system)' : String(p.number),
    nobodyOr(p.leaderMemberId),
    String(p.term),
    String(p.appliedIndex),
    String(p.revision),
    String(p.keys),
    formatBytes(p.sizeBytes),
    String(p.slots),
    p.voters.map((id) => id.toString(16)).join(' '),
  ]),
});

/** `key`: a byte string. */
export const whereRows = (key: string, response: LocateResponse): Rows => ({
  head: ['key', 'partition', 'slot', 'routing part', 'leader'],
  rows: [
    [
      key,
      String(response.partition),
      String(response.slot),
      fromBytes(response.routingPart),
      nobodyOr(response.leaderMemberId),
    ],
  ],
});

export const snapshotRows = (summary: SnapshotSummary): Rows => ({
  head: ['hash', 'revision', 'total keys', 'total size'],
  rows: [
    [summary.hash.toString(16), String(summary.revision), String(summary.totalKeys), formatBytes(summary.totalBytes)],
  ],
});
