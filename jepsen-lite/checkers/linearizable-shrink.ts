// Few operations out of a history that is not linearizable, which show that it is not.

import type { Operation } from '../history/types.js';

export interface Shrinking {
  /** Whether these operations are certainly not linearizable. */
  readonly fails: (operations: readonly Operation[]) => boolean;
  /**
   * Those that must go as well when `gone` do, because it was `gone` that explained what they have seen.
   * Without that, a write would be left out and the answer that shows it be called wrong.
   */
  readonly goWith: (gone: ReadonlySet<Operation>, operations: readonly Operation[]) => ReadonlySet<Operation>;
  /** How often `fails` may be asked. */
  readonly triesMax: number;
}

/**
 * The shortest beginning of the history that fails, and of that the least that still does: halves are
 * left out, then quarters, and so on down to single operations (delta debugging). In the order in which
 * they were given; each is one of the operations that were given.
 */
export function shrink(operations: readonly Operation[], how: Shrinking): readonly Operation[] {
  let tries = 0;
  const fails = (some: readonly Operation[]): boolean => tries++ < how.triesMax && how.fails(some);
  const original = new Map(operations.map((o) => [o.index, o]));
  const start = shortestBeginning(operations, fails);
  const least = shrinkParts(start, Math.ceil(start.length / 2), how, fails);
  // With the ends that came after that beginning, still fewer may do.
  const ended = least.map((o) => original.get(o.index) as Operation);
  return shrinkParts(ended, 1, how, fails);
}

type Fails = (some: readonly Operation[]) => boolean;

/** Leaves out parts of that size, then smaller ones, until no single operation can be left out. */
function shrinkParts(
  operations: readonly Operation[],
  from: number,
  how: Shrinking,
  fails: Fails,
): readonly Operation[] {
  let least = operations;
  for (let size = from; size >= 1; ) {
    const before = least.length;
    least = without(least, size, how, fails);
    if (size === 1 && least.length === before) break;
    size = Math.max(1, Math.min(Math.ceil(size / 2), Math.ceil(least.length / 2)));
  }
  return least;
}

function shortestBeginning(operations: readonly Operation[], fails: Fails): readonly Operation[] {
  const ends = operations.filter((o) => o.type === 'ok').map((o) => o.endIndex);
  ends.sort((a, b) => a - b);
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fails(beginning(operations, ends[middle] as number))) high = middle;
    else low = middle + 1;
  }
  return high < ends.length - 1 ? beginning(operations, ends[high] as number) : operations;
}

/** The history up to an index: what had not ended by then is open. */
function beginning(operations: readonly Operation[], upTo: number): Operation[] {
  const open = { type: 'info', endIndex: Number.POSITIVE_INFINITY } as const;
  return operations.filter((o) => o.index < upTo).map((o) => (o.endIndex <= upTo ? o : { ...o, ...open }));
}

/** Leaves out, one after another, the parts of that size that are not needed. */
function without(
  operations: readonly Operation[],
  size: number,
  { goWith }: Shrinking,
  fails: Fails,
): readonly Operation[] {
  let least = operations;
  for (let at = 0; at < operations.length; at += size) {
    const left = new Set(least);
    const gone = new Set(operations.slice(at, at + size).filter((o) => left.has(o)));
    if (gone.size === 0) continue;
    const closed = goWith(gone, least);
    const rest = least.filter((o) => !closed.has(o));
    if (rest.length > 0 && fails(rest)) least = rest;
  }
  return least;
}
