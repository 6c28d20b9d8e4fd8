// A small in-memory MvccStore: enough of etcd's data model for the layers above it, by a way of its
// own (a list of everything that happened), so that it can serve as their oracle too.

import type { KeyValue } from '../../proto/gen/kv.js';
import {
  CompareResult,
  CompareTarget,
  DeleteRangeRequest,
  DeleteRangeResponse,
  LeaseGrantRequest,
  PutRequest,
  PutResponse,
  type RangeRequest,
  RangeResponse,
  type RequestOp,
  type ResponseOp,
  SortOrder,
  TxnRequest,
  TxnResponse,
} from '../../proto/gen/rpc.js';
import { errors, RpcError } from '../../src/errors.js';
import { type LeaseState, runLeaseCommand } from '../../src/mvcc/lease-commands.js';
import { LeaseTable } from '../../src/mvcc/lease-table.js';
import {
  type ApplyResult,
  CommandKind,
  type LeaseLife,
  type LeaseObserver,
  type LeaseRecord,
  type MvccEvent,
  type MvccStore,
  type RevisionEvents,
} from '../../src/mvcc/types.js';
import type { StateBatch } from '../../src/storage/types.js';

const text = (b: Uint8Array): string => Buffer.from(b).toString('latin1');
const inSpan = (key: string, r: { key: Uint8Array; rangeEnd: Uint8Array }): boolean => {
  const start = text(r.key);
  if (r.rangeEnd.length === 0) return key === start;
  if (r.rangeEnd.length === 1 && r.rangeEnd[0] === 0) return key >= start;
  return key >= start && key < text(r.rangeEnd);
};

/** Nothing is written. */
const NO_BATCH: StateBatch = { length: 0, put() {}, del() {} };

type Reply = ApplyResult['response'];

