// Records of the state machine inside its group's key space.
//   k key                       the current version of a key
//   r revision u64, sub u32     one change: what watchers are shown, and the value of that version
//   h key', revision, sub       a version that is no longer current, or a tombstone; key' is escaped
//   l lease u64                 a lease and its TTL
//   s lease u64                 the stub of a lease with another home, and its incarnation
//   a lease u64, key            a key attached to a lease
//   m name                      counters, members, alarms, configuration
//   t name                      transactions over partitions, see txn-table.ts
// Storage adds a checksum to each, over key and value, and checks it at every read.

import type { KeyValue } from '../../proto/gen/kv.js';
import { EMPTY } from '../../proto/wire.js';

const K = 0x6b;
const R = 0x72;
const H = 0x68;
const L = 0x6c;
const S = 0x73;
const A = 0x61;
const M = 0x6d;
const T = 0x74;

/** A current version: its key-value and its place among the changes of its revision. */
export interface Current {
  readonly kv: KeyValue;
  readonly sub: number;
}

const buffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function tagged(tag: number, key: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(1 + key.length);
  out[0] = tag;
  out.set(key, 1);
  return out;
}

export const currentKey = (key: Uint8Array): Buffer => tagged(K, key);
export const keyOfCurrent = (record: Uint8Array): Buffer => buffer(record).subarray(1);
/** Bounds of all current keys in [key, end); end undefined: to the last. */
export const currentRange = (key: Uint8Array, end: Uint8Array | undefined): { gte: Buffer; lt: Buffer } => ({
  gte: tagged(K, key),
  lt: end === undefined ? Buffer.from([K + 1]) : tagged(K, end),
});

function writeRevision(out: Buffer, at: number, revision: number, sub: number): void {
  out.writeUInt32BE(Math.floor(revision / 2 ** 32), at);
  out.writeUInt32BE(revision >>> 0, at + 4);
  out.writeUInt32BE(sub, at + 8);
}

const readRevision = (bytes: Buffer, at: number): number =>
  bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);

export function changeKey(revision: number, sub: number): Buffer {
  const out = Buffer.allocUnsafe(13);
  out[0] = R;
  writeRevision(out, 1, revision, sub);
  return out;
}

export const revisionOfChange = (key: Uint8Array): number => readRevision(buffer(key), 1);
export const subOfChange = (key: Uint8Array): number => buffer(key).readUInt32BE(9);

/** 0x00 becomes 0x00 0xff and 0x00 0x01 ends the key: the byte order of keys is kept. */
function escaped(tag: number, key: Uint8Array, tail: number): Buffer {
  let zeros = 0;
  for (const byte of key) if (byte === 0) zeros++;
  const out = Buffer.allocUnsafe(1 + key.length + zeros + tail);
  let at = 0;
  out[at++] = tag;
  for (const byte of key) {
    out[at++] = byte;
    if (byte === 0) out[at++] = 0xff;
  }
  return out;
}

export function historyKey(key: Uint8Array, revision: number, sub: number): Buffer {
  const out = escaped(H, key, 14);
  const at = out.length - 14;
  out[at] = 0;
  out[at + 1] = 1;
  writeRevision(out, at + 2, revision, sub);
  return out;
}

/** Bounds of the history of all keys in [key, end). */
export const historyRange = (key: Uint8Array, end: Uint8Array | undefined): { gte: Buffer; lt: Buffer } => ({
  gte: escaped(H, key, 0),
  lt: end === undefined ? Buffer.from([H + 1]) : escaped(H, end, 0),
});

export function parseHistoryKey(record: Uint8Array): { key: Buffer; revision: number; sub: number } {
  const bytes = buffer(record);
  const end = bytes.length - 14;
  const key = Buffer.allocUnsafe(end - 1);
  let size = 0;
  for (let at = 1; at < end; at++) {
    key[size++] = bytes[at] as number;
    if (bytes[at] === 0) at++;
  }
  return { key: key.subarray(0, size), revision: readRevision(bytes, end + 2), sub: bytes.readUInt32BE(end + 10) };
}

export const HISTORY_PUT = Buffer.from([0]);
export const HISTORY_TOMBSTONE = Buffer.from([1]);

