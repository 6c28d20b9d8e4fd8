// Mistakes of registers that can be seen without a search: an answer that shows what nobody wrote, or what
// had certainly been overwritten. Few operations show them, however long the history is.

import type { Operation } from '../history/types.js';
import { seenBy, type Value, writtenBy } from './register-model.js';

/**
 * The first operation that saw a value which nothing can have left for it, with all that wrote that value
 * and what overwrote it; undefined when there is none.
 */
export function suspects(operations: readonly Operation[]): Operation[] | undefined {
  const writers = writersByValue(operations);
  const overwritten = new Overwritten(operations);
  for (const witness of operations) {
    const seen = witness.type === 'ok' ? seenBy(witness) : undefined;
    if (seen === undefined) continue;
    const sources = (writers.get(seen) ?? []).filter((o) => o !== witness && o.index < witness.endIndex);
    const overwriters = sources.map((source) => overwritten.by(source.endIndex, witness.index));
    if (seen === null) overwriters.push(overwritten.by(-1, witness.index));
    if (overwriters.includes(undefined)) continue;
    const all = new Set([witness, ...sources, ...(overwriters as Operation[])]);
    return withSources(all, writers);
  }
  return undefined;
}

function writersByValue(operations: readonly Operation[]): Map<Value, Operation[]> {
  const writers = new Map<Value, Operation[]>();
  for (const o of operations) {
    const written = writtenBy(o);
    if (written === undefined) continue;
    const list = writers.get(written) ?? [];
    writers.set(written, list);
    list.push(o);
  }
  return writers;
}

/** With all that wrote what a compare-and-swap among them expected: without that it would be wrong itself. */
function withSources(some: ReadonlySet<Operation>, writers: ReadonlyMap<Value, readonly Operation[]>): Operation[] {
  const all = new Set(some);
  for (const o of all) {
    if (o.f === 'cas') for (const writer of writers.get(seenBy(o) as Value) ?? []) all.add(writer);
  }
  return [...all].sort((a, b) => a.index - b.index);
}

/** Whether something was certainly written between two moments, and what. */
export class Overwritten {
  readonly #writes: readonly Operation[];
  /** Of the writes from each on, the one that ended first. */
  readonly #firstToEnd: Operation[];

  constructor(operations: readonly Operation[]) {
    this.#writes = operations.filter((o) => o.type === 'ok' && writtenBy(o) !== undefined);
    this.#firstToEnd = [...this.#writes];
    for (let at = this.#writes.length - 2; at >= 0; at--) {
      const [here, later] = [this.#firstToEnd[at] as Operation, this.#firstToEnd[at + 1] as Operation];
      if (later.endIndex < here.endIndex) this.#firstToEnd[at] = later;
    }
  }

  /** An operation that began after `from`, ended before `to`, and wrote. */
  by(from: number, to: number): Operation | undefined {
    let [low, high] = [0, this.#writes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#writes[middle] as Operation).index > from) high = middle;
      else low = middle + 1;
    }
    const first = this.#firstToEnd[low];
    return first !== undefined && first.endIndex < to ? first : undefined;
  }
}
