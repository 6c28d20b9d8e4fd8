// An ordered store in memory. What was not synced is forgotten when its node crashes, but for a
// prefix of the batches, as a log-structured store would keep it.

import { fromName, toName } from '../../bytes.js';
import type { KeyRange, OrderedStore, StoreBatch, StoreIterator, StoreSnapshot } from '../ports.js';

const ENTRIES_AT_ONCE = 5;

type Op = readonly [key: string, value: Uint8Array | undefined];

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

/** Decides how long a write takes, and whether it fails. */
export interface SimDiskBehaviour {
  /** Runs `done` when a write is through; rejects the write with an error that it throws. */
  write(sync: boolean, bytes: number, done: () => void, failed: (error: Error) => void): void;
}

export class SimStore implements OrderedStore {
  readonly path: string;
  readonly #file: SimStoreFile;
  readonly #behaviour: SimDiskBehaviour;
  readonly #onClose: () => void;
  #data: Map<string, Uint8Array>;
  #sorted: string[] | undefined;
  #closed = false;
  #dead = false;

  constructor(path: string, file: SimStoreFile, behaviour: SimDiskBehaviour, onClose: () => void) {
    this.path = path;
    this.#file = file;
    this.#behaviour = behaviour;
    this.#onClose = onClose;
    this.#data = file.contents();
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    return this.#data.get(toName(key));
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
    return new Promise((resolve, reject) => {
      const done = (): void => {
        if (this.#closed) return;
        apply(this.#data, ops);
        this.#sorted = undefined;
        this.#file.write(ops, sync);
        resolve();
      };
      this.#behaviour.write(sync, bytes, done, reject);
    });
  }

  iterate(range: KeyRange): StoreIterator {
    return iterateOver(this.#data, this.#keys(), range);
  }

  snapshot(): StoreSnapshot {
    const data = new Map(this.#data);
    const keys = this.#keys();
    return {
      getSync: (key) => data.get(toName(key)),
      iterate: (range) => iterateOver(data, keys, range),
      close: () => Promise.resolve(),
    };
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

function inRange(keys: readonly string[], range: KeyRange): string[] {
  const gte = range.gte && toName(range.gte);
  const gt = range.gt && toName(range.gt);
  const lt = range.lt && toName(range.lt);
  const lte = range.lte && toName(range.lte);
  const found = keys.filter(
    (k) =>
      (gte === undefined || k >= gte) &&
      (gt === undefined || k > gt) &&
      (lt === undefined || k < lt) &&
      (lte === undefined || k <= lte),
  );
  if (range.reverse === true) found.reverse();
  return range.limit === undefined ? found : found.slice(0, range.limit);
}

function iterateOver(data: ReadonlyMap<string, Uint8Array>, keys: readonly string[], range: KeyRange): StoreIterator {
  // Values are taken now: the iterator does not see later writes.
  const entries = inRange(keys, range).map((key): [string, Uint8Array] => [key, data.get(key) as Uint8Array]);
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
