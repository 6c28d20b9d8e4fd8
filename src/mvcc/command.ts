// Commands as log entries: [kind u8][origin u64 LE][request f64 LE][payload]. The entry of a write whose
// revision comes from the sequencer has the top bit of the kind set, and [revision f64 LE] before the payload.

import { invariant } from '../errors.js';
import type { NodeId } from '../raft/types.js';
import { type Command, CommandKind } from './types.js';

export const COMMAND_HEAD_BYTES = 17;
const STAMPED = 0x80;

export function encodeCommand(kind: CommandKind, origin: NodeId, request: number, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(COMMAND_HEAD_BYTES + payload.length);
  out[0] = kind;
  out.writeBigUInt64LE(origin, 1);
  out.writeDoubleLE(request, 9);
  out.set(payload, COMMAND_HEAD_BYTES);
  return out;
}

const WRITES: ReadonlySet<number> = new Set([
  CommandKind.put,
  CommandKind.deleteRange,
  CommandKind.txn,
  CommandKind.leaseRevoke,
  CommandKind.leaseExpire,
  CommandKind.leaseExpireLives,
  CommandKind.leaseForget,
  CommandKind.leaseCut,
]);

/** Whether an encoded command may change keys, and so takes a revision. */
export const takesRevision = (data: Uint8Array): boolean => WRITES.has(data[0] as number);

/** A copy of an encoded command that carries its revision. */
export function stamp(data: Uint8Array, revision: number): Buffer {
  const out = Buffer.allocUnsafe(data.length + 8);
  out.set(data.subarray(0, COMMAND_HEAD_BYTES));
  out[0] = (data[0] as number) | STAMPED;
  out.writeDoubleLE(revision, COMMAND_HEAD_BYTES);
  out.set(data.subarray(COMMAND_HEAD_BYTES), COMMAND_HEAD_BYTES + 8);
  return out;
}

/** The payload shares memory with `data`. */
export function decodeCommand(data: Uint8Array): Command {
  invariant(data.length >= COMMAND_HEAD_BYTES, 'a log entry is too short to be a command');
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const first = bytes[0] as number;
  const stamped = (first & STAMPED) !== 0;
  invariant(!stamped || data.length >= COMMAND_HEAD_BYTES + 8, 'a log entry is too short to carry a revision');
  return {
    kind: (first & ~STAMPED) as CommandKind,
    origin: bytes.readBigUInt64LE(1),
    request: bytes.readDoubleLE(9),
    revision: stamped ? bytes.readDoubleLE(COMMAND_HEAD_BYTES) : 0,
    payload: bytes.subarray(COMMAND_HEAD_BYTES + (stamped ? 8 : 0)),
  };
}

/** Payload of leaseExpire: the IDs, eight bytes each. */
export function decodeLeaseIds(payload: Uint8Array): bigint[] {
  invariant(payload.length % 8 === 0, 'malformed lease IDs');
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const ids: bigint[] = [];
  for (let at = 0; at < bytes.length; at += 8) ids.push(bytes.readBigInt64LE(at));
  return ids;
}
