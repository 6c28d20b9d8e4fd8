// A log in memory for tests of the core: what is not flushed is lost in a crash.

import type { Entry, HardState, LogReader, SnapshotMeta } from '../types.js';

export class MemoryLog implements LogReader {
  #snapshot: SnapshotMeta;
  #entries: Entry[] = [];
  hardState: HardState = { term: 0, vote: 0n, commit: 0 };
  #durable: { snapshot: SnapshotMeta; entries: Entry[]; hardState: HardState };

  constructor(snapshot: SnapshotMeta) {
    this.#snapshot = snapshot;
    this.#durable = { snapshot, entries: [], hardState: this.hardState };
  }

  get firstIndex(): number {
    return this.#snapshot.index + 1;
  }

  get lastIndex(): number {
    return this.#snapshot.index + this.#entries.length;
  }

  term(index: number): number | undefined {
    if (index === this.#snapshot.index) return this.#snapshot.term;
    return this.#entries[index - this.firstIndex]?.term;
  }

  entries(lo: number, hi: number, bytesMax: number): readonly Entry[] {
    const out: Entry[] = [];
    let bytes = 0;
    for (let i = lo; i < hi; i++) {
      const entry = this.#entries[i - this.firstIndex];
      if (entry === undefined) throw new Error(`entry ${i} is not in the log`);
      bytes += entry.data.length;
      if (bytes > bytesMax && out.length > 0) break;
      out.push(entry);
    }
    return out;
  }

  snapshot(): SnapshotMeta {
    return this.#snapshot;
  }

  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    this.#entries.length = first.index - this.firstIndex;
    this.#entries.push(...entries);
  }

  restore(meta: SnapshotMeta): void {
    this.#snapshot = meta;
    this.#entries = [];
  }

  truncatePrefix(meta: SnapshotMeta): void {
    if (meta.index <= this.#snapshot.index) return;
    this.#entries.splice(0, meta.index - this.#snapshot.index);
    this.#snapshot = meta;
  }

  /** What is here now survives a crash. */
  flush(): void {
    this.#durable = { snapshot: this.#snapshot, entries: this.#entries.slice(), hardState: this.hardState };
  }

  /** A copy of what a flush of this moment would leave, to be made durable later. */
  mark(): () => void {
    const state = { snapshot: this.#snapshot, entries: this.#entries.slice(), hardState: this.hardState };
    return () => {
      this.#durable = state;
    };
  }

  crash(): void {
    this.#snapshot = this.#durable.snapshot;
    this.#entries = this.#durable.entries.slice();
    this.hardState = this.#durable.hardState;
  }
}
