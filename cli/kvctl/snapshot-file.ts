// Reading a file that `snapshot save` has written (src/api/snapshot.ts describes it).

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { SNAPSHOT_FORMAT, SNAPSHOT_MAGIC } from '../../src/api/snapshot.js';
import { InvariantViolation } from '../../src/errors.js';
import { decodeChunk } from '../../src/mvcc/chunks.js';
import { metaKey, revisionOfChange } from '../../src/mvcc/records.js';
import type { SnapshotSummary } from './printers/printer.js';
import { fromUtf8 } from './text.js';

/** Why the file is no snapshot that could be used; a byte string. */
export class SnapshotProblem extends Error {
  override readonly name = 'SnapshotProblem';
}

const SHA256_BYTES = 32;
const CHANGE_TAG = 0x72;
const COUNTERS = metaKey('counters');
/** Where an etcd (bbolt) file says what it is. */
const BBOLT_MAGIC_AT = 16;
const BBOLT_MAGIC = 0xed0cdaed;

/** The file from its beginning to its checksum, which is made on the way. */
class Reader {
  readonly #path: string;
  readonly #file: number;
  readonly #end: number;
  readonly #sha = createHash('sha256');
  #at = 0;

  constructor(path: string, file: number, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#end = bytes - SHA256_BYTES;
  }

  take(length: number): Buffer {
    if (length > this.#end - this.#at) throw this.damaged('it is cut short');
    const out = Buffer.alloc(length);
    for (let got = 0; got < length; ) {
      const count = readSync(this.#file, out, got, length - got, this.#at + got);
      if (count === 0) throw this.damaged('it is cut short');
      got += count;
    }
    this.#at += length;
    this.#sha.update(out);
    return out;
  }

  /** Throws SnapshotProblem unless padding and checksum are what they should be. */
  finish(): void {
    this.take(this.#end - this.#at);
    const checksum = Buffer.alloc(SHA256_BYTES);
    readSync(this.#file, checksum, 0, SHA256_BYTES, this.#end);
    if (!this.#sha.digest().equals(checksum)) throw this.damaged('its checksum does not fit');
  }

  damaged(what: string): SnapshotProblem {
    const path = fromUtf8(this.#path);
    return new SnapshotProblem(`${path} at offset ${this.#at}: ${what}; take the snapshot again`);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SnapshotProblem(fromUtf8(code === 'ENOENT' ? `stat ${path}: no such file or directory` : message));
  }
}

/** Reads the whole file once. Throws SnapshotProblem. */
export async function readSnapshot(path: string): Promise<SnapshotSummary> {
  const file = open(path);
  try {
    const { size } = fstatSync(file);
    const head = Buffer.alloc(BBOLT_MAGIC_AT + 4);
    readSync(file, head, 0, head.length, 0);
    if (!head.subarray(0, SNAPSHOT_MAGIC.length).equals(SNAPSHOT_MAGIC)) {
      const etcd = head.readUInt32LE(BBOLT_MAGIC_AT) === BBOLT_MAGIC;
      const advice = etcd ? 'a snapshot of etcd: use "etcdctl snapshot status"' : 'no snapshot';
      throw new SnapshotProblem(`${fromUtf8(path)} is ${advice}`);
    }
    return summarize(new Reader(path, file, size), size - SHA256_BYTES);
  } finally {
    closeSync(file);
  }
}

function summarize(reader: Reader, totalBytes: number): SnapshotSummary {
  reader.take(SNAPSHOT_MAGIC.length);
  const header = reader.take(24);
  if (header.readUInt32LE(0) !== SNAPSHOT_FORMAT) throw reader.damaged(`format ${header.readUInt32LE(0)} is unknown`);
  const summary = { hash: 0, revision: 0, totalKeys: 0, totalBytes };
  for (let groups = header.readUInt32LE(20); groups > 0; groups--) {
    reader.take(20);
    for (let length = reader.take(4).readUInt32LE(); length > 0; length = reader.take(4).readUInt32LE())
      addChunk(summary, reader, reader.take(length));
  }
  reader.finish();
  return summary;
}

/** `totalKeys` counts versions, as etcd's does. */
function addChunk(summary: { hash: number; revision: number; totalKeys: number }, reader: Reader, chunk: Buffer): void {
  summary.hash = crc32(chunk, summary.hash);
  try {
    for (const [key, value] of decodeChunk(chunk)) {
      if (key[0] === CHANGE_TAG) {
        summary.totalKeys++;
        summary.revision = Math.max(summary.revision, revisionOfChange(key));
      } else if (key.equals(COUNTERS)) summary.revision = Math.max(summary.revision, value.readDoubleLE(0));
    }
  } catch (error) {
    if (error instanceof InvariantViolation || error instanceof RangeError) throw reader.damaged(error.message);
    throw error;
  }
}
