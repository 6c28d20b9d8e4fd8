// Commands as log entries: [kind u8][origin u64 LE][request f64 LE][payload].

import { invariant } from '../errors.js';
import type { NodeId } from '../raft/types.js';
import type { Command, CommandKind } from './types.js';

export const COMMAND_HEAD_BYTES = 17;

export function encodeCommand(kind: CommandKind, origin: NodeId, request: number, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(COMMAND_HEAD_BYTES + payload.length);
  out[0] = kind;
  out.writeBigUInt64LE(origin, 1);
  out.writeDoubleLE(request, 9);
  out.set(payload, COMMAND_HEAD_BYTES);
  return out;
}

/** The payload shares memory with `data`. */
export function decodeCommand(data: Uint8Array): Command {
  invariant(data.length >= COMMAND_HEAD_BYTES, 'a log entry is too short to be a command');
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return {
    kind: bytes[0] as CommandKind,
    origin: bytes.readBigUInt64LE(1),
    request: bytes.readDoubleLE(9),
    payload: bytes.subarray(COMMAND_HEAD_BYTES),
  };
}

/** Payload of leaseExpire: the IDs, eight bytes each. */
export function encodeLeaseIds(ids: readonly bigint[]): Buffer {
  const out = Buffer.allocUnsafe(ids.length * 8);
  ids.forEach((id, i) => {
    out.writeBigInt64LE(id, i * 8);
  });
  return out;
}

export function decodeLeaseIds(payload: Uint8Array): bigint[] {
  invariant(payload.length % 8 === 0, 'malformed lease IDs');
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const ids: bigint[] = [];
  for (let at = 0; at < bytes.length; at += 8) ids.push(bytes.readBigInt64LE(at));
  return ids;
}
