import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, CorruptionError } from '../../errors.js';
import { RealDisk } from './disk.js';
import { liveTables } from './level-manifest.js';
import { decompress } from './snappy.js';

let folder: string;
const disk = new RealDisk();
const VALUE = Buffer.from('a value that is repeated, and repeated, and repeated; '.repeat(4));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hexkeep-level-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A store with a log of `records` records, and, for large ones, tables. */
async function fill(records: number): Promise<void> {
  const store = await disk.openStore(folder, { writeBufferBytes: 64 * 1024 });
  for (let i = 0; i < records; i++) {
    const batch = store.batch();
    batch.put(Buffer.from(`key-${String(i).padStart(6, '0')}`), VALUE);
    await batch.write({ sync: false });
  }
  await store.close();
}

const files = (suffix: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => suffix.test(name))
    .sort()
    .map((name) => join(folder, name));

const newest = (suffix: RegExp): string => files(suffix).at(-1) as string;

/** The newest table that the database consists of: a compaction may have left others that it has replaced. */
function newestTable(): string {
  const manifest = readFileSync(join(folder, readFileSync(join(folder, 'CURRENT'), 'utf8').trim()));
  const live = liveTables(manifest);
  return files(/\.ldb$/).findLast((file) => live.has(Number.parseInt(basename(file), 10))) as string;
}

function flip(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] as number) ^ 0x40;
  writeFileSync(file, bytes);
}

async function damage(): Promise<CorruptionError> {
  const error = await disk.openStore(folder).then(
    async (store) => {
      await store.close();
      return undefined;
    },
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(CorruptionError);
  return error as CorruptionError;
}

async function opens(): Promise<number> {
  const store = await disk.openStore(folder);
  const iterator = store.iterate({});
  let count = 0;
  for (let batch = await iterator.nextMany(100); batch.length > 0; batch = await iterator.nextMany(100))
    count += batch.length;
  await iterator.close();
  await store.close();
  return count;
}

describe('a store', () => {
  it('that is whole opens', async () => {
    await fill(2_000);
    expect(files(/\.ldb$/).length).toBeGreaterThan(0);
    expect(await opens()).toBe(2_000);
  });

  it('with a flipped bit in the middle of its log is damaged, and says where', async () => {
    await fill(20);
    const log = newest(/\.log$/);
    flip(log, 1_000);
    const error = await damage();
    expect(error.file).toBe(log);
    expect(error.offset).toBeGreaterThan(600);
    expect(error.offset).toBeLessThanOrEqual(1_000);
    expect(error.message).toContain('Nothing was served from it');
  });

  it('with a flipped bit in the last record of its log is damaged', async () => {
    await fill(20);
    const log = newest(/\.log$/);
    flip(log, statSync(log).size - 5);
    expect((await damage()).file).toBe(log);
  });

  it('whose log ends in the middle of a record, or in zeros, was cut short by a crash: opens', async () => {
    await fill(20);
    const log = newest(/\.log$/);
    truncateSync(log, statSync(log).size - 30);
    expect(await opens()).toBe(19);
    const next = newest(/\.log$/);
    const file = openSync(next, 'a');
    writeSync(file, Buffer.alloc(5_000));
    closeSync(file);
    expect(await opens()).toBe(19);
  });

  it('with a damaged manifest says so', async () => {
    await fill(20);
    const manifest = newest(/^MANIFEST-/);
    flip(manifest, 12);
    expect(await damage()).toMatchObject({ file: manifest, offset: 0 });
  });

  it('without CURRENT is not taken for a new one', async () => {
    await fill(20);
    unlinkSync(join(folder, 'CURRENT'));
    expect((await damage()).file).toBe(join(folder, 'CURRENT'));
    expect(existsSync(join(folder, 'CURRENT'))).toBe(false);
  });

  it('whose CURRENT names another manifest is damaged', async () => {
    await fill(20);
    writeFileSync(join(folder, 'CURRENT'), 'MANIFEST-999999\n');
    expect((await damage()).message).toContain('MANIFEST-999999');
  });

  it.each([
    ['a data block', 100],
    ['a later data block', 9_000],
  ])('with a flipped bit in %s of a table is damaged', async (_name, offset) => {
    await fill(2_000);
    const table = newestTable();
    flip(table, Math.min(offset, statSync(table).size - 400));
    const error = await damage();
    expect(error.file).toBe(table);
    expect(error.offset).toBeGreaterThanOrEqual(0);
  });

  it('with a table cut short, without its end, or missing is damaged', async () => {
    await fill(2_000);
    const table = newestTable();
    const whole = readFileSync(table);
    truncateSync(table, whole.length - 100);
    expect((await damage()).file).toBe(table);
    truncateSync(table, 10);
    expect((await damage()).file).toBe(table);
    unlinkSync(table);
    expect((await damage()).message).toMatch(/missing/i);
    writeFileSync(table, whole);
    expect(await opens()).toBe(2_000);
  });

  it('with a table that nothing names, half written when its process was killed, opens', async () => {
    await fill(2_000);
    const whole = readFileSync(newestTable());
    writeFileSync(join(folder, '009999.ldb'), whole.subarray(0, whole.length / 2));
    // A manifest that was being made when the process was killed.
    writeFileSync(join(folder, 'MANIFEST-009998'), whole.subarray(0, 50));
    expect(await opens()).toBe(2_000);
  });

  it('in use is refused as that, not as damaged', async () => {
    const store = await disk.openStore(folder);
    await expect(disk.openStore(folder)).rejects.toThrow(ConfigError);
    await expect(disk.openStore(folder)).rejects.toThrow('in use by another process');
    await store.close();
  });
});

describe('snappy', () => {
  it('literals and copies, also overlapping ones', () => {
    // "abcd", then a copy of 8 bytes from 4 back: "abcdabcdabcd".
    const packed = Buffer.from([12, (4 - 1) << 2, ...Buffer.from('abcd'), ((8 - 1) << 2) | 2, 4, 0]);
    expect(decompress(packed).toString()).toBe('abcdabcdabcd');
  });

  it('refuses what is cut short or points before its beginning', () => {
    expect(() => decompress(Buffer.from([12, 3 << 2, 97]))).toThrow(RangeError);
    expect(() => decompress(Buffer.from([4, ((4 - 1) << 2) | 2, 9, 0]))).toThrow(RangeError);
    expect(() => decompress(Buffer.from([200]))).toThrow(RangeError);
  });
});
