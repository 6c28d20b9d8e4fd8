// Generated from proto/rpc.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, EMPTY, fromSigned, fromUnsigned, Reader, skipField, toNumber, toSigned, toUnsigned, Writer } from '../wire.js';
import { Event, KeyValue, type EventInit, type KeyValueInit } from './kv.js';

export const SortOrder = {
  NONE: 0,
  ASCEND: 1,
  DESCEND: 2,
} as const;
export type SortOrder = (typeof SortOrder)[keyof typeof SortOrder];

export const SortTarget = {
  KEY: 0,
  VERSION: 1,
  CREATE: 2,
  MOD: 3,
  VALUE: 4,
} as const;
export type SortTarget = (typeof SortTarget)[keyof typeof SortTarget];

export const CompareResult = {
  EQUAL: 0,
  GREATER: 1,
  LESS: 2,
  NOT_EQUAL: 3,
} as const;
export type CompareResult = (typeof CompareResult)[keyof typeof CompareResult];

export const CompareTarget = {
  VERSION: 0,
  CREATE: 1,
  MOD: 2,
  VALUE: 3,
  LEASE: 4,
} as const;
export type CompareTarget = (typeof CompareTarget)[keyof typeof CompareTarget];

export const FilterType = {
  NOPUT: 0,
  NODELETE: 1,
} as const;
export type FilterType = (typeof FilterType)[keyof typeof FilterType];

export const AlarmType = {
  NONE: 0,
  NOSPACE: 1,
  CORRUPT: 2,
} as const;
export type AlarmType = (typeof AlarmType)[keyof typeof AlarmType];

export const AlarmAction = {
  GET: 0,
  ACTIVATE: 1,
  DEACTIVATE: 2,
} as const;
export type AlarmAction = (typeof AlarmAction)[keyof typeof AlarmAction];

export interface ResponseHeader {
  clusterId: bigint;
  memberId: bigint;
  revision: number;
  raftTerm: number;
}

/** ResponseHeader as callers write it: whatever is left out is zero. */
export interface ResponseHeaderInit {
  clusterId?: bigint | undefined;
  memberId?: bigint | undefined;
  revision?: number | undefined;
  raftTerm?: number | undefined;
}

export const ResponseHeader: Codec<ResponseHeader, ResponseHeaderInit> = {
  name: 'etcdserverpb.ResponseHeader',
  empty(): ResponseHeader {
    return { clusterId: 0n, memberId: 0n, revision: 0, raftTerm: 0 };
  },
  encodeTo(m: ResponseHeaderInit, w: Writer): Writer {
    if (m.clusterId !== undefined && m.clusterId !== 0n) w.uint32(8).uint64(fromUnsigned(m.clusterId));
    if (m.memberId !== undefined && m.memberId !== 0n) w.uint32(16).uint64(fromUnsigned(m.memberId));
    if (m.revision !== undefined && m.revision !== 0) w.uint32(24).int64(m.revision);
    if (m.raftTerm !== undefined && m.raftTerm !== 0) w.uint32(32).uint64(m.raftTerm);
    return w;
  },
  encode(m: ResponseHeaderInit): Uint8Array {
    return ResponseHeader.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ResponseHeader {
    return ResponseHeader.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ResponseHeader {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.ResponseHeader');
    const m = ResponseHeader.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.clusterId = toUnsigned(r.uint64());
          break;
        case 16:
          m.memberId = toUnsigned(r.uint64());
          break;
        case 24:
          m.revision = toNumber(r.int64());
          break;
        case 32:
          m.raftTerm = toNumber(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.ResponseHeader');
    return m;
  },
};

export interface RangeRequest {
  key: Uint8Array;
  rangeEnd: Uint8Array;
  limit: number;
  revision: number;
  sortOrder: SortOrder;
  sortTarget: SortTarget;
  serializable: boolean;
  keysOnly: boolean;
  countOnly: boolean;
  minModRevision: number;
  maxModRevision: number;
  minCreateRevision: number;
  maxCreateRevision: number;
}

/** RangeRequest as callers write it: whatever is left out is zero. */
export interface RangeRequestInit {
  key?: Uint8Array | undefined;
  rangeEnd?: Uint8Array | undefined;
  limit?: number | undefined;
  revision?: number | undefined;
  sortOrder?: SortOrder | undefined;
  sortTarget?: SortTarget | undefined;
  serializable?: boolean | undefined;
  keysOnly?: boolean | undefined;
  countOnly?: boolean | undefined;
  minModRevision?: number | undefined;
  maxModRevision?: number | undefined;
  minCreateRevision?: number | undefined;
  maxCreateRevision?: number | undefined;
}

export const RangeRequest: Codec<RangeRequest, RangeRequestInit> = {
  name: 'etcdserverpb.RangeRequest',
  empty(): RangeRequest {
    return { key: EMPTY, rangeEnd: EMPTY, limit: 0, revision: 0, sortOrder: 0, sortTarget: 0, serializable: false, keysOnly: false, countOnly: false, minModRevision: 0, maxModRevision: 0, minCreateRevision: 0, maxCreateRevision: 0 };
  },
  encodeTo(m: RangeRequestInit, w: Writer): Writer {
    if (m.key !== undefined && m.key.length > 0) w.uint32(10).bytes(m.key);
    if (m.rangeEnd !== undefined && m.rangeEnd.length > 0) w.uint32(18).bytes(m.rangeEnd);
    if (m.limit !== undefined && m.limit !== 0) w.uint32(24).int64(m.limit);
    if (m.revision !== undefined && m.revision !== 0) w.uint32(32).int64(m.revision);
    if (m.sortOrder !== undefined && m.sortOrder !== 0) w.uint32(40).int32(m.sortOrder);
    if (m.sortTarget !== undefined && m.sortTarget !== 0) w.uint32(48).int32(m.sortTarget);
    if (m.serializable === true) w.uint32(56).bool(m.serializable);
    if (m.keysOnly === true) w.uint32(64).bool(m.keysOnly);
    if (m.countOnly === true) w.uint32(72).bool(m.countOnly);
    if (m.minModRevision !== undefined && m.minModRevision !== 0) w.uint32(80).int64(m.minModRevision);
    if (m.maxModRevision !== undefined && m.maxModRevision !== 0) w.uint32(88).int64(m.maxModRevision);
    if (m.minCreateRevision !== undefined && m.minCreateRevision !== 0) w.uint32(96).int64(m.minCreateRevision);
    if (m.maxCreateRevision !== undefined && m.maxCreateRevision !== 0) w.uint32(104).int64(m.maxCreateRevision);
    return w;
  },
  encode(m: RangeRequestInit): Uint8Array {
    return RangeRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): RangeRequest {
    return RangeRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): RangeRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.RangeRequest');
    const m = RangeRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 18:
          m.rangeEnd = r.bytes();
          break;
        case 24:
          m.limit = toNumber(r.int64());
          break;
        case 32:
          m.revision = toNumber(r.int64());
          break;
        case 40:
          m.sortOrder = r.int32() as SortOrder;
          break;
        case 48:
          m.sortTarget = r.int32() as SortTarget;
          break;
        case 56:
          m.serializable = r.bool();
          break;
        case 64:
          m.keysOnly = r.bool();
          break;
        case 72:
          m.countOnly = r.bool();
          break;
        case 80:
          m.minModRevision = toNumber(r.int64());
          break;
        case 88:
          m.maxModRevision = toNumber(r.int64());
          break;
        case 96:
          m.minCreateRevision = toNumber(r.int64());
          break;
        case 104:
          m.maxCreateRevision = toNumber(r.int64());
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7,8,9,10,11,12,13]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.RangeRequest');
    return m;
  },
};

export interface RangeResponse {
  header: ResponseHeader | undefined;
  kvs: KeyValue[];
  more: boolean;
  count: number;
}

/** RangeResponse as callers write it: whatever is left out is zero. */
export interface RangeResponseInit {
  header?: ResponseHeaderInit | undefined;
  kvs?: readonly KeyValueInit[] | undefined;
  more?: boolean | undefined;
  count?: number | undefined;
}

export const RangeResponse: Codec<RangeResponse, RangeResponseInit> = {
  name: 'etcdserverpb.RangeResponse',
  empty(): RangeResponse {
    return { header: undefined, kvs: [], more: false, count: 0 };
  },
  encodeTo(m: RangeResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.kvs !== undefined) for (const v of m.kvs) KeyValue.encodeTo(v, w.uint32(18).fork()).ldelim();
    if (m.more === true) w.uint32(24).bool(m.more);
    if (m.count !== undefined && m.count !== 0) w.uint32(32).int64(m.count);
    return w;
  },
  encode(m: RangeResponseInit): Uint8Array {
    return RangeResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): RangeResponse {
    return RangeResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): RangeResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.RangeResponse');
    const m = RangeResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.kvs.push(KeyValue.decodeFrom(r, r.uint32() + r.pos));
          break;
        case 24:
          m.more = r.bool();
          break;
        case 32:
          m.count = toNumber(r.int64());
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.RangeResponse');
    return m;
  },
};

export interface PutRequest {
  key: Uint8Array;
  value: Uint8Array;
  lease: bigint;
  prevKv: boolean;
  ignoreValue: boolean;
  ignoreLease: boolean;
}

/** PutRequest as callers write it: whatever is left out is zero. */
export interface PutRequestInit {
  key?: Uint8Array | undefined;
  value?: Uint8Array | undefined;
  lease?: bigint | undefined;
  prevKv?: boolean | undefined;
  ignoreValue?: boolean | undefined;
  ignoreLease?: boolean | undefined;
}

