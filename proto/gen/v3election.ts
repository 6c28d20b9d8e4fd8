// Generated from proto/v3election.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, EMPTY, fromSigned, Reader, skipField, toNumber, toSigned, Writer } from '../wire.js';
import { ResponseHeader, type ResponseHeaderInit } from './rpc.js';
import { KeyValue, type KeyValueInit } from './kv.js';

export interface CampaignRequest {
  name: Uint8Array;
  lease: bigint;
  value: Uint8Array;
}

/** CampaignRequest as callers write it: whatever is left out is zero. */
export interface CampaignRequestInit {
  name?: Uint8Array | undefined;
  lease?: bigint | undefined;
  value?: Uint8Array | undefined;
}

export const CampaignRequest: Codec<CampaignRequest, CampaignRequestInit> = {
  name: 'v3electionpb.CampaignRequest',
  empty(): CampaignRequest {
    return { name: EMPTY, lease: 0n, value: EMPTY };
  },
  encodeTo(m: CampaignRequestInit, w: Writer): Writer {
    if (m.name !== undefined && m.name.length > 0) w.uint32(10).bytes(m.name);
    if (m.lease !== undefined && m.lease !== 0n) w.uint32(16).int64(fromSigned(m.lease));
    if (m.value !== undefined && m.value.length > 0) w.uint32(26).bytes(m.value);
    return w;
  },
  encode(m: CampaignRequestInit): Uint8Array {
    return CampaignRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): CampaignRequest {
    return CampaignRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): CampaignRequest {
    if (end > r.len) throw new RangeError('truncated v3electionpb.CampaignRequest');
    const m = CampaignRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = r.bytes();
          break;
        case 16:
          m.lease = toSigned(r.int64());
          break;
        case 26:
          m.value = r.bytes();
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3electionpb.CampaignRequest');
    return m;
  },
};

export interface CampaignResponse {
  header: ResponseHeader | undefined;
  leader: LeaderKey | undefined;
}

/** CampaignResponse as callers write it: whatever is left out is zero. */
export interface CampaignResponseInit {
  header?: ResponseHeaderInit | undefined;
  leader?: LeaderKeyInit | undefined;
}

export const CampaignResponse: Codec<CampaignResponse, CampaignResponseInit> = {
  name: 'v3electionpb.CampaignResponse',
  empty(): CampaignResponse {
    return { header: undefined, leader: undefined };
  },
  encodeTo(m: CampaignResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.leader !== undefined) LeaderKey.encodeTo(m.leader, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: CampaignResponseInit): Uint8Array {
    return CampaignResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): CampaignResponse {
    return CampaignResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): CampaignResponse {
    if (end > r.len) throw new RangeError('truncated v3electionpb.CampaignResponse');
    const m = CampaignResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.leader = LeaderKey.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3electionpb.CampaignResponse');
    return m;
  },
};

export interface LeaderKey {
  name: Uint8Array;
  key: Uint8Array;
  rev: number;
  lease: bigint;
}

/** LeaderKey as callers write it: whatever is left out is zero. */
export interface LeaderKeyInit {
  name?: Uint8Array | undefined;
  key?: Uint8Array | undefined;
  rev?: number | undefined;
  lease?: bigint | undefined;
}

