// Looks for damage in a LevelDB's files before LevelDB opens them. LevelDB would drop a damaged record of
// its log, or begin a new database where the name of the present one is lost, without a word.
// Formats: LevelDB's doc/log_format.md and doc/table_format.md.

import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { CorruptionError, DAMAGE_REMEDY } from '../../errors.js';
import { liveTables, varint } from './level-manifest.js';
import { decompress } from './snappy.js';

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
/** A record whose data ends in so many zeros may be one that a power failure left half written. */
const TORN_ZEROS = 16;

const FOOTER_BYTES = 48;
const TABLE_MAGIC = Buffer.from('57fb808b247547db', 'hex');
const TRAILER_BYTES = 5;
/** Blocks of tables that are read when a store is opened, newest tables first. The rest is checked when it is read: every record has a checksum of its own. */
const TABLE_BYTES_MAX = 256 * 1024 * 1024;

const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

function damaged(file: string, offset: number, what: string): CorruptionError {
  return new CorruptionError(file, offset, what, DAMAGE_REMEDY);
}

/** Rejects with CorruptionError at the first damage found. A folder without a database is fine. */
export async function checkLevel(folder: string): Promise<void> {
  const names = await readdir(folder);
  const logs = names.filter((n) => n.endsWith('.log'));
  const manifests = names.filter((n) => n.startsWith('MANIFEST-'));
  const tables = names.filter((n) => n.endsWith('.ldb') || n.endsWith('.sst'));
  if (!names.includes('CURRENT')) {
    if (tables.length > 0 || logs.length > 0 || manifests.length > 0) {
      throw damaged(join(folder, 'CURRENT'), -1, 'the file is missing, but the database is there');
    }
    return;
  }
  const manifest = join(folder, await currentManifest(folder, manifests));
  const edits = await readFile(manifest);
  checkRecords(manifest, edits);
  for (const name of logs) {
    const file = join(folder, name);
    checkRecords(file, await readFile(file));
  }
  await checkTables(folder, tables, namedTables(manifest, edits));
}

function namedTables(manifest: string, edits: Buffer): Map<number, number> {
  try {
    return liveTables(edits);
  } catch (error) {
    throw damaged(manifest, -1, `the manifest cannot be read (${(error as Error).message})`);
  }
}

async function currentManifest(folder: string, manifests: readonly string[]): Promise<string> {
  const file = join(folder, 'CURRENT');
  const text = await readFile(file, 'utf8');
  const named = text.replace(/\n$/, '');
  if (!text.endsWith('\n') || !manifests.includes(named)) {
    throw damaged(file, 0, `it names ${JSON.stringify(named)}, which is not one of the manifests here`);
  }
  return named;
}

/** The records of a log or a manifest. An end that a crash cut short is normal. */
export function checkRecords(file: string, data: Buffer): void {
  let end = data.length;
  while (end > 0 && data[end - 1] === 0) end--;
  for (let at = 0; at < end; ) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (left < HEADER_BYTES) {
      at += left;
      continue;
    }
    if (at + HEADER_BYTES > data.length) return;
    const length = data.readUInt16LE(at + 4);
    const next = at + HEADER_BYTES + length;
    const fits = HEADER_BYTES + length <= left;
    // The last record may be incomplete; one that reaches beyond its block never was one.
    if (fits && next > data.length) return;
    const whole = fits && masked(crc32c(data.subarray(at + 6, next))) === data.readUInt32LE(at);
    if (!whole) {
      const last = fits && next >= end;
      if (last && isTorn(data.subarray(at, next))) return;
      throw damaged(file, at, 'a record is damaged (checksum does not match)');
    }
    at = next;
  }
}

const isTorn = (record: Buffer): boolean => record.subarray(-TORN_ZEROS).every((byte) => byte === 0);

