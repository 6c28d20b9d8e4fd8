// Transactions that only read, evaluated on this member's state at one revision.

import {
  type Compare,
  CompareTarget,
  RangeRequest,
  type RequestOp,
  ResponseOp,
  type TxnRequest,
  TxnResponse,
} from '../../proto/gen/rpc.js';
import { compareOne } from '../mvcc/evaluate.js';
import type { MvccStore } from '../mvcc/types.js';

/** No put and no delete in any branch. */
export function isReadOnly(request: TxnRequest): boolean {
  const reads = (op: RequestOp): boolean =>
    op.requestRange !== undefined || (op.requestTxn !== undefined && isReadOnly(op.requestTxn));
  return request.success.every(reads) && request.failure.every(reads);
}

/** There are reads, and every one asks for a serializable answer. Compares alone do not ask for that. */
export function isSerializable(request: TxnRequest): boolean {
  const ops = [...request.success, ...request.failure];
  return ops.length > 0 && ops.every((op) => op.requestRange?.serializable === true);
}

/** Compactions that may overtake one evaluation before it gives up. */
const ATTEMPTS_MAX = 3;

/** Evaluates a read-only transaction at the store's current revision. Throws RpcError as Range does. */
export async function readTxn(
  store: MvccStore,
  request: TxnRequest,
): Promise<{ response: TxnResponse; revision: number }> {
  for (let attempt = 1; ; attempt++) {
    const revision = store.revision;
    try {
      return await evaluate(store, request, revision);
    } catch (error) {
      // Between two of its reads the store was compacted past the revision that all of them use.
      if (attempt < ATTEMPTS_MAX && store.compactRevision > revision) continue;
      throw error;
    }
  }
}

async function evaluate(
  store: MvccStore,
  request: TxnRequest,
  revision: number,
): Promise<{ response: TxnResponse; revision: number }> {
  // All compares, of nested transactions too, come before any operation (etcd's order).
  const taken = new Map<TxnRequest, boolean>();
  await decide(store, request, revision, taken);
  return { response: await run(store, request, revision, taken), revision };
}

async function decide(
  store: MvccStore,
  request: TxnRequest,
  revision: number,
  taken: Map<TxnRequest, boolean>,
): Promise<void> {
  let holds = true;
  for (const compare of request.compare) holds = holds && (await compareHolds(store, compare, revision));
  taken.set(request, holds);
  for (const op of holds ? request.success : request.failure) {
    if (op.requestTxn !== undefined) await decide(store, op.requestTxn, revision, taken);
  }
}

async function run(
  store: MvccStore,
  request: TxnRequest,
  revision: number,
  taken: ReadonlyMap<TxnRequest, boolean>,
): Promise<TxnResponse> {
  const succeeded = taken.get(request) ?? false;
  const response = TxnResponse.empty();
  response.succeeded = succeeded;
  for (const op of succeeded ? request.success : request.failure) {
    const answer = ResponseOp.empty();
    if (op.requestRange !== undefined) {
      const at = op.requestRange.revision > 0 ? op.requestRange.revision : revision;
      answer.responseRange = await store.range({ ...op.requestRange, revision: at });
      answer.responseRange.header = { clusterId: 0n, memberId: 0n, revision, raftTerm: 0 };
    } else if (op.requestTxn !== undefined) {
      answer.responseTxn = await run(store, op.requestTxn, revision, taken);
      // As etcd leaves it: only the reads inside say at which revision.
      answer.responseTxn.header = { clusterId: 0n, memberId: 0n, revision: 0, raftTerm: 0 };
    }
    response.responses.push(answer);
  }
  return response;
}

/** A missing key compares as version, revisions and lease 0; its value compares as nothing at all. */
async function compareHolds(store: MvccStore, compare: Compare, revision: number): Promise<boolean> {
  const { kvs } = await store.range({
    ...RangeRequest.empty(),
    key: compare.key,
    rangeEnd: compare.rangeEnd,
    revision,
    keysOnly: compare.target !== CompareTarget.VALUE,
  });
  if (kvs.length === 0) return compare.target !== CompareTarget.VALUE && compareOne(compare, undefined);
  return kvs.every((kv) => compareOne(compare, kv));
}
