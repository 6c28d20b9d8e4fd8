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
  type TxnRequest,
  TxnResponse,
} from '../../proto/gen/rpc.js';
import { errors, invariant } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import { type ApplyResult, CommandKind } from '../mvcc/types.js';
import { checkCompaction, checkDelete, checkPut, checkRange, checkTxn } from '../mvcc/validate.js';
import type { CallContext, RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { unary } from './method.js';
import { isReadOnly, isSerializable, readTxn } from './read-txn.js';

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
    const group = this.#group(this.#api.services.router.forRange(request.key, request.rangeEnd));
    if (request.serializable) return this.#read(group, request);
    return group.readIndex().then(() => this.#read(group, request));
  }

  #read(group: GroupHandle, request: RangeRequest): Encoded {
    const { store } = group;
    // Taken before the read: the answer must show everything at or below the header's revision.
    const revision = store.revision;
    const fast = store.rangeFast(request);
    if (fast !== undefined) return this.#api.header.encode(RangeResponse, fast, group, revision);
    return store
      .range(request)
      .then((response) =>
        this.#api.header.encode(RangeResponse, response, group, response.header?.revision || revision),
      );
  }

  put(request: PutRequest, context: CallContext): Encoded {
    checkPut(request);
    const group = this.#api.services.router.forKey(request.key);
    this.#checkSize(context);
    if (this.#api.quota.exceeded(group, context.raw.length)) return this.#api.quota.refuse();
    return group.propose(CommandKind.put, context.raw, timeLeft(context)).then((result) => {
      if (result.error !== undefined) return this.#api.quota.failed(result.error);
      const { response } = result;
      invariant(response.kind === 'put', 'a put was answered by something else');
      if (response.put.prevKv === undefined) return this.#api.header.message(group, result.revision);
      return this.#api.header.encode(PutResponse, response.put, group, result.revision);
    });
  }

  deleteRange(request: DeleteRangeRequest, context: CallContext): Encoded {
    checkDelete(request);
    const group = this.#group(this.#api.services.router.forRange(request.key, request.rangeEnd));
    this.#checkSize(context);
    return group.propose(CommandKind.deleteRange, context.raw, timeLeft(context)).then((result) => {
      if (result.error !== undefined) throw result.error;
      const { response } = result;
      invariant(response.kind === 'deleteRange', 'a delete was answered by something else');
      return this.#api.header.encode(DeleteRangeResponse, response.deleteRange, group, result.revision);
    });
  }

  txn(request: TxnRequest, context: CallContext): Encoded {
    checkTxn(request, this.#api.services.config.maxTxnOps);
    const group = this.#txnGroup(request);
    if (isReadOnly(request)) return this.#readTxn(group, request);
    this.#checkSize(context);
    if (hasPut(request) && this.#api.quota.exceeded(group, context.raw.length)) return this.#api.quota.refuse();
    return group
      .propose(CommandKind.txn, context.raw, timeLeft(context))
      .then((result) => this.#txnDone(group, result));
  }

  #txnDone(group: GroupHandle, result: ApplyResult): Encoded {
    if (result.error !== undefined) return this.#api.quota.failed(result.error);
    const { response } = result;
    invariant(response.kind === 'txn', 'a txn was answered by something else');
    return this.#api.header.encode(TxnResponse, response.txn, group, result.revision);
  }

  /** Not through the log: what changes nothing needs no entry, and a serializable one no quorum. */
  async #readTxn(group: GroupHandle, request: TxnRequest): Promise<Uint8Array> {
    if (!isSerializable(request)) await group.readIndex();
    const { response, revision } = await readTxn(group.store, request);
    return this.#api.header.encode(TxnResponse, response, group, revision);
  }

  async compact(request: CompactionRequest, context: CallContext): Promise<Uint8Array> {
    checkCompaction(request);
    const group = this.#api.services.router.system;
    const result = await group.propose(CommandKind.compact, context.raw);
    if (result.error !== undefined) throw result.error;
    if (request.physical && result.response.kind === 'compact') await result.response.physical;
    return CompactionResponse.encode({ header: this.#api.header.of(group, group.store.revision) });
  }

  #checkSize(context: CallContext): void {
    if (context.raw.length > this.#api.services.config.maxRequestBytes) throw errors.requestTooLarge();
  }

  /** With one group there is one answer; ranges and txns over several groups need the layers of src/txn. */
  #group(groups: readonly GroupHandle[]): GroupHandle {
    const [group] = groups;
    invariant(group !== undefined && groups.length === 1, 'a range spans several groups');
    return group;
  }

  #txnGroup(request: TxnRequest): GroupHandle {
    const key = firstKey(request);
    return key === undefined ? this.#api.services.router.system : this.#api.services.router.forKey(key);
  }
}

/** Nothing is proposed, or proposed again, when the caller has stopped waiting for it. */
const timeLeft = ({ deadlineMs }: CallContext): number =>
  deadlineMs === undefined ? limits.requestTimeoutMs : Math.min(deadlineMs, limits.requestTimeoutMs);

function firstKey(request: TxnRequest): Uint8Array | undefined {
  const compare = request.compare[0];
  if (compare !== undefined) return compare.key;
  for (const op of [...request.success, ...request.failure]) {
    const key = opKey(op);
    if (key !== undefined) return key;
  }
  return undefined;
}

function opKey(op: RequestOp): Uint8Array | undefined {
  if (op.requestTxn !== undefined) return firstKey(op.requestTxn);
  return (op.requestRange ?? op.requestPut ?? op.requestDeleteRange)?.key;
}

/** Only what can grow the store is held to the quota: deletes must work to free space. */
function hasPut(request: TxnRequest): boolean {
  const puts = (op: RequestOp): boolean =>
    op.requestPut !== undefined || (op.requestTxn !== undefined && hasPut(op.requestTxn));
  return request.success.some(puts) || request.failure.some(puts);
}
