// The replicated state machine of one group.
//
// Commands take effect in memory at once (reads and watchers see them, callers are answered: the
// log already made them durable). What they changed is written later, many commands together, with
// the applied position as one; after a crash the log is replayed from there. A scan of the disk
// starts only when everything visible is written and no write is under way, so that both agree.

import type { KeyValue } from '../../proto/gen/kv.js';
import {
  type AlarmMember,
  AlarmRequest,
  AlarmType,
  CompactionRequest,
  DeleteRangeRequest,
  LeaseGrantRequest,
  type Member,
  PutRequest,
  type RangeRequest,
  type RangeResponse,
  TxnRequest,
} from '../../proto/gen/rpc.js';
import { type TxnChange, TxnDecision, TxnName, TxnOutcome } from '../../proto/gen/txn.js';
import { EMPTY } from '../../proto/wire.js';
import { toName } from '../bytes.js';
import { errors, InvariantViolation, invariant, RpcError } from '../errors.js';
import { limits } from '../limits.js';
import { type ConfState, type Entry, EntryType, type NodeId } from '../raft/types.js';
import type { Logger, Timer, Timers } from '../runtime/ports.js';
import type { GroupState, StateBatch, StateReplacement, StateSnapshot } from '../storage/types.js';
import { decodeChunk, exportChunks } from './chunks.js';
import { decodeCommand } from './command.js';
import { removeHistory } from './compaction.js';
import { type Evaluation, evaluateDelete, evaluatePut, evaluateTxn } from './evaluate.js';
import { hashState } from './hash.js';
import { readHistory } from './history.js';
import { isEmptyRange, isSingle } from './key-range.js';
import { type LeaseState, runLeaseCommand } from './lease-commands.js';
import { LeaseTable } from './lease-table.js';
import type { MemberTableView } from './member-table.js';
import { type Counters, getConf, getCounters, newCounters, putCounters } from './meta.js';
import type { PlacementView } from './placement-table.js';
import { fetchMax, hasFilters, shapeRange } from './range-response.js';
import { rangeAt } from './reader.js';
import {
  attachmentRange,
  type Current,
  keyOfAttachment,
  leaseOfKey,
  leaseRange,
  nameOfTxnKey,
  stubRange,
  txnRange,
} from './records.js';
import { Registry } from './registry.js';
import { nameIn, TxnTable } from './txn-table.js';
import {
  type ApplyResult,
  type Command,
  CommandKind,
  type ExportedSnapshot,
  type HashResult,
  type LeaseLife,
  type LeaseObserver,
  type LeaseRecord,
  type MvccEvent,
  type MvccStore,
  type RevisionEvents,
} from './types.js';
import { Versions } from './versions.js';
import { type BaseState, WriteTxn } from './write-txn.js';

export interface MvccOptions {
  readonly self: NodeId;
  readonly state: GroupState;
  readonly quotaBytes: number;
  readonly txnOpsMax: number;
  /** Revisions are the cluster's: those of its writes come with the commands, and others may be newer. Default false. */
  readonly sequenced?: boolean;
  readonly logger?: Logger;
  /** Without timers every batch is written as soon as it is evaluated. */
  readonly timers?: Timers;
}

/** Changed records that are collected before they are written... */
const FLUSH_RECORDS = 2_000;
/** ...or so long after the first of them, whichever comes first. */
const FLUSH_AFTER_MS = 10;

/** Reads a group's state into a store. Throws CorruptionError when a record is damaged. */
export async function openMvcc(options: MvccOptions): Promise<MvccStore> {
  const store = new Store(options);
  await store.load();
  return store;
}

type Response = ApplyResult['response'];
interface Outcome {
  readonly error: RpcError | undefined;
  readonly response: Response;
}

const NONE: Response = { kind: 'none' };
const DONE: Outcome = { error: undefined, response: NONE };

