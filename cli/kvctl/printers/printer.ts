// What commands print, in one of etcdctl's formats.

import type { LocateResponse, PartitionListResponse } from '../../../proto/gen/hexkeep.js';
import type { Event } from '../../../proto/gen/kv.js';
import type {
  AlarmResponse,
  DeleteRangeResponse,
  HashKVResponse,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseRevokeResponse,
  LeaseTimeToLiveResponse,
  MemberAddResponse,
  MemberListResponse,
  MemberPromoteResponse,
  MemberRemoveResponse,
  MemberUpdateResponse,
  MoveLeaderResponse,
  PutResponse,
  RangeResponse,
  ResponseHeader,
  StatusResponse,
  TxnResponse,
} from '../../../proto/gen/rpc.js';
import { Exit, ExitError } from '../exit.js';
import type { Report } from './report.js';

export interface EndpointHealth {
  readonly endpoint: string;
  readonly healthy: boolean;
  readonly tookMs: number;
  /** Empty: none. */
  readonly error: string;
}

export interface EndpointStatus {
  readonly endpoint: string;
  readonly status: StatusResponse;
}

export interface EndpointHash {
  readonly endpoint: string;
  readonly response: HashKVResponse;
}

export interface SnapshotSummary {
  readonly hash: number;
  readonly revision: number;
  readonly totalKeys: number;
  readonly totalBytes: number;
}

export interface WatchOutput {
  readonly header: ResponseHeader | undefined;
  /** Undefined when the watch was refused. */
  readonly events: readonly Event[] | undefined;
  readonly compactRevision: number;
  readonly canceled: boolean;
}

export type MemberChangeOutput = { readonly id: bigint } & (
  | { readonly change: 'add'; readonly response: MemberAddResponse }
  | { readonly change: 'remove'; readonly response: MemberRemoveResponse }
  | { readonly change: 'update'; readonly response: MemberUpdateResponse }
  | { readonly change: 'promote'; readonly response: MemberPromoteResponse }
);

export interface Printer {
  get(response: RangeResponse): void;
  put(response: PutResponse): void;
  del(response: DeleteRangeResponse): void;
  txn(response: TxnResponse): void;
  watch(output: WatchOutput): void;
  grant(response: LeaseGrantResponse): void;
  revoke(id: bigint, response: LeaseRevokeResponse): void;
  keepAlive(response: LeaseKeepAliveResponse): void;
  timeToLive(response: LeaseTimeToLiveResponse, withKeys: boolean): void;
  leases(response: LeaseLeasesResponse): void;
  alarms(response: AlarmResponse): void;
  memberList(response: MemberListResponse): void;
  memberChange(output: MemberChangeOutput): void;
  endpointHealth(list: readonly EndpointHealth[]): void;
  endpointStatus(list: readonly EndpointStatus[]): void;
  endpointHashKv(list: readonly EndpointHash[]): void;
  partitionList(response: PartitionListResponse): void;
  /** `key`: a byte string. */
  partitionWhere(key: string, response: LocateResponse): void;
  report(report: Report): void;
  moveLeader(from: bigint, to: bigint, response: MoveLeaderResponse): void;
  snapshotStatus(summary: SnapshotSummary): void;
}

/** The printer of a format that has no words for anything; formats override what they can print. */
export class Unsupported implements Printer {
  readonly #format: string;

  constructor(format: string) {
    this.#format = format;
  }

  protected refuse(): never {
    throw new ExitError(Exit.badFeature, `${this.#format} not supported as output format`);
  }

  get(_response: RangeResponse): void {
    this.refuse();
  }
  put(_response: PutResponse): void {
    this.refuse();
  }
  del(_response: DeleteRangeResponse): void {
    this.refuse();
  }
  txn(_response: TxnResponse): void {
    this.refuse();
  }
  watch(_output: WatchOutput): void {
    this.refuse();
  }
  grant(_response: LeaseGrantResponse): void {
    this.refuse();
  }
  revoke(_id: bigint, _response: LeaseRevokeResponse): void {
    this.refuse();
  }
  keepAlive(_response: LeaseKeepAliveResponse): void {
    this.refuse();
  }
  timeToLive(_response: LeaseTimeToLiveResponse, _withKeys: boolean): void {
    this.refuse();
  }
  leases(_response: LeaseLeasesResponse): void {
    this.refuse();
  }
  alarms(_response: AlarmResponse): void {
    this.refuse();
  }
  memberList(_response: MemberListResponse): void {
    this.refuse();
  }
  memberChange(_output: MemberChangeOutput): void {
    this.refuse();
  }
  endpointHealth(_list: readonly EndpointHealth[]): void {
    this.refuse();
  }
  endpointStatus(_list: readonly EndpointStatus[]): void {
    this.refuse();
  }
  endpointHashKv(_list: readonly EndpointHash[]): void {
    this.refuse();
  }
  partitionList(_response: PartitionListResponse): void {
    this.refuse();
  }
  partitionWhere(_key: string, _response: LocateResponse): void {
    this.refuse();
  }
  report(_report: Report): void {
    this.refuse();
  }
  moveLeader(_from: bigint, _to: bigint, _response: MoveLeaderResponse): void {
    this.refuse();
  }
  snapshotStatus(_summary: SnapshotSummary): void {
    this.refuse();
  }
}

/** Undefined when there is no such format. */
export async function createPrinter(format: string, hex: boolean): Promise<Printer | undefined> {
  switch (format) {
    case 'simple':
      return new (await import('./simple.js')).SimplePrinter(hex);
    case 'fields':
      return new (await import('./fields.js')).FieldsPrinter();
    case 'json':
      return new (await import('./json.js')).JsonPrinter();
    case 'table':
      return new (await import('./table.js')).TablePrinter();
    case 'protobuf':
      return new (await import('./protobuf.js')).ProtobufPrinter();
    default:
      return undefined;
  }
}