export const PutRequest: Codec<PutRequest, PutRequestInit> = {
  name: 'etcdserverpb.PutRequest',
  empty(): PutRequest {
    return { key: EMPTY, value: EMPTY, lease: 0n, prevKv: false, ignoreValue: false, ignoreLease: false };
  },
  encodeTo(m: PutRequestInit, w: Writer): Writer {
    if (m.key !== undefined && m.key.length > 0) w.uint32(10).bytes(m.key);
    if (m.value !== undefined && m.value.length > 0) w.uint32(18).bytes(m.value);
    if (m.lease !== undefined && m.lease !== 0n) w.uint32(24).int64(fromSigned(m.lease));
    if (m.prevKv === true) w.uint32(32).bool(m.prevKv);
    if (m.ignoreValue === true) w.uint32(40).bool(m.ignoreValue);
    if (m.ignoreLease === true) w.uint32(48).bool(m.ignoreLease);
    return w;
  },
  encode(m: PutRequestInit): Uint8Array {
    return PutRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PutRequest {
    return PutRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PutRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.PutRequest');
    const m = PutRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 18:
          m.value = r.bytes();
          break;
        case 24:
          m.lease = toSigned(r.int64());
          break;
        case 32:
          m.prevKv = r.bool();
          break;
        case 40:
          m.ignoreValue = r.bool();
          break;
        case 48:
          m.ignoreLease = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.PutRequest');
    return m;
  },
};

export interface PutResponse {
  header: ResponseHeader | undefined;
  prevKv: KeyValue | undefined;
}

/** PutResponse as callers write it: whatever is left out is zero. */
export interface PutResponseInit {
  header?: ResponseHeaderInit | undefined;
  prevKv?: KeyValueInit | undefined;
}

export const PutResponse: Codec<PutResponse, PutResponseInit> = {
  name: 'etcdserverpb.PutResponse',
  empty(): PutResponse {
    return { header: undefined, prevKv: undefined };
  },
  encodeTo(m: PutResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.prevKv !== undefined) KeyValue.encodeTo(m.prevKv, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: PutResponseInit): Uint8Array {
    return PutResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PutResponse {
    return PutResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PutResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.PutResponse');
    const m = PutResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.prevKv = KeyValue.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.PutResponse');
    return m;
  },
};

export interface DeleteRangeRequest {
  key: Uint8Array;
  rangeEnd: Uint8Array;
  prevKv: boolean;
}

/** DeleteRangeRequest as callers write it: whatever is left out is zero. */
export interface DeleteRangeRequestInit {
  key?: Uint8Array | undefined;
  rangeEnd?: Uint8Array | undefined;
  prevKv?: boolean | undefined;
}

export const DeleteRangeRequest: Codec<DeleteRangeRequest, DeleteRangeRequestInit> = {
  name: 'etcdserverpb.DeleteRangeRequest',
  empty(): DeleteRangeRequest {
    return { key: EMPTY, rangeEnd: EMPTY, prevKv: false };
  },
  encodeTo(m: DeleteRangeRequestInit, w: Writer): Writer {
    if (m.key !== undefined && m.key.length > 0) w.uint32(10).bytes(m.key);
    if (m.rangeEnd !== undefined && m.rangeEnd.length > 0) w.uint32(18).bytes(m.rangeEnd);
    if (m.prevKv === true) w.uint32(24).bool(m.prevKv);
    return w;
  },
  encode(m: DeleteRangeRequestInit): Uint8Array {
    return DeleteRangeRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): DeleteRangeRequest {
    return DeleteRangeRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): DeleteRangeRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.DeleteRangeRequest');
    const m = DeleteRangeRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 18:
          m.rangeEnd = r.bytes();
          break;
        case 24:
          m.prevKv = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.DeleteRangeRequest');
    return m;
  },
};

export interface DeleteRangeResponse {
  header: ResponseHeader | undefined;
  deleted: number;
  prevKvs: KeyValue[];
}

/** DeleteRangeResponse as callers write it: whatever is left out is zero. */
export interface DeleteRangeResponseInit {
  header?: ResponseHeaderInit | undefined;
  deleted?: number | undefined;
  prevKvs?: readonly KeyValueInit[] | undefined;
}

export const DeleteRangeResponse: Codec<DeleteRangeResponse, DeleteRangeResponseInit> = {
  name: 'etcdserverpb.DeleteRangeResponse',
  empty(): DeleteRangeResponse {
    return { header: undefined, deleted: 0, prevKvs: [] };
  },
  encodeTo(m: DeleteRangeResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.deleted !== undefined && m.deleted !== 0) w.uint32(16).int64(m.deleted);
    if (m.prevKvs !== undefined) for (const v of m.prevKvs) KeyValue.encodeTo(v, w.uint32(26).fork()).ldelim();
    return w;
  },
  encode(m: DeleteRangeResponseInit): Uint8Array {
    return DeleteRangeResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): DeleteRangeResponse {
    return DeleteRangeResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): DeleteRangeResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.DeleteRangeResponse');
    const m = DeleteRangeResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.deleted = toNumber(r.int64());
          break;
        case 26:
          m.prevKvs.push(KeyValue.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.DeleteRangeResponse');
    return m;
  },
};

export interface RequestOp {
  requestRange: RangeRequest | undefined;
  requestPut: PutRequest | undefined;
  requestDeleteRange: DeleteRangeRequest | undefined;
  requestTxn: TxnRequest | undefined;
}

/** RequestOp as callers write it: whatever is left out is zero. */
export interface RequestOpInit {
  requestRange?: RangeRequestInit | undefined;
  requestPut?: PutRequestInit | undefined;
  requestDeleteRange?: DeleteRangeRequestInit | undefined;
  requestTxn?: TxnRequestInit | undefined;
}

export const RequestOp: Codec<RequestOp, RequestOpInit> = {
  name: 'etcdserverpb.RequestOp',
  empty(): RequestOp {
    return { requestRange: undefined, requestPut: undefined, requestDeleteRange: undefined, requestTxn: undefined };
  },
  encodeTo(m: RequestOpInit, w: Writer): Writer {
    if (m.requestRange !== undefined) RangeRequest.encodeTo(m.requestRange, w.uint32(10).fork()).ldelim();
    if (m.requestPut !== undefined) PutRequest.encodeTo(m.requestPut, w.uint32(18).fork()).ldelim();
    if (m.requestDeleteRange !== undefined) DeleteRangeRequest.encodeTo(m.requestDeleteRange, w.uint32(26).fork()).ldelim();
    if (m.requestTxn !== undefined) TxnRequest.encodeTo(m.requestTxn, w.uint32(34).fork()).ldelim();
    return w;
  },
  encode(m: RequestOpInit): Uint8Array {
    return RequestOp.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): RequestOp {
    return RequestOp.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): RequestOp {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.RequestOp');
    const m = RequestOp.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.requestPut = undefined;
          m.requestDeleteRange = undefined;
          m.requestTxn = undefined;
          m.requestRange = RangeRequest.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.requestRange = undefined;
          m.requestDeleteRange = undefined;
          m.requestTxn = undefined;
          m.requestPut = PutRequest.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 26:
          m.requestRange = undefined;
          m.requestPut = undefined;
          m.requestTxn = undefined;
          m.requestDeleteRange = DeleteRangeRequest.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 34:
          m.requestRange = undefined;
          m.requestPut = undefined;
          m.requestDeleteRange = undefined;
          m.requestTxn = TxnRequest.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.RequestOp');
    return m;
  },
};

export interface ResponseOp {
  responseRange: RangeResponse | undefined;
  responsePut: PutResponse | undefined;
  responseDeleteRange: DeleteRangeResponse | undefined;
  responseTxn: TxnResponse | undefined;
}

/** ResponseOp as callers write it: whatever is left out is zero. */
export interface ResponseOpInit {
  responseRange?: RangeResponseInit | undefined;
  responsePut?: PutResponseInit | undefined;
  responseDeleteRange?: DeleteRangeResponseInit | undefined;
  responseTxn?: TxnResponseInit | undefined;
}

