// Linearizability by trying all orders: slow, and too simple to be wrong. For tests of the search.

import type { Operation } from '../../history/types.js';
import type { Model } from '../linearizable.js';

/** Whether some order explains all answers. For a handful of operations. */
export function hasOrder<State>(model: Model<State>, operations: readonly Operation[], state = model.init): boolean {
  const ended = operations.filter((o) => o.type === 'ok');
  if (ended.length === 0) return true;
  const firstEnd = Math.min(...ended.map((o) => o.endIndex));
  return operations.some((next) => {
    if (next.index > firstEnd) return false;
    const after = model.step(state, next);
    return (
      after !== undefined &&
      hasOrder(
        model,
        operations.filter((o) => o !== next),
        after,
      )
    );
  });
}
