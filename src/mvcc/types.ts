// The replicated state machine of a partition, as the layers below see it.

import type { KeyValue } from '../../proto/gen/kv.js';
import type {
  AlarmMember,
  AlarmType,
  DeleteRangeResponse,
  Member,
  PutResponse,
  RangeRequest,
  RangeResponse,
  TxnResponse,
} from '../../proto/gen/rpc.js';
import type { RpcError } from '../errors.js';
import type { ConfState, Entry, NodeId } from '../raft/types.js';
import type { StateReplacement } from '../storage/types.js';

/**
 * What a log entry of type `normal` asks the state machine to do. Its data is
 * [kind u8][origin member u64 LE][request number f64 LE][payload]; an empty entry is a no-op.
 */
export const CommandKind = {
  /** PutRequest, DeleteRangeRequest, TxnRequest, CompactionRequest: the client's own bytes. */
  put: 1,
  deleteRange: 2,
  txn: 3,
  compact: 4,
  /** LeaseGrantRequest with its final ID and TTL (seconds); LeaseRevokeRequest. */
  leaseGrant: 5,
  leaseRevoke: 6,
  /** AlarmRequest. */
  alarm: 7,
  /** Member: name and client URLs that a member publishes of itself. */
  publishMember: 8,
  /** LeaseRevokeRequests of expired leases, in the encoding of mvcc/command.ts: one revision each. */
  leaseExpire: 9,
} as const;
export type CommandKind = (typeof CommandKind)[keyof typeof CommandKind];

export interface Command {
  readonly kind: CommandKind;
  readonly origin: NodeId;
  /** Unique for the origin's process life; the origin finds its waiting caller by it. */
  readonly request: number;
  readonly payload: Uint8Array;
}

/** Outcome of one command, made at apply. Responses carry no header: api/ adds it. */
export interface ApplyResult {
  readonly index: number;
  readonly term: number;
  /** The store's revision after the command. */
  readonly revision: number;
  readonly error: RpcError | undefined;
  readonly response:
    | { readonly kind: 'put'; readonly put: PutResponse }
    | { readonly kind: 'deleteRange'; readonly deleteRange: DeleteRangeResponse }
    | { readonly kind: 'txn'; readonly txn: TxnResponse }
    | { readonly kind: 'compact'; readonly physical: Promise<void> }
    | { readonly kind: 'leaseGrant'; readonly id: bigint; readonly ttlSeconds: number }
    | { readonly kind: 'leaseRevoke' }
    | { readonly kind: 'alarm'; readonly alarms: AlarmMember[] }
    | { readonly kind: 'none' };
}

/** One change; `prev` is the version before it, if there was one and it is not compacted away. */
export interface MvccEvent {
  readonly type: 'put' | 'delete';
  /** For a delete: key and modRevision only. */
  readonly kv: KeyValue;
  readonly prev: KeyValue | undefined;
}

/** All events of one revision, in order of their sub-revisions. */
export interface RevisionEvents {
  readonly revision: number;
  readonly events: readonly MvccEvent[];
}

export interface LeaseRecord {
  readonly id: bigint;
  readonly ttlSeconds: number;
}

/** What happened to leases; watched by lease/. */
export interface LeaseObserver {
  granted(lease: LeaseRecord): void;
  revoked(id: bigint): void;
  /** The whole table was replaced by a snapshot. */
  reset(): void;
}

export interface HashResult {
  readonly hash: number;
  readonly compactRevision: number;
  readonly hashRevision: number;
}

/** A whole state at one applied position. Its chunks must be read to the end, or returned early. */
export interface ExportedSnapshot {
  readonly index: number;
  readonly term: number;
  readonly confState: ConfState;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Implemented by mvcc/store.ts. */
export interface MvccStore {
  /** Revision of the newest applied write. 1 in an empty store. */
  readonly revision: number;
  /** History below this is gone: the argument of the last Compact, -1 before the first. */
  readonly compactRevision: number;
  readonly appliedIndex: number;
  readonly appliedTerm: number;

  /**
   * Applies committed entries in order (confChange entries only move the applied index; the host
   * hands their configuration over by `setConfState`). Effects are visible to reads, and `onApplied`
   * is called for each command, before anything is on disk; what was evaluated is written within
   * milliseconds, or when a scan needs it. Rejects when a write failed: the node must stop.
   */
  apply(entries: readonly Entry[]): Promise<void>;
  /** Called once per command of `origin === self` (others need no response), in log order. */
  onApplied(fn: (command: Command, result: ApplyResult) => void): void;
  /** Called after each applied write, in revision order, before onApplied of that command. */
  onEvents(fn: (events: RevisionEvents) => void): void;
  onCompact(fn: (revision: number) => void): void;
  /** After a snapshot of another node replaced everything. */
  onReset(fn: () => void): void;

  /** At the store's current revision or request.revision. Consistent: one revision. Throws RpcError. */
  range(request: RangeRequest): Promise<RangeResponse>;
  /** Sync answer for a plain read of one key at the current revision; undefined: use range(). */
  rangeFast(request: RangeRequest): RangeResponse | undefined;
  /** Events with revision in [from, to], whole revisions, until about `eventsMax` events. Throws `compacted`. */
  history(from: number, to: number, eventsMax: number, prevKv: boolean): Promise<RevisionEvents[]>;

  hashKv(revision: number): Promise<HashResult>;
  /** Logical bytes of live keys and history: the same on every member. */
  readonly sizeBytes: number;
  readonly sizeInUseBytes: number;
  readonly keyCount: number;

  readonly quotaBytes: number;
  readonly alarms: readonly AlarmMember[];
  hasAlarm(type: AlarmType): boolean;

  lease(id: bigint): LeaseRecord | undefined;
  leases(): Iterable<LeaseRecord>;
  leaseKeys(id: bigint): Uint8Array[];
  observeLeases(observer: LeaseObserver): void;

  /** Members as published; keyed by ID. */
  readonly members: ReadonlyMap<bigint, Member>;
  readonly confState: ConfState;
  setConfState(conf: ConfState, index: number): void;

  /** Chunks of the whole state at one applied index, for a follower; the same bytes for the same state. */
  exportSnapshot(): Promise<ExportedSnapshot>;
  /** Decodes chunks (in order) into a replacement. */
  importChunk(replacement: StateReplacement, chunk: Uint8Array): Promise<void>;
  /**
   * Before the state is replaced: ends writes under way and lets none begin. What was visible and not
   * written is dropped with the old state. A write that ended later would set the applied position back.
   */
  suspend(): Promise<void>;
  /** After the state was replaced: goes on from the new one. */
  reload(): Promise<void>;
  defragment(): Promise<void>;
  close(): Promise<void>;
}
