// etcdserverpb.KV.

import {
  type CompactionRequest,
  CompactionResponse,
  type DeleteRangeRequest,
  DeleteRangeResponse,
  KVService,
  type PutRequest,
  PutResponse,
  type RangeRequest,
  RangeResponse,
  type RequestOp,
  TxnRequest,
  TxnResponse,
} from '../../proto/gen/rpc.js';
import { errors, invariant } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import { type ApplyResult, CommandKind } from '../mvcc/types.js';
import { checkCompaction, checkDelete, checkPut, checkRange, checkTxn } from '../mvcc/validate.js';
import type { CallContext, RpcMethod } from '../runtime/rpc.js';
import { type Moment, momentOf, snapshotRange } from '../txn/snapshot-reads.js';
import type { Api } from './api.js';
import { compact } from './compaction.js';
import { unary } from './method.js';
import { isReadOnly, isSerializable, momentOfStore, readTxn } from './read-txn.js';
import { groupsOf, leasesOf, leasesOfPut } from './touched.js';

type Encoded = Uint8Array | Promise<Uint8Array>;

export function createKvMethods(api: Api): RpcMethod[] {
  const kv = new KvHandlers(api);
  const { guard } = api;
  return [
    unary(guard, KVService.range, (request) => kv.range(request), { learnerServes: (r) => r.serializable }),
    unary(guard, KVService.put, (request, context) => kv.put(request, context)),
    unary(guard, KVService.deleteRange, (request, context) => kv.deleteRange(request, context)),
    unary(guard, KVService.txn, (request, context) => kv.txn(request, context)),
    unary(guard, KVService.compact, (request, context) => kv.compact(request, context)),
  ];
}

/** The hot calls encode their answers themselves: the header is the same bytes but for two numbers. */
class KvHandlers {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  range(request: RangeRequest): Encoded {
    checkRange(request);
    const { router, revisions } = this.#api.services;
    const groups = router.forRange(request.key, request.rangeEnd);
    const [group] = groups;
    invariant(group !== undefined, 'a range lies in no partition');
    const plain = groups.length === 1 && (request.revision === 0 || revisions === undefined);
    if (plain && request.serializable) return this.#read(group, request, 0);
    if (plain) return group.readIndex().then((claimed) => this.#read(group, request, claimed));
    invariant(revisions !== undefined, 'several partitions without a sequencer');
    return snapshotRange(groups, request, revisions).then(({ response, revision }) =>
      this.#api.header.encode(RangeResponse, response, group, revision),
    );
  }

  #read(group: GroupHandle, request: RangeRequest, claimed: number): Encoded {
    const { store } = group;
    // Taken before the read: the answer must show everything at or below the header's revision.
    const revision = Math.max(claimed, store.revision);
    const fast = store.rangeFast(request);
    if (fast !== undefined) return this.#api.header.encode(RangeResponse, fast, group, revision);
    return store
      .range(request)
      .then((response) =>
        this.#api.header.encode(RangeResponse, response, group, Math.max(response.header?.revision ?? 0, revision)),
      );
  }

