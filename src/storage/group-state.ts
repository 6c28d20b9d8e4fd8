// The applied state of one group.

import { crc32 } from 'node:zlib';
import { CorruptionError, DAMAGE_REMEDY, invariant } from '../errors.js';
import type { KeyRange, OrderedStore, StoreBatch, StoreIterator, StoreSnapshot } from '../runtime/ports.js';
import type { GroupState, StateBatch, StateReplacement, StateSnapshot } from './types.js';

const PREFIX_BYTES = 8;
const POINTER_GENERATION = 0xffffffff;
/** The store's own keys inside a generation; users' keys start below 0xff. */
const APPLIED_KEY = Buffer.from([0xff, 0x01]);

interface Position {
  readonly index: number;
  readonly term: number;
}

function prefixOf(group: number, generation: number): Buffer {
  const out = Buffer.allocUnsafe(PREFIX_BYTES);
  out.writeUInt32BE(group, 0);
  out.writeUInt32BE(generation, 4);
  return out;
}

/** Of a record: bytes of the checksum before its value. */
const CHECKSUM_BYTES = 4;

/**
 * A value as it is stored. The checksum covers the key (without its prefix) as well: a record that stands
 * at another's place is as wrong as a damaged one.
 */
function sealed(key: Uint8Array, value: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(CHECKSUM_BYTES + value.length);
  out.writeUInt32LE(crc32(value, crc32(key)), 0);
  out.set(value, CHECKSUM_BYTES);
  return out;
}

/** The value of a stored record; throws CorruptionError when it is not what was written under this key. */
function unsealed(path: string, key: Uint8Array, stored: Uint8Array): Buffer {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const value = bytes.subarray(CHECKSUM_BYTES);
  if (bytes.length < CHECKSUM_BYTES || bytes.readUInt32LE(0) !== crc32(value, crc32(key))) {
    const name = JSON.stringify(Buffer.from(key).toString('latin1'));
    throw new CorruptionError(path, -1, `the record ${name} is damaged (checksum does not match)`, DAMAGE_REMEDY);
  }
  return value;
}

function encodePosition(at: Position): Buffer {
  const out = Buffer.allocUnsafe(16);
  out.writeDoubleLE(at.index, 0);
  out.writeDoubleLE(at.term, 8);
  return out;
}

function decodePosition(value: Uint8Array | undefined): Position {
  if (value === undefined) return { index: 0, term: 0 };
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { index: bytes.readDoubleLE(0), term: bytes.readDoubleLE(8) };
}

export class StoredGroupState implements GroupState {
  readonly group: number;
  readonly #store: OrderedStore;
  #generation = 0;
  #prefix: Buffer;
  #applied: Position = { index: 0, term: 0 };
  #committing = false;
  #clearing: Promise<void> = Promise.resolve();

  constructor(group: number, store: OrderedStore) {
    this.group = group;
    this.#store = store;
    this.#prefix = prefixOf(group, 0);
  }

  /** Reads which generation is in service and how far it is applied. Throws CorruptionError. */
  load(): void {
    const at = prefixOf(this.group, POINTER_GENERATION);
    const pointer = this.#store.getSync(at);
    if (pointer !== undefined) this.#use(unsealed(this.#store.path, at, pointer).readUInt32LE(0));
    this.#applied = decodePosition(this.getSync(APPLIED_KEY));
    // Whatever a crash left of other generations is of no use.
    this.#clear(0, this.#generation);
    this.#clear(this.#generation + 1, POINTER_GENERATION);
  }

  get appliedIndex(): number {
    return this.#applied.index;
  }

  get appliedTerm(): number {
    return this.#applied.term;
  }

