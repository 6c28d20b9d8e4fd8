// HPACK (RFC 7541): decodes request headers.

import { decodeHuffman } from './front-hpack-huffman.js';

export type Header = readonly [name: string, value: string];

/** RFC 7541, appendix A. */
const STATIC: readonly Header[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language', ''],
  ['accept-ranges', ''],
  ['accept', ''],
  ['access-control-allow-origin', ''],
  ['age', ''],
  ['allow', ''],
  ['authorization', ''],
  ['cache-control', ''],
  ['content-disposition', ''],
  ['content-encoding', ''],
  ['content-language', ''],
  ['content-length', ''],
  ['content-location', ''],
  ['content-range', ''],
  ['content-type', ''],
  ['cookie', ''],
  ['date', ''],
  ['etag', ''],
  ['expect', ''],
  ['expires', ''],
  ['from', ''],
  ['host', ''],
  ['if-match', ''],
  ['if-modified-since', ''],
  ['if-none-match', ''],
  ['if-range', ''],
  ['if-unmodified-since', ''],
  ['last-modified', ''],
  ['link', ''],
  ['location', ''],
  ['max-forwards', ''],
  ['proxy-authenticate', ''],
  ['proxy-authorization', ''],
  ['range', ''],
  ['referer', ''],
  ['refresh', ''],
  ['retry-after', ''],
  ['server', ''],
  ['set-cookie', ''],
  ['strict-transport-security', ''],
  ['transfer-encoding', ''],
  ['user-agent', ''],
  ['vary', ''],
  ['via', ''],
  ['www-authenticate', ''],
];

/** What an entry is reckoned to take beside its text (RFC 7541 section 4.1). */
const ENTRY_OVERHEAD_BYTES = 32;

/** The table size that we announce by saying nothing of it. */
export const TABLE_BYTES_DEFAULT = 4_096;

/** The connection cannot go on: both sides' tables may differ from here. */
export class HpackError extends Error {
  override readonly name = 'HpackError';
}

const sizeOf = (header: Header): number => header[0].length + header[1].length + ENTRY_OVERHEAD_BYTES;

/** Decodes the header blocks of one connection, in order. */
export class HpackDecoder {
  /** Newest first. */
  readonly #table: Header[] = [];
  readonly #listBytesMax: number;
  #tableBytes = 0;
  #tableBytesMax = TABLE_BYTES_DEFAULT;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Grows with each change of the table: equal blocks mean equal headers only between two changes. */
  changes = 0;

  constructor(listBytesMax: number) {
    this.#listBytesMax = listBytesMax;
  }

  /** Throws HpackError. */
  decode(block: Buffer): Header[] {
    this.#block = block;
    this.#at = 0;
    const headers: Header[] = [];
    let bytes = 0;
    while (this.#at < block.length) {
      const header = this.#field(block[this.#at] as number, headers.length > 0);
      if (header === undefined) continue;
      bytes += sizeOf(header);
      if (bytes > this.#listBytesMax) throw new HpackError('header list too large');
      headers.push(header);
    }
    return headers;
  }

  #field(first: number, started: boolean): Header | undefined {
    if ((first & 0x80) !== 0) return this.#entry(this.#integer(7));
    if ((first & 0x40) !== 0) {
      const header = this.#literal(6);
      this.#add(header);
      return header;
    }
    if ((first & 0x20) !== 0) {
      if (started) throw new HpackError('table size update after a field');
      this.#resize(this.#integer(5));
      return undefined;
    }
    return this.#literal(4);
  }

  #literal(prefixBits: number): Header {
    const index = this.#integer(prefixBits);
    const name = index === 0 ? this.#string() : this.#entry(index)[0];
    return [name, this.#string()];
  }

  #entry(index: number): Header {
    const header = index <= STATIC.length ? STATIC[index - 1] : this.#table[index - STATIC.length - 1];
    if (header === undefined) throw new HpackError(`no entry ${index}`);
    return header;
  }

  #add(header: Header): void {
    this.changes++;
    this.#table.unshift(header);
    this.#tableBytes += sizeOf(header);
    this.#evict();
  }

  #resize(bytes: number): void {
    if (bytes > TABLE_BYTES_DEFAULT) throw new HpackError('table size above the announced one');
    this.changes++;
    this.#tableBytesMax = bytes;
    this.#evict();
  }

  #evict(): void {
    while (this.#tableBytes > this.#tableBytesMax) {
      const oldest = this.#table.pop();
      if (oldest === undefined) return;
      this.#tableBytes -= sizeOf(oldest);
    }
  }

  #integer(prefixBits: number): number {
    const max = (1 << prefixBits) - 1;
    let value = this.#byte() & max;
    if (value < max) return value;
    for (let shift = 0; ; shift += 7) {
      if (shift > 21) throw new HpackError('integer too large');
      const byte = this.#byte();
      value += (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
  }

  #byte(): number {
    const byte = this.#block[this.#at++];
    if (byte === undefined) throw new HpackError('truncated block');
    return byte;
  }

  #string(): string {
    const huffman = ((this.#block[this.#at] ?? 0) & 0x80) !== 0;
    const length = this.#integer(7);
    const end = this.#at + length;
    if (end > this.#block.length) throw new HpackError('truncated string');
    const start = this.#at;
    this.#at = end;
    if (!huffman) return this.#block.toString('latin1', start, end);
    const text = decodeHuffman(this.#block.subarray(start, end));
    if (text === undefined) throw new HpackError('malformed Huffman code');
    return text;
  }
}