/** Cast to MvccStore by `asStore`: what it lacks, nobody in these layers calls. */
export class FakeStore {
  revision = 1;
  compactRevision = 0;
  appliedIndex = 0;
  /** Every revision ever, also compacted ones. */
  readonly log: RevisionEvents[] = [];
  readonly current = new Map<string, KeyValue>();
  readonly #leases = new LeaseTable();
  readonly #leaseState: LeaseState = {
    table: this.#leases,
    batch: () => NO_BATCH,
    deleteKeysOf: (ids) => this.#deleteKeysOf(ids),
  };
  readonly #events: ((e: RevisionEvents) => void)[] = [];
  readonly #compacts: ((revision: number) => void)[] = [];
  readonly #resets: (() => void)[] = [];
  /** Awaited inside each read of history. */
  historyDelay: () => Promise<void> = () => Promise.resolve();
  historyReads = 0;
  ranges = 0;

  asStore(): MvccStore {
    return this as unknown as MvccStore;
  }

  onEvents(fn: (e: RevisionEvents) => void): void {
    this.#events.push(fn);
  }
  onCompact(fn: (revision: number) => void): void {
    this.#compacts.push(fn);
  }
  onReset(fn: () => void): void {
    this.#resets.push(fn);
  }
  observeLeases(observer: LeaseObserver): void {
    this.#leases.observe(observer);
  }
  lease(id: bigint): LeaseRecord | undefined {
    return this.#leases.get(id);
  }
  leases(): Iterable<LeaseRecord> {
    return this.#leases.all();
  }
  leaseKeys(id: bigint): Uint8Array[] {
    return [...this.current.values()].filter((kv) => kv.lease === id).map((kv) => kv.key);
  }

  leaseStub(id: bigint): number | undefined {
    return this.#leases.stub(id);
  }
  leaseStubs(): Iterable<LeaseLife> {
    return this.#leases.stubs();
  }
  get leaseStubCount(): number {
    return this.#leases.stubCount;
  }

  put(key: string, value = '', lease = 0n): number {
    return this.commit([{ put: key, value, lease }]);
  }
  del(...keys: string[]): number {
    return this.commit(keys.map((key) => ({ del: key })));
  }

  /** All changes as one revision; no effect, no revision. */
  commit(changes: ({ put: string; value?: string | Uint8Array; lease?: bigint } | { del: string })[]): number {
    const modRevision = this.revision + 1;
    const events: MvccEvent[] = [];
    for (const change of changes) {
      if ('put' in change) {
        const prev = this.current.get(change.put);
        const kv: KeyValue = {
          key: Buffer.from(change.put, 'latin1'),
          value: Buffer.from(change.value ?? ''),
          createRevision: prev?.createRevision ?? modRevision,
          modRevision,
          version: (prev?.version ?? 0) + 1,
          lease: change.lease ?? 0n,
        };
        this.current.set(change.put, kv);
        events.push({ type: 'put', kv, prev });
      } else {
        const prev = this.current.get(change.del);
        if (prev === undefined) continue;
        this.current.delete(change.del);
        const kv: KeyValue = {
          key: prev.key,
          value: Buffer.alloc(0),
          createRevision: 0,
          modRevision,
          version: 0,
          lease: 0n,
        };
        events.push({ type: 'delete', kv, prev });
      }
    }
    if (events.length === 0) return this.revision;
    this.revision = modRevision;
    const batch = { revision: modRevision, events };
    this.log.push(batch);
    for (const fn of this.#events) fn(batch);
    return modRevision;
  }

  compact(revision: number): void {
    this.compactRevision = revision;
    for (const fn of this.#compacts) fn(revision);
  }

  /** As if a snapshot had brought what `changes` did: no events of it are announced. */
  installSnapshot(changes: () => void, compactRevision = this.compactRevision): void {
    const listeners = this.#events.splice(0);
    changes();
    this.#events.push(...listeners);
    this.compactRevision = compactRevision;
    for (const fn of this.#resets) fn();
    this.#leases.announceReset();
  }

  async history(from: number, to: number, eventsMax: number, prevKv: boolean): Promise<RevisionEvents[]> {
    this.historyReads++;
    await this.historyDelay();
    if (from < this.compactRevision) throw errors.compacted();
    const out: RevisionEvents[] = [];
    let count = 0;
    for (const { revision, events } of this.log) {
      if (revision < from || revision > to) continue;
      if (count >= eventsMax) break;
      count += events.length;
      out.push({
        revision,
        events: events.map((e) => ({ ...e, prev: prevKv ? this.keptPrev(revision, e) : undefined })),
      });
    }
    return out;
  }

  /** The version before, unless the compaction took it: it keeps the newest at its revision. */
  keptPrev(revision: number, event: MvccEvent): KeyValue | undefined {
    return revision <= this.compactRevision ? undefined : event.prev;
  }

  rangeFast(): undefined {
    return undefined;
  }

  async range(request: RangeRequest): Promise<RangeResponse> {
    this.ranges++;
    if (request.revision > this.revision) throw errors.futureRevision();
    if (request.revision > 0 && request.revision < this.compactRevision) throw errors.compacted();
    const state = request.revision > 0 ? this.#at(request.revision) : this.current;
    let kvs = [...state].filter(([key]) => inSpan(key, request)).map(([, kv]) => kv);
    if (request.maxCreateRevision > 0) kvs = kvs.filter((kv) => kv.createRevision <= request.maxCreateRevision);
    if (request.sortOrder !== SortOrder.NONE) kvs.sort((a, b) => a.createRevision - b.createRevision);
    if (request.sortOrder === SortOrder.DESCEND) kvs.reverse();
    const count = kvs.length;
    if (request.limit > 0) kvs = kvs.slice(0, request.limit);
    return { ...RangeResponse.empty(), kvs, count };
  }

  #at(revision: number): Map<string, KeyValue> {
    const state = new Map<string, KeyValue>();
    for (const batch of this.log) {
      if (batch.revision > revision) break;
      for (const { type, kv } of batch.events) {
        if (type === 'put') state.set(text(kv.key), kv);
        else state.delete(text(kv.key));
      }
    }
    return state;
  }

  grantLease(id: bigint, ttlSeconds: number): void {
    this.#leases.grant(NO_BATCH, id, ttlSeconds, Math.max(1, this.appliedIndex));
  }

  revokeLease(id: bigint): void {
    if (this.#leases.get(id) === undefined) return;
    this.#deleteKeysOf([id]);
    this.#leases.revoke(NO_BATCH, id);
  }

  #deleteKeysOf(ids: readonly bigint[]): void {
    this.del(...[...this.current].filter(([, kv]) => ids.includes(kv.lease)).map(([key]) => key));
  }

  /** Applies a command as the replicated state machine would. */
  execute(kind: CommandKind, payload: Uint8Array): ApplyResult {
    this.appliedIndex++;
    let error: RpcError | undefined;
    let response: Reply = { kind: 'none' };
    try {
      response = this.#run(kind, payload);
    } catch (e) {
      if (!(e instanceof RpcError)) throw e;
      error = e;
    }
    return { index: this.appliedIndex, term: 1, revision: this.revision, error, response };
  }

  #run(kind: CommandKind, payload: Uint8Array): Reply {
    switch (kind) {
      case CommandKind.put: {
        const r = PutRequest.decode(payload);
        this.#checkLease(r.lease);
        this.put(text(r.key), text(r.value), r.lease);
        return { kind: 'put', put: PutResponse.empty() };
      }
      case CommandKind.deleteRange: {
        const r = DeleteRangeRequest.decode(payload);
        this.del(...[...this.current.keys()].filter((key) => inSpan(key, r)));
        return { kind: 'deleteRange', deleteRange: DeleteRangeResponse.empty() };
      }
      case CommandKind.txn:
        return { kind: 'txn', txn: this.#txn(TxnRequest.decode(payload)) };
      case CommandKind.leaseGrant: {
        const { ID, TTL } = LeaseGrantRequest.decode(payload);
        if (this.#leases.get(ID) !== undefined) throw errors.leaseExists();
        this.grantLease(ID, TTL);
        return { kind: 'leaseGrant', id: ID, ttlSeconds: TTL };
      }
      case CommandKind.leaseRevoke:
      case CommandKind.leaseExpireLives:
      case CommandKind.leaseRegister:
      case CommandKind.leaseRevoking:
      case CommandKind.leaseForget:
      case CommandKind.leaseStub:
      case CommandKind.leaseCut:
        return runLeaseCommand(this.#leaseState, { kind, payload, origin: 0n, request: 0, revision: 0 });
      default:
        throw new Error(`the fake store does not know command ${kind}`);
    }
  }

  #checkLease(id: bigint): void {
    if (id !== 0n && !this.#leases.accepts(id)) throw errors.leaseNotFound();
  }

  /** Compares of create revisions only; one level. */
  #txn(request: TxnRequest): TxnResponse {
    const succeeded = request.compare.every((c) => {
      if (c.target !== CompareTarget.CREATE || c.result !== CompareResult.EQUAL) throw new Error('compare not faked');
      return (this.current.get(text(c.key))?.createRevision ?? 0) === (c.createRevision ?? 0);
    });
    const ops = succeeded ? request.success : request.failure;
    for (const op of ops) if (op.requestPut !== undefined) this.#checkLease(op.requestPut.lease);
    const responses = ops.map((op) => this.#op(op));
    return { ...TxnResponse.empty(), succeeded, responses };
  }

  #op(op: RequestOp): ResponseOp {
    const none = {
      responseRange: undefined,
      responsePut: undefined,
      responseDeleteRange: undefined,
      responseTxn: undefined,
    };
    if (op.requestPut !== undefined) {
      const { key, value, lease } = op.requestPut;
      this.put(text(key), text(value), lease);
      return { ...none, responsePut: PutResponse.empty() };
    }
    if (op.requestDeleteRange !== undefined) {
      this.del(text(op.requestDeleteRange.key));
      return { ...none, responseDeleteRange: DeleteRangeResponse.empty() };
    }
    const kv = this.current.get(text(op.requestRange?.key ?? Buffer.alloc(0)));
    return { ...none, responseRange: { ...RangeResponse.empty(), kvs: kv === undefined ? [] : [kv] } };
  }
}
