// Transactions: if all comparisons hold, one list of operations runs, else the other; atomically.

import {
  type CompareInit,
  CompareResult,
  CompareTarget,
  KVService,
  type RequestOpInit,
  type TxnRequestInit,
  type TxnResponse,
} from '../../proto/gen/rpc.js';
import { type Bytes, toBytes } from './bytes.js';
import type { CallOptions, Connection } from './connection.js';

export type Operator = '=' | '!=' | '<' | '>';

const RESULTS: Record<Operator, CompareResult> = {
  '=': CompareResult.EQUAL,
  '!=': CompareResult.NOT_EQUAL,
  '<': CompareResult.LESS,
  '>': CompareResult.GREATER,
};

/** Comparisons for `Txn.if`. A key that does not exist has version and revisions 0, and equals no value. */
export const when = {
  value: (key: Bytes, operator: Operator, value: Bytes): CompareInit => ({
    key: toBytes(key),
    target: CompareTarget.VALUE,
    result: RESULTS[operator],
    value: toBytes(value),
  }),
  version: (key: Bytes, operator: Operator, version: number): CompareInit => ({
    key: toBytes(key),
    target: CompareTarget.VERSION,
    result: RESULTS[operator],
    version,
  }),
  createRevision: (key: Bytes, operator: Operator, createRevision: number): CompareInit => ({
    key: toBytes(key),
    target: CompareTarget.CREATE,
    result: RESULTS[operator],
    createRevision,
  }),
  modRevision: (key: Bytes, operator: Operator, modRevision: number): CompareInit => ({
    key: toBytes(key),
    target: CompareTarget.MOD,
    result: RESULTS[operator],
    modRevision,
  }),
  lease: (key: Bytes, operator: Operator, lease: bigint): CompareInit => ({
    key: toBytes(key),
    target: CompareTarget.LEASE,
    result: RESULTS[operator],
    lease,
  }),
  /** Holds while this holder of a lock or a leadership has it: `token` is the create revision of `key`. */
  held: (holder: { readonly key: Bytes; readonly token: number }): CompareInit =>
    when.createRevision(holder.key, '=', holder.token),
  /** Makes a comparison hold only if it does for every key of [key, end). */
  all: (compare: CompareInit, end: Bytes): CompareInit => ({ ...compare, rangeEnd: toBytes(end) }),
  exists: (key: Bytes): CompareInit => when.version(key, '>', 0),
  missing: (key: Bytes): CompareInit => when.version(key, '=', 0),
};

/** Operations for `Txn.do` and `Txn.else`. */
export const op = {
  get: (key: Bytes): RequestOpInit => ({ requestRange: { key: toBytes(key) } }),
  range: (key: Bytes, rangeEnd: Bytes): RequestOpInit => ({
    requestRange: { key: toBytes(key), rangeEnd: toBytes(rangeEnd) },
  }),
  put: (
    key: Bytes,
    value: Bytes,
    options: { readonly lease?: bigint; readonly prevKv?: boolean } = {},
  ): RequestOpInit => ({
    requestPut: { key: toBytes(key), value: toBytes(value), lease: options.lease, prevKv: options.prevKv },
  }),
  delete: (key: Bytes, rangeEnd?: Bytes): RequestOpInit => ({
    requestDeleteRange: { key: toBytes(key), rangeEnd: rangeEnd === undefined ? undefined : toBytes(rangeEnd) },
  }),
  txn: (request: TxnRequestInit): RequestOpInit => ({ requestTxn: request }),
};

export class Txn {
  readonly #connection: Connection;
  #compare: CompareInit[] = [];
  #success: RequestOpInit[] = [];
  #failure: RequestOpInit[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  if(...compare: CompareInit[]): this {
    this.#compare.push(...compare);
    return this;
  }

  /** What runs when every comparison holds. Not called `then`, which would make a promise of it. */
  do(...ops: RequestOpInit[]): this {
    this.#success.push(...ops);
    return this;
  }

  else(...ops: RequestOpInit[]): this {
    this.#failure.push(...ops);
    return this;
  }

  /** The request itself, to nest it in another with `op.txn`. */
  get request(): TxnRequestInit {
    return { compare: this.#compare, success: this.#success, failure: this.#failure };
  }

  /** Sends it. A transaction that only reads is repeated freely, any other only where it is safe. */
  commit(options: CallOptions = {}): Promise<TxnResponse> {
    return this.#connection.unary(KVService.txn, this.request, onlyReads(this.request) ? 'read' : 'write', options);
  }
}

function onlyReads(request: TxnRequestInit): boolean {
  const ops = [...(request.success ?? []), ...(request.failure ?? [])];
  return ops.every(
    ({ requestRange, requestTxn }) => requestRange !== undefined || (requestTxn !== undefined && onlyReads(requestTxn)),
  );
}
