// Recent log entries of all groups in memory, bounded together: what followers need next, and what
// is applied next, is nearly always among them. Entries that are on their way to the disk stay: they are nowhere else,
// and in their place the disk may still hold what they replace. What a leader may have uncommitted bounds those.

import type { Entry } from '../raft/types.js';

const ENTRY_OVERHEAD_BYTES = 64;

/** The newest entries of one group, contiguous: [first, first + entries.length). */
export class GroupEntries {
  readonly #cache: EntryCache;
  #entries: Entry[] = [];
  #head = 0;
  #first = 0;
  /** Entries up to here are on disk; the rest must not be dropped. */
  #written = 0;

  constructor(cache: EntryCache) {
    this.#cache = cache;
    cache.register(this);
  }

  get first(): number {
    return this.#first;
  }

  get length(): number {
    return this.#entries.length - this.#head;
  }

  get(index: number): Entry | undefined {
    if (index < this.#first) return undefined;
    return this.#entries[this.#head + index - this.#first];
  }

  get written(): number {
    return this.#written;
  }

  set written(index: number) {
    this.#written = index;
    this.#cache.grow(0);
  }

  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    if (this.length === 0) this.#first = first.index;
    let bytes = 0;
    for (const entry of entries) {
      this.#entries.push(entry);
      bytes += entry.data.length + ENTRY_OVERHEAD_BYTES;
    }
    this.#cache.grow(bytes);
  }

  truncateFrom(index: number): void {
    this.#written = Math.min(this.#written, index - 1);
    while (this.length > 0 && this.#first + this.length > index) {
      const entry = this.#entries.pop() as Entry;
      this.#cache.grow(-(entry.data.length + ENTRY_OVERHEAD_BYTES));
    }
  }

  /** False: there is none, or it is not on disk yet. */
  dropOldest(): boolean {
    if (this.length === 0 || this.#first > this.#written) return false;
    const entry = this.#entries[this.#head] as Entry;
    this.#entries[this.#head] = undefined as never;
    this.#head++;
    this.#first++;
    this.#cache.grow(-(entry.data.length + ENTRY_OVERHEAD_BYTES));
    if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return true;
  }

  dropUpTo(index: number): void {
    while (this.#first <= index && this.dropOldest());
  }
}

export class EntryCache {
  readonly #bytesMax: number;
  readonly #groups: GroupEntries[] = [];
  #bytes = 0;
  #turn = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  register(group: GroupEntries): void {
    this.#groups.push(group);
  }

  grow(bytes: number): void {
    this.#bytes += bytes;
    if (bytes >= 0 && this.#bytes > this.#bytesMax) this.#shrink();
  }

  /** Groups take turns in giving up their oldest entry. */
  #shrink(): void {
    let idle = 0;
    while (this.#bytes > this.#bytesMax && idle < this.#groups.length) {
      this.#turn = (this.#turn + 1) % this.#groups.length;
      idle = this.#groups[this.#turn]?.dropOldest() === true ? 0 : idle + 1;
    }
  }
}
