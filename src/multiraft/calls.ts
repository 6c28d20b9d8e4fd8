// Bodies of the calls between nodes.

import { Code, errors, RpcError } from '../errors.js';
import { CONNECTION_LOST } from './peer.js';

const NOTHING = Buffer.alloc(0);

/** Several byte strings as one body: [length u32 LE][bytes] each. */
export function packMany(parts: readonly Uint8Array[]): Buffer {
  let size = 0;
  for (const part of parts) size += 4 + part.length;
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (const part of parts) {
    at = out.writeUInt32LE(part.length, at);
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Inverse of packMany; the parts share memory with `body`. Throws RpcError on a malformed body. */
export function unpackMany(body: Uint8Array): Buffer[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw new RpcError(Code.internal, 'peer call: truncated body');
    const size = bytes.readUInt32LE(at);
    at += 4;
    if (at + size > bytes.length) throw new RpcError(Code.internal, 'peer call: truncated body');
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}

/** Numbers (of at most 53 bits) as a body. */
export function packNumbers(...numbers: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(8 * numbers.length);
  numbers.forEach((number, i) => {
    out.writeDoubleLE(number, 8 * i);
  });
  return out;
}

export function unpackNumbers(body: Uint8Array, count: number): number[] {
  if (body.length !== 8 * count) throw new RpcError(Code.internal, 'peer call: malformed numbers');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Array.from({ length: count }, (_, i) => bytes.readDoubleLE(8 * i));
}

export function packNode(id: bigint): Buffer {
  const out = Buffer.allocUnsafe(8);
  out.writeBigUInt64LE(id, 0);
  return out;
}

export function unpackNode(body: Uint8Array): bigint {
  if (body.length !== 8) throw new RpcError(Code.internal, 'peer call: malformed node');
  return Buffer.from(body.buffer, body.byteOffset, 8).readBigUInt64LE(0);
}

/** Names a refusal that is certain to have had no effect: the callee does not lead in the call's term. */
export const NOT_LEADER_HERE = 'peer: not the leader of that term';

/** The caller may try again. */
export function isRetryable(error: RpcError): boolean {
  return (
    error.message === NOT_LEADER_HERE ||
    error.message === CONNECTION_LOST ||
    error.message === errors.noLeader().message ||
    error.message === errors.leaderChanged().message ||
    error.message === errors.notLeader().message
  );
}

/** Of the errors above: nothing has begun. */
export function isUntouched(error: RpcError): boolean {
  return error.message !== CONNECTION_LOST && error.message !== errors.leaderChanged().message;
}

/** As the arguments of a reply. */
export function asReply(error: unknown): [number, string, Uint8Array] {
  if (error instanceof RpcError) return [error.code, error.message, NOTHING];
  return [Code.unknown, error instanceof Error ? error.message : String(error), NOTHING];
}