  put(request: PutRequest, context: CallContext): Encoded {
    checkPut(request);
    const group = this.#api.services.router.forKey(request.key);
    this.#checkSize(context);
    if (this.#api.quota.exceeded(group, context.raw.length)) return this.#api.quota.refuse();
    const { lessor } = this.#api.services;
    const leases = leasesOfPut(request);
    return lessor.propose(group, CommandKind.put, context.raw, leases, timeLeft(context)).then((result) => {
      if (result.error !== undefined) return this.#api.quota.failed(result.error);
      const { response } = result;
      invariant(response.kind === 'put', 'a put was answered by something else');
      if (response.put.prevKv === undefined) return this.#api.header.message(group, result.revision);
      return this.#api.header.encode(PutResponse, response.put, group, result.revision);
    });
  }

  deleteRange(request: DeleteRangeRequest, context: CallContext): Encoded {
    checkDelete(request);
    const [group, ...others] = this.#api.services.router.forRange(request.key, request.rangeEnd);
    invariant(group !== undefined, 'a range lies in no partition');
    this.#checkSize(context);
    if (others.length > 0) return this.#deleteOver([group, ...others], request, timeLeft(context));
    return group.propose(CommandKind.deleteRange, context.raw, timeLeft(context)).then((result) => {
      if (result.error !== undefined) throw result.error;
      const { response } = result;
      invariant(response.kind === 'deleteRange', 'a delete was answered by something else');
      return this.#api.header.encode(DeleteRangeResponse, response.deleteRange, group, result.revision);
    });
  }

  txn(request: TxnRequest, context: CallContext): Encoded {
    checkTxn(request, this.#api.services.config.maxTxnOps);
    const groups = groupsOf(this.#api.services.router, request);
    const [group, ...others] = groups;
    invariant(group !== undefined, 'a transaction lies in no partition');
    if (isReadOnly(request)) return this.#readTxn(groups, request);
    this.#checkSize(context);
    const isOver = (one: GroupHandle): boolean => this.#api.quota.exceeded(one, context.raw.length);
    if (hasPut(request) && groups.some(isOver)) return this.#api.quota.refuse();
    if (others.length > 0) return this.#txnOver(groups, request, context);
    return this.#api.services.lessor
      .propose(group, CommandKind.txn, context.raw, leasesOf(request), timeLeft(context))
      .then((result) => this.#txnDone(group, result));
  }

  async #txnOver(groups: readonly GroupHandle[], request: TxnRequest, context: CallContext): Promise<Uint8Array> {
    const { router, lessor } = this.#api.services;
    const timeoutMs = timeLeft(context);
    // A lease that is gone matters only in the branch that is taken: the evaluation finds it.
    const attaching = groups.map((group) => lessor.attach(group, leasesOf(request, router, group), timeoutMs));
    await Promise.all(attaching);
    const { response, revision } = await this.#executeOver(groups, context.raw, timeoutMs);
    return this.#api.header.encode(TxnResponse, response, groups[0] as GroupHandle, revision);
  }

  /** As a transaction of this one operation. */
  async #deleteOver(
    groups: readonly GroupHandle[],
    requestDeleteRange: DeleteRangeRequest,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const request = TxnRequest.encode({ success: [{ requestDeleteRange }] });
    const { response, revision } = await this.#executeOver(groups, request, timeoutMs);
    const deleted = response.responses[0]?.responseDeleteRange;
    invariant(deleted !== undefined, 'a delete was answered by something else');
    return this.#api.header.encode(DeleteRangeResponse, deleted, groups[0] as GroupHandle, revision);
  }

  #executeOver(groups: readonly GroupHandle[], request: Uint8Array, timeoutMs: number) {
    const { transactions } = this.#api.services;
    invariant(transactions !== undefined, 'several partitions without transactions over them');
    return transactions.execute(groups, request, timeoutMs);
  }

  #txnDone(group: GroupHandle, result: ApplyResult): Encoded {
    if (result.error !== undefined) return this.#api.quota.failed(result.error);
    const { response } = result;
    invariant(response.kind === 'txn', 'a txn was answered by something else');
    return this.#api.header.encode(TxnResponse, response.txn, group, result.revision);
  }

  /** Not through the log: what changes nothing needs no entry, and a serializable one no quorum. */
  async #readTxn(groups: readonly GroupHandle[], request: TxnRequest): Promise<Uint8Array> {
    const group = groups[0] as GroupHandle;
    const { revisions } = this.#api.services;
    const serializable = groups.length === 1 && isSerializable(request);
    const moment = async (): Promise<Moment> => {
      if (revisions !== undefined && !serializable) return momentOf(groups, revisions);
      if (!serializable) await group.readIndex();
      return momentOfStore(group.store);
    };
    const { response, revision } = await readTxn(moment, request);
    return this.#api.header.encode(TxnResponse, response, group, revision);
  }

  async compact(request: CompactionRequest, context: CallContext): Promise<Uint8Array> {
    checkCompaction(request);
    const { system } = this.#api.services.router;
    const { physical } = await compact(this.#api.services, request.revision, context.raw);
    if (request.physical) await physical;
    return CompactionResponse.encode({ header: this.#api.header.of(system, this.#api.header.revision) });
  }

  #checkSize(context: CallContext): void {
    if (context.raw.length > this.#api.services.config.maxRequestBytes) throw errors.requestTooLarge();
  }
}

/** Nothing is proposed, or proposed again, when the caller has stopped waiting for it. */
const timeLeft = ({ deadlineMs }: CallContext): number =>
  deadlineMs === undefined ? limits.requestTimeoutMs : Math.min(deadlineMs, limits.requestTimeoutMs);

/** Only what can grow the store is held to the quota: deletes must work to free space. */
function hasPut(request: TxnRequest): boolean {
  const puts = (op: RequestOp): boolean =>
    op.requestPut !== undefined || (op.requestTxn !== undefined && hasPut(op.requestTxn));
  return request.success.some(puts) || request.failure.some(puts);
}
