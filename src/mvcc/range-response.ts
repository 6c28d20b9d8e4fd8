// From the versions in a range to a RangeResponse: filters, sorting, limit (etcd's order of steps).

import type { KeyValue } from '../../proto/gen/kv.js';
import { type RangeRequest, type RangeResponse, SortOrder, SortTarget } from '../../proto/gen/rpc.js';
import { EMPTY } from '../../proto/wire.js';

export function hasFilters(r: RangeRequest): boolean {
  return r.minModRevision !== 0 || r.maxModRevision !== 0 || r.minCreateRevision !== 0 || r.maxCreateRevision !== 0;
}

/**
 * Whether everything in the range is fetched before the limit cuts. Not for a sort target alone: etcd
 * then sorts what the limit let through (apply.go), and clients may have come to rely on it.
 */
export const fetchesAll = (r: RangeRequest): boolean => r.limit <= 0 || r.sortOrder !== SortOrder.NONE || hasFilters(r);

/** One more than the limit tells whether there is more. */
export const fetchMax = (r: RangeRequest): number => (fetchesAll(r) ? Number.POSITIVE_INFINITY : r.limit + 1);

/** `kvs`: the versions in the range, in key order, the first fetchMax at least; `count`: how many there are. */
export function shapeRange(r: RangeRequest, kvs: KeyValue[], count: number): RangeResponse {
  if (r.countOnly) return { header: undefined, kvs: [], more: false, count };
  let out = kvs.length > fetchMax(r) ? kvs.slice(0, fetchMax(r)) : kvs;
  if (hasFilters(r)) out = out.filter((kv) => passes(r, kv));
  if (r.sortOrder !== SortOrder.NONE || r.sortTarget !== SortTarget.KEY) out = sorted(r, out);
  const more = r.limit > 0 && out.length > r.limit;
  if (more) out = out.slice(0, r.limit);
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