class Store implements MvccStore, BaseState {
  readonly #self: NodeId;
  readonly #state: GroupState;
  readonly #logger: Logger | undefined;
  readonly quotaBytes: number;
  readonly #sequenced: boolean;
  readonly #versions: Versions;
  readonly #registry = new Registry();
  readonly #leases = new LeaseTable();
  readonly txns = new TxnTable();
  readonly #leaseState: LeaseState = {
    table: this.#leases,
    batch: () => this.#batch,
    deleteKeysOf: (ids, revision) => this.#deleteKeysOf(ids, revision),
  };
  #counters: Counters = newCounters();
  appliedIndex = 0;
  appliedTerm = 0;
  /** Writes whose revision was not above the one before: 0 unless a leader is broken. */
  revisionsRefused = 0;
  #batch: StateBatch;
  #applying = false;
  /** The write under way. Nothing is evaluated meanwhile. */
  #writing: Promise<void> | undefined;
  #flushTimer: Timer | undefined;
  readonly #timers: Timers | undefined;
  /** Scans that wait until everything visible is written. */
  #waiting: (() => void)[] = [];
  #removal: Promise<void> = Promise.resolve();
  #closed = false;
  /** The state is being replaced: nothing is written, and scans wait for the new one. */
  #suspended = false;
  readonly #appliedListeners: ((command: Command, result: ApplyResult) => void)[] = [];
  readonly #eventListeners: ((events: RevisionEvents) => void)[] = [];
  readonly #compactListeners: ((revision: number) => void)[] = [];
  readonly #resetListeners: (() => void)[] = [];

  constructor(options: MvccOptions) {
    this.#self = options.self;
    this.#state = options.state;
    this.#versions = new Versions(options.state);
    this.#logger = options.logger;
    this.#timers = options.timers;
    this.quotaBytes = options.quotaBytes;
    this.#sequenced = options.sequenced ?? false;
    this.#batch = options.state.batch();
  }

  async load(): Promise<void> {
    await this.#loadState();
    this.#loaded();
  }

  async #loadState(): Promise<void> {
    const state = this.#state;
    this.#versions.clear();
    this.#counters = getCounters(state);
    this.#registry.load(state);
    this.#batch = state.batch();
    this.#leases.clear();
    await this.#loadLeases();
    this.txns.clear();
    await this.#each(txnRange, (key, value) => this.txns.loaded(nameOfTxnKey(key), value));
  }

  /** Whoever waits for the applied position may go on. */
  #loaded(): void {
    this.appliedIndex = this.#state.appliedIndex;
    this.appliedTerm = this.#state.appliedTerm;
    this.#startRemoval();
  }

  async #loadLeases(): Promise<void> {
    await this.#each(leaseRange, (key, value) => this.#leases.loaded(key, value));
    await this.#each(stubRange, (key, value) => this.#leases.loadedStub(key, value));
    await this.#each(attachmentRange, (key) => this.#leases.loadedKey(leaseOfKey(key), keyOfAttachment(key)));
  }

  async #each(range: { gte: Buffer; lt: Buffer }, visit: (key: Uint8Array, value: Uint8Array) => void): Promise<void> {
    const iterator = this.#state.iterate(range);
    for (;;) {
      const entries = await iterator.nextMany(limits.rangeBatchKeys);
      if (entries.length === 0) break;
      for (const [key, value] of entries) visit(key, value);
    }
    await iterator.close();
  }

  // ---- what others read ----

  get revision(): number {
    return this.#counters.revision;
  }

  get revisionBound(): number {
    return this.#counters.revisionBound;
  }

  get compactRevision(): number {
    return this.#counters.compactRevision;
  }

  get sizeBytes(): number {
    return this.#counters.sizeBytes;
  }

  get sizeInUseBytes(): number {
    return this.#counters.liveBytes;
  }

  get keyCount(): number {
    return this.#counters.keyCount;
  }

  get alarms(): readonly AlarmMember[] {
    return this.#registry.alarms;
  }

  hasAlarm(type: AlarmType): boolean {
    return this.#registry.hasAlarm(type);
  }

  get members(): ReadonlyMap<bigint, Member> {
    return this.#registry.members.members;
  }

  get memberTable(): MemberTableView {
    return this.#registry.members;
  }

  get placement(): PlacementView {
    return this.#registry.placement;
  }

  seedMembers(members: readonly Member[]): void {
    this.#registry.members.seed(this.#batch, members);
  }

  get confState(): ConfState {
    return this.#registry.conf;
  }

  setConfState(conf: ConfState, _index: number): void {
    this.#registry.conf = conf;
  }

  lease(id: bigint): LeaseRecord | undefined {
    return this.#leases.get(id);
  }

  leases(): Iterable<LeaseRecord> {
    return this.#leases.all();
  }

  leaseKeys(id: bigint): Uint8Array[] {
    return this.#leases.keys(id);
  }

  acceptsLease(id: bigint): boolean {
    return this.#leases.accepts(id);
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

  observeLeases(observer: LeaseObserver): void {
    this.#leases.observe(observer);
  }

  onApplied(fn: (command: Command, result: ApplyResult) => void): void {
    this.#appliedListeners.push(fn);
  }

  onEvents(fn: (events: RevisionEvents) => void): void {
    this.#eventListeners.push(fn);
  }

  onCompact(fn: (revision: number) => void): void {
    this.#compactListeners.push(fn);
  }

  onReset(fn: () => void): void {
    this.#resetListeners.push(fn);
  }

  current(name: string): Current | null {
    return this.#versions.current(name);
  }

  rangeFast(r: RangeRequest): RangeResponse | undefined {
    if (!isSingle(r.rangeEnd) || r.revision > 0 || hasFilters(r)) return undefined;
    const current = this.current(toName(r.key));
    if (current === null) return { header: undefined, kvs: [], more: false, count: 0 };
    if (r.countOnly) return { header: undefined, kvs: [], more: false, count: 1 };
    const kv = r.keysOnly ? { ...current.kv, value: EMPTY } : current.kv;
    return { header: undefined, kvs: [kv], more: false, count: 1 };
  }

  async range(asked: RangeRequest): Promise<RangeResponse> {
    this.#checkRevision(asked.revision);
    if (this.#suspended) await this.#view().then(({ view }) => view.close());
    const r = asked.revision === this.revision ? { ...asked, revision: 0 } : asked;
    const fast = this.rangeFast(r);
    if (fast !== undefined) return withRevision(fast, this.revision);
    if (isEmptyRange(r.key, r.rangeEnd)) return withRevision(shapeRange(r, [], 0), this.revision);
    if (r.revision > 0 || isSingle(r.rangeEnd)) return this.#rangePast(r);
    const { revision } = this;
    return withRevision(await rangeCurrent(this.#versions.scan(r.key, r.rangeEnd), r), revision);
  }

  async rangeAt(asked: RangeRequest, revision: number): Promise<RangeResponse> {
    if (this.#suspended) await this.#view().then(({ view }) => view.close());
    if (revision < this.compactRevision) throw errors.compacted();
    return this.range({ ...asked, revision: revision < this.revision ? revision : 0 });
  }

  async #rangePast(r: RangeRequest): Promise<RangeResponse> {
    const { view, revision } = await this.#view();
    try {
      // It may have been compacted while this waited.
      this.#checkRevision(r.revision);
      return withRevision(shapeHistoric(r, await rangeAt(view, r.key, r.rangeEnd, r.revision || revision)), revision);
    } finally {
      await view.close();
    }
  }

  #checkRevision(revision: number): void {
    if (revision > this.revision) throw errors.futureRevision();
    if (revision > 0 && revision < this.compactRevision) throw errors.compacted();
  }

  /** A frozen view at a moment when the disk holds exactly what is visible. */
  async #view(): Promise<{ view: StateSnapshot; revision: number }> {
    if (this.#writing === undefined && !this.#unwritten && !this.#suspended) return this.#freeze();
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(this.#freeze());
        } catch (error) {
          reject(error);
        }
      });
      // Otherwise the end of apply, or of the write under way, sees to it.
      if (!this.#applying) this.#flush().catch(reject);
    });
  }

  #freeze(): { view: StateSnapshot; revision: number } {
    return { view: this.#state.snapshot(), revision: this.revision };
  }

  /** Whether anything visible is not on disk. */
  get #unwritten(): boolean {
    return this.appliedIndex > this.#state.appliedIndex;
  }

  async history(from: number, to: number, eventsMax: number, prevKv: boolean): Promise<RevisionEvents[]> {
    if (from < this.compactRevision) throw errors.compacted();
    const { view } = await this.#view();
    try {
      if (from < this.compactRevision) throw errors.compacted();
      return await readHistory(
        view,
        from,
        Math.min(to, this.revision),
        eventsMax,
        prevKv ? this.compactRevision : undefined,
      );
    } finally {
      await view.close();
    }
  }

  async hashKv(revision: number): Promise<HashResult> {
    if (!this.#sequenced) this.#checkRevision(revision);
    const { view, revision: now } = await this.#view();
    const { compactRevision } = this;
    const hashRevision = revision > 0 ? revision : now;
    try {
      if (hashRevision < compactRevision) throw errors.compacted();
      return { hash: await hashState(view, compactRevision, hashRevision), compactRevision, hashRevision };
    } finally {
      await view.close();
    }
  }

  // ---- applying ----

  async apply(entries: readonly Entry[]): Promise<void> {
    invariant(!this.#applying, 'apply was called before the last call ended');
    this.#applying = true;
    if (this.#writing !== undefined) await this.#writing;
    for (const entry of entries) {
      invariant(entry.index === this.appliedIndex + 1, `entry ${entry.index} applied behind ${this.appliedIndex}`);
      if (entry.type === EntryType.normal && entry.data.length > 0) {
        const command = decodeCommand(entry.data);
        const outcome = this.#execute(command);
        // Awaited only when it scans: the usual command is answered in the same turn.
        const done = outcome instanceof Promise ? await outcome : outcome;
        // A stamped command that changed nothing has its place in the order all the same (C2).
        if (command.revision > this.#counters.revision) this.#counters.revision = command.revision;
        this.#finish(entry, command, done);
      }
      this.appliedIndex = entry.index;
      this.appliedTerm = entry.term;
    }
    const timers = this.#timers;
    const { confChanged } = this.#registry;
    const soon = timers === undefined || confChanged || this.#waiting.length > 0 || this.#batch.length >= FLUSH_RECORDS;
    if (soon) await this.#flush();
    else this.#flushTimer ??= timers.after(FLUSH_AFTER_MS, () => this.#flushIdle());
    this.#applying = false;
  }

  #flushIdle(): void {
    this.#flushTimer = undefined;
    // In the middle of apply its end decides; a failed write is reported by the next apply.
    if (!this.#applying && !this.#closed) this.#flush().catch(() => {});
    else if (!this.#closed) this.#flushTimer = this.#timers?.after(FLUSH_AFTER_MS, () => this.#flushIdle());
  }

  #finish(entry: Entry, command: Command, outcome: Outcome): void {
    if (command.origin !== this.#self) return;
    const { index, term } = entry;
    const result: ApplyResult = {
      index,
      term,
      revision: this.revision,
      error: outcome.error,
      response: outcome.response,
    };
    for (const listener of this.#appliedListeners) listener(command, result);
  }

  /** Writes everything evaluated so far, with the applied position, then lets scans begin. */
  #flush(): Promise<void> {
    if (this.#suspended) return Promise.resolve();
    if (this.#writing !== undefined) return this.#writing;
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    this.#writing = this.#writeBatch().finally(() => {
      this.#writing = undefined;
      if (!this.#suspended) this.#startWaiting();
    });
    return this.#writing;
  }

  #startWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const start of waiting) start();
  }

  async #writeBatch(): Promise<void> {
    if (!this.#unwritten) return;
    const batch = this.#batch;
    this.#batch = this.#state.batch();
    this.#versions.writeCurrent(batch);
    this.#leases.writeAttachments(batch);
    putCounters(batch, this.#counters);
    this.#registry.writeConf(batch);
    await this.#state.commit(batch, { index: this.appliedIndex, term: this.appliedTerm });
    this.#versions.written();
  }

  #execute(command: Command): Outcome | Promise<Outcome> {
    const { payload, revision } = command;
    if (revision > 0 && revision <= this.#counters.revision) return this.#outOfOrder(command);
    switch (command.kind) {
      case CommandKind.put:
        return this.#write(revision, (txn) => this.#put(txn, payload));
      case CommandKind.deleteRange:
        return this.#write(revision, (txn) => this.#delete(txn, payload));
      case CommandKind.txn:
        return this.#write(revision, (txn) => this.#txn(txn, payload));
      case CommandKind.compact:
        return attempt(() => this.#compact(CompactionRequest.decode(payload).revision));
      case CommandKind.leaseGrant:
        return attempt(() => this.#grant(LeaseGrantRequest.decode(payload)));
      case CommandKind.leaseRevoke:
      case CommandKind.leaseExpire:
      case CommandKind.leaseExpireLives:
      case CommandKind.leaseRegister:
      case CommandKind.leaseRevoking:
      case CommandKind.leaseForget:
      case CommandKind.leaseStub:
      case CommandKind.leaseCut:
        return attempt(() => ({ error: undefined, response: runLeaseCommand(this.#leaseState, command) }));
      case CommandKind.raiseBound:
        return this.#raiseBound(Buffer.from(payload).readDoubleLE(0));
      case CommandKind.txnPrepare:
        return this.#prepare(TxnName.decode(payload));
      case CommandKind.txnDecide:
        return this.#decide(TxnDecision.decode(payload), revision);
      case CommandKind.txnCommit:
        return this.#commitPrepared(TxnOutcome.decode(payload), revision);
      case CommandKind.txnAbort:
        this.txns.end(this.#batch, TxnName.decode(payload));
        return DONE;
      case CommandKind.txnForget:
        this.txns.forget(this.#batch, TxnName.decode(payload));
        return DONE;
      case CommandKind.alarm:
        return this.#alarm(AlarmRequest.decode(payload));
      case CommandKind.publishMember:
      case CommandKind.changeMember:
      case CommandKind.place:
        return attempt(() => this.#registry.run(this.#batch, command) ?? DONE);
      default:
        throw new InvariantViolation(`the log holds a command of unknown kind ${command.kind}`);
    }
  }

  /**
   * B3: log order is revision order. Leaders take care of it when they propose; were one to fail, stopping
   * here would stop every replica for ever, so the command is refused on all of them alike.
   */
  #outOfOrder({ kind, revision, payload }: Command): Outcome {
    if (kind === CommandKind.txnCommit) {
      const name = nameIn(TxnOutcome.decode(payload));
      // E9: a repeated one.
      if (!this.txns.isPrepared(name)) return DONE;
      this.txns.end(this.#batch, name);
    }
    this.revisionsRefused++;
    this.#logger?.error({ revision, applied: this.revision }, 'a write was refused: its revision is out of order');
    return { error: errors.revisionOutOfOrder(), response: NONE };
  }

  // biome-ignore lint/correctness/useYield: a put never scans.
  *#put(txn: WriteTxn, payload: Uint8Array): Evaluation<Response> {
    this.#refuseWithoutSpace();
    return { kind: 'put', put: evaluatePut(txn, PutRequest.decode(payload)) };
  }

  *#delete(txn: WriteTxn, payload: Uint8Array): Evaluation<Response> {
    return { kind: 'deleteRange', deleteRange: yield* evaluateDelete(txn, DeleteRangeRequest.decode(payload)) };
  }

  *#txn(txn: WriteTxn, payload: Uint8Array): Evaluation<Response> {
    const request = TxnRequest.decode(payload);
    if (hasPut(request)) this.#refuseWithoutSpace();
    return { kind: 'txn', txn: yield* evaluateTxn(txn, request, this.#counters) };
  }

  #refuseWithoutSpace(): void {
    if (this.alarms.length === 0) return;
    if (this.hasAlarm(AlarmType.NOSPACE)) throw errors.noSpace();
    if (this.hasAlarm(AlarmType.CORRUPT)) throw errors.corrupt();
  }

  /** Runs an evaluation; its changes take effect together, or, if it throws, not at all. */
  #write(revision: number, evaluate: (txn: WriteTxn) => Evaluation<Response>): Outcome | Promise<Outcome> {
    const txn = new WriteTxn(this, revision);
    try {
      const evaluation = evaluate(txn);
      const step = evaluation.next();
      if (step.done === true) return this.#done(txn, step.value);
      return this.#scanning(txn, evaluation, step.value).catch(asOutcome);
    } catch (error) {
      return asOutcome(error);
    }
  }

  async #scanning(
    txn: WriteTxn,
    evaluation: Evaluation<Response>,
    first: Parameters<typeof this.scan>[0],
  ): Promise<Outcome> {
    let scan = first;
    for (;;) {
      // What earlier commands changed must be on disk to be found in the past.
      if (scan.revision > 0 && this.#unwritten) await this.#flush();
      const step = evaluation.next(await this.scan(scan));
      if (step.done === true) return this.#done(txn, step.value);
      scan = step.value;
    }
  }

  async scan(scan: { key: Uint8Array; end: Uint8Array; revision: number }): Promise<KeyValue[]> {
    if (scan.revision > 0) return rangeAt(this.#state, scan.key, scan.end, scan.revision);
    const kvs: KeyValue[] = [];
    for await (const batch of this.#versions.scan(scan.key, scan.end)) for (const kv of batch) kvs.push(kv);
    return kvs;
  }

  #done(txn: WriteTxn, response: Response): Outcome {
    this.#commit(txn);
    return { error: undefined, response };
  }

  #commit(txn: WriteTxn): void {
    const { changes } = txn;
    if (changes.length === 0) return;
    const counters = this.#counters;
    counters.revision = txn.revision;
    const events: MvccEvent[] = [];
    for (const change of changes) {
      this.#versions.record(change, this.#batch, counters, this.#leases);
      events.push({ type: change.type, kv: change.kv, prev: change.old?.kv });
    }
    for (const listener of this.#eventListeners) listener({ revision: counters.revision, events });
  }

  // ---- transactions over partitions ----

  #prepare(name: TxnName): Outcome {
    const taken = this.txns.prepare(this.#batch, name, this.appliedIndex + 1);
    return taken ? DONE : { error: errors.txnOver(), response: NONE };
  }

  /** The parts of others are kept until they have applied them. */
  #decide({ name, parts }: TxnDecision, revision: number): Outcome {
    invariant(name !== undefined, 'a decision names no transaction');
    const isOwn = ({ group }: { group: number }): boolean => group === name.group;
    for (const part of parts.filter(isOwn)) this.#applyChanges(part.changes, revision);
    this.txns.decide(this.#batch, { name, revision, parts: parts.filter((part) => !isOwn(part)) });
    return DONE;
  }

  #commitPrepared(outcome: TxnOutcome, revision: number): Outcome {
    const name = nameIn(outcome);
    if (!this.txns.isPrepared(name)) return DONE;
    this.#applyChanges(outcome.changes, revision);
    this.txns.end(this.#batch, name);
    return DONE;
  }

  #applyChanges(changes: readonly TxnChange[], revision: number): void {
    const txn = new WriteTxn(this, revision);
    for (const change of changes) txn.apply(change);
    this.#commit(txn);
  }

  // ---- commands other than key changes ----

  #compact(revision: number): Outcome {
    if (revision <= this.compactRevision) throw errors.compacted();
    if (revision > this.revision && !this.#sequenced) throw errors.futureRevision();
    this.#counters.compactRevision = revision;
    for (const listener of this.#compactListeners) listener(revision);
    return { error: undefined, response: { kind: 'compact', physical: this.#startRemoval() } };
  }

  /** Removals run one after another; each goes to the newest compaction revision of its start. */
  #startRemoval(): Promise<void> {
    const run = async (): Promise<void> => {
      const to = this.compactRevision;
      const counters = this.#counters;
      const from = counters.removedRevision;
      // A state that replaced this one has counters of its own, and removals of its own.
      const stopped = (): boolean => this.#closed || this.#suspended || counters !== this.#counters;
      if (from >= to || stopped()) return;
      // The changes to be removed may still be on their way to the disk.
      await this.#view().then(({ view }) => view.close());
      await removeHistory(
        this.#state,
        from,
        to,
        () => this.#closed,
        (done, bytes) => {
          // Written with the next batch of commands; a crash before that repeats the step.
          this.#counters.removedRevision = Math.max(this.#counters.removedRevision, done);
          this.#counters.sizeBytes -= bytes;
        },
      );
    };
    this.#removal = this.#removal.then(run, run);
    this.#removal.catch((error) => this.#logger?.error({ error: String(error) }, 'removing compacted history failed'));
    return this.#removal;
  }

  #grant(r: LeaseGrantRequest): Outcome {
    this.#refuseWithoutSpace();
    if (this.#leases.get(r.ID) !== undefined) throw errors.leaseExists();
    if (this.#leases.size >= limits.leasesMax) throw errors.tooManyRequests();
    // F6: the log index of the grant tells this life of the ID from others.
    this.#leases.grant(this.#batch, r.ID, r.TTL, this.appliedIndex + 1);
    return { error: undefined, response: { kind: 'leaseGrant', id: r.ID, ttlSeconds: r.TTL } };
  }

  /** In one revision, keys in byte order: the same on every member. */
  #deleteKeysOf(ids: readonly bigint[], revision: number): void {
    const txn = new WriteTxn(this, revision);
    for (const id of ids) for (const name of this.#leases.keys(id).map(toName).sort()) txn.delete(name);
    this.#commit(txn);
  }

  #raiseBound(bound: number): Outcome {
    this.#counters.revisionBound = Math.max(this.#counters.revisionBound, bound);
    return DONE;
  }

  #alarm(r: AlarmRequest): Outcome {
    return { error: undefined, response: { kind: 'alarm', alarms: this.#registry.alarm(this.#batch, r) } };
  }

  // ---- whole states ----

  async exportSnapshot(): Promise<ExportedSnapshot> {
    const { view } = await this.#view();
    const { appliedIndex, appliedTerm } = view;
    // That of the view: the one in memory may be of a later entry, which the receiver would apply once more.
    return { index: appliedIndex, term: appliedTerm, confState: getConf(view), chunks: exportChunks(view) };
  }

  importChunk(replacement: StateReplacement, chunk: Uint8Array): Promise<void> {
    return replacement.put(decodeChunk(chunk));
  }

  async suspend(): Promise<void> {
    invariant(!this.#applying, 'the state is replaced while commands are applied');
    this.#suspended = true;
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    await this.#writing;
  }

  async reload(): Promise<void> {
    invariant(this.#suspended, 'the state was replaced under a store that was at work');
    await this.#loadState();
    // In one turn with the listeners: a claim of this group that counts from here on must find them told (D1).
    this.#loaded();
    this.#suspended = false;
    this.#startWaiting();
    this.#leases.announceReset();
    for (const listener of this.#resetListeners) listener();
  }

  defragment(): Promise<void> {
    return this.#state.compact();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#flushTimer?.cancel();
    // A write that failed before has stopped the node already.
    if (!this.#applying) await this.#flush().catch(() => {});
    await this.#removal.catch(() => {});
  }
}

function attempt(fn: () => Outcome): Outcome {
  try {
    return fn();
  } catch (error) {
    return asOutcome(error);
  }
}

/** Only refusals are outcomes: anything else means that this replica can not be trusted. */
function asOutcome(error: unknown): Outcome {
  if (error instanceof RpcError) return { error, response: NONE };
  throw error;
}

function hasPut(r: TxnRequest): boolean {
  const puts = (ops: TxnRequest['success']): boolean =>
    ops.some((op) => op.requestPut !== undefined || (op.requestTxn !== undefined && hasPut(op.requestTxn)));
  return puts(r.success) || puts(r.failure);
}

function withRevision(response: RangeResponse, revision: number): RangeResponse {
  response.header = { clusterId: 0n, memberId: 0n, revision, raftTerm: 0 };
  return response;
}

const shapeHistoric = (r: RangeRequest, kvs: KeyValue[]): RangeResponse => shapeRange(r, kvs, kvs.length);

/** Keeps no more than the answer needs: beyond the limit keys are only counted. */
async function rangeCurrent(scan: AsyncIterable<KeyValue[]>, r: RangeRequest): Promise<RangeResponse> {
  const keep = fetchMax(r);
  const kvs: KeyValue[] = [];
  let count = 0;
  for await (const batch of scan) {
    for (const kv of batch) {
      count++;
      if (!r.countOnly && kvs.length < keep) kvs.push(kv);
    }
  }
  return shapeRange(r, kvs, count);
}