export const LeaderKey: Codec<LeaderKey, LeaderKeyInit> = {
  name: 'v3electionpb.LeaderKey',
  empty(): LeaderKey {
    return { name: EMPTY, key: EMPTY, rev: 0, lease: 0n };
  },
  encodeTo(m: LeaderKeyInit, w: Writer): Writer {
    if (m.name !== undefined && m.name.length > 0) w.uint32(10).bytes(m.name);
    if (m.key !== undefined && m.key.length > 0) w.uint32(18).bytes(m.key);
    if (m.rev !== undefined && m.rev !== 0) w.uint32(24).int64(m.rev);
    if (m.lease !== undefined && m.lease !== 0n) w.uint32(32).int64(fromSigned(m.lease));
    return w;
  },
  encode(m: LeaderKeyInit): Uint8Array {
    return LeaderKey.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaderKey {
    return LeaderKey.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaderKey {
    if (end > r.len) throw new RangeError('truncated v3electionpb.LeaderKey');
    const m = LeaderKey.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = r.bytes();
          break;
        case 18:
          m.key = r.bytes();
          break;
        case 24:
          m.rev = toNumber(r.int64());
          break;
        case 32:
          m.lease = toSigned(r.int64());
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3electionpb.LeaderKey');
    return m;
  },
};

export interface LeaderRequest {
  name: Uint8Array;
}

/** LeaderRequest as callers write it: whatever is left out is zero. */
export interface LeaderRequestInit {
  name?: Uint8Array | undefined;
}

export const LeaderRequest: Codec<LeaderRequest, LeaderRequestInit> = {
  name: 'v3electionpb.LeaderRequest',
  empty(): LeaderRequest {
    return { name: EMPTY };
  },
  encodeTo(m: LeaderRequestInit, w: Writer): Writer {
    if (m.name !== undefined && m.name.length > 0) w.uint32(10).bytes(m.name);
    return w;
  },
  encode(m: LeaderRequestInit): Uint8Array {
    return LeaderRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaderRequest {
    return LeaderRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaderRequest {
    if (end > r.len) throw new RangeError('truncated v3electionpb.LeaderRequest');
    const m = LeaderRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = r.bytes();
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3electionpb.LeaderRequest');
    return m;
  },
};

export interface LeaderResponse {
  header: ResponseHeader | undefined;
  kv: KeyValue | undefined;
}

/** LeaderResponse as callers write it: whatever is left out is zero. */
export interface LeaderResponseInit {
  header?: ResponseHeaderInit | undefined;
  kv?: KeyValueInit | undefined;
}

export const LeaderResponse: Codec<LeaderResponse, LeaderResponseInit> = {
  name: 'v3electionpb.LeaderResponse',
  empty(): LeaderResponse {
    return { header: undefined, kv: undefined };
  },
  encodeTo(m: LeaderResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.kv !== undefined) KeyValue.encodeTo(m.kv, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: LeaderResponseInit): Uint8Array {
    return LeaderResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaderResponse {
    return LeaderResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaderResponse {
    if (end > r.len) throw new RangeError('truncated v3electionpb.LeaderResponse');
    const m = LeaderResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.kv = KeyValue.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3electionpb.LeaderResponse');
    return m;
  },
};

export interface ResignRequest {
  leader: LeaderKey | undefined;
}

/** ResignRequest as callers write it: whatever is left out is zero. */
export interface ResignRequestInit {
  leader?: LeaderKeyInit | undefined;
}

export const ResignRequest: Codec<ResignRequest, ResignRequestInit> = {
  name: 'v3electionpb.ResignRequest',
  empty(): ResignRequest {
    return { leader: undefined };
  },
  encodeTo(m: ResignRequestInit, w: Writer): Writer {
    if (m.leader !== undefined) LeaderKey.encodeTo(m.leader, w.uint32(10).fork()).ldelim();
    return w;
  },
  encode(m: ResignRequestInit): Uint8Array {
    return ResignRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ResignRequest {
    return ResignRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ResignRequest {
    if (end > r.len) throw new RangeError('truncated v3electionpb.ResignRequest');
    const m = ResignRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.leader = LeaderKey.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3electionpb.ResignRequest');
    return m;
  },
};

export interface ResignResponse {
  header: ResponseHeader | undefined;
}

/** ResignResponse as callers write it: whatever is left out is zero. */
export interface ResignResponseInit {
  header?: ResponseHeaderInit | undefined;
}

export const ResignResponse: Codec<ResignResponse, ResignResponseInit> = {
  name: 'v3electionpb.ResignResponse',
  empty(): ResignResponse {
    return { header: undefined };
  },
  encodeTo(m: ResignResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    return w;
  },
  encode(m: ResignResponseInit): Uint8Array {
    return ResignResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ResignResponse {
    return ResignResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ResignResponse {
    if (end > r.len) throw new RangeError('truncated v3electionpb.ResignResponse');
    const m = ResignResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3electionpb.ResignResponse');
    return m;
  },
};

export interface ProclaimRequest {
  leader: LeaderKey | undefined;
  value: Uint8Array;
}

/** ProclaimRequest as callers write it: whatever is left out is zero. */
export interface ProclaimRequestInit {
  leader?: LeaderKeyInit | undefined;
  value?: Uint8Array | undefined;
}

export const ProclaimRequest: Codec<ProclaimRequest, ProclaimRequestInit> = {
  name: 'v3electionpb.ProclaimRequest',
  empty(): ProclaimRequest {
    return { leader: undefined, value: EMPTY };
  },
  encodeTo(m: ProclaimRequestInit, w: Writer): Writer {
    if (m.leader !== undefined) LeaderKey.encodeTo(m.leader, w.uint32(10).fork()).ldelim();
    if (m.value !== undefined && m.value.length > 0) w.uint32(18).bytes(m.value);
    return w;
  },
  encode(m: ProclaimRequestInit): Uint8Array {
    return ProclaimRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ProclaimRequest {
    return ProclaimRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ProclaimRequest {
    if (end > r.len) throw new RangeError('truncated v3electionpb.ProclaimRequest');
    const m = ProclaimRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.leader = LeaderKey.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.value = r.bytes();
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3electionpb.ProclaimRequest');
    return m;
  },
};

export interface ProclaimResponse {
  header: ResponseHeader | undefined;
}

/** ProclaimResponse as callers write it: whatever is left out is zero. */
export interface ProclaimResponseInit {
  header?: ResponseHeaderInit | undefined;
}

export const ProclaimResponse: Codec<ProclaimResponse, ProclaimResponseInit> = {
  name: 'v3electionpb.ProclaimResponse',
  empty(): ProclaimResponse {
    return { header: undefined };
  },
  encodeTo(m: ProclaimResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    return w;
  },
  encode(m: ProclaimResponseInit): Uint8Array {
    return ProclaimResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ProclaimResponse {
    return ProclaimResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ProclaimResponse {
    if (end > r.len) throw new RangeError('truncated v3electionpb.ProclaimResponse');
    const m = ProclaimResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3electionpb.ProclaimResponse');
    return m;
  },
};

/** Methods of v3electionpb.Election. */
export const ElectionService = {
  campaign: {
    path: '/v3electionpb.Election/Campaign',
    request: CampaignRequest,
    response: CampaignResponse,
    requestStream: false,
    responseStream: false,
  },
  proclaim: {
    path: '/v3electionpb.Election/Proclaim',
    request: ProclaimRequest,
    response: ProclaimResponse,
    requestStream: false,
    responseStream: false,
  },
  leader: {
    path: '/v3electionpb.Election/Leader',
    request: LeaderRequest,
    response: LeaderResponse,
    requestStream: false,
    responseStream: false,
  },
  observe: {
    path: '/v3electionpb.Election/Observe',
    request: LeaderRequest,
    response: LeaderResponse,
    requestStream: false,
    responseStream: true,
  },
  resign: {
    path: '/v3electionpb.Election/Resign',
    request: ResignRequest,
    response: ResignResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
