// Removes history that compaction made invisible, in bounded steps behind the writes.
//
// Each change in (removed, target] makes the version before it unnecessary: no read at or above
// target can see that. A tombstone below target is itself unnecessary; one at target stays until the
// next compaction, for watchers that begin there.

import type { GroupState, StateBatch } from '../storage/types.js';
import { previousPlace } from './reader.js';
import { changeKey, changeRange, decodeChange, historyKey, revisionOfChange, subOfChange } from './records.js';

const STEP_CHANGES = 500;

/** Everything up to `removedRevision` has been dealt with; `removedBytes` of history went in this step. */
export type RemovedFn = (removedRevision: number, removedBytes: number) => void;

/** Removes what a compaction to `to` allows, given that everything up to `from` was removed before. */
export async function removeHistory(
  state: GroupState,
  from: number,
  to: number,
  stopped: () => boolean,
  removed: RemovedFn,
): Promise<void> {
  // From `from` itself: a tombstone was left there.
  let next = changeRange(from, to).gte;
  const { lt } = changeRange(from, to);
  while (!stopped()) {
    const iterator = state.iterate({ gte: next, lt });
    const changes = await iterator.nextMany(STEP_CHANGES);
    await iterator.close();
    const last = changes.at(-1);
    const batch = state.batch();
    let bytes = 0;
    for (const [key, value] of changes) bytes += await removeBehind(state, batch, key, value, to);
    await state.write(batch);
    // A step may end inside a revision: only whole ones count as done.
    removed(last === undefined ? to : revisionOfChange(last[0]) - 1, bytes);
    if (last === undefined) return;
    next = Buffer.concat([last[0], Buffer.from([0])]);
  }
}

async function removeBehind(
  state: GroupState,
  batch: StateBatch,
  changeAt: Uint8Array,
  record: Uint8Array,
  to: number,
): Promise<number> {
  const revision = revisionOfChange(changeAt);
  const sub = subOfChange(changeAt);
  const { type, kv } = decodeChange(revision, record);
  let bytes = 0;
  const before = await previousPlace(state, kv.key, revision, sub);
  if (before !== undefined) {
    const old = changeKey(before.revision, before.sub);
    bytes += state.getSync(old)?.length ?? 0;
    batch.del(old);
    batch.del(historyKey(kv.key, before.revision, before.sub));
  }
  if (type === 'delete' && revision < to) {
    bytes += record.length;
    batch.del(changeAt);
    batch.del(historyKey(kv.key, revision, sub));
  }
  return bytes;
}
