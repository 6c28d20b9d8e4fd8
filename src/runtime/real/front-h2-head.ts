// Header blocks of gRPC over HTTP/2: what a request asks for, and what a response begins and ends with.

import type { RpcMethod } from '../rpc.js';
import type { Header } from './front-hpack.js';

const TIMEOUT_UNIT_MS: Readonly<Record<string, number>> = {
  n: 1e-6,
  u: 1e-3,
  m: 1,
  S: 1_000,
  M: 60_000,
  H: 3_600_000,
};

/** The head of a request. Shared by all calls that sent the same header block. */
export interface RequestHead {
  readonly headers: readonly Header[];
  readonly httpMethod: string;
  readonly path: string;
  readonly contentType: string;
  /** grpc-encoding; empty when absent. */
  readonly encoding: string;
  /** Milliseconds; undefined without a deadline; NaN when it cannot be read. */
  readonly timeoutMs: number | undefined;
  readonly method: RpcMethod | undefined;
}

function parseTimeout(text: string): number {
  const match = /^(\d{1,8})([HMSmun])$/.exec(text);
  return match === null ? Number.NaN : Number(match[1]) * (TIMEOUT_UNIT_MS[match[2] as string] as number);
}

export function readHead(headers: readonly Header[], methods: ReadonlyMap<string, RpcMethod>): RequestHead {
  let httpMethod = '';
  let path = '';
  let contentType = '';
  let encoding = '';
  let timeoutMs: number | undefined;
  for (const [name, value] of headers) {
    switch (name) {
      case ':method':
        httpMethod = value;
        break;
      case ':path':
        path = value;
        break;
      case 'content-type':
        contentType = value;
        break;
      case 'grpc-encoding':
        encoding = value;
        break;
      case 'grpc-timeout':
        timeoutMs = parseTimeout(value);
        break;
    }
  }
  return { headers, httpMethod, path, contentType, encoding, timeoutMs, method: methods.get(path) };
}

/** Headers that belong to the transport are no metadata. */
export function readMetadata(headers: readonly Header[]): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  for (const [name, value] of headers) {
    if (name.startsWith(':') || name === 'te') continue;
    const before = metadata.get(name);
    metadata.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return metadata;
}

/** `grpc-message`: UTF-8, all but printable ASCII as %XX, and so `%` itself. */
export function encodeMessage(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    out +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

const STATUS_200 = 0x88;
/** Index of the name `content-type` in HPACK's static table. */
const CONTENT_TYPE_NAME = 31;
const STATIC_ENTRIES = 61;
const GRPC_CONTENT_TYPE = 'application/grpc';
/** Room that our two entries take in the caller's table: below this nothing is indexed. */
const TABLE_BYTES_MIN = 256;

/** A literal that enters no table, with its name spelt out. Strings below 127 bytes have one byte of length. */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0x00]), lengthPrefixed(name), lengthPrefixed(value)]);
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([integer(7, 0, bytes.length), bytes]);
}

/** An HPACK integer behind the flag bits `first`. */
function integer(prefixBits: number, first: number, value: number): Buffer {
  const max = (1 << prefixBits) - 1;
  if (value < max) return Buffer.from([first | value]);
  const out = [first | max];
  let rest = value - max;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest & 0x7f) | 0x80);
  out.push(rest);
  return Buffer.from(out);
}

const CONTENT_TYPE_PLAIN = Buffer.concat([
  Buffer.from([0x0f, CONTENT_TYPE_NAME - 0x0f]),
  lengthPrefixed(GRPC_CONTENT_TYPE),
]);
const CONTENT_TYPE_INDEXED = Buffer.concat([
  Buffer.from([0x40 | CONTENT_TYPE_NAME]),
  lengthPrefixed(GRPC_CONTENT_TYPE),
]);
const OK_PLAIN = literal('grpc-status', '0');
const OK_INDEXED = Buffer.concat([Buffer.from([0x40]), lengthPrefixed('grpc-status'), lengthPrefixed('0')]);

/**
 * The response blocks of one connection, in the order in which they are sent. Two fields enter the
 * caller's table, each when it is first sent; then a response's blocks are three bytes in all.
 */
export class ResponseBlocks {
  #indexing = true;
  /** What the caller's table size was lowered to and the next block must acknowledge. */
  #resize: number | undefined;
  /** Insertion numbers of our entries, 0 while not inserted. */
  #contentType = 0;
  #ok = 0;
  #inserted = 0;
  #headBlock: Buffer | undefined;
  #okBlock: Buffer | undefined;

  /** The caller announced the size of its table. */
  tableBytes(bytes: number): void {
    if (bytes >= TABLE_BYTES_MIN && this.#indexing) return;
    this.#indexing = false;
    this.#resize = 0;
    this.#contentType = 0;
    this.#ok = 0;
    this.#headBlock = undefined;
    this.#okBlock = undefined;
  }

  /** `:status: 200`, `content-type: application/grpc`. */
  head(): Buffer {
    if (this.#headBlock !== undefined) return this.#headBlock;
    const status = Buffer.from([STATUS_200]);
    if (!this.#indexing) return this.#updated(Buffer.concat([status, CONTENT_TYPE_PLAIN]));
    if (this.#contentType === 0) {
      this.#contentType = ++this.#inserted;
      return Buffer.concat([status, CONTENT_TYPE_INDEXED]);
    }
    const block = Buffer.concat([status, this.#indexOf(this.#contentType)]);
    if (this.#inserted === 2) this.#headBlock = block;
    return block;
  }

  /** `grpc-status: 0`. */
  ok(): Buffer {
    if (this.#okBlock !== undefined) return this.#okBlock;
    if (!this.#indexing) return this.#updated(OK_PLAIN);
    if (this.#ok === 0) {
      this.#ok = ++this.#inserted;
      return OK_INDEXED;
    }
    const block = this.#indexOf(this.#ok);
    if (this.#inserted === 2) this.#okBlock = block;
    return block;
  }

  /** Status, message and `extra` headers; with the response's head before it when nothing was sent yet. */
  error(code: number, message: string, withHead: boolean, extra: readonly Header[] = []): Buffer {
    const parts: Buffer[] = withHead ? [Buffer.from([STATUS_200]), CONTENT_TYPE_PLAIN] : [];
    parts.push(literal('grpc-status', String(code)));
    if (message !== '') parts.push(literal('grpc-message', encodeMessage(message)));
    for (const [name, value] of extra) parts.push(literal(name, value));
    return this.#updated(Buffer.concat(parts));
  }

  /** A response that is no gRPC. */
  plain(status: number, headers: readonly Header[]): Buffer {
    return this.#updated(
      Buffer.concat([literal(':status', String(status)), ...headers.map(([name, value]) => literal(name, value))]),
    );
  }

  #indexOf(insertion: number): Buffer {
    return integer(7, 0x80, STATIC_ENTRIES + 1 + this.#inserted - insertion);
  }

  #updated(block: Buffer): Buffer {
    if (this.#resize === undefined) return block;
    const update = integer(5, 0x20, this.#resize);
    this.#resize = undefined;
    return Buffer.concat([update, block]);
  }
}
