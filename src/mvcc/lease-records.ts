// Leases on disk, and in commands between their home and the partitions that hold keys with them.

import { invariant } from '../errors.js';
import type { LeaseLife, LeaseRecord } from './types.js';

/**
 * Of a lease that an earlier version granted in a cluster with one partition: its record tells none. No grant stands at
 * the first index of a log, which is a no-op.
 */
const FIRST_INCARNATION = 1;

/** Of most leases: all share it. */
export const NO_PARTITIONS: readonly number[] = [];

const TTL_BYTES = 8;
const HEAD_BYTES = TTL_BYTES + 8 + 1;
const LIFE_BYTES = 16;

/** [ttl f64][incarnation f64][revoking u8][partition u32]... */
export function encodeLease({ ttlSeconds, incarnation, revoking, partitions }: LeaseRecord): Buffer {
  const out = Buffer.allocUnsafe(HEAD_BYTES + 4 * partitions.length);
  out.writeDoubleLE(ttlSeconds, 0);
  out.writeDoubleLE(incarnation, 8);
  out[16] = revoking ? 1 : 0;
  partitions.forEach((partition, i) => {
    out.writeUInt32LE(partition, HEAD_BYTES + 4 * i);
  });
  return out;
}

/** Records of earlier versions may end behind the TTL. */
export function decodeLease(id: bigint, record: Uint8Array): LeaseRecord {
  const bytes = asBuffer(record);
  const ttlSeconds = bytes.readDoubleLE(0);
  if (bytes.length === TTL_BYTES) {
    return { id, ttlSeconds, incarnation: FIRST_INCARNATION, revoking: false, partitions: NO_PARTITIONS };
  }
  const partitions: number[] = [];
  for (let at = HEAD_BYTES; at < bytes.length; at += 4) partitions.push(bytes.readUInt32LE(at));
  return {
    id,
    ttlSeconds,
    incarnation: bytes.readDoubleLE(8),
    revoking: bytes[16] === 1,
    partitions: partitions.length === 0 ? NO_PARTITIONS : partitions,
  };
}

export function encodeStub(incarnation: number): Buffer {
  const out = Buffer.allocUnsafe(8);
  out.writeDoubleLE(incarnation, 0);
  return out;
}

export const decodeStub = (record: Uint8Array): number => asBuffer(record).readDoubleLE(0);

/** Payload of leaseRevoking, leaseForget, leaseStub and leaseCut: [lease i64][incarnation f64] each. */
export function encodeLives(lives: readonly LeaseLife[]): Buffer {
  const out = Buffer.allocUnsafe(lives.length * LIFE_BYTES);
  lives.forEach(({ id, incarnation }, i) => {
    out.writeBigInt64LE(id, i * LIFE_BYTES);
    out.writeDoubleLE(incarnation, i * LIFE_BYTES + 8);
  });
  return out;
}

export function decodeLives(payload: Uint8Array): LeaseLife[] {
  invariant(payload.length % LIFE_BYTES === 0, 'malformed lives of leases');
  const bytes = asBuffer(payload);
  const lives: LeaseLife[] = [];
  for (let at = 0; at < bytes.length; at += LIFE_BYTES) {
    lives.push({ id: bytes.readBigInt64LE(at), incarnation: bytes.readDoubleLE(at + 8) });
  }
  return lives;
}

/** Payload of leaseRegister: [partition u32] before the lives. */
export function encodeRegistration(partition: number, lives: readonly LeaseLife[]): Buffer {
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32LE(partition, 0);
  return Buffer.concat([head, encodeLives(lives)]);
}

export function decodeRegistration(payload: Uint8Array): { partition: number; lives: LeaseLife[] } {
  invariant(payload.length >= 4, 'malformed registration of leases');
  return { partition: asBuffer(payload).readUInt32LE(0), lives: decodeLives(payload.subarray(4)) };
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
