// From the versions in a range to a RangeResponse: filters, sorting, limit (etcd's order of steps).

import type { KeyValue } from '../../proto/gen/kv.js';
import { type RangeRequest, type RangeResponse, SortOrder, SortTarget } from '../../proto/gen/rpc.js';
import { EMPTY } from '../../proto/wire.js';

export function hasFilters(r: RangeRequest): boolean {
  return r.minModRevision !== 0 || r.maxModRevision !== 0 || r.minCreateRevision !== 0 || r.maxCreateRevision !== 0;
}

export const isSorted = (r: RangeRequest): boolean => r.sortOrder !== SortOrder.NONE || r.sortTarget !== SortTarget.KEY;

/** `kvs` in key order; `count` keys are in the range, of which kvs may hold fewer if nothing is left out by it. */
export function shapeRange(r: RangeRequest, kvs: KeyValue[], count: number): RangeResponse {
  if (r.countOnly) return { header: undefined, kvs: [], more: false, count };
  let out = hasFilters(r) ? kvs.filter((kv) => passes(r, kv)) : kvs;
  const total = hasFilters(r) ? out.length : Math.max(count, out.length);
  if (isSorted(r)) out = sorted(r, out);
  let more = false;
  if (r.limit > 0 && total > r.limit) {
    out = out.slice(0, r.limit);
    more = true;
  }
  if (r.keysOnly) out = out.map((kv) => ({ ...kv, value: EMPTY }));
  return { header: undefined, kvs: out, more, count };
}

function passes(r: RangeRequest, kv: KeyValue): boolean {
  if (r.maxModRevision !== 0 && kv.modRevision > r.maxModRevision) return false;
  if (r.minModRevision !== 0 && kv.modRevision < r.minModRevision) return false;
  if (r.maxCreateRevision !== 0 && kv.createRevision > r.maxCreateRevision) return false;
  if (r.minCreateRevision !== 0 && kv.createRevision < r.minCreateRevision) return false;
  return true;
}

function sorted(r: RangeRequest, kvs: readonly KeyValue[]): KeyValue[] {
  const compare = COMPARE[r.sortTarget] ?? byKey;
  const sign = r.sortOrder === SortOrder.DESCEND ? -1 : 1;
  return kvs.slice().sort((a, b) => sign * compare(a, b));
}

const byKey = (a: KeyValue, b: KeyValue): number => Buffer.compare(a.key, b.key);

const COMPARE: Record<number, (a: KeyValue, b: KeyValue) => number> = {
  [SortTarget.KEY]: byKey,
  [SortTarget.VERSION]: (a, b) => a.version - b.version,
  [SortTarget.CREATE]: (a, b) => a.createRevision - b.createRevision,
  [SortTarget.MOD]: (a, b) => a.modRevision - b.modRevision,
  [SortTarget.VALUE]: (a, b) => Buffer.compare(a.value, b.value),
};
