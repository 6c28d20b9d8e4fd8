// Reads of a cluster with several partitions: each answer is a snapshot of the cluster at one revision, however
// many partitions it touches (rules C1 to C4 of docs/design/partitions.md).

import type { KeyValue } from '../../proto/gen/kv.js';
import { RangeRequest, type RangeResponse, SortOrder, SortTarget } from '../../proto/gen/rpc.js';
import { errors } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import { fetchesAll, shapeRange } from '../mvcc/range-response.js';

/** Where snapshots get their revision from. */
export interface CurrentRevision {
  /** The newest one handed out: at least those of all writes that were acknowledged before this call. */
  current(): Promise<number>;
  /** What this node knows to have been handed out. */
  readonly known: number;
}

/** A moment of some partitions, of which this node has applied everything. */
export interface Moment {
  readonly revision: number;
  range(request: RangeRequest): Promise<RangeResponse>;
}

/** Resolves when this node has applied everything of `groups` at or below one revision. */
export async function momentOf(groups: readonly GroupHandle[], clock: CurrentRevision): Promise<Moment> {
  const [only, ...others] = groups;
  if (only !== undefined && others.length === 0) {
    // C1: no detour over the sequencer.
    const claimed = await only.readIndex();
    return at(groups, Math.max(claimed, only.store.revision));
  }
  // C3: asked after the request came. Every partition's claim, made after that, is at or above it.
  const revision = await clock.current();
  await Promise.all(groups.map((group) => group.readIndex()));
  return at(groups, revision);
}

function at(groups: readonly GroupHandle[], revision: number): Moment {
  return { revision, range: (request) => rangeOver(groups, request, revision) };
}

/** A linearizable range; `header` gets the snapshot's revision, whatever older one was asked for. */
export async function snapshotRange(
  groups: readonly GroupHandle[],
  request: RangeRequest,
  clock: CurrentRevision,
): Promise<{ response: RangeResponse; revision: number }> {
  // C4: what a client names is nothing that this node knows.
  if (request.revision > clock.known && request.revision > (await clock.current())) throw errors.futureRevision();
  const moment = await momentOf(groups, clock);
  return { response: await moment.range(request), revision: moment.revision };
}

async function rangeOver(groups: readonly GroupHandle[], request: RangeRequest, now: number): Promise<RangeResponse> {
  if (request.revision > now) throw errors.futureRevision();
  const revision = request.revision > 0 ? request.revision : now;
  const part = { ...partOf(request, groups.length), revision: 0 };
  const answers = await Promise.all(groups.map((group) => group.store.rangeAt(part, revision)));
  const [only] = answers;
  if (only !== undefined && answers.length === 1) return only;
  const count = answers.reduce((sum, answer) => sum + answer.count, 0);
  return shapeRange(request, merged(answers.map((answer) => answer.kvs)), count);
}

/** What one of several partitions is asked for: enough for `shapeRange` to do the rest over all of them. */
function partOf(request: RangeRequest, groups: number): RangeRequest {
  if (groups === 1) return request;
  const { key, rangeEnd, countOnly, limit } = request;
  return {
    ...RangeRequest.empty(),
    key,
    rangeEnd,
    countOnly,
    limit: fetchesAll(request) ? 0 : limit + 1,
    sortOrder: SortOrder.NONE,
    sortTarget: SortTarget.KEY,
  };
}

/** Lists in key order as one. */
function merged(lists: readonly (readonly KeyValue[])[]): KeyValue[] {
  return lists.flat().sort((a, b) => Buffer.compare(a.key, b.key));
}