function ofLease(tag: number, id: bigint): Buffer {
  const out = Buffer.allocUnsafe(9);
  out[0] = tag;
  out.writeBigInt64BE(id, 1);
  return out;
}

export const leaseKey = (id: bigint): Buffer => ofLease(L, id);
export const stubKey = (id: bigint): Buffer => ofLease(S, id);

export function attachmentKey(id: bigint, key: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(9 + key.length);
  out[0] = A;
  out.writeBigInt64BE(id, 1);
  out.set(key, 9);
  return out;
}

export const leaseOfKey = (record: Uint8Array): bigint => buffer(record).readBigInt64BE(1);
export const keyOfAttachment = (record: Uint8Array): Buffer => buffer(record).subarray(9);
export const metaKey = (name: string): Buffer => Buffer.from(`${String.fromCharCode(M)}${name}`);
const only = (tag: number): { gte: Buffer; lt: Buffer } => ({ gte: Buffer.from([tag]), lt: Buffer.from([tag + 1]) });
export const txnKey = (name: string): Buffer => Buffer.from(`${String.fromCharCode(T)}${name}`);
export const nameOfTxnKey = (record: Uint8Array): string => buffer(record).toString('latin1', 1);
export const leaseRange = only(L);
export const stubRange = only(S);
export const attachmentRange = only(A);
export const txnRange = only(T);
export const changeRange = (from: number, to: number): { gte: Buffer; lt: Buffer } => ({
  gte: changeKey(from, 0),
  lt: changeKey(to + 1, 0),
});

const CURRENT_HEAD_BYTES = 36;

export function encodeCurrent({ kv, sub }: Current): Buffer {
  const out = Buffer.allocUnsafe(CURRENT_HEAD_BYTES + kv.value.length);
  out.writeDoubleLE(kv.createRevision, 0);
  out.writeDoubleLE(kv.modRevision, 8);
  out.writeUInt32LE(sub, 16);
  out.writeDoubleLE(kv.version, 20);
  out.writeBigInt64LE(kv.lease, 28);
  out.set(kv.value, CURRENT_HEAD_BYTES);
  return out;
}

/** `key` is the bare key; value shares memory with `record`. */
export function decodeCurrent(key: Uint8Array, record: Uint8Array): Current {
  const bytes = buffer(record);
  const kv: KeyValue = {
    key,
    createRevision: bytes.readDoubleLE(0),
    modRevision: bytes.readDoubleLE(8),
    version: bytes.readDoubleLE(20),
    value: bytes.length > CURRENT_HEAD_BYTES ? bytes.subarray(CURRENT_HEAD_BYTES) : EMPTY,
    lease: bytes.readBigInt64LE(28),
  };
  return { kv, sub: bytes.readUInt32LE(16) };
}

export interface Change {
  readonly type: 'put' | 'delete';
  readonly kv: KeyValue;
}

const CHANGE_HEAD_BYTES = 29;

export function encodeChange({ type, kv }: Change): Buffer {
  const out = Buffer.allocUnsafe(CHANGE_HEAD_BYTES + kv.key.length + kv.value.length);
  out[0] = type === 'put' ? 0 : 1;
  out.writeDoubleLE(kv.createRevision, 1);
  out.writeDoubleLE(kv.version, 9);
  out.writeBigInt64LE(kv.lease, 17);
  out.writeUInt32LE(kv.key.length, 25);
  out.set(kv.key, CHANGE_HEAD_BYTES);
  out.set(kv.value, CHANGE_HEAD_BYTES + kv.key.length);
  return out;
}

export function decodeChange(revision: number, record: Uint8Array): Change {
  const bytes = buffer(record);
  const keyEnd = CHANGE_HEAD_BYTES + bytes.readUInt32LE(25);
  const kv: KeyValue = {
    key: bytes.subarray(CHANGE_HEAD_BYTES, keyEnd),
    createRevision: bytes.readDoubleLE(1),
    modRevision: revision,
    version: bytes.readDoubleLE(9),
    value: bytes.length > keyEnd ? bytes.subarray(keyEnd) : EMPTY,
    lease: bytes.readBigInt64LE(17),
  };
  return { type: bytes[0] === 0 ? 'put' : 'delete', kv };
}