export const ResponseOp: Codec<ResponseOp, ResponseOpInit> = {
  name: 'etcdserverpb.ResponseOp',
  empty(): ResponseOp {
    return { responseRange: undefined, responsePut: undefined, responseDeleteRange: undefined, responseTxn: undefined };
  },
  encodeTo(m: ResponseOpInit, w: Writer): Writer {
    if (m.responseRange !== undefined) RangeResponse.encodeTo(m.responseRange, w.uint32(10).fork()).ldelim();
    if (m.responsePut !== undefined) PutResponse.encodeTo(m.responsePut, w.uint32(18).fork()).ldelim();
    if (m.responseDeleteRange !== undefined) DeleteRangeResponse.encodeTo(m.responseDeleteRange, w.uint32(26).fork()).ldelim();
    if (m.responseTxn !== undefined) TxnResponse.encodeTo(m.responseTxn, w.uint32(34).fork()).ldelim();
    return w;
  },
  encode(m: ResponseOpInit): Uint8Array {
    return ResponseOp.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ResponseOp {
    return ResponseOp.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ResponseOp {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.ResponseOp');
    const m = ResponseOp.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.responsePut = undefined;
          m.responseDeleteRange = undefined;
          m.responseTxn = undefined;
          m.responseRange = RangeResponse.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.responseRange = undefined;
          m.responseDeleteRange = undefined;
          m.responseTxn = undefined;
          m.responsePut = PutResponse.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 26:
          m.responseRange = undefined;
          m.responsePut = undefined;
          m.responseTxn = undefined;
          m.responseDeleteRange = DeleteRangeResponse.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 34:
          m.responseRange = undefined;
          m.responsePut = undefined;
          m.responseDeleteRange = undefined;
          m.responseTxn = TxnResponse.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.ResponseOp');
    return m;
  },
};

export interface Compare {
  result: CompareResult;
  target: CompareTarget;
  key: Uint8Array;
  version: number | undefined;
  createRevision: number | undefined;
  modRevision: number | undefined;
  value: Uint8Array | undefined;
  lease: bigint | undefined;
  rangeEnd: Uint8Array;
}

/** Compare as callers write it: whatever is left out is zero. */
export interface CompareInit {
  result?: CompareResult | undefined;
  target?: CompareTarget | undefined;
  key?: Uint8Array | undefined;
  version?: number | undefined;
  createRevision?: number | undefined;
  modRevision?: number | undefined;
  value?: Uint8Array | undefined;
  lease?: bigint | undefined;
  rangeEnd?: Uint8Array | undefined;
}

export const Compare: Codec<Compare, CompareInit> = {
  name: 'etcdserverpb.Compare',
  empty(): Compare {
    return { result: 0, target: 0, key: EMPTY, version: undefined, createRevision: undefined, modRevision: undefined, value: undefined, lease: undefined, rangeEnd: EMPTY };
  },
  encodeTo(m: CompareInit, w: Writer): Writer {
    if (m.result !== undefined && m.result !== 0) w.uint32(8).int32(m.result);
    if (m.target !== undefined && m.target !== 0) w.uint32(16).int32(m.target);
    if (m.key !== undefined && m.key.length > 0) w.uint32(26).bytes(m.key);
    if (m.version !== undefined) w.uint32(32).int64(m.version);
    if (m.createRevision !== undefined) w.uint32(40).int64(m.createRevision);
    if (m.modRevision !== undefined) w.uint32(48).int64(m.modRevision);
    if (m.value !== undefined) w.uint32(58).bytes(m.value);
    if (m.lease !== undefined) w.uint32(64).int64(fromSigned(m.lease));
    if (m.rangeEnd !== undefined && m.rangeEnd.length > 0) w.uint32(514).bytes(m.rangeEnd);
    return w;
  },
  encode(m: CompareInit): Uint8Array {
    return Compare.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Compare {
    return Compare.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Compare {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.Compare');
    const m = Compare.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.result = r.int32() as CompareResult;
          break;
        case 16:
          m.target = r.int32() as CompareTarget;
          break;
        case 26:
          m.key = r.bytes();
          break;
        case 32:
          m.createRevision = undefined;
          m.modRevision = undefined;
          m.value = undefined;
          m.lease = undefined;
          m.version = toNumber(r.int64());
          break;
        case 40:
          m.version = undefined;
          m.modRevision = undefined;
          m.value = undefined;
          m.lease = undefined;
          m.createRevision = toNumber(r.int64());
          break;
        case 48:
          m.version = undefined;
          m.createRevision = undefined;
          m.value = undefined;
          m.lease = undefined;
          m.modRevision = toNumber(r.int64());
          break;
        case 58:
          m.version = undefined;
          m.createRevision = undefined;
          m.modRevision = undefined;
          m.lease = undefined;
          m.value = r.bytes();
          break;
        case 64:
          m.version = undefined;
          m.createRevision = undefined;
          m.modRevision = undefined;
          m.value = undefined;
          m.lease = toSigned(r.int64());
          break;
        case 514:
          m.rangeEnd = r.bytes();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7,8,64]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.Compare');
    return m;
  },
};

export interface TxnRequest {
  compare: Compare[];
  success: RequestOp[];
  failure: RequestOp[];
}

/** TxnRequest as callers write it: whatever is left out is zero. */
export interface TxnRequestInit {
  compare?: readonly CompareInit[] | undefined;
  success?: readonly RequestOpInit[] | undefined;
  failure?: readonly RequestOpInit[] | undefined;
}

export const TxnRequest: Codec<TxnRequest, TxnRequestInit> = {
  name: 'etcdserverpb.TxnRequest',
  empty(): TxnRequest {
    return { compare: [], success: [], failure: [] };
  },
  encodeTo(m: TxnRequestInit, w: Writer): Writer {
    if (m.compare !== undefined) for (const v of m.compare) Compare.encodeTo(v, w.uint32(10).fork()).ldelim();
    if (m.success !== undefined) for (const v of m.success) RequestOp.encodeTo(v, w.uint32(18).fork()).ldelim();
    if (m.failure !== undefined) for (const v of m.failure) RequestOp.encodeTo(v, w.uint32(26).fork()).ldelim();
    return w;
  },
  encode(m: TxnRequestInit): Uint8Array {
    return TxnRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnRequest {
    return TxnRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.TxnRequest');
    const m = TxnRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.compare.push(Compare.decodeFrom(r, r.uint32() + r.pos));
          break;
        case 18:
          m.success.push(RequestOp.decodeFrom(r, r.uint32() + r.pos));
          break;
        case 26:
          m.failure.push(RequestOp.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.TxnRequest');
    return m;
  },
};

export interface TxnResponse {
  header: ResponseHeader | undefined;
  succeeded: boolean;
  responses: ResponseOp[];
}

/** TxnResponse as callers write it: whatever is left out is zero. */
export interface TxnResponseInit {
  header?: ResponseHeaderInit | undefined;
  succeeded?: boolean | undefined;
  responses?: readonly ResponseOpInit[] | undefined;
}

export const TxnResponse: Codec<TxnResponse, TxnResponseInit> = {
  name: 'etcdserverpb.TxnResponse',
  empty(): TxnResponse {
    return { header: undefined, succeeded: false, responses: [] };
  },
  encodeTo(m: TxnResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.succeeded === true) w.uint32(16).bool(m.succeeded);
    if (m.responses !== undefined) for (const v of m.responses) ResponseOp.encodeTo(v, w.uint32(26).fork()).ldelim();
    return w;
  },
  encode(m: TxnResponseInit): Uint8Array {
    return TxnResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnResponse {
    return TxnResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.TxnResponse');
    const m = TxnResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.succeeded = r.bool();
          break;
        case 26:
          m.responses.push(ResponseOp.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.TxnResponse');
    return m;
  },
};

export interface CompactionRequest {
  revision: number;
  physical: boolean;
}

/** CompactionRequest as callers write it: whatever is left out is zero. */
export interface CompactionRequestInit {
  revision?: number | undefined;
  physical?: boolean | undefined;
}

export const CompactionRequest: Codec<CompactionRequest, CompactionRequestInit> = {
  name: 'etcdserverpb.CompactionRequest',
  empty(): CompactionRequest {
    return { revision: 0, physical: false };
  },
  encodeTo(m: CompactionRequestInit, w: Writer): Writer {
    if (m.revision !== undefined && m.revision !== 0) w.uint32(8).int64(m.revision);
    if (m.physical === true) w.uint32(16).bool(m.physical);
    return w;
  },
  encode(m: CompactionRequestInit): Uint8Array {
    return CompactionRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): CompactionRequest {
    return CompactionRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): CompactionRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.CompactionRequest');
    const m = CompactionRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.revision = toNumber(r.int64());
          break;
        case 16:
          m.physical = r.bool();
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.CompactionRequest');
    return m;
  },
};

export interface CompactionResponse {
  header: ResponseHeader | undefined;
}

/** CompactionResponse as callers write it: whatever is left out is zero. */
export interface CompactionResponseInit {
  header?: ResponseHeaderInit | undefined;
}

export const CompactionResponse: Codec<CompactionResponse, CompactionResponseInit> = {
  name: 'etcdserverpb.CompactionResponse',
  empty(): CompactionResponse {
    return { header: undefined };
  },
  encodeTo(m: CompactionResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    return w;
  },
  encode(m: CompactionResponseInit): Uint8Array {
    return CompactionResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): CompactionResponse {
    return CompactionResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): CompactionResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.CompactionResponse');
    const m = CompactionResponse.empty();
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
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.CompactionResponse');
    return m;
  },
};

export interface HashRequest {
}

/** HashRequest as callers write it: whatever is left out is zero. */
export interface HashRequestInit {
}

export const HashRequest: Codec<HashRequest, HashRequestInit> = {
  name: 'etcdserverpb.HashRequest',
  empty(): HashRequest {
    return {  };
  },
  encodeTo(_m: HashRequestInit, w: Writer): Writer {
    return w;
  },
  encode(m: HashRequestInit): Uint8Array {
    return HashRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): HashRequest {
    return HashRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): HashRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.HashRequest');
    const m = HashRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        default:
          skipField(r, tag, []);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.HashRequest');
    return m;
  },
};

export interface HashResponse {
  header: ResponseHeader | undefined;
  hash: number;
}

/** HashResponse as callers write it: whatever is left out is zero. */
export interface HashResponseInit {
  header?: ResponseHeaderInit | undefined;
  hash?: number | undefined;
}

export const HashResponse: Codec<HashResponse, HashResponseInit> = {
  name: 'etcdserverpb.HashResponse',
  empty(): HashResponse {
    return { header: undefined, hash: 0 };
  },
  encodeTo(m: HashResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.hash !== undefined && m.hash !== 0) w.uint32(16).uint32(m.hash);
    return w;
  },
  encode(m: HashResponseInit): Uint8Array {
    return HashResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): HashResponse {
    return HashResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): HashResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.HashResponse');
    const m = HashResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.hash = r.uint32();
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.HashResponse');
    return m;
  },
};

export interface HashKVRequest {
  revision: number;
}

/** HashKVRequest as callers write it: whatever is left out is zero. */
export interface HashKVRequestInit {
  revision?: number | undefined;
}

export const HashKVRequest: Codec<HashKVRequest, HashKVRequestInit> = {
  name: 'etcdserverpb.HashKVRequest',
  empty(): HashKVRequest {
    return { revision: 0 };
  },
  encodeTo(m: HashKVRequestInit, w: Writer): Writer {
    if (m.revision !== undefined && m.revision !== 0) w.uint32(8).int64(m.revision);
    return w;
  },
  encode(m: HashKVRequestInit): Uint8Array {
    return HashKVRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): HashKVRequest {
    return HashKVRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): HashKVRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.HashKVRequest');
    const m = HashKVRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.revision = toNumber(r.int64());
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.HashKVRequest');
    return m;
  },
};

export interface HashKVResponse {
  header: ResponseHeader | undefined;
  hash: number;
  compactRevision: number;
  hashRevision: number;
}

/** HashKVResponse as callers write it: whatever is left out is zero. */
export interface HashKVResponseInit {
  header?: ResponseHeaderInit | undefined;
  hash?: number | undefined;
  compactRevision?: number | undefined;
  hashRevision?: number | undefined;
}

export const HashKVResponse: Codec<HashKVResponse, HashKVResponseInit> = {
  name: 'etcdserverpb.HashKVResponse',
  empty(): HashKVResponse {
    return { header: undefined, hash: 0, compactRevision: 0, hashRevision: 0 };
  },
  encodeTo(m: HashKVResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.hash !== undefined && m.hash !== 0) w.uint32(16).uint32(m.hash);
    if (m.compactRevision !== undefined && m.compactRevision !== 0) w.uint32(24).int64(m.compactRevision);
    if (m.hashRevision !== undefined && m.hashRevision !== 0) w.uint32(32).int64(m.hashRevision);
    return w;
  },
  encode(m: HashKVResponseInit): Uint8Array {
    return HashKVResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): HashKVResponse {
    return HashKVResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): HashKVResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.HashKVResponse');
    const m = HashKVResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.hash = r.uint32();
          break;
        case 24:
          m.compactRevision = toNumber(r.int64());
          break;
        case 32:
          m.hashRevision = toNumber(r.int64());
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.HashKVResponse');
    return m;
  },
};

