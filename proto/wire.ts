// What the generated codecs share. Reading and writing of the wire format is protobufjs's.
import Long from 'long';
import protobuf from 'protobufjs/minimal.js';

// protobufjs finds `long` by itself under CommonJS only; 64-bit identifiers need it.
protobuf.util.Long = Long;
protobuf.configure();

export const Reader = protobuf.Reader;
export type Reader = protobuf.Reader;
export const Writer = protobuf.Writer;
export type Writer = protobuf.Writer;

export const EMPTY: Uint8Array = Buffer.alloc(0);

/** Encoder and decoder of one message type. `decode` throws RangeError or Error on malformed input. */
export interface Codec<T, I = T> {
  readonly name: string;
  empty(): T;
  encode(m: I): Uint8Array;
  encodeTo(m: I, w: Writer): Writer;
  decode(bytes: Uint8Array): T;
  decodeFrom(r: Reader, end: number): T;
}

/** One RPC: its full path, the codecs of both directions, and which of them stream. */
export interface MethodDescriptor<Req, ReqInit, Res, ResInit> {
  readonly path: string;
  readonly request: Codec<Req, ReqInit>;
  readonly response: Codec<Res, ResInit>;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

type Wide = { readonly low: number; readonly high: number } | number;

/** For numbers that stay below 2^53 by contract; a larger one loses its low bits. */
export function toNumber(v: Wide): number {
  return typeof v === 'number' ? v : v.high * 4294967296 + (v.low >>> 0);
}

export function toSigned(v: Wide): bigint {
  if (typeof v === 'number') return BigInt(v);
  return (BigInt(v.high) << 32n) | BigInt(v.low >>> 0);
}

export function toUnsigned(v: Wide): bigint {
  if (typeof v === 'number') return BigInt(v);
  return (BigInt(v.high >>> 0) << 32n) | BigInt(v.low >>> 0);
}

export function fromSigned(v: bigint): Long {
  return new Long(Number(v & 0xffffffffn) | 0, Number((v >> 32n) & 0xffffffffn) | 0, false);
}

export function fromUnsigned(v: bigint): Long {
  return new Long(Number(v & 0xffffffffn) | 0, Number((v >> 32n) & 0xffffffffn) | 0, true);
}

/**
 * Skips a field of an unknown number. A known number with another wire type than its own, field
 * number 0 and unknown wire types are malformed input.
 */
export function skipField(r: Reader, tag: number, known: readonly number[]): void {
  const field = tag >>> 3;
  if (field === 0) throw new RangeError('malformed protobuf: field number 0');
  if (known.includes(field)) throw new RangeError(`malformed protobuf: wrong wire type ${tag & 7} for field ${field}`);
  r.skipType(tag & 7);
}
