// Reads and conditional writes of locks and elections, on the group that holds the keys.

import type { KeyValue } from '../../proto/gen/kv.js';
import {
  CompareResult,
  CompareTarget,
  RangeRequest,
  type RequestOpInit,
  SortOrder,
  SortTarget,
  TxnRequest,
} from '../../proto/gen/rpc.js';
import { errors, invariant } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import { CommandKind } from '../mvcc/types.js';
import { candidatePrefix, prefixEnd } from './keys.js';
import type { CoordinationServices } from './services.js';

/**
 * The group that holds all candidates of `name`. Throws scatteredName where they would lie in several: no group could
 * tell who is the first. Such are the empty name, and names that a routing rule splits further.
 */
export function groupOf({ router }: Pick<CoordinationServices, 'router'>, name: Uint8Array): GroupHandle {
  const prefix = candidatePrefix(name);
  const groups = router.forRange(prefix, prefixEnd(prefix));
  const [group] = groups;
  if (group === undefined || groups.length > 1) throw errors.scatteredName();
  return group;
}

export interface Conditional {
  readonly succeeded: boolean;
  readonly revision: number;
  /** What the first read of the taken branch found. */
  readonly found: KeyValue | undefined;
}

/** If `key` was created at `createRevision` (0: does not exist), does `then`, else `otherwise`. Throws RpcError. */
export async function ifCreatedAt(
  lessor: CoordinationServices['lessor'],
  group: GroupHandle,
  key: Uint8Array,
  createRevision: number,
  then: RequestOpInit,
  otherwise: readonly RequestOpInit[] = [],
): Promise<Conditional> {
  if (key.length === 0) throw errors.emptyKey();
  const payload = TxnRequest.encode({
    compare: [{ key, target: CompareTarget.CREATE, result: CompareResult.EQUAL, createRevision }],
    success: [then],
    failure: otherwise,
  });
  if (payload.length > limits.requestBytesMax) throw errors.requestTooLarge();
  const { error, response, revision } = await lessor.propose(group, CommandKind.txn, payload, leasesOf(then));
  if (error !== undefined) throw error;
  invariant(response.kind === 'txn', `coordination: a transaction was answered as ${response.kind}`);
  const found = response.txn.responses[0]?.responseRange?.kvs[0];
  return { succeeded: response.txn.succeeded, revision, found };
}

function leasesOf({ requestPut }: RequestOpInit): readonly bigint[] {
  const lease = requestPut?.lease ?? 0n;
  return lease === 0n ? [] : [lease];
}

export async function getLocal(group: GroupHandle, key: Uint8Array): Promise<KeyValue | undefined> {
  const request = { ...RangeRequest.empty(), key };
  const { kvs } = group.store.rangeFast(request) ?? (await group.store.range(request));
  return kvs[0];
}

/** The key under `prefix` that was created first: the holder. At `revision`; 0: the newest applied here. */
export async function firstCreated(
  group: GroupHandle,
  prefix: Uint8Array,
  revision = 0,
): Promise<KeyValue | undefined> {
  const { kvs } = await group.store.range({
    ...RangeRequest.empty(),
    key: prefix,
    rangeEnd: prefixEnd(prefix),
    revision,
    limit: 1,
    sortOrder: SortOrder.ASCEND,
    sortTarget: SortTarget.CREATE,
  });
  return kvs[0];
}