export interface SnapshotRequest {
}

/** SnapshotRequest as callers write it: whatever is left out is zero. */
export interface SnapshotRequestInit {
}

export const SnapshotRequest: Codec<SnapshotRequest, SnapshotRequestInit> = {
  name: 'etcdserverpb.SnapshotRequest',
  empty(): SnapshotRequest {
    return {  };
  },
  encodeTo(_m: SnapshotRequestInit, w: Writer): Writer {
    return w;
  },
  encode(m: SnapshotRequestInit): Uint8Array {
    return SnapshotRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): SnapshotRequest {
    return SnapshotRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): SnapshotRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.SnapshotRequest');
    const m = SnapshotRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        default:
          skipField(r, tag, []);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.SnapshotRequest');
    return m;
  },
};

export interface SnapshotResponse {
  header: ResponseHeader | undefined;
  remainingBytes: number;
  blob: Uint8Array;
  version: string;
}

/** SnapshotResponse as callers write it: whatever is left out is zero. */
export interface SnapshotResponseInit {
  header?: ResponseHeaderInit | undefined;
  remainingBytes?: number | undefined;
  blob?: Uint8Array | undefined;
  version?: string | undefined;
}

export const SnapshotResponse: Codec<SnapshotResponse, SnapshotResponseInit> = {
  name: 'etcdserverpb.SnapshotResponse',
  empty(): SnapshotResponse {
    return { header: undefined, remainingBytes: 0, blob: EMPTY, version: '' };
  },
  encodeTo(m: SnapshotResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.remainingBytes !== undefined && m.remainingBytes !== 0) w.uint32(16).uint64(m.remainingBytes);
    if (m.blob !== undefined && m.blob.length > 0) w.uint32(26).bytes(m.blob);
    if (m.version !== undefined && m.version.length > 0) w.uint32(34).string(m.version);
    return w;
  },
  encode(m: SnapshotResponseInit): Uint8Array {
    return SnapshotResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): SnapshotResponse {
    return SnapshotResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): SnapshotResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.SnapshotResponse');
    const m = SnapshotResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.remainingBytes = toNumber(r.uint64());
          break;
        case 26:
          m.blob = r.bytes();
          break;
        case 34:
          m.version = r.string();
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.SnapshotResponse');
    return m;
  },
};

export interface WatchRequest {
  createRequest: WatchCreateRequest | undefined;
  cancelRequest: WatchCancelRequest | undefined;
  progressRequest: WatchProgressRequest | undefined;
}

/** WatchRequest as callers write it: whatever is left out is zero. */
export interface WatchRequestInit {
  createRequest?: WatchCreateRequestInit | undefined;
  cancelRequest?: WatchCancelRequestInit | undefined;
  progressRequest?: WatchProgressRequestInit | undefined;
}

export const WatchRequest: Codec<WatchRequest, WatchRequestInit> = {
  name: 'etcdserverpb.WatchRequest',
  empty(): WatchRequest {
    return { createRequest: undefined, cancelRequest: undefined, progressRequest: undefined };
  },
  encodeTo(m: WatchRequestInit, w: Writer): Writer {
    if (m.createRequest !== undefined) WatchCreateRequest.encodeTo(m.createRequest, w.uint32(10).fork()).ldelim();
    if (m.cancelRequest !== undefined) WatchCancelRequest.encodeTo(m.cancelRequest, w.uint32(18).fork()).ldelim();
    if (m.progressRequest !== undefined) WatchProgressRequest.encodeTo(m.progressRequest, w.uint32(26).fork()).ldelim();
    return w;
  },
  encode(m: WatchRequestInit): Uint8Array {
    return WatchRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): WatchRequest {
    return WatchRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): WatchRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.WatchRequest');
    const m = WatchRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.cancelRequest = undefined;
          m.progressRequest = undefined;
          m.createRequest = WatchCreateRequest.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.createRequest = undefined;
          m.progressRequest = undefined;
          m.cancelRequest = WatchCancelRequest.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 26:
          m.createRequest = undefined;
          m.cancelRequest = undefined;
          m.progressRequest = WatchProgressRequest.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.WatchRequest');
    return m;
  },
};

export interface WatchCreateRequest {
  key: Uint8Array;
  rangeEnd: Uint8Array;
  startRevision: number;
  progressNotify: boolean;
  filters: FilterType[];
  prevKv: boolean;
  watchId: number;
  fragment: boolean;
}

/** WatchCreateRequest as callers write it: whatever is left out is zero. */
export interface WatchCreateRequestInit {
  key?: Uint8Array | undefined;
  rangeEnd?: Uint8Array | undefined;
  startRevision?: number | undefined;
  progressNotify?: boolean | undefined;
  filters?: readonly FilterType[] | undefined;
  prevKv?: boolean | undefined;
  watchId?: number | undefined;
  fragment?: boolean | undefined;
}

export const WatchCreateRequest: Codec<WatchCreateRequest, WatchCreateRequestInit> = {
  name: 'etcdserverpb.WatchCreateRequest',
  empty(): WatchCreateRequest {
    return { key: EMPTY, rangeEnd: EMPTY, startRevision: 0, progressNotify: false, filters: [], prevKv: false, watchId: 0, fragment: false };
  },
  encodeTo(m: WatchCreateRequestInit, w: Writer): Writer {
    if (m.key !== undefined && m.key.length > 0) w.uint32(10).bytes(m.key);
    if (m.rangeEnd !== undefined && m.rangeEnd.length > 0) w.uint32(18).bytes(m.rangeEnd);
    if (m.startRevision !== undefined && m.startRevision !== 0) w.uint32(24).int64(m.startRevision);
    if (m.progressNotify === true) w.uint32(32).bool(m.progressNotify);
    if (m.filters !== undefined && m.filters.length > 0) {
      w.uint32(42).fork();
      for (const v of m.filters) w.int32(v);
      w.ldelim();
    }
    if (m.prevKv === true) w.uint32(48).bool(m.prevKv);
    if (m.watchId !== undefined && m.watchId !== 0) w.uint32(56).int64(m.watchId);
    if (m.fragment === true) w.uint32(64).bool(m.fragment);
    return w;
  },
  encode(m: WatchCreateRequestInit): Uint8Array {
    return WatchCreateRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): WatchCreateRequest {
    return WatchCreateRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): WatchCreateRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.WatchCreateRequest');
    const m = WatchCreateRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 18:
          m.rangeEnd = r.bytes();
          break;
        case 24:
          m.startRevision = toNumber(r.int64());
          break;
        case 32:
          m.progressNotify = r.bool();
          break;
        case 40:
          m.filters.push(r.int32() as FilterType);
          break;
        case 42: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.filters.push(r.int32() as FilterType);
          break;
        }
        case 48:
          m.prevKv = r.bool();
          break;
        case 56:
          m.watchId = toNumber(r.int64());
          break;
        case 64:
          m.fragment = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7,8]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.WatchCreateRequest');
    return m;
  },
};

export interface WatchCancelRequest {
  watchId: number;
}

/** WatchCancelRequest as callers write it: whatever is left out is zero. */
export interface WatchCancelRequestInit {
  watchId?: number | undefined;
}

export const WatchCancelRequest: Codec<WatchCancelRequest, WatchCancelRequestInit> = {
  name: 'etcdserverpb.WatchCancelRequest',
  empty(): WatchCancelRequest {
    return { watchId: 0 };
  },
  encodeTo(m: WatchCancelRequestInit, w: Writer): Writer {
    if (m.watchId !== undefined && m.watchId !== 0) w.uint32(8).int64(m.watchId);
    return w;
  },
  encode(m: WatchCancelRequestInit): Uint8Array {
    return WatchCancelRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): WatchCancelRequest {
    return WatchCancelRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): WatchCancelRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.WatchCancelRequest');
    const m = WatchCancelRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.watchId = toNumber(r.int64());
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.WatchCancelRequest');
    return m;
  },
};

export interface WatchProgressRequest {
}

/** WatchProgressRequest as callers write it: whatever is left out is zero. */
export interface WatchProgressRequestInit {
}

export const WatchProgressRequest: Codec<WatchProgressRequest, WatchProgressRequestInit> = {
  name: 'etcdserverpb.WatchProgressRequest',
  empty(): WatchProgressRequest {
    return {  };
  },
  encodeTo(_m: WatchProgressRequestInit, w: Writer): Writer {
    return w;
  },
  encode(m: WatchProgressRequestInit): Uint8Array {
    return WatchProgressRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): WatchProgressRequest {
    return WatchProgressRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): WatchProgressRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.WatchProgressRequest');
    const m = WatchProgressRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        default:
          skipField(r, tag, []);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.WatchProgressRequest');
    return m;
  },
};

export interface WatchResponse {
  header: ResponseHeader | undefined;
  watchId: number;
  created: boolean;
  canceled: boolean;
  compactRevision: number;
  cancelReason: string;
  fragment: boolean;
  events: Event[];
}

/** WatchResponse as callers write it: whatever is left out is zero. */
export interface WatchResponseInit {
  header?: ResponseHeaderInit | undefined;
  watchId?: number | undefined;
  created?: boolean | undefined;
  canceled?: boolean | undefined;
  compactRevision?: number | undefined;
  cancelReason?: string | undefined;
  fragment?: boolean | undefined;
  events?: readonly EventInit[] | undefined;
}

