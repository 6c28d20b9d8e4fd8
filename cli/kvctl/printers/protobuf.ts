// -w protobuf: the response's bytes. What etcdctl shows of lease commands is their header only.

import {
  AlarmResponse,
  DeleteRangeResponse,
  type LeaseGrantResponse,
  type LeaseKeepAliveResponse,
  type LeaseLeasesResponse,
  LeaseRevokeResponse,
  type LeaseTimeToLiveResponse,
  MemberAddResponse,
  MemberListResponse,
  MemberPromoteResponse,
  MemberRemoveResponse,
  MemberUpdateResponse,
  MoveLeaderResponse,
  PutResponse,
  RangeResponse,
  ResponseHeader,
  TxnResponse,
  WatchResponse,
} from '../../../proto/gen/rpc.js';
import { fromBytes, write } from '../text.js';
import { type MemberChangeOutput, Unsupported, type WatchOutput } from './printer.js';

const print = (bytes: Uint8Array): void => write(fromBytes(bytes));
const printHeader = (header: ResponseHeader | undefined): void => print(ResponseHeader.encode(header ?? {}));

export class ProtobufPrinter extends Unsupported {
  constructor() {
    super('protobuf');
  }

  override get(response: RangeResponse): void {
    print(RangeResponse.encode(response));
  }

  override put(response: PutResponse): void {
    print(PutResponse.encode(response));
  }

  override del(response: DeleteRangeResponse): void {
    print(DeleteRangeResponse.encode(response));
  }

  override txn(response: TxnResponse): void {
    print(TxnResponse.encode(response));
  }

  override watch({ header, events, compactRevision, canceled }: WatchOutput): void {
    print(WatchResponse.encode({ header: header ?? {}, events, compactRevision, canceled }));
  }

  override grant({ header }: LeaseGrantResponse): void {
    printHeader(header);
  }

  override revoke(_id: bigint, response: LeaseRevokeResponse): void {
    print(LeaseRevokeResponse.encode(response));
  }

  override keepAlive({ header }: LeaseKeepAliveResponse): void {
    printHeader(header);
  }

  override timeToLive({ header }: LeaseTimeToLiveResponse, _withKeys: boolean): void {
    printHeader(header);
  }

  override leases({ header }: LeaseLeasesResponse): void {
    printHeader(header);
  }

  override alarms(response: AlarmResponse): void {
    print(AlarmResponse.encode(response));
  }

  override memberList(response: MemberListResponse): void {
    print(MemberListResponse.encode(response));
  }

  override memberChange(output: MemberChangeOutput): void {
    if (output.change === 'add') print(MemberAddResponse.encode(output.response));
    else if (output.change === 'remove') print(MemberRemoveResponse.encode(output.response));
    else if (output.change === 'update') print(MemberUpdateResponse.encode(output.response));
    else print(MemberPromoteResponse.encode(output.response));
  }

  override moveLeader(_from: bigint, _to: bigint, response: MoveLeaderResponse): void {
    print(MoveLeaderResponse.encode(response));
  }
}
