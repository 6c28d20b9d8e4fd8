// -w fields: one `"Name" : value` a line.

import type { LocateResponse, PartitionListResponse } from '../../../proto/gen/hexkeep.js';
import { EventType, type KeyValue } from '../../../proto/gen/kv.js';
import type {
  AlarmResponse,
  DeleteRangeResponse,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseRevokeResponse,
  LeaseTimeToLiveResponse,
  MemberListResponse,
  PutResponse,
  RangeResponse,
  ResponseHeader,
  TxnResponse,
} from '../../../proto/gen/rpc.js';
import { formatDuration, quote } from '../go-format.js';
import { fromBytes, fromUtf8, write } from '../text.js';
import {
  type EndpointHash,
  type EndpointHealth,
  type EndpointStatus,
  type SnapshotSummary,
  Unsupported,
  type WatchOutput,
} from './printer.js';
import type { Report } from './report.js';
import { alarmName } from './simple.js';

type Value = string | number | bigint | boolean;

const line = (name: string, value: Value): void => write(`"${name}" : ${value}\n`);
const quoted = (utf8: string): string => quote(fromUtf8(utf8));
const quotedBytes = (bytes: Uint8Array): string => quote(fromBytes(bytes));

function header(h: ResponseHeader | undefined): void {
  line('ClusterID', h?.clusterId ?? 0n);
  line('MemberID', h?.memberId ?? 0n);
  line('Revision', h?.revision ?? 0);
  line('RaftTerm', h?.raftTerm ?? 0);
}

function keyValue(prefix: '' | 'Prev', kv: KeyValue): void {
  line(`${prefix}Key`, quotedBytes(kv.key));
  line(`${prefix}CreateRevision`, kv.createRevision);
  line(`${prefix}ModRevision`, kv.modRevision);
  line(`${prefix}Version`, kv.version);
  line(`${prefix}Value`, quotedBytes(kv.value));
  line(`${prefix}Lease`, kv.lease);
}

export class FieldsPrinter extends Unsupported {
  constructor() {
    super('fields');
  }

  override get(response: RangeResponse): void {
    header(response.header);
    for (const kv of response.kvs) keyValue('', kv);
    line('More', response.more);
    line('Count', response.count);
  }

  override put(response: PutResponse): void {
    header(response.header);
    if (response.prevKv !== undefined) keyValue('Prev', response.prevKv);
  }

  override del(response: DeleteRangeResponse): void {
    header(response.header);
    line('Deleted', response.deleted);
    for (const kv of response.prevKvs) keyValue('Prev', kv);
  }

  override txn(response: TxnResponse): void {
    header(response.header);
    line('Succeeded', response.succeeded);
    for (const { responseRange, responsePut, responseDeleteRange } of response.responses) {
      if (responseRange !== undefined) this.get(responseRange);
      if (responsePut !== undefined) this.put(responsePut);
      if (responseDeleteRange !== undefined) this.del(responseDeleteRange);
    }
  }

  override watch(output: WatchOutput): void {
    header(output.header);
    for (const { type, kv, prevKv } of output.events ?? []) {
      line('Type', type === EventType.PUT ? 'PUT' : 'DELETE');
      if (prevKv !== undefined) keyValue('Prev', prevKv);
      if (kv !== undefined) keyValue('', kv);
    }
  }

  override grant(response: LeaseGrantResponse): void {
    header(response.header);
    line('ID', response.ID);
    line('TTL', response.TTL);
  }

  override revoke(_id: bigint, response: LeaseRevokeResponse): void {
    header(response.header);
  }

  override keepAlive(response: LeaseKeepAliveResponse): void {
    header(response.header);
    line('ID', response.ID);
    line('TTL', response.TTL);
  }

  override timeToLive(response: LeaseTimeToLiveResponse, _withKeys: boolean): void {
    header(response.header);
    line('ID', response.ID);
    line('TTL', response.TTL);
    line('GrantedTTL', response.grantedTTL);
    for (const key of response.keys) line('Key', quotedBytes(key));
  }

  override leases(response: LeaseLeasesResponse): void {
    header(response.header);
    for (const { ID } of response.leases) line('ID', ID);
  }

  /** etcdctl 3.4 dies of a missing header here. */
  override alarms(response: AlarmResponse): void {
    if (response.header !== undefined) header(response.header);
    for (const { memberID, alarm } of response.alarms) {
      line('MemberID', memberID);
      line('AlarmType', alarmName(alarm));
      write('\n');
    }
  }

  override memberList(response: MemberListResponse): void {
    header(response.header);
    for (const member of response.members) {
      line('ID', member.ID);
      line('Name', quoted(member.name));
      for (const url of member.peerURLs) line('PeerURL', quoted(url));
      for (const url of member.clientURLs) line('ClientURL', quoted(url));
      line('IsLearner', member.isLearner);
      write('\n');
    }
  }

  override endpointHealth(list: readonly EndpointHealth[]): void {
    for (const { endpoint, healthy, tookMs, error } of list) {
      line('Endpoint', quote(endpoint));
      line('Health', healthy);
      line('Took', formatDuration(tookMs));
      line('Error', fromUtf8(error));
      write('\n');
    }
  }

  override endpointStatus(list: readonly EndpointStatus[]): void {
    for (const { endpoint, status } of list) {
      header(status.header);
      line('Version', quoted(status.version));
      line('DBSize', status.dbSize);
      line('Leader', status.leader);
      line('IsLearner', status.isLearner);
      line('RaftIndex', status.raftIndex);
      line('RaftTerm', status.raftTerm);
      line('RaftAppliedIndex', status.raftAppliedIndex);
      line('Errors', `[${status.errors.map(fromUtf8).join(' ')}]`);
      line('Endpoint', quote(endpoint));
      write('\n');
    }
  }

  override endpointHashKv(list: readonly EndpointHash[]): void {
    for (const { endpoint, response } of list) {
      header(response.header);
      line('Endpoint', quote(endpoint));
      line('Hash', response.hash);
      write('\n');
    }
  }

  override partitionList(response: PartitionListResponse): void {
    header(response.header);
    for (const p of response.partitions) {
      line('Number', p.number);
      line('Leader', p.leaderMemberId);
      line('RaftTerm', p.term);
      line('AppliedIndex', p.appliedIndex);
      line('PartitionRevision', p.revision);
      line('Keys', p.keys);
      line('Size', p.sizeBytes);
      line('Slots', p.slots);
      for (const id of p.voters) line('Voter', id);
      for (const id of p.learners) line('Learner', id);
      write('\n');
    }
  }

  override partitionWhere(key: string, response: LocateResponse): void {
    header(response.header);
    line('Key', quote(key));
    line('Partition', response.partition);
    line('Slot', response.slot);
    line('RoutingPart', quotedBytes(response.routingPart));
    line('Leader', response.leaderMemberId);
  }

  override report(report: Report): void {
    header(report.header);
    for (const record of report.records) {
      for (const [name, value] of record) {
        const field = name.replace(/(^|_)([a-z])/g, (_, _before, letter: string) => letter.toUpperCase());
        if (typeof value === 'object') for (const id of value) line(field, id);
        else line(field, typeof value === 'string' ? quoted(value) : value);
      }
      write('\n');
    }
  }

  override snapshotStatus(summary: SnapshotSummary): void {
    line('Hash', summary.hash);
    line('Revision', summary.revision);
    line('Keys', summary.totalKeys);
    line('Size', summary.totalBytes);
  }
}
