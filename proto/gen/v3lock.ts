// Generated from proto/v3lock.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, EMPTY, fromSigned, Reader, skipField, toSigned, Writer } from '../wire.js';
import { ResponseHeader, type ResponseHeaderInit } from './rpc.js';

export interface LockRequest {
  name: Uint8Array;
  lease: bigint;
}

/** LockRequest as callers write it: whatever is left out is zero. */
export interface LockRequestInit {
  name?: Uint8Array | undefined;
  lease?: bigint | undefined;
}

export const LockRequest: Codec<LockRequest, LockRequestInit> = {
  name: 'v3lockpb.LockRequest',
  empty(): LockRequest {
    return { name: EMPTY, lease: 0n };
  },
  encodeTo(m: LockRequestInit, w: Writer): Writer {
    if (m.name !== undefined && m.name.length > 0) w.uint32(10).bytes(m.name);
    if (m.lease !== undefined && m.lease !== 0n) w.uint32(16).int64(fromSigned(m.lease));
    return w;
  },
  encode(m: LockRequestInit): Uint8Array {
    return LockRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LockRequest {
    return LockRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LockRequest {
    if (end > r.len) throw new RangeError('truncated v3lockpb.LockRequest');
    const m = LockRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = r.bytes();
          break;
        case 16:
          m.lease = toSigned(r.int64());
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3lockpb.LockRequest');
    return m;
  },
};

export interface LockResponse {
  header: ResponseHeader | undefined;
  key: Uint8Array;
}

/** LockResponse as callers write it: whatever is left out is zero. */
export interface LockResponseInit {
  header?: ResponseHeaderInit | undefined;
  key?: Uint8Array | undefined;
}

export const LockResponse: Codec<LockResponse, LockResponseInit> = {
  name: 'v3lockpb.LockResponse',
  empty(): LockResponse {
    return { header: undefined, key: EMPTY };
  },
  encodeTo(m: LockResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.key !== undefined && m.key.length > 0) w.uint32(18).bytes(m.key);
    return w;
  },
  encode(m: LockResponseInit): Uint8Array {
    return LockResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LockResponse {
    return LockResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LockResponse {
    if (end > r.len) throw new RangeError('truncated v3lockpb.LockResponse');
    const m = LockResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.key = r.bytes();
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed v3lockpb.LockResponse');
    return m;
  },
};

export interface UnlockRequest {
  key: Uint8Array;
}

/** UnlockRequest as callers write it: whatever is left out is zero. */
export interface UnlockRequestInit {
  key?: Uint8Array | undefined;
}

export const UnlockRequest: Codec<UnlockRequest, UnlockRequestInit> = {
  name: 'v3lockpb.UnlockRequest',
  empty(): UnlockRequest {
    return { key: EMPTY };
  },
  encodeTo(m: UnlockRequestInit, w: Writer): Writer {
    if (m.key !== undefined && m.key.length > 0) w.uint32(10).bytes(m.key);
    return w;
  },
  encode(m: UnlockRequestInit): Uint8Array {
    return UnlockRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): UnlockRequest {
    return UnlockRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): UnlockRequest {
    if (end > r.len) throw new RangeError('truncated v3lockpb.UnlockRequest');
    const m = UnlockRequest.empty();
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
    if (r.pos !== end) throw new RangeError('malformed v3lockpb.UnlockRequest');
    return m;
  },
};

export interface UnlockResponse {
  header: ResponseHeader | undefined;
}

/** UnlockResponse as callers write it: whatever is left out is zero. */
export interface UnlockResponseInit {
  header?: ResponseHeaderInit | undefined;
}

export const UnlockResponse: Codec<UnlockResponse, UnlockResponseInit> = {
  name: 'v3lockpb.UnlockResponse',
  empty(): UnlockResponse {
    return { header: undefined };
  },
  encodeTo(m: UnlockResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    return w;
  },
  encode(m: UnlockResponseInit): Uint8Array {
    return UnlockResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): UnlockResponse {
    return UnlockResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): UnlockResponse {
    if (end > r.len) throw new RangeError('truncated v3lockpb.UnlockResponse');
    const m = UnlockResponse.empty();
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
    if (r.pos !== end) throw new RangeError('malformed v3lockpb.UnlockResponse');
    return m;
  },
};

/** Methods of v3lockpb.Lock. */
export const LockService = {
  lock: {
    path: '/v3lockpb.Lock/Lock',
    request: LockRequest,
    response: LockResponse,
    requestStream: false,
    responseStream: false,
  },
  unlock: {
    path: '/v3lockpb.Lock/Unlock',
    request: UnlockRequest,
    response: UnlockResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