  #use(generation: number): void {
    this.#generation = generation;
    this.#prefix = prefixOf(this.group, generation);
  }

  #clear(from: number, to: number): void {
    if (from >= to) return;
    this.#clearing = this.#clearing.then(() => this.#store.clear(prefixOf(this.group, from), prefixOf(this.group, to)));
    this.#clearing.catch(() => {});
  }

  #key(key: Uint8Array): Buffer {
    const out = Buffer.allocUnsafe(PREFIX_BYTES + key.length);
    this.#prefix.copy(out, 0);
    out.set(key, PREFIX_BYTES);
    return out;
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    const stored = this.#store.getSync(this.#key(key));
    return stored && unsealed(this.#store.path, key, stored);
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    const all = await this.#store.getMany(keys.map((key) => this.#key(key)));
    return all.map((stored, i) => stored && unsealed(this.#store.path, keys[i] as Uint8Array, stored));
  }

  iterate(range: KeyRange): StoreIterator {
    return new PrefixIterator(this.#store.path, this.#store.iterate(withPrefix(this.#prefix, range)));
  }

  batch(): StateBatch {
    return new PrefixBatch(this.#store.batch(), this.#prefix);
  }

  async commit(batch: StateBatch, applied: Position): Promise<void> {
    invariant(!this.#committing, 'two commits of one group at a time');
    invariant(
      applied.index >= this.#applied.index,
      `applied index would go from ${this.#applied.index} to ${applied.index}`,
    );
    this.#committing = true;
    batch.put(APPLIED_KEY, encodePosition(applied));
    await (batch as PrefixBatch).inner.write({ sync: false });
    this.#applied = applied;
    this.#committing = false;
  }

  async write(batch: StateBatch): Promise<void> {
    if (batch.length > 0) await (batch as PrefixBatch).inner.write({ sync: false });
  }

  snapshot(): StateSnapshot {
    return new PrefixSnapshot(this.#store.path, this.#store.snapshot(), this.#prefix);
  }

  async sync(): Promise<void> {
    // A synced write makes everything written before it durable as well.
    const batch = this.#store.batch();
    const pointer = Buffer.allocUnsafe(4);
    pointer.writeUInt32LE(this.#generation);
    const at = prefixOf(this.group, POINTER_GENERATION);
    batch.put(at, sealed(at, pointer));
    await batch.write({ sync: true });
  }

  replace(): StateReplacement {
    const generation = this.#generation + 1;
    const cleared = this.#clearing.then(() =>
      this.#store.clear(prefixOf(this.group, generation), prefixOf(this.group, generation + 1)),
    );
    cleared.catch(() => {});
    const prefix = prefixOf(this.group, generation);
    const write = async (pairs: readonly (readonly [Uint8Array, Uint8Array])[]): Promise<void> => {
      await cleared;
      const batch = new PrefixBatch(this.#store.batch(), prefix);
      for (const [key, value] of pairs) batch.put(key, value);
      if (batch.length > 0) await batch.inner.write({ sync: false });
    };
    return {
      put: write,
      finish: async (applied) => {
        await write([[APPLIED_KEY, encodePosition(applied)]]);
        const old = this.#generation;
        this.#use(generation);
        this.#applied = applied;
        await this.sync();
        this.#clear(old, generation);
      },
      abort: async () => {
        await cleared;
        this.#clear(generation, generation + 1);
      },
    };
  }

  approximateBytes(): Promise<number> {
    return this.#store.approximateBytes(this.#prefix, prefixOf(this.group, this.#generation + 1));
  }

  compact(): Promise<void> {
    return this.#store.compactRange(prefixOf(this.group, 0), prefixOf(this.group, POINTER_GENERATION));
  }

  /** Resolves when no background removal is under way. */
  idle(): Promise<void> {
    return this.#clearing.catch(() => {});
  }
}

function withPrefix(prefix: Buffer, range: KeyRange): KeyRange {
  const key = (bytes: Uint8Array): Buffer => Buffer.concat([prefix, bytes]);
  const lower = range.gt !== undefined ? { gt: key(range.gt) } : { gte: key(range.gte ?? Buffer.alloc(0)) };
  const upper = range.lte !== undefined ? { lte: key(range.lte) } : { lt: key(range.lt ?? Buffer.from([0xff])) };
  const limit = range.limit === undefined ? {} : { limit: range.limit };
  return { ...lower, ...upper, ...limit, reverse: range.reverse ?? false };
}

class PrefixBatch implements StateBatch {
  readonly inner: StoreBatch;
  readonly #prefix: Buffer;

  constructor(inner: StoreBatch, prefix: Buffer) {
    this.inner = inner;
    this.#prefix = prefix;
  }

  get length(): number {
    return this.inner.length;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.inner.put(this.#key(key), sealed(key, value));
  }

  del(key: Uint8Array): void {
    this.inner.del(this.#key(key));
  }

  #key(key: Uint8Array): Buffer {
    const out = Buffer.allocUnsafe(PREFIX_BYTES + key.length);
    this.#prefix.copy(out, 0);
    out.set(key, PREFIX_BYTES);
    return out;
  }
}

class PrefixIterator implements StoreIterator {
  readonly #path: string;
  readonly #inner: StoreIterator;

  constructor(path: string, inner: StoreIterator) {
    this.#path = path;
    this.#inner = inner;
  }

  async nextMany(count: number): Promise<[Uint8Array, Uint8Array][]> {
    const entries = await this.#inner.nextMany(count);
    for (const entry of entries) {
      entry[0] = entry[0].subarray(PREFIX_BYTES);
      entry[1] = unsealed(this.#path, entry[0], entry[1]);
    }
    return entries;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

class PrefixSnapshot implements StateSnapshot {
  readonly #path: string;
  readonly #inner: StoreSnapshot;
  readonly #prefix: Buffer;
  readonly appliedIndex: number;
  readonly appliedTerm: number;

  constructor(path: string, inner: StoreSnapshot, prefix: Buffer) {
    this.#path = path;
    this.#inner = inner;
    this.#prefix = prefix;
    const applied = decodePosition(this.getSync(APPLIED_KEY));
    this.appliedIndex = applied.index;
    this.appliedTerm = applied.term;
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    const stored = this.#inner.getSync(Buffer.concat([this.#prefix, key]));
    return stored && unsealed(this.#path, key, stored);
  }

  iterate(range: KeyRange): StoreIterator {
    return new PrefixIterator(this.#path, this.#inner.iterate(withPrefix(this.#prefix, range)));
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
