// Evaluates requests against a WriteTxn. Written as generators: whatever needs a scan of the disk
// yields it, everything else runs through without a pause, so that the usual command costs no promise.

import type { KeyValue } from '../../proto/gen/kv.js';
import {
  type Compare,
  CompareResult,
  CompareTarget,
  type DeleteRangeRequest,
  type DeleteRangeResponse,
  type PutRequest,
  type PutResponse,
  type RangeRequest,
  type RangeResponse,
  type RequestOp,
  type ResponseHeader,
  type ResponseOp,
  type TxnRequest,
  type TxnResponse,
} from '../../proto/gen/rpc.js';
import { toName } from '../bytes.js';
import { errors } from '../errors.js';
import { isEmptyRange, isSingle } from './key-range.js';
import { shapeRange } from './range-response.js';
import type { WriteTxn } from './write-txn.js';

/** A scan that the driver runs: the keys of [key, end) before the transaction, at `revision` (0: the newest). */
export interface Scan {
  readonly key: Uint8Array;
  readonly end: Uint8Array;
  readonly revision: number;
}

export type Evaluation<T> = Generator<Scan, T, KeyValue[]>;

const revisionOnly = (revision: number): ResponseHeader => ({ clusterId: 0n, memberId: 0n, revision, raftTerm: 0 });

export interface Bounds {
  readonly compactRevision: number;
}

function* read(txn: WriteTxn, key: Uint8Array, end: Uint8Array): Evaluation<KeyValue[]> {
  if (isSingle(end)) {
    const kv = txn.get(toName(key));
    return kv === undefined ? [] : [kv];
  }
  if (isEmptyRange(key, end)) return [];
  return txn.overlay(yield { key, end, revision: 0 }, key, end);
}

export function* evaluateRange(txn: WriteTxn, r: RangeRequest, bounds: Bounds): Evaluation<RangeResponse> {
  if (r.revision > txn.readRevision) throw errors.futureRevision();
  if (r.revision > 0 && r.revision < bounds.compactRevision) throw errors.compacted();
  const old = r.revision > 0 && r.revision < txn.readRevision;
  const kvs = old ? yield { key: r.key, end: r.rangeEnd, revision: r.revision } : yield* read(txn, r.key, r.rangeEnd);
  const response = shapeRange(r, kvs, kvs.length);
  response.header = revisionOnly(txn.readRevision);
  return response;
}

export function evaluatePut(txn: WriteTxn, r: PutRequest): PutResponse {
  const before = txn.put(r);
  return { header: undefined, prevKv: r.prevKv ? before : undefined };
}

export function* evaluateDelete(txn: WriteTxn, r: DeleteRangeRequest): Evaluation<DeleteRangeResponse> {
  const kvs = yield* read(txn, r.key, r.rangeEnd);
  for (const kv of kvs) txn.delete(toName(kv.key));
  return { header: undefined, deleted: kvs.length, prevKvs: r.prevKv ? kvs : [] };
}

/** Which branch each transaction takes, outermost first, in the order in which they stand. */
type Path = boolean[];

export function* evaluateTxn(txn: WriteTxn, r: TxnRequest, bounds: Bounds): Evaluation<TxnResponse> {
  // All compares, also of nested transactions, look at the state before any operation.
  const path: Path = [];
  yield* choose(txn, r, path);
  const response = yield* run(txn, r, path, bounds);
  return response;
}

function* choose(txn: WriteTxn, r: TxnRequest, path: Path): Evaluation<void> {
  let holds = true;
  for (const compare of r.compare) {
    if (!(yield* compareHolds(txn, compare))) {
      holds = false;
      break;
    }
  }
  path.push(holds);
  for (const op of holds ? r.success : r.failure) {
    if (op.requestTxn !== undefined) yield* choose(txn, op.requestTxn, path);
  }
}

function* run(txn: WriteTxn, r: TxnRequest, path: Path, bounds: Bounds): Evaluation<TxnResponse> {
  const succeeded = path.shift() as boolean;
  const responses: ResponseOp[] = [];
  for (const op of succeeded ? r.success : r.failure) responses.push(yield* runOp(txn, op, path, bounds));
  return { header: undefined, succeeded, responses };
}

const NO_RESPONSE: ResponseOp = {
  responseRange: undefined,
  responsePut: undefined,
  responseDeleteRange: undefined,
  responseTxn: undefined,
};

function* runOp(txn: WriteTxn, op: RequestOp, path: Path, bounds: Bounds): Evaluation<ResponseOp> {
  if (op.requestRange !== undefined) {
    return { ...NO_RESPONSE, responseRange: yield* evaluateRange(txn, op.requestRange, bounds) };
  }
  if (op.requestPut !== undefined) {
    const responsePut = evaluatePut(txn, op.requestPut);
    responsePut.header = revisionOnly(txn.readRevision);
    return { ...NO_RESPONSE, responsePut };
  }
  if (op.requestDeleteRange !== undefined) {
    const responseDeleteRange = yield* evaluateDelete(txn, op.requestDeleteRange);
    responseDeleteRange.header = revisionOnly(txn.readRevision);
    return { ...NO_RESPONSE, responseDeleteRange };
  }
  if (op.requestTxn !== undefined) {
    const responseTxn = yield* run(txn, op.requestTxn, path, bounds);
    responseTxn.header = revisionOnly(0);
    return { ...NO_RESPONSE, responseTxn };
  }
  throw errors.keyNotFound();
}

function* compareHolds(txn: WriteTxn, c: Compare): Evaluation<boolean> {
  const kvs = yield* read(txn, c.key, c.rangeEnd);
  if (kvs.length > 0) return kvs.every((kv) => compareOne(c, kv));
  // Nothing there: a value is not even unequal, everything else is 0.
  return c.target !== CompareTarget.VALUE && compareOne(c, undefined);
}

/** Whether one key (undefined: it does not exist, which no VALUE compare may be asked of) satisfies `c`. */
export function compareOne(c: Compare, kv: KeyValue | undefined): boolean {
  // A result that is none of the four holds always (etcd).
  if (c.result < CompareResult.EQUAL || c.result > CompareResult.NOT_EQUAL) return true;
  switch (order(c, kv)) {
    case 0:
      return c.result === CompareResult.EQUAL;
    case 1:
      return c.result === CompareResult.GREATER || c.result === CompareResult.NOT_EQUAL;
    default:
      return c.result === CompareResult.LESS || c.result === CompareResult.NOT_EQUAL;
  }
}

function order(c: Compare, kv: KeyValue | undefined): number {
  switch (c.target) {
    case CompareTarget.VALUE:
      return kv === undefined ? 1 : Buffer.compare(kv.value, c.value ?? Buffer.alloc(0));
    case CompareTarget.CREATE:
      return Math.sign((kv?.createRevision ?? 0) - (c.createRevision ?? 0));
    case CompareTarget.MOD:
      return Math.sign((kv?.modRevision ?? 0) - (c.modRevision ?? 0));
    case CompareTarget.VERSION:
      return Math.sign((kv?.version ?? 0) - (c.version ?? 0));
    case CompareTarget.LEASE: {
      const a = kv?.lease ?? 0n;
      const b = c.lease ?? 0n;
      return a === b ? 0 : a > b ? 1 : -1;
    }
    default:
      return 0;
  }
}
