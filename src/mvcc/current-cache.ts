// Current versions in memory: bounded, in two halves. When the young half is full it becomes the
// old one and the old one is dropped; a hit in the old half moves the entry to the young one.

import type { Current } from './records.js';

const ENTRY_OVERHEAD_BYTES = 200;

/** `null` stands for a key that is known not to exist. */
export class CurrentCache {
  readonly #halfBytesMax: number;
  #young = new Map<string, Current | null>();
  #old = new Map<string, Current | null>();
  #youngBytes = 0;

  constructor(bytesMax: number) {
    this.#halfBytesMax = bytesMax / 2;
  }

  get(key: string): Current | null | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  /** `current` must own its bytes: slices of larger buffers would keep those alive. */
  set(key: string, current: Current | null): void {
    this.#young.set(key, current);
    this.#youngBytes += ENTRY_OVERHEAD_BYTES + 2 * key.length + (current === null ? 0 : current.kv.value.length);
    if (this.#youngBytes <= this.#halfBytesMax) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#youngBytes = 0;
  }
}
