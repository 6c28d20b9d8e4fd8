// The log as the core sees it: what the host has stored, behind it the tail not handed out yet.

import { invariant } from '../errors.js';
import { type Entry, EntryType, type LogReader, type SnapshotMeta } from './types.js';

/** Entries are looked through in parts of this size. */
const LOOK_BYTES = 1024 * 1024;

export class RaftLog {
  readonly #stored: LogReader;
  /** Appended, not yet handed to the host; contiguous, right behind `handed`. */
  #tail: Entry[] = [];
  /** Last index that the host was given to store. */
  handed: number;
  /** Last index that is durable here. Invariant: durable <= handed. */
  durable: number;
  /** Accepted, not yet installed by the host. */
  installing: SnapshotMeta | undefined;

  constructor(stored: LogReader) {
    this.#stored = stored;
    this.handed = stored.lastIndex;
    this.durable = stored.lastIndex;
  }

  get firstIndex(): number {
    return this.installing === undefined ? this.#stored.firstIndex : this.installing.index + 1;
  }

  get lastIndex(): number {
    return this.handed + this.#tail.length;
  }

  get lastTerm(): number {
    return this.term(this.lastIndex) ?? 0;
  }

  get hasTail(): boolean {
    return this.#tail.length > 0;
  }

  /** Undefined below the snapshot point and above the end. */
  term(index: number): number | undefined {
    if (index > this.handed) return this.#tail[index - this.handed - 1]?.term;
    if (this.installing !== undefined) return index === this.installing.index ? this.installing.term : undefined;
    return this.#stored.term(index);
  }

  snapshot(): SnapshotMeta {
    return this.installing ?? this.#stored.snapshot();
  }

  /** Entries [lo, hi), cut after bytesMax bytes but never to none. */
  entries(lo: number, hi: number, bytesMax: number): readonly Entry[] {
    if (lo >= hi) return [];
    if (lo > this.handed) return cut(this.#tail, lo - this.handed - 1, hi - this.handed - 1, bytesMax);
    const stored = this.#stored.entries(lo, Math.min(hi, this.handed + 1), bytesMax);
    if (lo + stored.length <= this.handed || hi <= this.handed + 1) return stored;
    let rest = bytesMax;
    for (const entry of stored) rest -= entry.data.length;
    if (rest <= 0) return stored;
    return stored.concat(cut(this.#tail, 0, hi - this.handed - 1, rest));
  }

  /** Of the data of entries [from, to]. */
  bytes(from: number, to: number): number {
    return this.entries(from, to + 1, Number.POSITIVE_INFINITY).reduce((sum, { data }) => sum + data.length, 0);
  }

  /** Whether one of the entries [from, to] changes the configuration. */
  hasConfChange(from: number, to: number): boolean {
    for (let at = from; at <= to; ) {
      const part = this.entries(at, to + 1, LOOK_BYTES);
      if (part.some((entry) => entry.type === EntryType.confChange)) return true;
      if (part.length === 0) return false;
      at += part.length;
    }
    return false;
  }

  append(entry: Entry): void {
    invariant(entry.index === this.lastIndex + 1, `append of entry ${entry.index} behind ${this.lastIndex}`);
    this.#tail.push(entry);
  }

  /** Drops entries from `index` on: they conflict with the leader's. */
  truncateFrom(index: number): void {
    if (index > this.handed) {
      this.#tail.length = index - this.handed - 1;
      return;
    }
    this.#tail = [];
    this.handed = index - 1;
    this.durable = Math.min(this.durable, index - 1);
  }

  /** The tail, for the host to store. */
  handOut(): Entry[] {
    const tail = this.#tail;
    this.#tail = [];
    this.handed += tail.length;
    return tail;
  }

  /** A report for entries that were replaced meanwhile does not count. */
  persisted(term: number, index: number): void {
    if (index > this.durable && index <= this.handed && this.term(index) === term) this.durable = index;
  }

  restore(meta: SnapshotMeta): void {
    this.#tail = [];
    this.installing = meta;
    this.handed = meta.index;
    this.durable = meta.index;
  }

  isUpToDate(index: number, term: number): boolean {
    const last = this.lastTerm;
    return term > last || (term === last && index >= this.lastIndex);
  }

  /** Highest index <= `index` whose term is <= `term`: where the logs may agree (fast back-off). */
  agreement(index: number, term: number): { index: number; term: number } {
    let at = index;
    for (; at > 0; at--) {
      const own = this.term(at);
      // Below the snapshot point everything is committed, so it agrees.
      if (own === undefined) return { index: at, term: 0 };
      if (own <= term) return { index: at, term: own };
    }
    return { index: 0, term: 0 };
  }
}

function cut(entries: readonly Entry[], from: number, to: number, bytesMax: number): Entry[] {
  let bytes = 0;
  let end = from;
  while (end < to && end < entries.length) {
    bytes += (entries[end] as Entry).data.length;
    if (bytes > bytesMax && end > from) break;
    end++;
  }
  return entries.slice(from, end);
}
