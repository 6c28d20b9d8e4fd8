// What a request must satisfy before it is proposed: etcd's checks in etcd's order (v3rpc/key.go).

import type {
  CompactionRequest,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../proto/gen/rpc.js';
import { fromName, toName } from '../bytes.js';
import { errors } from '../errors.js';
import { rangeContains } from './key-range.js';

export function checkRange(r: RangeRequest): void {
  if (r.key.length === 0) throw errors.emptyKey();
  if (r.sortOrder < 0 || r.sortOrder > 2 || r.sortTarget < 0 || r.sortTarget > 4) throw errors.invalidSortOption();
}

export function checkPut(r: PutRequest): void {
  if (r.key.length === 0) throw errors.emptyKey();
  if (r.ignoreValue && r.value.length > 0) throw errors.valueProvided();
  if (r.ignoreLease && r.lease !== 0n) throw errors.leaseProvided();
}

export function checkDelete(r: DeleteRangeRequest): void {
  if (r.key.length === 0) throw errors.emptyKey();
}

/** Revisions are judged against the store when the command is applied. */
export function checkCompaction(_r: CompactionRequest): void {}

/** Operation counts, keys, and that no key is changed twice in a branch. */
export function checkTxn(r: TxnRequest, opsMax: number): void {
  checkOps(r, opsMax);
  collectWrites(r.success);
  collectWrites(r.failure);
}

/** The limit holds for each list; a nested transaction's budget is what its parent left. */
function checkOps(r: TxnRequest, opsMax: number): void {
  const used = Math.max(r.compare.length, r.success.length, r.failure.length);
  if (used > opsMax) throw errors.tooManyOps();
  for (const compare of r.compare) if (compare.key.length === 0) throw errors.emptyKey();
  for (const op of r.success) checkOp(op, opsMax - used);
  for (const op of r.failure) checkOp(op, opsMax - used);
}

function checkOp(op: RequestOp, opsMax: number): void {
  if (op.requestRange !== undefined) checkRange(op.requestRange);
  else if (op.requestPut !== undefined) checkPut(op.requestPut);
  else if (op.requestDeleteRange !== undefined) checkDelete(op.requestDeleteRange);
  else if (op.requestTxn !== undefined) checkOps(op.requestTxn, opsMax);
  else throw errors.keyNotFound();
}

interface Writes {
  readonly puts: Set<string>;
  readonly deletes: { readonly key: Uint8Array; readonly end: Uint8Array }[];
}

/** Throws duplicateKey for two puts of one key, or a put inside a deleted range, in one branch. */
function collectWrites(ops: readonly RequestOp[]): Writes {
  const puts = new Set<string>();
  const deletes: Writes['deletes'] = [];
  const deleted = (key: string): boolean => {
    const bytes = fromName(key);
    return deletes.some((d) => rangeContains(d.key, d.end, bytes));
  };
  for (const op of ops) {
    const d = op.requestDeleteRange;
    if (d !== undefined) deletes.push({ key: d.key, end: d.rangeEnd });
  }
  for (const op of ops) {
    if (op.requestTxn === undefined) continue;
    const success = collectWrites(op.requestTxn.success);
    const failure = collectWrites(op.requestTxn.failure);
    for (const key of success.puts) if (puts.has(key) || deleted(key)) throw errors.duplicateKey();
    // Only one branch of a nested transaction runs: they may share keys with each other.
    for (const key of failure.puts) if (puts.has(key) || deleted(key)) throw errors.duplicateKey();
    for (const key of [...success.puts, ...failure.puts]) puts.add(key);
    deletes.push(...success.deletes, ...failure.deletes);
  }
  for (const op of ops) {
    if (op.requestPut === undefined) continue;
    const key = toName(op.requestPut.key);
    if (puts.has(key) || deleted(key)) throw errors.duplicateKey();
    puts.add(key);
  }
  return { puts, deletes };
}
