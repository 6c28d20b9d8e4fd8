// -w json: the responses as Go writes them. Numbers are whole 64 bits, so they are written here and
// not by JSON.stringify; zero values of a response are left out.

import type { LocateResponse, PartitionListResponse } from '../../../proto/gen/hexkeep.js';
import { EventType, type KeyValue } from '../../../proto/gen/kv.js';
import type {
  AlarmResponse,
  Member as ClusterMember,
  DeleteRangeResponse,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseRevokeResponse,
  LeaseTimeToLiveResponse,
  MemberListResponse,
  MoveLeaderResponse,
  PutResponse,
  RangeResponse,
  ResponseHeader,
  ResponseOp,
  TxnResponse,
} from '../../../proto/gen/rpc.js';
import { formatDuration } from '../go-format.js';
import { fromUtf8, toBytes, write } from '../text.js';
import type {
  EndpointHash,
  EndpointHealth,
  EndpointStatus,
  MemberChangeOutput,
  Printer,
  SnapshotSummary,
  WatchOutput,
} from './printer.js';
import type { Report, ReportRecord } from './report.js';

type Json = string;
type Member = readonly [name: string, value: Json | undefined];

const object = (...members: readonly Member[]): Json =>
  `{${members.flatMap(([name, value]) => (value === undefined ? [] : [`"${name}":${value}`])).join(',')}}`;
const array = (items: readonly Json[]): Json => `[${items.join(',')}]`;

