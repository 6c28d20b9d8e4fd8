// Keys and checksummed records of the log store.
//   [group u32][0x00]              hard state
//   [group u32][0x01]              snapshot point
//   [group u32][0x02][index u64]   log entry
// Every value begins with the CRC-32 of its key and the rest of it, so that a record that is
// damaged, or stands at another's place, is found.

import { crc32 } from 'node:zlib';
import { CorruptionError, DAMAGE_REMEDY } from '../errors.js';
import type { ConfState, Entry, EntryType, HardState, SnapshotMeta } from '../raft/types.js';

const HARD_STATE = 0;
const SNAPSHOT = 1;
const ENTRY = 2;
const ENTRY_KEY_BYTES = 13;
const ENTRY_HEAD_BYTES = 4 + 8 + 1;

function groupKey(group: number, kind: number): Buffer {
  const key = Buffer.allocUnsafe(5);
  key.writeUInt32BE(group, 0);
  key[4] = kind;
  return key;
}

export const hardStateKey = (group: number): Buffer => groupKey(group, HARD_STATE);
export const snapshotKey = (group: number): Buffer => groupKey(group, SNAPSHOT);

export function entryKey(group: number, index: number): Buffer {
  const key = Buffer.allocUnsafe(ENTRY_KEY_BYTES);
  key.writeUInt32BE(group, 0);
  key[4] = ENTRY;
  key.writeUInt32BE(Math.floor(index / 2 ** 32), 5);
  key.writeUInt32BE(index >>> 0, 9);
  return key;
}

export function indexOfKey(key: Uint8Array): number {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return bytes.readUInt32BE(5) * 2 ** 32 + bytes.readUInt32BE(9);
}

function seal(key: Uint8Array, value: Buffer): Buffer {
  value.writeUInt32LE(crc32(value.subarray(4), crc32(key)), 0);
  return value;
}

function unseal(path: string, what: string, key: Uint8Array, value: Uint8Array, bytesMin: number): Buffer {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.length < bytesMin || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4), crc32(key))) {
    throw new CorruptionError(path, -1, `${what} is damaged (checksum does not match)`, DAMAGE_REMEDY);
  }
  return bytes;
}

export function encodeEntry(key: Uint8Array, entry: Entry): Buffer {
  const out = Buffer.allocUnsafe(ENTRY_HEAD_BYTES + entry.data.length);
  out.writeDoubleLE(entry.term, 4);
  out[12] = entry.type;
  out.set(entry.data, ENTRY_HEAD_BYTES);
  return seal(key, out);
}

export function decodeEntry(path: string, key: Uint8Array, value: Uint8Array): Entry {
  const index = indexOfKey(key);
  const bytes = unseal(path, `log entry ${index}`, key, value, ENTRY_HEAD_BYTES);
  return {
    index,
    term: bytes.readDoubleLE(4),
    type: bytes[12] as EntryType,
    data: bytes.subarray(ENTRY_HEAD_BYTES),
  };
}

export function encodeHardState(key: Uint8Array, state: HardState): Buffer {
  const out = Buffer.allocUnsafe(28);
  out.writeDoubleLE(state.term, 4);
  out.writeDoubleLE(state.commit, 12);
  out.writeBigUInt64LE(state.vote, 20);
  return seal(key, out);
}

export function decodeHardState(path: string, key: Uint8Array, value: Uint8Array): HardState {
  const bytes = unseal(path, 'the hard state', key, value, 28);
  return { term: bytes.readDoubleLE(4), commit: bytes.readDoubleLE(12), vote: bytes.readBigUInt64LE(20) };
}

export function encodeSnapshotPoint(key: Uint8Array, meta: SnapshotMeta): Buffer {
  const { voters, learners, votersOutgoing, learnersNext, autoLeave } = meta.confState;
  const ids = (list: readonly bigint[]): string[] => list.map(String);
  const conf = {
    voters: ids(voters),
    learners: ids(learners),
    votersOutgoing: ids(votersOutgoing),
    learnersNext: ids(learnersNext),
    autoLeave,
  };
  const text = Buffer.from(JSON.stringify({ index: meta.index, term: meta.term, conf }));
  return seal(key, Buffer.concat([Buffer.alloc(4), text]));
}

export function decodeSnapshotPoint(path: string, key: Uint8Array, value: Uint8Array): SnapshotMeta {
  const bytes = unseal(path, 'the snapshot point', key, value, 4);
  const { index, term, conf } = JSON.parse(bytes.toString('utf8', 4)) as {
    index: number;
    term: number;
    conf: Record<keyof Omit<ConfState, 'autoLeave'>, string[]> & { autoLeave: boolean };
  };
  const ids = (list: string[]): bigint[] => list.map(BigInt);
  const confState: ConfState = {
    voters: ids(conf.voters),
    learners: ids(conf.learners),
    votersOutgoing: ids(conf.votersOutgoing),
    learnersNext: ids(conf.learnersNext),
    autoLeave: conf.autoLeave,
  };
  return { index, term, confState, id: 0 };
}
