// Generated from proto/kv.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, EMPTY, fromSigned, Reader, skipField, toNumber, toSigned, Writer } from '../wire.js';

export const EventType = {
  PUT: 0,
  DELETE: 1,
} as const;
export type EventType = (typeof EventType)[keyof typeof EventType];

export interface KeyValue {
  key: Uint8Array;
  createRevision: number;
  modRevision: number;
  version: number;
  value: Uint8Array;
  lease: bigint;
}

/** KeyValue as callers write it: whatever is left out is zero. */
export interface KeyValueInit {
  key?: Uint8Array | undefined;
  createRevision?: number | undefined;
  modRevision?: number | undefined;
  version?: number | undefined;
  value?: Uint8Array | undefined;
  lease?: bigint | undefined;
}

export const KeyValue: Codec<KeyValue, KeyValueInit> = {
  name: 'mvccpb.KeyValue',
  empty(): KeyValue {
    return { key: EMPTY, createRevision: 0, modRevision: 0, version: 0, value: EMPTY, lease: 0n };
  },
  encodeTo(m: KeyValueInit, w: Writer): Writer {
    if (m.key !== undefined && m.key.length > 0) w.uint32(10).bytes(m.key);
    if (m.createRevision !== undefined && m.createRevision !== 0) w.uint32(16).int64(m.createRevision);
    if (m.modRevision !== undefined && m.modRevision !== 0) w.uint32(24).int64(m.modRevision);
    if (m.version !== undefined && m.version !== 0) w.uint32(32).int64(m.version);
    if (m.value !== undefined && m.value.length > 0) w.uint32(42).bytes(m.value);
    if (m.lease !== undefined && m.lease !== 0n) w.uint32(48).int64(fromSigned(m.lease));
    return w;
  },
  encode(m: KeyValueInit): Uint8Array {
    return KeyValue.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): KeyValue {
    return KeyValue.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): KeyValue {
    if (end > r.len) throw new RangeError('truncated mvccpb.KeyValue');
    const m = KeyValue.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 16:
          m.createRevision = toNumber(r.int64());
          break;
        case 24:
          m.modRevision = toNumber(r.int64());
          break;
        case 32:
          m.version = toNumber(r.int64());
          break;
        case 42:
          m.value = r.bytes();
          break;
        case 48:
          m.lease = toSigned(r.int64());
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed mvccpb.KeyValue');
    return m;
  },
};

export interface Event {
  type: EventType;
  kv: KeyValue | undefined;
  prevKv: KeyValue | undefined;
}

/** Event as callers write it: whatever is left out is zero. */
export interface EventInit {
  type?: EventType | undefined;
  kv?: KeyValueInit | undefined;
  prevKv?: KeyValueInit | undefined;
}

export const Event: Codec<Event, EventInit> = {
  name: 'mvccpb.Event',
  empty(): Event {
    return { type: 0, kv: undefined, prevKv: undefined };
  },
  encodeTo(m: EventInit, w: Writer): Writer {
    if (m.type !== undefined && m.type !== 0) w.uint32(8).int32(m.type);
    if (m.kv !== undefined) KeyValue.encodeTo(m.kv, w.uint32(18).fork()).ldelim();
    if (m.prevKv !== undefined) KeyValue.encodeTo(m.prevKv, w.uint32(26).fork()).ldelim();
    return w;
  },
  encode(m: EventInit): Uint8Array {
    return Event.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Event {
    return Event.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Event {
    if (end > r.len) throw new RangeError('truncated mvccpb.Event');
    const m = Event.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.type = r.int32() as EventType;
          break;
        case 18:
          m.kv = KeyValue.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 26:
          m.prevKv = KeyValue.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed mvccpb.Event');
    return m;
  },
};