/** encoding/json also escapes what HTML could stumble over. `text` is proper UTF-16. */
const string = (text: string): Json =>
  JSON.stringify(text).replace(/[<>&\u2028\u2029\b\f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const ofByteString = (text: string): Json => string(toBytes(text).toString('utf8'));
const base64 = (bytes: Uint8Array): Json => `"${Buffer.from(bytes).toString('base64')}"`;

// What is zero is left out (`omitempty`).
const number = (value: number | bigint): Json | undefined => (value === 0 || value === 0n ? undefined : String(value));
const flag = (value: boolean): Json | undefined => (value ? 'true' : undefined);
const bytes = (value: Uint8Array): Json | undefined => (value.length === 0 ? undefined : base64(value));
const list = (items: readonly Json[]): Json | undefined => (items.length === 0 ? undefined : array(items));

const headerMembers = (h: ResponseHeader | undefined): Member[] => [
  ['cluster_id', number(h?.clusterId ?? 0n)],
  ['member_id', number(h?.memberId ?? 0n)],
  ['revision', number(h?.revision ?? 0)],
  ['raft_term', number(h?.raftTerm ?? 0)],
];
const header = (h: ResponseHeader | undefined): Member => [
  'header',
  h === undefined ? undefined : object(...headerMembers(h)),
];

function reportMember([name, value]: ReportRecord[number]): Member {
  if (typeof value === 'string') return [name, value === '' ? undefined : string(value)];
  if (typeof value === 'boolean') return [name, flag(value)];
  return [name, typeof value === 'object' ? list(value.map(String)) : number(value)];
}

const memberOf = (member: ClusterMember): Json =>
  object(
    ['ID', number(member.ID)],
    ['name', member.name === '' ? undefined : string(member.name)],
    ['peerURLs', list(member.peerURLs.map(string))],
    ['clientURLs', list(member.clientURLs.map(string))],
    ['isLearner', flag(member.isLearner)],
  );

const keyValue = (kv: KeyValue): Json =>
  object(
    ['key', bytes(kv.key)],
    ['create_revision', number(kv.createRevision)],
    ['mod_revision', number(kv.modRevision)],
    ['version', number(kv.version)],
    ['value', bytes(kv.value)],
    ['lease', number(kv.lease)],
  );

const range = (r: RangeResponse): Json =>
  object(header(r.header), ['kvs', list(r.kvs.map(keyValue))], ['more', flag(r.more)], ['count', number(r.count)]);

const putJson = (r: PutResponse): Json =>
  object(header(r.header), ['prev_kv', r.prevKv === undefined ? undefined : keyValue(r.prevKv)]);

const deleteJson = (r: DeleteRangeResponse): Json =>
  object(header(r.header), ['deleted', number(r.deleted)], ['prev_kvs', list(r.prevKvs.map(keyValue))]);

const txnJson = (r: TxnResponse): Json =>
  object(header(r.header), ['succeeded', flag(r.succeeded)], ['responses', list(r.responses.map(opJson))]);

function opJson(op: ResponseOp): Json {
  const { responseRange, responsePut, responseDeleteRange, responseTxn } = op;
  const of = (name: string, value: Json): Json => object(['Response', object([name, value])]);
  if (responseRange !== undefined) return of('ResponseRange', range(responseRange));
  if (responsePut !== undefined) return of('ResponsePut', putJson(responsePut));
  if (responseDeleteRange !== undefined) return of('ResponseDeleteRange', deleteJson(responseDeleteRange));
  return responseTxn === undefined ? object(['Response', 'null']) : of('ResponseTxn', txnJson(responseTxn));
}

const print = (json: Json): void => write(`${fromUtf8(json)}\n`);

export class JsonPrinter implements Printer {
  get(response: RangeResponse): void {
    print(range(response));
  }

  put(response: PutResponse): void {
    print(putJson(response));
  }

  del(response: DeleteRangeResponse): void {
    print(deleteJson(response));
  }

  txn(response: TxnResponse): void {
    print(txnJson(response));
  }

  watch({ header: h, events, compactRevision, canceled }: WatchOutput): void {
    const items = events?.map(({ type, kv, prevKv }) =>
      object(
        ['type', type === EventType.PUT ? undefined : '1'],
        ['kv', kv === undefined ? undefined : keyValue(kv)],
        ['prev_kv', prevKv === undefined ? undefined : keyValue(prevKv)],
      ),
    );
    print(
      object(
        ['Header', object(...headerMembers(h))],
        ['Events', items === undefined ? 'null' : array(items)],
        ['CompactRevision', String(compactRevision)],
        ['Canceled', String(canceled)],
        ['Created', 'false'],
      ),
    );
  }

  grant({ header: h, ID, TTL, error }: LeaseGrantResponse): void {
    print(object(...headerMembers(h), ['ID', String(ID)], ['TTL', String(TTL)], ['Error', string(error)]));
  }

  revoke(_id: bigint, { header: h }: LeaseRevokeResponse): void {
    print(object(header(h)));
  }

  keepAlive({ header: h, ID, TTL }: LeaseKeepAliveResponse): void {
    print(object(...headerMembers(h), ['ID', String(ID)], ['TTL', String(TTL)]));
  }

  timeToLive({ header: h, ID, TTL, grantedTTL, keys }: LeaseTimeToLiveResponse, _withKeys: boolean): void {
    print(
      object(
        ...headerMembers(h),
        ['id', String(ID)],
        ['ttl', String(TTL)],
        ['granted-ttl', String(grantedTTL)],
        ['keys', keys.length === 0 ? 'null' : array(keys.map(base64))],
      ),
    );
  }

  leases({ header: h, leases }: LeaseLeasesResponse): void {
    print(object(...headerMembers(h), ['leases', array(leases.map(({ ID }) => object(['id', String(ID)])))]));
  }

  alarms({ header: h, alarms }: AlarmResponse): void {
    const items = alarms.map(({ memberID, alarm }) => object(['memberID', number(memberID)], ['alarm', number(alarm)]));
    print(object(header(h), ['alarms', list(items)]));
  }

  memberList({ header: h, members }: MemberListResponse): void {
    print(object(header(h), ['members', list(members.map(memberOf))]));
  }

  memberChange({ change, response }: MemberChangeOutput): void {
    const { header: h, members } = response;
    const added = change === 'add' && response.member !== undefined ? memberOf(response.member) : undefined;
    print(object(header(h), ['member', added], ['members', list(members.map(memberOf))]));
  }

  partitionList({ header: h, partitions }: PartitionListResponse): void {
    const items = partitions.map((p) =>
      object(
        ['number', number(p.number)],
        ['leader_member_id', number(p.leaderMemberId)],
        ['term', number(p.term)],
        ['applied_index', number(p.appliedIndex)],
        ['revision', number(p.revision)],
        ['keys', number(p.keys)],
        ['size_bytes', number(p.sizeBytes)],
        ['voters', list(p.voters.map((id) => String(id)))],
        ['learners', list(p.learners.map((id) => String(id)))],
        ['slots', number(p.slots)],
      ),
    );
    print(object(header(h), ['partitions', list(items)]));
  }

  partitionWhere(_key: string, response: LocateResponse): void {
    print(
      object(
        header(response.header),
        ['partition', number(response.partition)],
        ['slot', number(response.slot)],
        ['routing_part', bytes(response.routingPart)],
        ['leader_member_id', number(response.leaderMemberId)],
      ),
    );
  }

  endpointHealth(all: readonly EndpointHealth[]): void {
    const items = all.map(({ endpoint, healthy, tookMs, error }) =>
      object(
        ['endpoint', ofByteString(endpoint)],
        ['health', String(healthy)],
        ['took', ofByteString(formatDuration(tookMs))],
        ['error', error === '' ? undefined : string(error)],
      ),
    );
    print(array(items));
  }

  endpointStatus(all: readonly EndpointStatus[]): void {
    const items = all.map(({ endpoint, status }) =>
      object(
        ['Endpoint', ofByteString(endpoint)],
        [
          'Status',
          object(
            header(status.header),
            ['version', status.version === '' ? undefined : string(status.version)],
            ['dbSize', number(status.dbSize)],
            ['leader', number(status.leader)],
            ['raftIndex', number(status.raftIndex)],
            ['raftTerm', number(status.raftTerm)],
            ['raftAppliedIndex', number(status.raftAppliedIndex)],
            ['errors', list(status.errors.map(string))],
            ['dbSizeInUse', number(status.dbSizeInUse)],
            ['isLearner', flag(status.isLearner)],
          ),
        ],
      ),
    );
    print(array(items));
  }

  endpointHashKv(all: readonly EndpointHash[]): void {
    const items = all.map(({ endpoint, response }) =>
      object(
        ['Endpoint', ofByteString(endpoint)],
        [
          'HashKV',
          object(
            header(response.header),
            ['hash', number(response.hash)],
            ['compact_revision', number(response.compactRevision)],
          ),
        ],
      ),
    );
    print(array(items));
  }

  report({ header: h, title, records }: Report): void {
    print(object(header(h), [title, array(records.map((record) => object(...record.map(reportMember))))]));
  }

  moveLeader(_from: bigint, _to: bigint, { header: h }: MoveLeaderResponse): void {
    print(object(header(h)));
  }

  snapshotStatus(summary: SnapshotSummary): void {
    print(
      object(
        ['hash', String(summary.hash)],
        ['revision', String(summary.revision)],
        ['totalKey', String(summary.totalKeys)],
        ['totalSize', String(summary.totalBytes)],
      ),
    );
  }
}
