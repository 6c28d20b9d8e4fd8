// Changes in revision order, for watchers that are behind.

import { limits } from '../limits.js';
import type { StateSnapshot } from '../storage/types.js';
import { readPrevious } from './reader.js';
import { changeRange, decodeChange, revisionOfChange, subOfChange } from './records.js';
import type { MvccEvent, RevisionEvents } from './types.js';

/**
 * Whole revisions of [from, to] until about `eventsMax` events. `prevFrom`: give the version before
 * each change unless it belongs to a revision below this one (compacted away); undefined: never.
 */
export async function readHistory(
  view: StateSnapshot,
  from: number,
  to: number,
  eventsMax: number,
  prevFrom: number | undefined,
): Promise<RevisionEvents[]> {
  const out: { revision: number; events: MvccEvent[] }[] = [];
  let total = 0;
  const iterator = view.iterate(changeRange(from, to));
  try {
    for (;;) {
      const entries = await iterator.nextMany(Math.min(limits.rangeBatchKeys, eventsMax + 1));
      if (entries.length === 0) return out;
      for (const [key, value] of entries) {
        const revision = revisionOfChange(key);
        let last = out.at(-1);
        if (last?.revision !== revision) {
          if (total >= eventsMax) return out;
          last = { revision, events: [] };
          out.push(last);
        }
        const { type, kv } = decodeChange(revision, value);
        const wanted = prevFrom !== undefined && revision - 1 >= prevFrom;
        const prev = wanted ? await readPrevious(view, kv.key, revision, subOfChange(key)) : undefined;
        last.events.push({ type, kv, prev });
        total++;
      }
    }
  } finally {
    await iterator.close();
  }
}