export const WatchResponse: Codec<WatchResponse, WatchResponseInit> = {
  name: 'etcdserverpb.WatchResponse',
  empty(): WatchResponse {
    return { header: undefined, watchId: 0, created: false, canceled: false, compactRevision: 0, cancelReason: '', fragment: false, events: [] };
  },
  encodeTo(m: WatchResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.watchId !== undefined && m.watchId !== 0) w.uint32(16).int64(m.watchId);
    if (m.created === true) w.uint32(24).bool(m.created);
    if (m.canceled === true) w.uint32(32).bool(m.canceled);
    if (m.compactRevision !== undefined && m.compactRevision !== 0) w.uint32(40).int64(m.compactRevision);
    if (m.cancelReason !== undefined && m.cancelReason.length > 0) w.uint32(50).string(m.cancelReason);
    if (m.fragment === true) w.uint32(56).bool(m.fragment);
    if (m.events !== undefined) for (const v of m.events) Event.encodeTo(v, w.uint32(90).fork()).ldelim();
    return w;
  },
  encode(m: WatchResponseInit): Uint8Array {
    return WatchResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): WatchResponse {
    return WatchResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): WatchResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.WatchResponse');
    const m = WatchResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.watchId = toNumber(r.int64());
          break;
        case 24:
          m.created = r.bool();
          break;
        case 32:
          m.canceled = r.bool();
          break;
        case 40:
          m.compactRevision = toNumber(r.int64());
          break;
        case 50:
          m.cancelReason = r.string();
          break;
        case 56:
          m.fragment = r.bool();
          break;
        case 90:
          m.events.push(Event.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7,11]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.WatchResponse');
    return m;
  },
};

export interface LeaseGrantRequest {
  TTL: number;
  ID: bigint;
}

/** LeaseGrantRequest as callers write it: whatever is left out is zero. */
export interface LeaseGrantRequestInit {
  TTL?: number | undefined;
  ID?: bigint | undefined;
}

