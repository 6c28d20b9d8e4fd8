// Operations whose outcome is not known: they may take effect at any time, or never, so that the search has
// more and more to choose from. What can be said about them to keep that small.

import type { Operation } from '../history/types.js';
import { Timeline } from './linearizable-timeline.js';

export class OpenOperations {
  readonly timeline: Timeline;
  /** Of each operation, its place when they are sorted by their ends. */
  readonly #rank: readonly number[];
  readonly #ends: readonly number[];
  /** Of each operation: equal for those that ask for the same. */
  readonly #kind: readonly string[];

  constructor(operations: readonly Operation[]) {
    this.timeline = new Timeline(operations);
    const byEnd = operations.map((o, at) => ({ at, end: o.endIndex }));
    byEnd.sort((a, b) => (a.end === b.end ? a.at - b.at : a.end - b.end));
    const rank = new Array<number>(operations.length);
    byEnd.forEach(({ at }, place) => {
      rank[at] = place;
    });
    this.#rank = rank;
    this.#ends = byEnd.map(({ end }) => end);
    this.#kind = operations.map((o) => `${o.f} ${JSON.stringify(o.input)}`);
  }

  /**
   * The calls that may take effect before index `now` of the history. Of several that ask for the same the
   * first will do: what the others can do, it can.
   */
  choices(now: number): number[] {
    const kinds = new Set<string>();
    return this.timeline.callsBefore(now).filter((call) => {
      const kind = this.#kind[this.timeline.placeOf(call)] as string;
      if (kinds.has(kind) || this.timeline.operationOf(call).endIndex < now) return false;
      kinds.add(kind);
      return true;
    });
  }

  /** A set with that operation alone. */
  bitOf(call: number): bigint {
    return 1n << BigInt(this.#rank[this.timeline.placeOf(call)] as number);
  }

  /** What is left of a set (named differently) without those that ended before index `now` of the history. */
  useful(set: bigint, now: number): bigint {
    if (set === 0n) return set;
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] as number) < now) low = middle + 1;
      else high = middle;
    }
    return set >> BigInt(low);
  }
}
