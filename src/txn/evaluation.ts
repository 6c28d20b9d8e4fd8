// Evaluates a transaction on the states of several partitions, none of which changes meanwhile, as if they were one.

import type { KeyValue } from '../../proto/gen/kv.js';
import { RangeRequest, type RequestOp, type TxnRequest, type TxnResponse } from '../../proto/gen/rpc.js';
import type { TxnChange } from '../../proto/gen/txn.js';
import { fromName } from '../bytes.js';
import { type Bounds, evaluateTxn, type Scan } from '../mvcc/evaluate.js';
import type { MvccStore } from '../mvcc/types.js';
import { type BaseState, WriteTxn } from '../mvcc/write-txn.js';

export interface PartitionState {
  readonly id: number;
  readonly store: Pick<MvccStore, 'current' | 'acceptsLease' | 'rangeAt' | 'compactRevision'>;
}

/** Which states hold which keys; see Router. */
export interface Partitions {
  forKey(key: Uint8Array): PartitionState;
  forRange(key: Uint8Array, rangeEnd: Uint8Array): readonly PartitionState[];
}

export interface Evaluated {
  readonly response: TxnResponse;
  /** By partition, in the order in which they were made. */
  readonly changes: ReadonlyMap<number, readonly TxnChange[]>;
}

/** Above all that will ever be handed out: for an evaluation that only shows what a transaction would do. */
export const NO_REVISION_YET = Number.MAX_SAFE_INTEGER;
/** Reads what is newest. */
const NEWEST = Number.MAX_SAFE_INTEGER;

/**
 * `before`: the revision that reads see before the first change; `revision`: that of the changes. Throws RpcError
 * as the state machine of one partition would.
 */
export async function evaluateOver(
  partitions: Partitions,
  participants: readonly PartitionState[],
  request: TxnRequest,
  before: number,
  revision: number,
): Promise<Evaluated> {
  const base: BaseState = {
    revision: before,
    current: (name) => partitions.forKey(fromName(name)).store.current(name),
    acceptsLease: (id, name) => partitions.forKey(fromName(name)).store.acceptsLease(id),
  };
  const bounds: Bounds = { compactRevision: Math.max(...participants.map(({ store }) => store.compactRevision)) };
  const txn = new WriteTxn(base, revision);
  const evaluation = evaluateTxn(txn, request, bounds);
  let step = evaluation.next();
  while (step.done !== true) step = evaluation.next(await scan(partitions, step.value));
  return { response: step.value, changes: changesOf(txn, partitions) };
}

async function scan(partitions: Partitions, { key, end, revision }: Scan): Promise<KeyValue[]> {
  const request = { ...RangeRequest.empty(), key, rangeEnd: end };
  const states = partitions.forRange(key, end);
  const answers = await Promise.all(states.map(({ store }) => store.rangeAt(request, revision || NEWEST)));
  return answers.flatMap(({ kvs }) => kvs).sort((a, b) => Buffer.compare(a.key, b.key));
}

function changesOf(txn: WriteTxn, partitions: Partitions): Map<number, TxnChange[]> {
  const changes = new Map<number, TxnChange[]>();
  for (const { type, kv } of txn.changes) {
    const { id } = partitions.forKey(kv.key);
    const change = { key: kv.key, value: kv.value, lease: kv.lease, deleted: type === 'delete' };
    const list = changes.get(id);
    if (list === undefined) changes.set(id, [change]);
    else list.push(change);
  }
  return changes;
}

export function bytesOf(changes: Evaluated['changes']): number {
  let bytes = 0;
  for (const list of changes.values()) for (const { key, value } of list) bytes += key.length + value.length + 24;
  return bytes;
}

/** The highest revision that a range inside `request` names; 0: none does. */
export function revisionNamed(request: TxnRequest): number {
  const ofOp = (op: RequestOp): number =>
    op.requestTxn === undefined ? (op.requestRange?.revision ?? 0) : revisionNamed(op.requestTxn);
  return Math.max(0, ...request.success.map(ofOp), ...request.failure.map(ofOp));
}
