// -w simple: for people and for shell scripts.

import type { LocateResponse, PartitionListResponse } from '../../../proto/gen/hexkeep.js';
import { EventType, type KeyValue } from '../../../proto/gen/kv.js';
import {
  type AlarmResponse,
  AlarmType,
  type DeleteRangeResponse,
  type LeaseGrantResponse,
  type LeaseKeepAliveResponse,
  type LeaseLeasesResponse,
  type LeaseRevokeResponse,
  type LeaseTimeToLiveResponse,
  type MemberListResponse,
  type MoveLeaderResponse,
  type PutResponse,
  type RangeResponse,
  type TxnResponse,
} from '../../../proto/gen/rpc.js';
import { formatDuration, hex16 } from '../go-format.js';
import { fromBytes, fromUtf8, write, writeError } from '../text.js';
import type {
  EndpointHash,
  EndpointHealth,
  EndpointStatus,
  MemberChangeOutput,
  Printer,
  SnapshotSummary,
  WatchOutput,
} from './printer.js';
import { cell, type Report } from './report.js';
import { hashRows, memberRows, partitionRows, type Rows, snapshotRows, statusRows, whereRows } from './rows.js';

export class SimplePrinter implements Printer {
  /** `--print-value-only` of get. */
  valueOnly = false;
  readonly #hex: boolean;

  constructor(hex: boolean) {
    this.#hex = hex;
  }

  #bytes(bytes: Uint8Array): string {
    return this.#hex ? Buffer.from(bytes).toString('hex').replace(/../g, '\\x$&') : fromBytes(bytes);
  }

  #kv(kv: KeyValue): string {
    const key = this.valueOnly ? '' : `${this.#bytes(kv.key)}\n`;
    return `${key}${this.#bytes(kv.value)}\n`;
  }

  #kvs(kvs: readonly KeyValue[]): string {
    return kvs.map((kv) => this.#kv(kv)).join('');
  }

  get({ kvs }: RangeResponse): void {
    for (const kv of kvs) write(this.#kv(kv));
  }

  put(response: PutResponse): void {
    write(this.#put(response));
  }

  #put({ prevKv }: PutResponse): string {
    return `OK\n${prevKv === undefined ? '' : this.#kv(prevKv)}`;
  }

  del(response: DeleteRangeResponse): void {
    write(this.#del(response));
  }

  #del({ deleted, prevKvs }: DeleteRangeResponse): string {
    return `${deleted}\n${this.#kvs(prevKvs)}`;
  }

  txn({ succeeded, responses }: TxnResponse): void {
    write(succeeded ? 'SUCCESS\n' : 'FAILURE\n');
    for (const { responseRange, responsePut, responseDeleteRange } of responses) {
      write('\n');
      if (responseRange !== undefined) write(this.#kvs(responseRange.kvs));
      if (responsePut !== undefined) write(this.#put(responsePut));
      if (responseDeleteRange !== undefined) write(this.#del(responseDeleteRange));
    }
  }

  watch({ events }: WatchOutput): void {
    for (const { type, kv, prevKv } of events ?? []) {
      write(type === EventType.PUT ? 'PUT\n' : 'DELETE\n');
      if (prevKv !== undefined) write(this.#kv(prevKv));
      if (kv !== undefined) write(this.#kv(kv));
    }
  }

  grant({ ID, TTL }: LeaseGrantResponse): void {
    write(`lease ${hex16(ID)} granted with TTL(${TTL}s)\n`);
  }

  revoke(id: bigint, _response: LeaseRevokeResponse): void {
    write(`lease ${hex16(id)} revoked\n`);
  }

  keepAlive({ ID, TTL }: LeaseKeepAliveResponse): void {
    write(`lease ${hex16(ID)} keepalived with TTL(${TTL})\n`);
  }

  timeToLive({ ID, TTL, grantedTTL, keys }: LeaseTimeToLiveResponse, withKeys: boolean): void {
    if (grantedTTL === 0 && TTL === -1) {
      write(`lease ${hex16(ID)} already expired\n`);
      return;
    }
    const attached = withKeys ? `, attached keys([${keys.map(fromBytes).join(' ')}])` : '';
    write(`lease ${hex16(ID)} granted with TTL(${grantedTTL}s), remaining(${TTL}s)${attached}\n`);
  }

  leases({ leases }: LeaseLeasesResponse): void {
    write(`found ${leases.length} leases\n${leases.map(({ ID }) => `${hex16(ID)}\n`).join('')}`);
  }

  alarms({ alarms }: AlarmResponse): void {
    for (const { memberID, alarm } of alarms) {
      const member = memberID === 0n ? '' : `memberID:${memberID} `;
      write(`${member}${alarm === AlarmType.NONE ? '' : `alarm:${alarmName(alarm)} `}\n`);
    }
  }

  #rows({ rows }: Rows): void {
    for (const row of rows) write(`${row.join(', ')}\n`);
  }

  memberList(response: MemberListResponse): void {
    this.#rows(memberRows(response));
  }

  memberChange({ change, id, response }: MemberChangeOutput): void {
    // Go's %16x: not filled up with zeros.
    const hex = (value: bigint): string => value.toString(16).padStart(16);
    const done = { add: 'added to', remove: 'removed from', update: 'updated in', promote: 'promoted in' };
    write(`Member ${hex(id)} ${done[change]} cluster ${hex(response.header?.clusterId ?? 0n)}\n`);
  }

  /** etcdctl writes these to the standard error, whatever the health. */
  endpointHealth(list: readonly EndpointHealth[]): void {
    for (const { endpoint, tookMs, error } of list) {
      writeError(
        error === ''
          ? `${endpoint} is healthy: successfully committed proposal: took = ${formatDuration(tookMs)}\n`
          : `${endpoint} is unhealthy: failed to commit proposal: ${fromUtf8(error)}\n`,
      );
    }
  }

  endpointStatus(list: readonly EndpointStatus[]): void {
    this.#rows(statusRows(list));
  }

  endpointHashKv(list: readonly EndpointHash[]): void {
    this.#rows(hashRows(list));
  }

  partitionList(response: PartitionListResponse): void {
    this.#rows(partitionRows(response));
  }

  partitionWhere(key: string, response: LocateResponse): void {
    this.#rows(whereRows(key, response));
  }

  report({ records, picture }: Report): void {
    if (picture !== undefined) write(fromUtf8(picture));
    else for (const record of records) write(fromUtf8(`${record.map(([, value]) => cell(value)).join(', ')}\n`));
  }

  moveLeader(from: bigint, to: bigint, _response: MoveLeaderResponse): void {
    write(`Leadership transferred from ${from.toString(16)} to ${to.toString(16)}\n`);
  }

  snapshotStatus(summary: SnapshotSummary): void {
    this.#rows(snapshotRows(summary));
  }
}

export function alarmName(alarm: AlarmType): string {
  const known = Object.entries(AlarmType).find(([, value]) => value === alarm);
  return known === undefined ? String(alarm) : known[0];
}
