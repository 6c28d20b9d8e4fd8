// OrderedStore over LevelDB.

import type { AbstractSnapshot } from 'abstract-level';
import { ClassicLevel } from 'classic-level';
import type { KeyRange, OrderedStore, StoreBatch, StoreIterator, StoreOptions, StoreSnapshot } from '../ports.js';
import { explainOpenFailure } from './store-errors.js';

type Db = ClassicLevel<Buffer, Buffer>;

const DEFAULT_CACHE_BYTES = 32 * 1024 * 1024;
/** Bytes after which nextMany returns early. LevelDB's binding would stop at 16 KiB. */
const READ_AHEAD_BYTES = 512 * 1024;
const DEFAULT_WRITE_BUFFER_BYTES = 16 * 1024 * 1024;

/** Opens or creates a LevelDB. Rejects with ConfigError or CorruptionError. */
export async function openLevel(path: string, options: StoreOptions = {}, sync = true): Promise<OrderedStore> {
  const db: Db = new ClassicLevel(path, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: options.cacheBytes ?? DEFAULT_CACHE_BYTES,
    compression: options.compression ?? true,
    writeBufferSize: options.writeBufferBytes ?? DEFAULT_WRITE_BUFFER_BYTES,
  });
  try {
    await db.open();
  } catch (error) {
    throw explainOpenFailure(path, error);
  }
  return new LevelStore(path, db, sync);
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function bounds(range: KeyRange): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (range.gte !== undefined) out['gte'] = asBuffer(range.gte);
  if (range.gt !== undefined) out['gt'] = asBuffer(range.gt);
  if (range.lt !== undefined) out['lt'] = asBuffer(range.lt);
  if (range.lte !== undefined) out['lte'] = asBuffer(range.lte);
  if (range.reverse !== undefined) out['reverse'] = range.reverse;
  if (range.limit !== undefined) out['limit'] = range.limit;
  return out;
}

class LevelStore implements OrderedStore {
  readonly path: string;
  readonly #db: Db;
  readonly #sync: boolean;

  constructor(path: string, db: Db, sync: boolean) {
    this.path = path;
    this.#db = db;
    this.#sync = sync;
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    return this.#db.getSync(asBuffer(key));
  }

  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return this.#db.getMany(keys.map(asBuffer));
  }

  batch(): StoreBatch {
    return new LevelBatch(this.#db, this.#sync);
  }

  iterate(range: KeyRange): StoreIterator {
    return new LevelIterator(this.#db, range, undefined);
  }

  snapshot(): StoreSnapshot {
    return new LevelSnapshot(this.#db);
  }

  clear(gte: Uint8Array, lt: Uint8Array): Promise<void> {
    return this.#db.clear({ gte: asBuffer(gte), lt: asBuffer(lt) });
  }

  compactRange(gte: Uint8Array, lt: Uint8Array): Promise<void> {
    return this.#db.compactRange(asBuffer(gte), asBuffer(lt));
  }

  approximateBytes(gte: Uint8Array, lt: Uint8Array): Promise<number> {
    return this.#db.approximateSize(asBuffer(gte), asBuffer(lt));
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

class LevelBatch implements StoreBatch {
  readonly #batch: ReturnType<Db['batch']>;

  readonly #sync: boolean;

  constructor(db: Db, sync: boolean) {
    this.#batch = db.batch();
    this.#sync = sync;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#batch.put(asBuffer(key), asBuffer(value));
  }

  del(key: Uint8Array): void {
    this.#batch.del(asBuffer(key));
  }

  get length(): number {
    return this.#batch.length;
  }

  write(options: { readonly sync: boolean }): Promise<void> {
    return this.#batch.write({ sync: options.sync && this.#sync } as never);
  }
}

class LevelIterator implements StoreIterator {
  readonly #iterator: ReturnType<Db['iterator']>;

  constructor(db: Db, range: KeyRange, snapshot: AbstractSnapshot | undefined) {
    const options = bounds(range);
    options['highWaterMarkBytes'] = READ_AHEAD_BYTES;
    if (snapshot !== undefined) options['snapshot'] = snapshot;
    this.#iterator = db.iterator(options) as ReturnType<Db['iterator']>;
  }

  nextMany(count: number): Promise<[Uint8Array, Uint8Array][]> {
    return this.#iterator.nextv(count) as Promise<[Uint8Array, Uint8Array][]>;
  }

  close(): Promise<void> {
    return this.#iterator.close();
  }
}

class LevelSnapshot implements StoreSnapshot {
  readonly #db: Db;
  readonly #snapshot: AbstractSnapshot;

  constructor(db: Db) {
    this.#db = db;
    this.#snapshot = db.snapshot();
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    return this.#db.getSync(asBuffer(key), { snapshot: this.#snapshot } as never);
  }

  iterate(range: KeyRange): StoreIterator {
    return new LevelIterator(this.#db, range, this.#snapshot);
  }

  close(): Promise<void> {
    return this.#snapshot.close();
  }
}