async function checkTables(folder: string, names: readonly string[], live: ReadonlyMap<number, number>): Promise<void> {
  // Newest first: numbers grow. One that is named and not there LevelDB itself reports.
  const newest = [...names].sort().reverse();
  let budget = TABLE_BYTES_MAX;
  for (const name of newest) {
    const expected = live.get(Number.parseInt(name, 10));
    if (expected === undefined) continue;
    const file = join(folder, name);
    const { size } = await stat(file);
    if (size !== expected || size < FOOTER_BYTES) {
      throw damaged(file, Math.min(size, expected), `the table has ${size} bytes, ${expected} were written`);
    }
    budget -= await checkTable(file, size, budget);
  }
}

/** Returns how many bytes of blocks it read. */
async function checkTable(file: string, size: number, budget: number): Promise<number> {
  const handle = await open(file, 'r');
  const read = async (offset: number, length: number): Promise<Buffer> => {
    if (offset + length > size) throw damaged(file, offset, 'a block lies beyond the end of the table');
    const out = Buffer.allocUnsafe(length);
    const { bytesRead } = await handle.read(out, 0, length, offset);
    if (bytesRead !== length) throw damaged(file, offset, 'the table is cut short');
    return out;
  };
  try {
    const footer = await read(size - FOOTER_BYTES, FOOTER_BYTES);
    if (!footer.subarray(-TABLE_MAGIC.length).equals(TABLE_MAGIC)) {
      throw damaged(file, size - TABLE_MAGIC.length, 'the table does not end as one');
    }
    const [metaIndex, afterMeta] = blockHandle(footer, 0);
    const [index] = blockHandle(footer, afterMeta);
    const listed = async ({ offset, size: bytes }: Handle): Promise<Handle[]> =>
      listedIn(file, offset, block(file, offset, await read(offset, bytes + TRAILER_BYTES)));
    // A damaged Bloom filter would hide keys that are there.
    for (const { offset, size: bytes } of await listed(metaIndex)) {
      verify(file, offset, await read(offset, bytes + TRAILER_BYTES));
    }
    const entries = await listed(index);
    const last = entries.at(-1);
    if (last === undefined || last.offset + last.size > budget) return 0;
    // Blocks stand one after another: one read for all of them.
    const blocks = await read(0, last.offset + last.size + TRAILER_BYTES);
    for (const { offset, size: bytes } of entries) {
      verify(file, offset, blocks.subarray(offset, offset + bytes + TRAILER_BYTES));
    }
    return blocks.length;
  } finally {
    await handle.close();
  }
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

function blockHandle(bytes: Buffer, start: number): [Handle, next: number] {
  const [offset, middle] = varint(bytes, start);
  const [size, next] = varint(bytes, middle);
  return [{ offset, size }, next];
}

/** `stored`: a block with its trailer [compression u8][masked CRC-32C u32]. */
function verify(file: string, offset: number, stored: Buffer): void {
  const end = stored.length - 4;
  if (masked(crc32c(stored.subarray(0, end))) !== stored.readUInt32LE(end)) {
    throw damaged(file, offset, 'a block is damaged (checksum does not match)');
  }
}

function block(file: string, offset: number, stored: Buffer): Buffer {
  verify(file, offset, stored);
  const compressed = stored[stored.length - TRAILER_BYTES] === 1;
  const body = stored.subarray(0, -TRAILER_BYTES);
  return compressed ? decompress(body) : body;
}

/** Values of an index or meta-index block: where other blocks are. Keys are prefix-compressed; only their lengths matter. */
function listedIn(file: string, offset: number, body: Buffer): Handle[] {
  try {
    const restarts = body.readUInt32LE(body.length - 4);
    const end = body.length - 4 - 4 * restarts;
    const handles: Handle[] = [];
    for (let at = 0; at < end; ) {
      const [, a] = varint(body, at);
      const [keyBytes, b] = varint(body, a);
      const [valueBytes, c] = varint(body, b);
      const value = c + keyBytes;
      handles.push(blockHandle(body, value)[0]);
      at = value + valueBytes;
    }
    return handles;
  } catch (error) {
    throw damaged(file, offset, `the index of the table cannot be read (${(error as Error).message})`);
  }
}
