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
import type { Moment } from '../txn/snapshot-reads.js';
import { isCompacted } from './compaction.js';

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

/** What a store holds now. */
export function momentOfStore(store: MvccStore): Moment {
  const { revision } = store;
  return { revision, range: (request) => store.range({ ...request, revision: request.revision || revision }) };
}

/**
 * Evaluates a read-only transaction at one moment. Throws RpcError as Range does. `moment` is asked again when
 * its revision has been compacted between two reads.
 */
export async function readTxn(
  moment: () => Moment | Promise<Moment>,
  request: TxnRequest,
): Promise<{ response: TxnResponse; revision: number }> {
  for (let attempt = 1; ; attempt++) {
    const now = await moment();
    try {
      return { response: await evaluate(now, request), revision: now.revision };
    } catch (error) {
      if (!isCompacted(error) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

async function evaluate(moment: Moment, request: TxnRequest): Promise<TxnResponse> {
  // All compares, of nested transactions too, come before any operation (etcd's order).
  const taken = new Map<TxnRequest, boolean>();
  await decide(moment, request, taken);
  return run(moment, request, taken);
}

async function decide(moment: Moment, request: TxnRequest, taken: Map<TxnRequest, boolean>): Promise<void> {
  let holds = true;
  for (const compare of request.compare) holds = holds && (await compareHolds(moment, compare));
  taken.set(request, holds);
  for (const op of holds ? request.success : request.failure) {
    if (op.requestTxn !== undefined) await decide(moment, op.requestTxn, taken);
  }
}

async function run(moment: Moment, request: TxnRequest, taken: ReadonlyMap<TxnRequest, boolean>): Promise<TxnResponse> {
  const succeeded = taken.get(request) ?? false;
  const response = TxnResponse.empty();
  response.succeeded = succeeded;
  for (const op of succeeded ? request.success : request.failure) {
    const answer = ResponseOp.empty();
    if (op.requestRange !== undefined) {
      answer.responseRange = await moment.range(op.requestRange);
      answer.responseRange.header = { clusterId: 0n, memberId: 0n, revision: moment.revision, raftTerm: 0 };
    } else if (op.requestTxn !== undefined) {
      answer.responseTxn = await run(moment, op.requestTxn, taken);
      // As etcd leaves it: only the reads inside say at which revision.
      answer.responseTxn.header = { clusterId: 0n, memberId: 0n, revision: 0, raftTerm: 0 };
    }
    response.responses.push(answer);
  }
  return response;
}

/** A missing key compares as version, revisions and lease 0; its value compares as nothing at all. */
async function compareHolds(moment: Moment, compare: Compare): Promise<boolean> {
  const { kvs } = await moment.range({
    ...RangeRequest.empty(),
    key: compare.key,
    rangeEnd: compare.rangeEnd,
    keysOnly: compare.target !== CompareTarget.VALUE,
  });
  if (kvs.length === 0) return compare.target !== CompareTarget.VALUE && compareOne(compare, undefined);
  return kvs.every((kv) => compareOne(compare, kv));
}
