// A group's applied state in memory, for tests of what stands above storage.

import type { KeyRange, StoreIterator } from '../../src/runtime/ports.js';
import type { GroupState, StateBatch, StateReplacement, StateSnapshot } from '../../src/storage/types.js';

const name = (key: Uint8Array): string => Buffer.from(key).toString('latin1');

class Batch implements StateBatch {
  readonly changes: [key: string, value: Uint8Array | undefined][] = [];

  put(key: Uint8Array, value: Uint8Array): void {
    this.changes.push([name(key), Buffer.from(value)]);
  }
  del(key: Uint8Array): void {
    this.changes.push([name(key), undefined]);
  }
  get length(): number {
    return this.changes.length;
  }
}

function iterate(entries: ReadonlyMap<string, Uint8Array>, range: KeyRange): StoreIterator {
  const { gte, gt, lt, lte } = range;
  let rest = [...entries]
    .filter(
      ([key]) =>
        (gte === undefined || key >= name(gte)) &&
        (gt === undefined || key > name(gt)) &&
        (lt === undefined || key < name(lt)) &&
        (lte === undefined || key <= name(lte)),
    )
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (range.reverse === true) rest.reverse();
  if (range.limit !== undefined) rest = rest.slice(0, range.limit);
  return {
    nextMany: async (count) => rest.splice(0, count).map(([key, value]) => [Buffer.from(key, 'latin1'), value]),
    close: async () => {},
  };
}

export class MemoryState implements GroupState {
  readonly group = 1;
  appliedIndex = 0;
  appliedTerm = 0;
  #entries = new Map<string, Uint8Array>();

  getSync(key: Uint8Array): Uint8Array | undefined {
    return this.#entries.get(name(key));
  }
  async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => this.getSync(key));
  }
  iterate(range: KeyRange): StoreIterator {
    return iterate(this.#entries, range);
  }
  batch(): StateBatch {
    return new Batch();
  }
  async commit(batch: StateBatch, applied: { readonly index: number; readonly term: number }): Promise<void> {
    await this.write(batch);
    this.appliedIndex = applied.index;
    this.appliedTerm = applied.term;
  }
  async write(batch: StateBatch): Promise<void> {
    for (const [key, value] of (batch as Batch).changes) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
  }
  snapshot(): StateSnapshot {
    const frozen = new Map(this.#entries);
    return {
      appliedIndex: this.appliedIndex,
      appliedTerm: this.appliedTerm,
      getSync: (key) => frozen.get(name(key)),
      iterate: (range) => iterate(frozen, range),
      close: async () => {},
    };
  }
  async sync(): Promise<void> {}
  replace(): StateReplacement {
    const staged = new Map<string, Uint8Array>();
    return {
      put: async (pairs) => {
        for (const [key, value] of pairs) staged.set(name(key), value);
      },
      finish: async (applied) => {
        this.#entries = staged;
        this.appliedIndex = applied.index;
        this.appliedTerm = applied.term;
      },
      abort: async () => {},
    };
  }
  async approximateBytes(): Promise<number> {
    return 0;
  }
  async compact(): Promise<void> {}
}
