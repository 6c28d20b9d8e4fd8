// Watchers by the keys that they want: single keys in a hash map, ranges in a tree.

import { RangeTree } from './range-tree.js';
import type { Watcher } from './watcher.js';

export class WatcherIndex {
  readonly #byKey = new Map<string, Set<Watcher>>();
  readonly #ranges = new RangeTree<Watcher>();
  readonly #all = new Set<Watcher>();

  get size(): number {
    return this.#all.size;
  }

  add(watcher: Watcher): void {
    this.#all.add(watcher);
    if (watcher.end !== undefined) {
      this.#ranges.add(watcher.key, watcher.end, watcher);
      return;
    }
    const set = this.#byKey.get(watcher.key);
    if (set === undefined) this.#byKey.set(watcher.key, new Set([watcher]));
    else set.add(watcher);
  }

  remove(watcher: Watcher): void {
    this.#all.delete(watcher);
    if (watcher.end !== undefined) {
      this.#ranges.remove(watcher.key, watcher.end, watcher);
      return;
    }
    const set = this.#byKey.get(watcher.key);
    if (set?.delete(watcher) && set.size === 0) this.#byKey.delete(watcher.key);
  }

  /** A copy: the caller may add and remove. */
  all(): Watcher[] {
    return [...this.#all];
  }

  /** Appends every watcher that wants `key` to `out`. */
  match(key: string, out: Watcher[]): void {
    const set = this.#byKey.get(key);
    if (set !== undefined) for (const watcher of set) out.push(watcher);
    this.#ranges.match(key, out);
  }
}