export const LeaseGrantRequest: Codec<LeaseGrantRequest, LeaseGrantRequestInit> = {
  name: 'etcdserverpb.LeaseGrantRequest',
  empty(): LeaseGrantRequest {
    return { TTL: 0, ID: 0n };
  },
  encodeTo(m: LeaseGrantRequestInit, w: Writer): Writer {
    if (m.TTL !== undefined && m.TTL !== 0) w.uint32(8).int64(m.TTL);
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(16).int64(fromSigned(m.ID));
    return w;
  },
  encode(m: LeaseGrantRequestInit): Uint8Array {
    return LeaseGrantRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseGrantRequest {
    return LeaseGrantRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseGrantRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseGrantRequest');
    const m = LeaseGrantRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.TTL = toNumber(r.int64());
          break;
        case 16:
          m.ID = toSigned(r.int64());
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseGrantRequest');
    return m;
  },
};

export interface LeaseGrantResponse {
  header: ResponseHeader | undefined;
  ID: bigint;
  TTL: number;
  error: string;
}

/** LeaseGrantResponse as callers write it: whatever is left out is zero. */
export interface LeaseGrantResponseInit {
  header?: ResponseHeaderInit | undefined;
  ID?: bigint | undefined;
  TTL?: number | undefined;
  error?: string | undefined;
}

export const LeaseGrantResponse: Codec<LeaseGrantResponse, LeaseGrantResponseInit> = {
  name: 'etcdserverpb.LeaseGrantResponse',
  empty(): LeaseGrantResponse {
    return { header: undefined, ID: 0n, TTL: 0, error: '' };
  },
  encodeTo(m: LeaseGrantResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(16).int64(fromSigned(m.ID));
    if (m.TTL !== undefined && m.TTL !== 0) w.uint32(24).int64(m.TTL);
    if (m.error !== undefined && m.error.length > 0) w.uint32(34).string(m.error);
    return w;
  },
  encode(m: LeaseGrantResponseInit): Uint8Array {
    return LeaseGrantResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseGrantResponse {
    return LeaseGrantResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseGrantResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseGrantResponse');
    const m = LeaseGrantResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.ID = toSigned(r.int64());
          break;
        case 24:
          m.TTL = toNumber(r.int64());
          break;
        case 34:
          m.error = r.string();
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseGrantResponse');
    return m;
  },
};

export interface LeaseRevokeRequest {
  ID: bigint;
}

/** LeaseRevokeRequest as callers write it: whatever is left out is zero. */
export interface LeaseRevokeRequestInit {
  ID?: bigint | undefined;
}

export const LeaseRevokeRequest: Codec<LeaseRevokeRequest, LeaseRevokeRequestInit> = {
  name: 'etcdserverpb.LeaseRevokeRequest',
  empty(): LeaseRevokeRequest {
    return { ID: 0n };
  },
  encodeTo(m: LeaseRevokeRequestInit, w: Writer): Writer {
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(8).int64(fromSigned(m.ID));
    return w;
  },
  encode(m: LeaseRevokeRequestInit): Uint8Array {
    return LeaseRevokeRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseRevokeRequest {
    return LeaseRevokeRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseRevokeRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseRevokeRequest');
    const m = LeaseRevokeRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.ID = toSigned(r.int64());
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseRevokeRequest');
    return m;
  },
};

export interface LeaseRevokeResponse {
  header: ResponseHeader | undefined;
}

/** LeaseRevokeResponse as callers write it: whatever is left out is zero. */
export interface LeaseRevokeResponseInit {
  header?: ResponseHeaderInit | undefined;
}

export const LeaseRevokeResponse: Codec<LeaseRevokeResponse, LeaseRevokeResponseInit> = {
  name: 'etcdserverpb.LeaseRevokeResponse',
  empty(): LeaseRevokeResponse {
    return { header: undefined };
  },
  encodeTo(m: LeaseRevokeResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    return w;
  },
  encode(m: LeaseRevokeResponseInit): Uint8Array {
    return LeaseRevokeResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseRevokeResponse {
    return LeaseRevokeResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseRevokeResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseRevokeResponse');
    const m = LeaseRevokeResponse.empty();
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
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseRevokeResponse');
    return m;
  },
};

export interface LeaseKeepAliveRequest {
  ID: bigint;
}

/** LeaseKeepAliveRequest as callers write it: whatever is left out is zero. */
export interface LeaseKeepAliveRequestInit {
  ID?: bigint | undefined;
}

export const LeaseKeepAliveRequest: Codec<LeaseKeepAliveRequest, LeaseKeepAliveRequestInit> = {
  name: 'etcdserverpb.LeaseKeepAliveRequest',
  empty(): LeaseKeepAliveRequest {
    return { ID: 0n };
  },
  encodeTo(m: LeaseKeepAliveRequestInit, w: Writer): Writer {
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(8).int64(fromSigned(m.ID));
    return w;
  },
  encode(m: LeaseKeepAliveRequestInit): Uint8Array {
    return LeaseKeepAliveRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseKeepAliveRequest {
    return LeaseKeepAliveRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseKeepAliveRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseKeepAliveRequest');
    const m = LeaseKeepAliveRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.ID = toSigned(r.int64());
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseKeepAliveRequest');
    return m;
  },
};

export interface LeaseKeepAliveResponse {
  header: ResponseHeader | undefined;
  ID: bigint;
  TTL: number;
}

/** LeaseKeepAliveResponse as callers write it: whatever is left out is zero. */
export interface LeaseKeepAliveResponseInit {
  header?: ResponseHeaderInit | undefined;
  ID?: bigint | undefined;
  TTL?: number | undefined;
}

export const LeaseKeepAliveResponse: Codec<LeaseKeepAliveResponse, LeaseKeepAliveResponseInit> = {
  name: 'etcdserverpb.LeaseKeepAliveResponse',
  empty(): LeaseKeepAliveResponse {
    return { header: undefined, ID: 0n, TTL: 0 };
  },
  encodeTo(m: LeaseKeepAliveResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(16).int64(fromSigned(m.ID));
    if (m.TTL !== undefined && m.TTL !== 0) w.uint32(24).int64(m.TTL);
    return w;
  },
  encode(m: LeaseKeepAliveResponseInit): Uint8Array {
    return LeaseKeepAliveResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseKeepAliveResponse {
    return LeaseKeepAliveResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseKeepAliveResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseKeepAliveResponse');
    const m = LeaseKeepAliveResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.ID = toSigned(r.int64());
          break;
        case 24:
          m.TTL = toNumber(r.int64());
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseKeepAliveResponse');
    return m;
  },
};

export interface LeaseTimeToLiveRequest {
  ID: bigint;
  keys: boolean;
}

/** LeaseTimeToLiveRequest as callers write it: whatever is left out is zero. */
export interface LeaseTimeToLiveRequestInit {
  ID?: bigint | undefined;
  keys?: boolean | undefined;
}

export const LeaseTimeToLiveRequest: Codec<LeaseTimeToLiveRequest, LeaseTimeToLiveRequestInit> = {
  name: 'etcdserverpb.LeaseTimeToLiveRequest',
  empty(): LeaseTimeToLiveRequest {
    return { ID: 0n, keys: false };
  },
  encodeTo(m: LeaseTimeToLiveRequestInit, w: Writer): Writer {
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(8).int64(fromSigned(m.ID));
    if (m.keys === true) w.uint32(16).bool(m.keys);
    return w;
  },
  encode(m: LeaseTimeToLiveRequestInit): Uint8Array {
    return LeaseTimeToLiveRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseTimeToLiveRequest {
    return LeaseTimeToLiveRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseTimeToLiveRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseTimeToLiveRequest');
    const m = LeaseTimeToLiveRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.ID = toSigned(r.int64());
          break;
        case 16:
          m.keys = r.bool();
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseTimeToLiveRequest');
    return m;
  },
};

export interface LeaseTimeToLiveResponse {
  header: ResponseHeader | undefined;
  ID: bigint;
  TTL: number;
  grantedTTL: number;
  keys: Uint8Array[];
}

/** LeaseTimeToLiveResponse as callers write it: whatever is left out is zero. */
export interface LeaseTimeToLiveResponseInit {
  header?: ResponseHeaderInit | undefined;
  ID?: bigint | undefined;
  TTL?: number | undefined;
  grantedTTL?: number | undefined;
  keys?: readonly Uint8Array[] | undefined;
}

export const LeaseTimeToLiveResponse: Codec<LeaseTimeToLiveResponse, LeaseTimeToLiveResponseInit> = {
  name: 'etcdserverpb.LeaseTimeToLiveResponse',
  empty(): LeaseTimeToLiveResponse {
    return { header: undefined, ID: 0n, TTL: 0, grantedTTL: 0, keys: [] };
  },
  encodeTo(m: LeaseTimeToLiveResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(16).int64(fromSigned(m.ID));
    if (m.TTL !== undefined && m.TTL !== 0) w.uint32(24).int64(m.TTL);
    if (m.grantedTTL !== undefined && m.grantedTTL !== 0) w.uint32(32).int64(m.grantedTTL);
    if (m.keys !== undefined) for (const v of m.keys) w.uint32(42).bytes(v);
    return w;
  },
  encode(m: LeaseTimeToLiveResponseInit): Uint8Array {
    return LeaseTimeToLiveResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseTimeToLiveResponse {
    return LeaseTimeToLiveResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseTimeToLiveResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseTimeToLiveResponse');
    const m = LeaseTimeToLiveResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.ID = toSigned(r.int64());
          break;
        case 24:
          m.TTL = toNumber(r.int64());
          break;
        case 32:
          m.grantedTTL = toNumber(r.int64());
          break;
        case 42:
          m.keys.push(r.bytes());
          break;
        default:
          skipField(r, tag, [1,2,3,4,5]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseTimeToLiveResponse');
    return m;
  },
};

export interface LeaseLeasesRequest {
}

/** LeaseLeasesRequest as callers write it: whatever is left out is zero. */
export interface LeaseLeasesRequestInit {
}

export const LeaseLeasesRequest: Codec<LeaseLeasesRequest, LeaseLeasesRequestInit> = {
  name: 'etcdserverpb.LeaseLeasesRequest',
  empty(): LeaseLeasesRequest {
    return {  };
  },
  encodeTo(_m: LeaseLeasesRequestInit, w: Writer): Writer {
    return w;
  },
  encode(m: LeaseLeasesRequestInit): Uint8Array {
    return LeaseLeasesRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseLeasesRequest {
    return LeaseLeasesRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseLeasesRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseLeasesRequest');
    const m = LeaseLeasesRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        default:
          skipField(r, tag, []);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseLeasesRequest');
    return m;
  },
};

export interface LeaseStatus {
  ID: bigint;
}

/** LeaseStatus as callers write it: whatever is left out is zero. */
export interface LeaseStatusInit {
  ID?: bigint | undefined;
}

export const LeaseStatus: Codec<LeaseStatus, LeaseStatusInit> = {
  name: 'etcdserverpb.LeaseStatus',
  empty(): LeaseStatus {
    return { ID: 0n };
  },
  encodeTo(m: LeaseStatusInit, w: Writer): Writer {
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(8).int64(fromSigned(m.ID));
    return w;
  },
  encode(m: LeaseStatusInit): Uint8Array {
    return LeaseStatus.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseStatus {
    return LeaseStatus.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseStatus {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseStatus');
    const m = LeaseStatus.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.ID = toSigned(r.int64());
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseStatus');
    return m;
  },
};

export interface LeaseLeasesResponse {
  header: ResponseHeader | undefined;
  leases: LeaseStatus[];
}

/** LeaseLeasesResponse as callers write it: whatever is left out is zero. */
export interface LeaseLeasesResponseInit {
  header?: ResponseHeaderInit | undefined;
  leases?: readonly LeaseStatusInit[] | undefined;
}

export const LeaseLeasesResponse: Codec<LeaseLeasesResponse, LeaseLeasesResponseInit> = {
  name: 'etcdserverpb.LeaseLeasesResponse',
  empty(): LeaseLeasesResponse {
    return { header: undefined, leases: [] };
  },
  encodeTo(m: LeaseLeasesResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.leases !== undefined) for (const v of m.leases) LeaseStatus.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: LeaseLeasesResponseInit): Uint8Array {
    return LeaseLeasesResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LeaseLeasesResponse {
    return LeaseLeasesResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LeaseLeasesResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.LeaseLeasesResponse');
    const m = LeaseLeasesResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.leases.push(LeaseStatus.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.LeaseLeasesResponse');
    return m;
  },
};

export interface Member {
  ID: bigint;
  name: string;
  peerURLs: string[];
  clientURLs: string[];
  isLearner: boolean;
}

/** Member as callers write it: whatever is left out is zero. */
export interface MemberInit {
  ID?: bigint | undefined;
  name?: string | undefined;
  peerURLs?: readonly string[] | undefined;
  clientURLs?: readonly string[] | undefined;
  isLearner?: boolean | undefined;
}

export const Member: Codec<Member, MemberInit> = {
  name: 'etcdserverpb.Member',
  empty(): Member {
    return { ID: 0n, name: '', peerURLs: [], clientURLs: [], isLearner: false };
  },
  encodeTo(m: MemberInit, w: Writer): Writer {
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(8).uint64(fromUnsigned(m.ID));
    if (m.name !== undefined && m.name.length > 0) w.uint32(18).string(m.name);
    if (m.peerURLs !== undefined) for (const v of m.peerURLs) w.uint32(26).string(v);
    if (m.clientURLs !== undefined) for (const v of m.clientURLs) w.uint32(34).string(v);
    if (m.isLearner === true) w.uint32(40).bool(m.isLearner);
    return w;
  },
  encode(m: MemberInit): Uint8Array {
    return Member.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Member {
    return Member.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Member {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.Member');
    const m = Member.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.ID = toUnsigned(r.uint64());
          break;
        case 18:
          m.name = r.string();
          break;
        case 26:
          m.peerURLs.push(r.string());
          break;
        case 34:
          m.clientURLs.push(r.string());
          break;
        case 40:
          m.isLearner = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.Member');
    return m;
  },
};

export interface MemberAddRequest {
  peerURLs: string[];
  isLearner: boolean;
}

/** MemberAddRequest as callers write it: whatever is left out is zero. */
export interface MemberAddRequestInit {
  peerURLs?: readonly string[] | undefined;
  isLearner?: boolean | undefined;
}

export const MemberAddRequest: Codec<MemberAddRequest, MemberAddRequestInit> = {
  name: 'etcdserverpb.MemberAddRequest',
  empty(): MemberAddRequest {
    return { peerURLs: [], isLearner: false };
  },
  encodeTo(m: MemberAddRequestInit, w: Writer): Writer {
    if (m.peerURLs !== undefined) for (const v of m.peerURLs) w.uint32(10).string(v);
    if (m.isLearner === true) w.uint32(16).bool(m.isLearner);
    return w;
  },
  encode(m: MemberAddRequestInit): Uint8Array {
    return MemberAddRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberAddRequest {
    return MemberAddRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberAddRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberAddRequest');
    const m = MemberAddRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.peerURLs.push(r.string());
          break;
        case 16:
          m.isLearner = r.bool();
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberAddRequest');
    return m;
  },
};

export interface MemberAddResponse {
  header: ResponseHeader | undefined;
  member: Member | undefined;
  members: Member[];
}

/** MemberAddResponse as callers write it: whatever is left out is zero. */
export interface MemberAddResponseInit {
  header?: ResponseHeaderInit | undefined;
  member?: MemberInit | undefined;
  members?: readonly MemberInit[] | undefined;
}

export const MemberAddResponse: Codec<MemberAddResponse, MemberAddResponseInit> = {
  name: 'etcdserverpb.MemberAddResponse',
  empty(): MemberAddResponse {
    return { header: undefined, member: undefined, members: [] };
  },
  encodeTo(m: MemberAddResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.member !== undefined) Member.encodeTo(m.member, w.uint32(18).fork()).ldelim();
    if (m.members !== undefined) for (const v of m.members) Member.encodeTo(v, w.uint32(26).fork()).ldelim();
    return w;
  },
  encode(m: MemberAddResponseInit): Uint8Array {
    return MemberAddResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberAddResponse {
    return MemberAddResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberAddResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberAddResponse');
    const m = MemberAddResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.member = Member.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 26:
          m.members.push(Member.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberAddResponse');
    return m;
  },
};

export interface MemberRemoveRequest {
  ID: bigint;
}

/** MemberRemoveRequest as callers write it: whatever is left out is zero. */
export interface MemberRemoveRequestInit {
  ID?: bigint | undefined;
}

export const MemberRemoveRequest: Codec<MemberRemoveRequest, MemberRemoveRequestInit> = {
  name: 'etcdserverpb.MemberRemoveRequest',
  empty(): MemberRemoveRequest {
    return { ID: 0n };
  },
  encodeTo(m: MemberRemoveRequestInit, w: Writer): Writer {
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(8).uint64(fromUnsigned(m.ID));
    return w;
  },
  encode(m: MemberRemoveRequestInit): Uint8Array {
    return MemberRemoveRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberRemoveRequest {
    return MemberRemoveRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberRemoveRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberRemoveRequest');
    const m = MemberRemoveRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.ID = toUnsigned(r.uint64());
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberRemoveRequest');
    return m;
  },
};

export interface MemberRemoveResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

/** MemberRemoveResponse as callers write it: whatever is left out is zero. */
export interface MemberRemoveResponseInit {
  header?: ResponseHeaderInit | undefined;
  members?: readonly MemberInit[] | undefined;
}

export const MemberRemoveResponse: Codec<MemberRemoveResponse, MemberRemoveResponseInit> = {
  name: 'etcdserverpb.MemberRemoveResponse',
  empty(): MemberRemoveResponse {
    return { header: undefined, members: [] };
  },
  encodeTo(m: MemberRemoveResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.members !== undefined) for (const v of m.members) Member.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: MemberRemoveResponseInit): Uint8Array {
    return MemberRemoveResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberRemoveResponse {
    return MemberRemoveResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberRemoveResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberRemoveResponse');
    const m = MemberRemoveResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.members.push(Member.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberRemoveResponse');
    return m;
  },
};

export interface MemberUpdateRequest {
  ID: bigint;
  peerURLs: string[];
}

/** MemberUpdateRequest as callers write it: whatever is left out is zero. */
export interface MemberUpdateRequestInit {
  ID?: bigint | undefined;
  peerURLs?: readonly string[] | undefined;
}

export const MemberUpdateRequest: Codec<MemberUpdateRequest, MemberUpdateRequestInit> = {
  name: 'etcdserverpb.MemberUpdateRequest',
  empty(): MemberUpdateRequest {
    return { ID: 0n, peerURLs: [] };
  },
  encodeTo(m: MemberUpdateRequestInit, w: Writer): Writer {
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(8).uint64(fromUnsigned(m.ID));
    if (m.peerURLs !== undefined) for (const v of m.peerURLs) w.uint32(18).string(v);
    return w;
  },
  encode(m: MemberUpdateRequestInit): Uint8Array {
    return MemberUpdateRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberUpdateRequest {
    return MemberUpdateRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberUpdateRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberUpdateRequest');
    const m = MemberUpdateRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.ID = toUnsigned(r.uint64());
          break;
        case 18:
          m.peerURLs.push(r.string());
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberUpdateRequest');
    return m;
  },
};

export interface MemberUpdateResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

/** MemberUpdateResponse as callers write it: whatever is left out is zero. */
export interface MemberUpdateResponseInit {
  header?: ResponseHeaderInit | undefined;
  members?: readonly MemberInit[] | undefined;
}

export const MemberUpdateResponse: Codec<MemberUpdateResponse, MemberUpdateResponseInit> = {
  name: 'etcdserverpb.MemberUpdateResponse',
  empty(): MemberUpdateResponse {
    return { header: undefined, members: [] };
  },
  encodeTo(m: MemberUpdateResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.members !== undefined) for (const v of m.members) Member.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: MemberUpdateResponseInit): Uint8Array {
    return MemberUpdateResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberUpdateResponse {
    return MemberUpdateResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberUpdateResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberUpdateResponse');
    const m = MemberUpdateResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.members.push(Member.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberUpdateResponse');
    return m;
  },
};

export interface MemberListRequest {
  linearizable: boolean;
}

/** MemberListRequest as callers write it: whatever is left out is zero. */
export interface MemberListRequestInit {
  linearizable?: boolean | undefined;
}

export const MemberListRequest: Codec<MemberListRequest, MemberListRequestInit> = {
  name: 'etcdserverpb.MemberListRequest',
  empty(): MemberListRequest {
    return { linearizable: false };
  },
  encodeTo(m: MemberListRequestInit, w: Writer): Writer {
    if (m.linearizable === true) w.uint32(8).bool(m.linearizable);
    return w;
  },
  encode(m: MemberListRequestInit): Uint8Array {
    return MemberListRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberListRequest {
    return MemberListRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberListRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberListRequest');
    const m = MemberListRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.linearizable = r.bool();
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberListRequest');
    return m;
  },
};

export interface MemberListResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

/** MemberListResponse as callers write it: whatever is left out is zero. */
export interface MemberListResponseInit {
  header?: ResponseHeaderInit | undefined;
  members?: readonly MemberInit[] | undefined;
}

export const MemberListResponse: Codec<MemberListResponse, MemberListResponseInit> = {
  name: 'etcdserverpb.MemberListResponse',
  empty(): MemberListResponse {
    return { header: undefined, members: [] };
  },
  encodeTo(m: MemberListResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.members !== undefined) for (const v of m.members) Member.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: MemberListResponseInit): Uint8Array {
    return MemberListResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberListResponse {
    return MemberListResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberListResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberListResponse');
    const m = MemberListResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.members.push(Member.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberListResponse');
    return m;
  },
};

export interface MemberPromoteRequest {
  ID: bigint;
}

/** MemberPromoteRequest as callers write it: whatever is left out is zero. */
export interface MemberPromoteRequestInit {
  ID?: bigint | undefined;
}

export const MemberPromoteRequest: Codec<MemberPromoteRequest, MemberPromoteRequestInit> = {
  name: 'etcdserverpb.MemberPromoteRequest',
  empty(): MemberPromoteRequest {
    return { ID: 0n };
  },
  encodeTo(m: MemberPromoteRequestInit, w: Writer): Writer {
    if (m.ID !== undefined && m.ID !== 0n) w.uint32(8).uint64(fromUnsigned(m.ID));
    return w;
  },
  encode(m: MemberPromoteRequestInit): Uint8Array {
    return MemberPromoteRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberPromoteRequest {
    return MemberPromoteRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberPromoteRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberPromoteRequest');
    const m = MemberPromoteRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.ID = toUnsigned(r.uint64());
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberPromoteRequest');
    return m;
  },
};

export interface MemberPromoteResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

/** MemberPromoteResponse as callers write it: whatever is left out is zero. */
export interface MemberPromoteResponseInit {
  header?: ResponseHeaderInit | undefined;
  members?: readonly MemberInit[] | undefined;
}

export const MemberPromoteResponse: Codec<MemberPromoteResponse, MemberPromoteResponseInit> = {
  name: 'etcdserverpb.MemberPromoteResponse',
  empty(): MemberPromoteResponse {
    return { header: undefined, members: [] };
  },
  encodeTo(m: MemberPromoteResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.members !== undefined) for (const v of m.members) Member.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: MemberPromoteResponseInit): Uint8Array {
    return MemberPromoteResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberPromoteResponse {
    return MemberPromoteResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberPromoteResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MemberPromoteResponse');
    const m = MemberPromoteResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.members.push(Member.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MemberPromoteResponse');
    return m;
  },
};

export interface DefragmentRequest {
}

/** DefragmentRequest as callers write it: whatever is left out is zero. */
export interface DefragmentRequestInit {
}

export const DefragmentRequest: Codec<DefragmentRequest, DefragmentRequestInit> = {
  name: 'etcdserverpb.DefragmentRequest',
  empty(): DefragmentRequest {
    return {  };
  },
  encodeTo(_m: DefragmentRequestInit, w: Writer): Writer {
    return w;
  },
  encode(m: DefragmentRequestInit): Uint8Array {
    return DefragmentRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): DefragmentRequest {
    return DefragmentRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): DefragmentRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.DefragmentRequest');
    const m = DefragmentRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        default:
          skipField(r, tag, []);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.DefragmentRequest');
    return m;
  },
};

export interface DefragmentResponse {
  header: ResponseHeader | undefined;
}

/** DefragmentResponse as callers write it: whatever is left out is zero. */
export interface DefragmentResponseInit {
  header?: ResponseHeaderInit | undefined;
}

export const DefragmentResponse: Codec<DefragmentResponse, DefragmentResponseInit> = {
  name: 'etcdserverpb.DefragmentResponse',
  empty(): DefragmentResponse {
    return { header: undefined };
  },
  encodeTo(m: DefragmentResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    return w;
  },
  encode(m: DefragmentResponseInit): Uint8Array {
    return DefragmentResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): DefragmentResponse {
    return DefragmentResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): DefragmentResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.DefragmentResponse');
    const m = DefragmentResponse.empty();
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
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.DefragmentResponse');
    return m;
  },
};

export interface MoveLeaderRequest {
  targetID: bigint;
}

/** MoveLeaderRequest as callers write it: whatever is left out is zero. */
export interface MoveLeaderRequestInit {
  targetID?: bigint | undefined;
}

export const MoveLeaderRequest: Codec<MoveLeaderRequest, MoveLeaderRequestInit> = {
  name: 'etcdserverpb.MoveLeaderRequest',
  empty(): MoveLeaderRequest {
    return { targetID: 0n };
  },
  encodeTo(m: MoveLeaderRequestInit, w: Writer): Writer {
    if (m.targetID !== undefined && m.targetID !== 0n) w.uint32(8).uint64(fromUnsigned(m.targetID));
    return w;
  },
  encode(m: MoveLeaderRequestInit): Uint8Array {
    return MoveLeaderRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MoveLeaderRequest {
    return MoveLeaderRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MoveLeaderRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MoveLeaderRequest');
    const m = MoveLeaderRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.targetID = toUnsigned(r.uint64());
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MoveLeaderRequest');
    return m;
  },
};

export interface MoveLeaderResponse {
  header: ResponseHeader | undefined;
}

/** MoveLeaderResponse as callers write it: whatever is left out is zero. */
export interface MoveLeaderResponseInit {
  header?: ResponseHeaderInit | undefined;
}

export const MoveLeaderResponse: Codec<MoveLeaderResponse, MoveLeaderResponseInit> = {
  name: 'etcdserverpb.MoveLeaderResponse',
  empty(): MoveLeaderResponse {
    return { header: undefined };
  },
  encodeTo(m: MoveLeaderResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    return w;
  },
  encode(m: MoveLeaderResponseInit): Uint8Array {
    return MoveLeaderResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MoveLeaderResponse {
    return MoveLeaderResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MoveLeaderResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.MoveLeaderResponse');
    const m = MoveLeaderResponse.empty();
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
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.MoveLeaderResponse');
    return m;
  },
};

export interface AlarmRequest {
  action: AlarmAction;
  memberID: bigint;
  alarm: AlarmType;
}

/** AlarmRequest as callers write it: whatever is left out is zero. */
export interface AlarmRequestInit {
  action?: AlarmAction | undefined;
  memberID?: bigint | undefined;
  alarm?: AlarmType | undefined;
}

export const AlarmRequest: Codec<AlarmRequest, AlarmRequestInit> = {
  name: 'etcdserverpb.AlarmRequest',
  empty(): AlarmRequest {
    return { action: 0, memberID: 0n, alarm: 0 };
  },
  encodeTo(m: AlarmRequestInit, w: Writer): Writer {
    if (m.action !== undefined && m.action !== 0) w.uint32(8).int32(m.action);
    if (m.memberID !== undefined && m.memberID !== 0n) w.uint32(16).uint64(fromUnsigned(m.memberID));
    if (m.alarm !== undefined && m.alarm !== 0) w.uint32(24).int32(m.alarm);
    return w;
  },
  encode(m: AlarmRequestInit): Uint8Array {
    return AlarmRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): AlarmRequest {
    return AlarmRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): AlarmRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.AlarmRequest');
    const m = AlarmRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.action = r.int32() as AlarmAction;
          break;
        case 16:
          m.memberID = toUnsigned(r.uint64());
          break;
        case 24:
          m.alarm = r.int32() as AlarmType;
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.AlarmRequest');
    return m;
  },
};

export interface AlarmMember {
  memberID: bigint;
  alarm: AlarmType;
}

/** AlarmMember as callers write it: whatever is left out is zero. */
export interface AlarmMemberInit {
  memberID?: bigint | undefined;
  alarm?: AlarmType | undefined;
}

export const AlarmMember: Codec<AlarmMember, AlarmMemberInit> = {
  name: 'etcdserverpb.AlarmMember',
  empty(): AlarmMember {
    return { memberID: 0n, alarm: 0 };
  },
  encodeTo(m: AlarmMemberInit, w: Writer): Writer {
    if (m.memberID !== undefined && m.memberID !== 0n) w.uint32(8).uint64(fromUnsigned(m.memberID));
    if (m.alarm !== undefined && m.alarm !== 0) w.uint32(16).int32(m.alarm);
    return w;
  },
  encode(m: AlarmMemberInit): Uint8Array {
    return AlarmMember.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): AlarmMember {
    return AlarmMember.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): AlarmMember {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.AlarmMember');
    const m = AlarmMember.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.memberID = toUnsigned(r.uint64());
          break;
        case 16:
          m.alarm = r.int32() as AlarmType;
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.AlarmMember');
    return m;
  },
};

export interface AlarmResponse {
  header: ResponseHeader | undefined;
  alarms: AlarmMember[];
}

/** AlarmResponse as callers write it: whatever is left out is zero. */
export interface AlarmResponseInit {
  header?: ResponseHeaderInit | undefined;
  alarms?: readonly AlarmMemberInit[] | undefined;
}

export const AlarmResponse: Codec<AlarmResponse, AlarmResponseInit> = {
  name: 'etcdserverpb.AlarmResponse',
  empty(): AlarmResponse {
    return { header: undefined, alarms: [] };
  },
  encodeTo(m: AlarmResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.alarms !== undefined) for (const v of m.alarms) AlarmMember.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: AlarmResponseInit): Uint8Array {
    return AlarmResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): AlarmResponse {
    return AlarmResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): AlarmResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.AlarmResponse');
    const m = AlarmResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.alarms.push(AlarmMember.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.AlarmResponse');
    return m;
  },
};

export interface StatusRequest {
}

/** StatusRequest as callers write it: whatever is left out is zero. */
export interface StatusRequestInit {
}

export const StatusRequest: Codec<StatusRequest, StatusRequestInit> = {
  name: 'etcdserverpb.StatusRequest',
  empty(): StatusRequest {
    return {  };
  },
  encodeTo(_m: StatusRequestInit, w: Writer): Writer {
    return w;
  },
  encode(m: StatusRequestInit): Uint8Array {
    return StatusRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): StatusRequest {
    return StatusRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): StatusRequest {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.StatusRequest');
    const m = StatusRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        default:
          skipField(r, tag, []);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.StatusRequest');
    return m;
  },
};

export interface StatusResponse {
  header: ResponseHeader | undefined;
  version: string;
  dbSize: number;
  leader: bigint;
  raftIndex: number;
  raftTerm: number;
  raftAppliedIndex: number;
  errors: string[];
  dbSizeInUse: number;
  isLearner: boolean;
}

/** StatusResponse as callers write it: whatever is left out is zero. */
export interface StatusResponseInit {
  header?: ResponseHeaderInit | undefined;
  version?: string | undefined;
  dbSize?: number | undefined;
  leader?: bigint | undefined;
  raftIndex?: number | undefined;
  raftTerm?: number | undefined;
  raftAppliedIndex?: number | undefined;
  errors?: readonly string[] | undefined;
  dbSizeInUse?: number | undefined;
  isLearner?: boolean | undefined;
}

export const StatusResponse: Codec<StatusResponse, StatusResponseInit> = {
  name: 'etcdserverpb.StatusResponse',
  empty(): StatusResponse {
    return { header: undefined, version: '', dbSize: 0, leader: 0n, raftIndex: 0, raftTerm: 0, raftAppliedIndex: 0, errors: [], dbSizeInUse: 0, isLearner: false };
  },
  encodeTo(m: StatusResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.version !== undefined && m.version.length > 0) w.uint32(18).string(m.version);
    if (m.dbSize !== undefined && m.dbSize !== 0) w.uint32(24).int64(m.dbSize);
    if (m.leader !== undefined && m.leader !== 0n) w.uint32(32).uint64(fromUnsigned(m.leader));
    if (m.raftIndex !== undefined && m.raftIndex !== 0) w.uint32(40).uint64(m.raftIndex);
    if (m.raftTerm !== undefined && m.raftTerm !== 0) w.uint32(48).uint64(m.raftTerm);
    if (m.raftAppliedIndex !== undefined && m.raftAppliedIndex !== 0) w.uint32(56).uint64(m.raftAppliedIndex);
    if (m.errors !== undefined) for (const v of m.errors) w.uint32(66).string(v);
    if (m.dbSizeInUse !== undefined && m.dbSizeInUse !== 0) w.uint32(72).int64(m.dbSizeInUse);
    if (m.isLearner === true) w.uint32(80).bool(m.isLearner);
    return w;
  },
  encode(m: StatusResponseInit): Uint8Array {
    return StatusResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): StatusResponse {
    return StatusResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): StatusResponse {
    if (end > r.len) throw new RangeError('truncated etcdserverpb.StatusResponse');
    const m = StatusResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.version = r.string();
          break;
        case 24:
          m.dbSize = toNumber(r.int64());
          break;
        case 32:
          m.leader = toUnsigned(r.uint64());
          break;
        case 40:
          m.raftIndex = toNumber(r.uint64());
          break;
        case 48:
          m.raftTerm = toNumber(r.uint64());
          break;
        case 56:
          m.raftAppliedIndex = toNumber(r.uint64());
          break;
        case 66:
          m.errors.push(r.string());
          break;
        case 72:
          m.dbSizeInUse = toNumber(r.int64());
          break;
        case 80:
          m.isLearner = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7,8,9,10]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed etcdserverpb.StatusResponse');
    return m;
  },
};

/** Methods of etcdserverpb.KV. */
export const KVService = {
  range: {
    path: '/etcdserverpb.KV/Range',
    request: RangeRequest,
    response: RangeResponse,
    requestStream: false,
    responseStream: false,
  },
  put: {
    path: '/etcdserverpb.KV/Put',
    request: PutRequest,
    response: PutResponse,
    requestStream: false,
    responseStream: false,
  },
  deleteRange: {
    path: '/etcdserverpb.KV/DeleteRange',
    request: DeleteRangeRequest,
    response: DeleteRangeResponse,
    requestStream: false,
    responseStream: false,
  },
  txn: {
    path: '/etcdserverpb.KV/Txn',
    request: TxnRequest,
    response: TxnResponse,
    requestStream: false,
    responseStream: false,
  },
  compact: {
    path: '/etcdserverpb.KV/Compact',
    request: CompactionRequest,
    response: CompactionResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;

/** Methods of etcdserverpb.Watch. */
export const WatchService = {
  watch: {
    path: '/etcdserverpb.Watch/Watch',
    request: WatchRequest,
    response: WatchResponse,
    requestStream: true,
    responseStream: true,
  },
} as const;

/** Methods of etcdserverpb.Lease. */
export const LeaseService = {
  leaseGrant: {
    path: '/etcdserverpb.Lease/LeaseGrant',
    request: LeaseGrantRequest,
    response: LeaseGrantResponse,
    requestStream: false,
    responseStream: false,
  },
  leaseRevoke: {
    path: '/etcdserverpb.Lease/LeaseRevoke',
    request: LeaseRevokeRequest,
    response: LeaseRevokeResponse,
    requestStream: false,
    responseStream: false,
  },
  leaseKeepAlive: {
    path: '/etcdserverpb.Lease/LeaseKeepAlive',
    request: LeaseKeepAliveRequest,
    response: LeaseKeepAliveResponse,
    requestStream: true,
    responseStream: true,
  },
  leaseTimeToLive: {
    path: '/etcdserverpb.Lease/LeaseTimeToLive',
    request: LeaseTimeToLiveRequest,
    response: LeaseTimeToLiveResponse,
    requestStream: false,
    responseStream: false,
  },
  leaseLeases: {
    path: '/etcdserverpb.Lease/LeaseLeases',
    request: LeaseLeasesRequest,
    response: LeaseLeasesResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;

/** Methods of etcdserverpb.Cluster. */
export const ClusterService = {
  memberAdd: {
    path: '/etcdserverpb.Cluster/MemberAdd',
    request: MemberAddRequest,
    response: MemberAddResponse,
    requestStream: false,
    responseStream: false,
  },
  memberRemove: {
    path: '/etcdserverpb.Cluster/MemberRemove',
    request: MemberRemoveRequest,
    response: MemberRemoveResponse,
    requestStream: false,
    responseStream: false,
  },
  memberUpdate: {
    path: '/etcdserverpb.Cluster/MemberUpdate',
    request: MemberUpdateRequest,
    response: MemberUpdateResponse,
    requestStream: false,
    responseStream: false,
  },
  memberList: {
    path: '/etcdserverpb.Cluster/MemberList',
    request: MemberListRequest,
    response: MemberListResponse,
    requestStream: false,
    responseStream: false,
  },
  memberPromote: {
    path: '/etcdserverpb.Cluster/MemberPromote',
    request: MemberPromoteRequest,
    response: MemberPromoteResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;

/** Methods of etcdserverpb.Maintenance. */
export const MaintenanceService = {
  alarm: {
    path: '/etcdserverpb.Maintenance/Alarm',
    request: AlarmRequest,
    response: AlarmResponse,
    requestStream: false,
    responseStream: false,
  },
  status: {
    path: '/etcdserverpb.Maintenance/Status',
    request: StatusRequest,
    response: StatusResponse,
    requestStream: false,
    responseStream: false,
  },
  defragment: {
    path: '/etcdserverpb.Maintenance/Defragment',
    request: DefragmentRequest,
    response: DefragmentResponse,
    requestStream: false,
    responseStream: false,
  },
  hash: {
    path: '/etcdserverpb.Maintenance/Hash',
    request: HashRequest,
    response: HashResponse,
    requestStream: false,
    responseStream: false,
  },
  hashKV: {
    path: '/etcdserverpb.Maintenance/HashKV',
    request: HashKVRequest,
    response: HashKVResponse,
    requestStream: false,
    responseStream: false,
  },
  snapshot: {
    path: '/etcdserverpb.Maintenance/Snapshot',
    request: SnapshotRequest,
    response: SnapshotResponse,
    requestStream: false,
    responseStream: true,
  },
  moveLeader: {
    path: '/etcdserverpb.Maintenance/MoveLeader',
    request: MoveLeaderRequest,
    response: MoveLeaderResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
