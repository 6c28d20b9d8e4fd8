// Real time: what was over before another began came first.

import type { Txn } from './append-txns.js';

/**
 * By node: whom it came before, without those that follow from others. At any moment only the
 * transactions count that have ended and that no other one has followed: as many as there are clients at
 * most, so the edges are as many as the transactions times that.
 */
export function realTimeOf(txns: readonly Txn[], committed: readonly boolean[]): readonly (readonly number[])[] {
  const after: number[][] = txns.map(() => []);
  const before = new Map<number, readonly number[]>();
  const ended = new Set<number>();
  for (const { node, isEnd } of momentsOf(txns, committed)) {
    if (isEnd) {
      for (const earlier of before.get(node) ?? []) ended.delete(earlier);
      before.delete(node);
      ended.add(node);
      continue;
    }
    before.set(node, [...ended]);
    for (const earlier of ended) after[earlier]?.push(node);
  }
  return after;
}

interface Moment {
  readonly index: number;
  readonly node: number;
  readonly isEnd: boolean;
}

function momentsOf(txns: readonly Txn[], committed: readonly boolean[]): Moment[] {
  const moments: Moment[] = [];
  for (const { node, operation } of txns) {
    if (committed[node] !== true) continue;
    moments.push({ index: operation.index, node, isEnd: false });
    if (Number.isFinite(operation.endIndex)) moments.push({ index: operation.endIndex, node, isEnd: true });
  }
  return moments.sort((a, b) => a.index - b.index);
}
