// Bodies of the lease calls to a group's leader: IDs there, a fixed number of figures per ID back.

import { Code, RpcError } from '../errors.js';

const ID_BYTES = 8;
const FIGURE_BYTES = 8;

/** Figures per ID in the answer to a keep-alive: seconds granted, or one of the two below. */
export const KEEP_ALIVE_FIGURES = 1;
/** The lease does not exist. */
export const GONE = 0;
/** The lease is being revoked, or the answer came too late to be true: ask again. */
export const UNDECIDED = -1;

/** Answer to an attachment, beside those two: the partition accepts keys with the lease. */
export const ATTACHED = 1;

/** Figures per ID in the answer to a time-to-live: seconds left (-1: no such lease), seconds granted. */
export const TIME_TO_LIVE_FIGURES = 2;

export function encodeIds(ids: readonly bigint[]): Buffer {
  const out = Buffer.allocUnsafe(ids.length * ID_BYTES);
  for (let i = 0; i < ids.length; i++) out.writeBigInt64LE(ids[i]!, i * ID_BYTES);
  return out;
}

/** Throws RpcError when `body` is not a whole number of IDs. */
export function decodeIds(body: Uint8Array): bigint[] {
  const view = asBuffer(body, ID_BYTES);
  const ids: bigint[] = [];
  for (let at = 0; at < view.length; at += ID_BYTES) ids.push(view.readBigInt64LE(at));
  return ids;
}

/** Leases that a partition asks about: its number, and the IDs. */
export const encodePartitionIds = (partition: number, ids: readonly bigint[]): Buffer =>
  encodeIds([BigInt(partition), ...ids]);

/** Throws RpcError. */
export function decodePartitionIds(body: Uint8Array): { partition: number; ids: bigint[] } {
  const [partition, ...ids] = decodeIds(body);
  if (partition === undefined) throw malformed();
  return { partition: Number(partition), ids };
}

export function encodeFigures(figures: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(figures.length * FIGURE_BYTES);
  for (let i = 0; i < figures.length; i++) out.writeDoubleLE(figures[i]!, i * FIGURE_BYTES);
  return out;
}

/** Throws RpcError when `body` does not hold exactly `count` figures. */
export function decodeFigures(body: Uint8Array, count: number): number[] {
  const view = asBuffer(body, FIGURE_BYTES);
  if (view.length !== count * FIGURE_BYTES) throw malformed();
  const figures: number[] = [];
  for (let at = 0; at < view.length; at += FIGURE_BYTES) figures.push(view.readDoubleLE(at));
  return figures;
}

function asBuffer(body: Uint8Array, unit: number): Buffer {
  if (body.length % unit !== 0) throw malformed();
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

const malformed = (): RpcError => new RpcError(Code.internal, 'lease call: malformed body');
