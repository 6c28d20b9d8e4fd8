// An ordered store in memory. What was not synced is forgotten when its node crashes, but for a
// prefix of the batches, as a log-structured store would keep it.

import { fromName, toName } from '../../bytes.js';
import type { KeyRange, OrderedStore, StoreBatch, StoreIterator, StoreSnapshot } from '../ports.js';

const ENTRIES_AT_ONCE = 5;
/** Records of a batch beyond which the keys are sorted anew. */
const INSERTED_MAX = 64;

type Before = Map<string, Uint8Array | undefined>;
type Op = readonly [key: string, value: Uint8Array | undefined];

/** `unknown`: it failed, and may be on the disk all the same. */
export type WriteOutcome = 'written' | 'lost' | 'unknown';

/** What the disk keeps of a store between lives of its node. */
export class SimStoreFile {
  #durable = new Map<string, Uint8Array>();
  #unsynced: Op[][] = [];

  write(ops: Op[], sync: boolean): void {
    this.#unsynced.push(ops);
    if (!sync) return;
    for (const batch of this.#unsynced) apply(this.#durable, batch);
    this.#unsynced = [];
  }

  /** What a crash leaves: everything synced, and the first `keep` batches of the rest. */
  crash(keep: number): void {
    for (const batch of this.#unsynced.slice(0, keep)) apply(this.#durable, batch);
    this.#unsynced = [];
  }

  get unsynced(): number {
    return this.#unsynced.length;
  }

  /** Keys of records that are on the disk for good. */
  keys(): string[] {
    return [...this.#durable.keys()];
  }

  get(key: string): Uint8Array | undefined {
    return this.#durable.get(key);
  }

  /** Puts `to` in the place of `from`, unless something else stands there by now. */
  replace(key: string, from: Uint8Array, to: Uint8Array): void {
    if (this.#durable.get(key) === from) this.#durable.set(key, to);
  }

  contents(): Map<string, Uint8Array> {
    const all = new Map(this.#durable);
    for (const batch of this.#unsynced) apply(all, batch);
    return all;
  }
}

function apply(map: Map<string, Uint8Array>, ops: readonly Op[]): void {
  for (const [key, value] of ops) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
}

/** What the disk under a store decides. */
export interface SimDiskBehaviour {
  /** Calls `done` when a write has ended, with the error that its caller gets. */
  write(
    store: string,
    records: number,
    bytes: number,
    sync: boolean,
    done: (outcome: WriteOutcome, error: Error | undefined) => void,
  ): void;
  /** The key whose record a read of `key` returns: itself, unless the disk lies. */
  misdirect(key: string, keys: () => readonly string[]): string;
}

export class SimStore implements OrderedStore {
  readonly path: string;
  readonly #file: SimStoreFile;
  readonly #behaviour: SimDiskBehaviour;
  readonly #onClose: () => void;
  #data: Map<string, Uint8Array>;
  #sorted: string[] | undefined;
  /** Of the snapshots that are in use. */
  readonly #snapshots = new Set<Before>();
  #closed = false;
  #dead = false;
  /** After a failed write nothing is written any more, as in LevelDB: the log's end is not known. */
  #broken: Error | undefined;

  constructor(path: string, file: SimStoreFile, behaviour: SimDiskBehaviour, onClose: () => void) {
    this.path = path;
    this.#file = file;
    this.#behaviour = behaviour;
    this.#onClose = onClose;
    this.#data = file.contents();
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    return this.#read(toName(key));
  }

  #read(key: string): Uint8Array | undefined {
    const value = this.#data.get(key);
    if (value === undefined) return undefined;
    return this.#data.get(this.#behaviour.misdirect(key, () => this.#keys())) ?? value;
  }

  /** Puts `to` in the place of `from`, unless something else stands there by now. */
  replace(key: string, from: Uint8Array, to: Uint8Array): void {
    if (this.#data.get(key) === from) this.#data.set(key, to);
  }

  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return Promise.resolve(keys.map((key) => this.getSync(key)));
  }

  batch(): StoreBatch {
    const ops: Op[] = [];
    let bytes = 0;
    return {
      put: (key, value) => {
        bytes += key.length + value.length;
        ops.push([toName(key), Buffer.from(value)]);
      },
      del: (key) => {
        ops.push([toName(key), undefined]);
      },
      get length() {
        return ops.length;
      },
      write: ({ sync }) => this.#write(ops, bytes, sync),
    };
  }

  #write(ops: Op[], bytes: number, sync: boolean): Promise<void> {
    // Never settles for a process that is gone; a closed store of a living one is a mistake to be told.
    if (this.#dead) return new Promise(() => {});
    if (this.#closed) return Promise.reject(new Error(`${this.path} is closed`));
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#behaviour.write(this.path, ops.length, bytes, sync, (outcome, error) => {
        if (this.#closed) return;
        if (error !== undefined) {
          if (outcome === 'unknown') this.#file.write(ops, false);
          this.#broken = error;
          reject(error);
          return;
        }
        this.#apply(ops);
        this.#file.write(ops, sync);
        resolve();
      });
    });
  }

  iterate(range: KeyRange): StoreIterator {
    return iterateOver((key) => this.#read(key), this.#keys(), range);
  }

  snapshot(): StoreSnapshot {
    /** What the keys that have changed since held then. */
    const before: Before = new Map();
    this.#snapshots.add(before);
    const valueThen = (key: string): Uint8Array | undefined =>
      before.has(key) ? before.get(key) : this.#data.get(key);
    const read = (key: string): Uint8Array | undefined => {
      const value = valueThen(key);
      return value && (valueThen(this.#behaviour.misdirect(key, () => this.#keys())) ?? value);
    };
    return {
      getSync: (key) => read(toName(key)),
      iterate: (range) => iterateOver(read, this.#keysBefore(before), range),
      close: () => {
        this.#snapshots.delete(before);
        return Promise.resolve();
      },
    };
  }

  #keysBefore(before: Before): readonly string[] {
    if (before.size === 0) return this.#keys();
    const keys = this.#keys().filter((key) => !before.has(key));
    for (const [key, value] of before) if (value !== undefined) keys.push(key);
    return keys.sort();
  }

  #apply(ops: readonly Op[]): void {
    for (const before of this.#snapshots) {
      for (const [key] of ops) if (!before.has(key)) before.set(key, this.#data.get(key));
    }
    const sorted = this.#sorted;
    // Many new keys are sorted at once when somebody asks for them; a few are put in their places.
    if (ops.length > INSERTED_MAX) this.#sorted = undefined;
    else if (sorted !== undefined) for (const [key, value] of ops) place(sorted, key, value !== undefined);
    apply(this.#data, ops);
  }

  #keys(): readonly string[] {
    this.#sorted ??= [...this.#data.keys()].sort();
    return this.#sorted;
  }

  async clear(gte: Uint8Array, lt: Uint8Array): Promise<void> {
    const batch = this.batch();
    for (const key of inRange(this.#keys(), { gte, lt })) batch.del(fromName(key));
    if (batch.length > 0) await batch.write({ sync: false });
  }

  compactRange(): Promise<void> {
    return Promise.resolve();
  }

  approximateBytes(gte: Uint8Array, lt: Uint8Array): Promise<number> {
    let bytes = 0;
    for (const key of inRange(this.#keys(), { gte, lt })) bytes += key.length + (this.#data.get(key)?.length ?? 0);
    return Promise.resolve(bytes);
  }

  /** Its process is gone: whatever of it still runs reaches the disk no more. */
  die(): void {
    this.#closed = true;
    this.#dead = true;
  }

  close(): Promise<void> {
    if (!this.#closed) this.#onClose();
    this.#closed = true;
    return Promise.resolve();
  }
}

/** The first place in `keys` whose key is not below `key`; or, with `after`, is above it. */
function search(keys: readonly string[], key: string, after: boolean): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = keys[middle] as string;
    if (at < key || (after && at === key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Keeps `keys` sorted while `key` comes or goes. */
function place(keys: string[], key: string, present: boolean): void {
  const at = search(keys, key, false);
  if (keys[at] === key) {
    if (!present) keys.splice(at, 1);
  } else if (present) keys.splice(at, 0, key);
}

function inRange(keys: readonly string[], range: KeyRange): string[] {
  let [from, to] = [0, keys.length];
  if (range.gte !== undefined) from = Math.max(from, search(keys, toName(range.gte), false));
  if (range.gt !== undefined) from = Math.max(from, search(keys, toName(range.gt), true));
  if (range.lt !== undefined) to = Math.min(to, search(keys, toName(range.lt), false));
  if (range.lte !== undefined) to = Math.min(to, search(keys, toName(range.lte), true));
  if (to <= from) return [];
  const count = Math.min(range.limit ?? Number.POSITIVE_INFINITY, to - from);
  return range.reverse === true ? keys.slice(to - count, to).reverse() : keys.slice(from, from + count);
}

function iterateOver(
  read: (key: string) => Uint8Array | undefined,
  keys: readonly string[],
  range: KeyRange,
): StoreIterator {
  // Values are taken now: the iterator does not see later writes.
  const entries = inRange(keys, range).map((key): [string, Uint8Array] => [key, read(key) as Uint8Array]);
  let at = 0;
  return {
    nextMany: (count) => {
      // Shorter than asked for, as a real store may be: only an empty answer is the end.
      const part = entries.slice(at, at + Math.min(count, ENTRIES_AT_ONCE));
      at += part.length;
      return Promise.resolve(part.map(([key, value]) => [fromName(key), Buffer.from(value)]));
    },
    close: () => Promise.resolve(),
  };
}
