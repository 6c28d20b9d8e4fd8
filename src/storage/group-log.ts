// The log of one group.
// Invariant: entries (snapshot.index, lastIndex] are all stored, each under its own index.

import { CorruptionError, DAMAGE_REMEDY, invariant } from '../errors.js';
import type { Entry, HardState, SnapshotMeta } from '../raft/types.js';
import { NO_NODE } from '../raft/types.js';
import type { OrderedStore, StoreBatch } from '../runtime/ports.js';
import { type EntryCache, GroupEntries } from './entry-cache.js';
import {
  decodeEntry,
  decodeHardState,
  decodeSnapshotPoint,
  encodeEntry,
  encodeHardState,
  encodeSnapshotPoint,
  entryKey,
  hardStateKey,
  snapshotKey,
} from './records.js';
import type { GroupLog, LogWrite } from './types.js';
import type { WriteQueue } from './write-queue.js';

const SCAN_ENTRIES = 1_000;
const REMOVE_ENTRIES = 1_000;
const NO_SNAPSHOT: SnapshotMeta = {
  index: 0,
  term: 0,
  id: 0,
  confState: { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false },
};

/** Terms by first index, ascending: terms are few, entries many. */
class Terms {
  #starts: { index: number; term: number }[] = [];

  append(index: number, term: number): void {
    if (this.#starts.at(-1)?.term !== term) this.#starts.push({ index, term });
  }

  truncateFrom(index: number): void {
    while ((this.#starts.at(-1)?.index ?? -1) >= index) this.#starts.pop();
  }

  dropUpTo(index: number): void {
    while (this.#starts.length > 1 && (this.#starts[1]?.index ?? 0) <= index + 1) this.#starts.shift();
  }

  reset(): void {
    this.#starts = [];
  }

  at(index: number): number | undefined {
    for (let i = this.#starts.length - 1; i >= 0; i--) {
      const start = this.#starts[i];
      if (start !== undefined && start.index <= index) return start.term;
    }
    return undefined;
  }
}

export async function openGroupLog(
  group: number,
  store: OrderedStore,
  queue: WriteQueue,
  cache: EntryCache,
): Promise<StoredGroupLog> {
  const log = new StoredGroupLog(group, store, queue, cache);
  await log.load();
  return log;
}

export class StoredGroupLog implements GroupLog {
  readonly group: number;
  readonly #store: OrderedStore;
  readonly #queue: WriteQueue;
  readonly #recent: GroupEntries;
  readonly #terms = new Terms();
  #hardState: HardState = { term: 0, vote: NO_NODE, commit: 0 };
  #snapshot: SnapshotMeta = NO_SNAPSHOT;
  #lastIndex = 0;
  /** Of each write under way, in their order: its last entry, as far as no later write replaces it. */
  #writing: { last: number }[] = [];
  #removing: Promise<void> = Promise.resolve();

  constructor(group: number, store: OrderedStore, queue: WriteQueue, cache: EntryCache) {
    this.group = group;
    this.#store = store;
    this.#queue = queue;
    this.#recent = new GroupEntries(cache);
  }

  get hardState(): HardState {
    return this.#hardState;
  }

  get firstIndex(): number {
    return this.#snapshot.index + 1;
  }

  get lastIndex(): number {
    return this.#lastIndex;
  }

  snapshot(): SnapshotMeta {
    return this.#snapshot;
  }

  async load(): Promise<void> {
    const { path } = this.#store;
    const hardKey = hardStateKey(this.group);
    const hard = this.#store.getSync(hardKey);
    if (hard !== undefined) this.#hardState = decodeHardState(path, hardKey, hard);
    const snapKey = snapshotKey(this.group);
    const snap = this.#store.getSync(snapKey);
    if (snap !== undefined) this.#snapshot = decodeSnapshotPoint(path, snapKey, snap);
    this.#lastIndex = this.#snapshot.index;
    await this.#scan();
    this.#recent.written = this.#lastIndex;
    if (this.#hardState.commit > this.#lastIndex) {
      const what = `the log ends at entry ${this.#lastIndex}, but entries up to ${this.#hardState.commit} were committed: its end is lost`;
      throw new CorruptionError(path, -1, what, DAMAGE_REMEDY);
    }
  }

  /** Reads the whole log once: every checksum, and that no entry is missing. */
  async #scan(): Promise<void> {
    const range = { gte: entryKey(this.group, this.firstIndex), lt: entryKey(this.group, Number.MAX_SAFE_INTEGER) };
    const iterator = this.#store.iterate(range);
    try {
      for (;;) {
        const batch = await iterator.nextMany(SCAN_ENTRIES);
        if (batch.length === 0) return;
        this.#remember(batch.map(([key, value]) => decodeEntry(this.#store.path, key, value)));
      }
    } finally {
      await iterator.close();
    }
  }

  #remember(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.index !== this.#lastIndex + 1) {
        const what = `log entry ${this.#lastIndex + 1} is missing: the next one stored is ${entry.index}`;
        throw new CorruptionError(this.#store.path, -1, what, DAMAGE_REMEDY);
      }
      this.#terms.append(entry.index, entry.term);
      this.#lastIndex = entry.index;
    }
    this.#recent.append(entries);
  }

  term(index: number): number | undefined {
    if (index === this.#snapshot.index) return this.#snapshot.term;
    if (index < this.#snapshot.index || index > this.#lastIndex) return undefined;
    return this.#terms.at(index);
  }

  entries(lo: number, hi: number, bytesMax: number): readonly Entry[] {
    invariant(lo >= this.firstIndex && hi <= this.#lastIndex + 1, `entries [${lo}, ${hi}) are not in the log`);
    const out: Entry[] = [];
    let bytes = 0;
    for (let index = lo; index < hi; index++) {
      const entry = this.#recent.get(index) ?? this.#read(index);
      bytes += entry.data.length;
      if (bytes > bytesMax && out.length > 0) break;
      out.push(entry);
    }
    return out;
  }

  #read(index: number): Entry {
    const key = entryKey(this.group, index);
    const value = this.#store.getSync(key);
    if (value === undefined)
      throw new CorruptionError(this.#store.path, -1, `log entry ${index} is missing`, DAMAGE_REMEDY);
    return decodeEntry(this.#store.path, key, value);
  }

  submit(write: LogWrite, sync: boolean, done: () => void): void {
    const { entries, hardState, snapshot } = write;
    let stale: readonly [from: number, to: number] = [0, 0];
    if (snapshot !== undefined) stale = this.#restart(snapshot);
    if (hardState !== undefined) this.#hardState = hardState;
    const first = entries[0];
    if (first !== undefined) {
      if (first.index <= this.#lastIndex) stale = this.#truncateFrom(first.index, entries.length);
      this.#remember(entries);
    }
    const written = { last: this.#lastIndex };
    this.#writing.push(written);
    this.#queue.submit(
      (batch) => this.#fill(batch, write, stale),
      sync,
      () => {
        this.#writing.shift();
        this.#recent.written = Math.max(this.#recent.written, written.last);
        done();
      },
    );
  }

  /** What is under way and was to be behind `index` is replaced. */
  #replaceBehind(index: number): void {
    for (const write of this.#writing) write.last = Math.min(write.last, index);
  }

  /** The log starts anew behind a snapshot; returns the entries to remove. */
  #restart(snapshot: SnapshotMeta): [number, number] {
    const stale: [number, number] = [this.firstIndex, this.#lastIndex];
    this.#recent.truncateFrom(0);
    this.#replaceBehind(snapshot.index);
    this.#terms.reset();
    this.#snapshot = snapshot;
    this.#lastIndex = snapshot.index;
    return stale;
  }

  /** Entries from `index` on are replaced; returns those that the new ones do not overwrite. */
  #truncateFrom(index: number, count: number): [number, number] {
    invariant(index > this.#snapshot.index, `entry ${index} is below the snapshot point`);
    const last = this.#lastIndex;
    this.#recent.truncateFrom(index);
    this.#replaceBehind(index - 1);
    this.#terms.truncateFrom(index);
    this.#lastIndex = index - 1;
    return [index + count, last];
  }

  #fill(batch: StoreBatch, write: LogWrite, [from, to]: readonly [number, number]): void {
    if (from > 0) for (let index = from; index <= to; index++) batch.del(entryKey(this.group, index));
    if (write.snapshot !== undefined) {
      const key = snapshotKey(this.group);
      batch.put(key, encodeSnapshotPoint(key, write.snapshot));
    }
    for (const entry of write.entries) {
      const key = entryKey(this.group, entry.index);
      batch.put(key, encodeEntry(key, entry));
    }
    if (write.hardState !== undefined) {
      const key = hardStateKey(this.group);
      batch.put(key, encodeHardState(key, write.hardState));
    }
  }

  truncatePrefix(meta: SnapshotMeta): void {
    if (meta.index <= this.#snapshot.index) return;
    invariant(meta.index <= this.#lastIndex, `the log can not be cut at ${meta.index}, it ends at ${this.#lastIndex}`);
    const from = this.firstIndex;
    this.#snapshot = meta;
    this.#recent.dropUpTo(meta.index);
    this.#terms.dropUpTo(meta.index);
    const key = snapshotKey(this.group);
    // The point first: after a crash the entries below it are merely left over, never missing.
    const pointed = new Promise<void>((resolve) => {
      this.#queue.submit((batch) => batch.put(key, encodeSnapshotPoint(key, meta)), true, resolve);
    });
    this.#removing = this.#removing.then(() => pointed).then(() => this.#removeEntries(from, meta.index));
  }

  async #removeEntries(from: number, to: number): Promise<void> {
    for (let start = from; start <= to; start += REMOVE_ENTRIES) {
      const end = Math.min(to, start + REMOVE_ENTRIES - 1);
      await new Promise<void>((resolve) => {
        const fill = (batch: StoreBatch): void => {
          for (let index = start; index <= end; index++) batch.del(entryKey(this.group, index));
        };
        this.#queue.submit(fill, false, resolve);
      });
    }
  }

  /** Resolves when background removal is not in the middle of a step; never after a failed write. */
  idle(): Promise<void> {
    return Promise.resolve();
  }
}
