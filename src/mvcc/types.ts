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
import type { MemberTableView } from './member-table.js';
import type { PlacementView } from './placement-table.js';
import type { Current } from './records.js';
import type { TxnsOfGroup } from './txn-table.js';

/**
 * What a log entry of type `normal` asks the state machine to do. Its data is
 * [kind u8][origin member u64 LE][request number f64 LE][payload], see command.ts; an empty entry is a no-op.
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
  /** Of logs that earlier versions wrote: leaseExpireLives, by their IDs only. */
  leaseExpire: 9,
  /** Of the system group: revisions up to this bound (f64 LE) may be handed out. */
  raiseBound: 10,
  /** Of the system group: MemberChange and Placement (proto/placement.proto). */
  changeMember: 11,
  place: 12,
  /**
   * Leases over partitions, in the encodings of mvcc/lease-records.ts. At the home: a partition will hold keys
   * with these leases; these leases are ending; these, whose stubs are all cut, are gone.
   */
  leaseRegister: 20,
  leaseRevoking: 21,
  leaseForget: 22,
  /** At a partition: keys may be attached to these leases; no more, and those attached are deleted. */
  leaseStub: 23,
  leaseCut: 24,
  /** At the home: the time of these leases is over. */
  leaseExpireLives: 25,
  /** Of transactions over partitions (proto/txn.proto): TxnName. */
  txnPrepare: 40,
  /** At the coordinator: TxnDecision. Carries its revision from the start, as txnCommit does. */
  txnDecide: 41,
  /** At a participant: TxnOutcome with its changes; TxnName. */
  txnCommit: 42,
  txnAbort: 43,
  /** At the coordinator, when all participants are done: TxnName. */
  txnForget: 44,
} as const;
export type CommandKind = (typeof CommandKind)[keyof typeof CommandKind];

export interface Command {
  readonly kind: CommandKind;
  readonly origin: NodeId;
  /** Unique for the origin's process life; the origin finds its waiting caller by it. */
  readonly request: number;
  /** From the sequencer; 0: the state machine numbers its writes itself, densely. */
  readonly revision: number;
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
    | {
        readonly kind: 'leaseRevoke';
        /** Of a lease that other partitions hold keys with, whose end has begun with this; undefined: it has ended. */
        readonly revoking: LeaseLife | undefined;
      }
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

/** From one grant of a lease's ID to its end: the ID may be granted again (rule F6). */
export interface LeaseLife {
  readonly id: bigint;
  /** Log index of the grant, in the home group. */
  readonly incarnation: number;
}

/** A lease at its home. */
export interface LeaseRecord extends LeaseLife {
  readonly ttlSeconds: number;
  /** It is ending: nothing more is attached to it, and it is gone when every registered partition has cut it off. */
  readonly revoking: boolean;
  /** IDs of the other groups that may hold keys with it. Invariant: none is added while it is revoking. */
  readonly partitions: readonly number[];
}

/** What happened to leases; watched by lease/. */
export interface LeaseObserver {
  granted(lease: LeaseRecord): void;
  /** Its end has begun: it has become `revoking`. */
  revoking(lease: LeaseRecord): void;
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
  /**
   * Revision of the newest applied write; with a sequencer, of the newest applied command that took one. 1 in
   * an empty store.
   */
  readonly revision: number;
  /** Of the system group: no revision above this has been handed out. 1 at first. */
  readonly revisionBound: number;
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
  /**
   * As `range` at exactly `revision`, which request.revision must not name: with a sequencer, one at or below which
   * nothing is still to come. Newer than everything applied here is as good as the present.
   */
  rangeAt(request: RangeRequest, revision: number): Promise<RangeResponse>;
  /** Sync answer for a plain read of one key at the current revision; undefined: use range(). */
  rangeFast(request: RangeRequest): RangeResponse | undefined;
  /** The newest version of a key, by its name (bytes.ts); null when there is none. */
  current(name: string): Current | null;
  /**
   * Events with revision in [from, to], whole revisions, until about `eventsMax` events; when there are fewer that is
   * all. Throws `compacted`.
   */
  history(from: number, to: number, eventsMax: number, prevKv: boolean): Promise<RevisionEvents[]>;

  hashKv(revision: number): Promise<HashResult>;
  /** Logical bytes of live keys and history: the same on every member. */
  readonly sizeBytes: number;
  readonly sizeInUseBytes: number;
  readonly keyCount: number;

  readonly quotaBytes: number;
  readonly alarms: readonly AlarmMember[];
  hasAlarm(type: AlarmType): boolean;

  /** Transactions over partitions, as of the newest applied entry. */
  readonly txns: TxnsOfGroup;

  lease(id: bigint): LeaseRecord | undefined;
  /** Whether keys may be attached to a lease: one of this group that is not ending, or one with a stub here. */
  acceptsLease(id: bigint): boolean;
  leases(): Iterable<LeaseRecord>;
  /** Keys of this group that are attached to it. */
  leaseKeys(id: bigint): Uint8Array[];
  /** The incarnation of the stub of a lease with another home. */
  leaseStub(id: bigint): number | undefined;
  leaseStubs(): Iterable<LeaseLife>;
  readonly leaseStubCount: number;
  observeLeases(observer: LeaseObserver): void;

  /** Members as published; keyed by ID. */
  readonly members: ReadonlyMap<bigint, Member>;
  /** Of the system group: members with what etcd has no word for, and where partitions belong. */
  readonly memberTable: MemberTableView;
  readonly placement: PlacementView;
  /** Of a group that starts for the first time. */
  seedMembers(members: readonly Member[]): void;
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
