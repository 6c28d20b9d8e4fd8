// Generated from proto/hexkeep.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, EMPTY, fromUnsigned, Reader, skipField, toNumber, toUnsigned, Writer } from '../wire.js';
import { ResponseHeader, type ResponseHeaderInit } from './rpc.js';

export interface PartitionListRequest {
}

/** PartitionListRequest as callers write it: whatever is left out is zero. */
export interface PartitionListRequestInit {
}

export const PartitionListRequest: Codec<PartitionListRequest, PartitionListRequestInit> = {
  name: 'hexkeep.v1.PartitionListRequest',
  empty(): PartitionListRequest {
    return {  };
  },
  encodeTo(_m: PartitionListRequestInit, w: Writer): Writer {
    return w;
  },
  encode(m: PartitionListRequestInit): Uint8Array {
    return PartitionListRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionListRequest {
    return PartitionListRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionListRequest {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionListRequest');
    const m = PartitionListRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        default:
          skipField(r, tag, []);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionListRequest');
    return m;
  },
};

export interface PartitionListResponse {
  header: ResponseHeader | undefined;
  partitions: Partition[];
}

/** PartitionListResponse as callers write it: whatever is left out is zero. */
export interface PartitionListResponseInit {
  header?: ResponseHeaderInit | undefined;
  partitions?: readonly PartitionInit[] | undefined;
}

export const PartitionListResponse: Codec<PartitionListResponse, PartitionListResponseInit> = {
  name: 'hexkeep.v1.PartitionListResponse',
  empty(): PartitionListResponse {
    return { header: undefined, partitions: [] };
  },
  encodeTo(m: PartitionListResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.partitions !== undefined) for (const v of m.partitions) Partition.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: PartitionListResponseInit): Uint8Array {
    return PartitionListResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionListResponse {
    return PartitionListResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionListResponse {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionListResponse');
    const m = PartitionListResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.partitions.push(Partition.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionListResponse');
    return m;
  },
};

export interface Partition {
  number: number;
  leaderMemberId: bigint;
  term: number;
  appliedIndex: number;
  revision: number;
  keys: number;
  sizeBytes: number;
  voters: bigint[];
  learners: bigint[];
  slots: number;
}

/** Partition as callers write it: whatever is left out is zero. */
export interface PartitionInit {
  number?: number | undefined;
  leaderMemberId?: bigint | undefined;
  term?: number | undefined;
  appliedIndex?: number | undefined;
  revision?: number | undefined;
  keys?: number | undefined;
  sizeBytes?: number | undefined;
  voters?: readonly bigint[] | undefined;
  learners?: readonly bigint[] | undefined;
  slots?: number | undefined;
}

export const Partition: Codec<Partition, PartitionInit> = {
  name: 'hexkeep.v1.Partition',
  empty(): Partition {
    return { number: 0, leaderMemberId: 0n, term: 0, appliedIndex: 0, revision: 0, keys: 0, sizeBytes: 0, voters: [], learners: [], slots: 0 };
  },
  encodeTo(m: PartitionInit, w: Writer): Writer {
    if (m.number !== undefined && m.number !== 0) w.uint32(8).uint32(m.number);
    if (m.leaderMemberId !== undefined && m.leaderMemberId !== 0n) w.uint32(16).uint64(fromUnsigned(m.leaderMemberId));
    if (m.term !== undefined && m.term !== 0) w.uint32(24).uint64(m.term);
    if (m.appliedIndex !== undefined && m.appliedIndex !== 0) w.uint32(32).uint64(m.appliedIndex);
    if (m.revision !== undefined && m.revision !== 0) w.uint32(40).uint64(m.revision);
    if (m.keys !== undefined && m.keys !== 0) w.uint32(48).uint64(m.keys);
    if (m.sizeBytes !== undefined && m.sizeBytes !== 0) w.uint32(56).uint64(m.sizeBytes);
    if (m.voters !== undefined && m.voters.length > 0) {
      w.uint32(66).fork();
      for (const v of m.voters) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.learners !== undefined && m.learners.length > 0) {
      w.uint32(74).fork();
      for (const v of m.learners) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.slots !== undefined && m.slots !== 0) w.uint32(80).uint32(m.slots);
    return w;
  },
  encode(m: PartitionInit): Uint8Array {
    return Partition.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Partition {
    return Partition.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Partition {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.Partition');
    const m = Partition.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.number = r.uint32();
          break;
        case 16:
          m.leaderMemberId = toUnsigned(r.uint64());
          break;
        case 24:
          m.term = toNumber(r.uint64());
          break;
        case 32:
          m.appliedIndex = toNumber(r.uint64());
          break;
        case 40:
          m.revision = toNumber(r.uint64());
          break;
        case 48:
          m.keys = toNumber(r.uint64());
          break;
        case 56:
          m.sizeBytes = toNumber(r.uint64());
          break;
        case 64:
          m.voters.push(toUnsigned(r.uint64()));
          break;
        case 66: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.voters.push(toUnsigned(r.uint64()));
          break;
        }
        case 72:
          m.learners.push(toUnsigned(r.uint64()));
          break;
        case 74: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.learners.push(toUnsigned(r.uint64()));
          break;
        }
        case 80:
          m.slots = r.uint32();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7,8,9,10]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.Partition');
    return m;
  },
};

export interface LocateRequest {
  key: Uint8Array;
}

/** LocateRequest as callers write it: whatever is left out is zero. */
export interface LocateRequestInit {
  key?: Uint8Array | undefined;
}

export const LocateRequest: Codec<LocateRequest, LocateRequestInit> = {
  name: 'hexkeep.v1.LocateRequest',
  empty(): LocateRequest {
    return { key: EMPTY };
  },
  encodeTo(m: LocateRequestInit, w: Writer): Writer {
    if (m.key !== undefined && m.key.length > 0) w.uint32(10).bytes(m.key);
    return w;
  },
  encode(m: LocateRequestInit): Uint8Array {
    return LocateRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LocateRequest {
    return LocateRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LocateRequest {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.LocateRequest');
    const m = LocateRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.LocateRequest');
    return m;
  },
};

export interface LocateResponse {
  header: ResponseHeader | undefined;
  partition: number;
  slot: number;
  routingPart: Uint8Array;
  leaderMemberId: bigint;
}

/** LocateResponse as callers write it: whatever is left out is zero. */
export interface LocateResponseInit {
  header?: ResponseHeaderInit | undefined;
  partition?: number | undefined;
  slot?: number | undefined;
  routingPart?: Uint8Array | undefined;
  leaderMemberId?: bigint | undefined;
}

export const LocateResponse: Codec<LocateResponse, LocateResponseInit> = {
  name: 'hexkeep.v1.LocateResponse',
  empty(): LocateResponse {
    return { header: undefined, partition: 0, slot: 0, routingPart: EMPTY, leaderMemberId: 0n };
  },
  encodeTo(m: LocateResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.partition !== undefined && m.partition !== 0) w.uint32(16).uint32(m.partition);
    if (m.slot !== undefined && m.slot !== 0) w.uint32(24).uint32(m.slot);
    if (m.routingPart !== undefined && m.routingPart.length > 0) w.uint32(34).bytes(m.routingPart);
    if (m.leaderMemberId !== undefined && m.leaderMemberId !== 0n) w.uint32(40).uint64(fromUnsigned(m.leaderMemberId));
    return w;
  },
  encode(m: LocateResponseInit): Uint8Array {
    return LocateResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LocateResponse {
    return LocateResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LocateResponse {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.LocateResponse');
    const m = LocateResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.partition = r.uint32();
          break;
        case 24:
          m.slot = r.uint32();
          break;
        case 34:
          m.routingPart = r.bytes();
          break;
        case 40:
          m.leaderMemberId = toUnsigned(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2,3,4,5]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.LocateResponse');
    return m;
  },
};

/** Methods of hexkeep.v1.Partitions. */
export const PartitionsService = {
  list: {
    path: '/hexkeep.v1.Partitions/List',
    request: PartitionListRequest,
    response: PartitionListResponse,
    requestStream: false,
    responseStream: false,
  },
  locate: {
    path: '/hexkeep.v1.Partitions/Locate',
    request: LocateRequest,
    response: LocateResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
