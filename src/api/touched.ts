// What a request touches: the partitions of its compares and of both branches, taken or not, and the leases of its puts.

import type { Compare, PutRequest, RequestOp, TxnRequest } from '../../proto/gen/rpc.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { Router } from '../placement/types.js';

interface Span {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
}

const NO_END = Buffer.alloc(0);

function* spansOf(request: TxnRequest): Generator<Span> {
  yield* request.compare as Compare[];
  for (const op of [...request.success, ...request.failure]) yield* spansOfOp(op);
}

function* spansOfOp(op: RequestOp): Generator<Span> {
  if (op.requestTxn !== undefined) yield* spansOf(op.requestTxn);
  else if (op.requestPut !== undefined) yield { key: op.requestPut.key, rangeEnd: NO_END };
  else {
    const span = op.requestRange ?? op.requestDeleteRange;
    if (span !== undefined) yield span;
  }
}

/** By ascending ID, each once; one that touches nothing belongs to the first. */
export function groupsOf(router: Router, request: TxnRequest): readonly GroupHandle[] {
  const [first] = router.groups;
  if (router.groups.length === 1 && first !== undefined) return router.groups;
  const found = new Set<GroupHandle>();
  for (const { key, rangeEnd } of spansOf(request))
    for (const group of router.forRange(key, rangeEnd)) found.add(group);
  if (found.size === 0 && first !== undefined) return [first];
  return [...found].sort((a, b) => a.id - b.id);
}

const NO_LEASES: readonly bigint[] = [];

/** The lease that a put may attach its key to; one that keeps the lease it has needs none. */
export const leasesOfPut = ({ lease, ignoreLease }: PutRequest): readonly bigint[] =>
  lease === 0n || ignoreLease ? NO_LEASES : [lease];

/** The puts of both branches, nested ones too. */
export function* putsOf(request: TxnRequest): Generator<PutRequest> {
  for (const op of [...request.success, ...request.failure]) {
    if (op.requestPut !== undefined) yield op.requestPut;
    else if (op.requestTxn !== undefined) yield* putsOf(op.requestTxn);
  }
}

/** Each once; with a group, of puts of its keys only. */
export function leasesOf(request: TxnRequest, router?: Router, group?: GroupHandle): readonly bigint[] {
  const found = new Set<bigint>();
  for (const put of putsOf(request)) {
    if (router !== undefined && router.forKey(put.key) !== group) continue;
    for (const lease of leasesOfPut(put)) found.add(lease);
  }
  return found.size === 0 ? NO_LEASES : [...found];
}
