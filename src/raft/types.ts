// The vocabulary of the consensus core. See docs/design/raft.md for how a host drives it.

/** A member of the cluster; 0n means "none". */
export type NodeId = bigint;
export const NO_NODE: NodeId = 0n;

export const EntryType = { normal: 0, confChange: 1 } as const;
export type EntryType = (typeof EntryType)[keyof typeof EntryType];

/** One entry of the replicated log. An empty `normal` entry is the no-op of a new leader's term. */
export interface Entry {
  readonly term: number;
  readonly index: number;
  readonly type: EntryType;
  readonly data: Uint8Array;
}

/** What a node must never forget (thesis figure 3.1: currentTerm, votedFor), and the commit index. */
export interface HardState {
  readonly term: number;
  readonly vote: NodeId;
  readonly commit: number;
}

/** A configuration; `votersOutgoing` is not empty while it is joint (thesis section 4.3). */
export interface ConfState {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  readonly votersOutgoing: readonly NodeId[];
  /** Voters of the outgoing half that become learners when the joint configuration is left. */
  readonly learnersNext: readonly NodeId[];
  readonly autoLeave: boolean;
}

export interface SnapshotMeta {
  readonly index: number;
  readonly term: number;
  readonly confState: ConfState;
  /** Names one transfer of the snapshot's chunks; chosen by the sending host, 0 where there is none. */
  readonly id: number;
}

export const MessageType = {
  append: 1,
  appendResponse: 2,
  vote: 3,
  voteResponse: 4,
  preVote: 5,
  preVoteResponse: 6,
  heartbeat: 7,
  heartbeatResponse: 8,
  /** Metadata only: the host moves the state itself, in chunks. */
  snapshot: 9,
  timeoutNow: 10,
  readIndex: 11,
  readIndexResponse: 12,
  /** Follower asks the leader to hand leadership over to it or to `context`. */
  transferLeader: 13,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

export interface Message {
  readonly type: MessageType;
  readonly from: NodeId;
  readonly to: NodeId;
  /** 0 only for messages that belong to no term (none go over the network). */
  readonly term: number;
  readonly logTerm: number;
  readonly index: number;
  readonly commit: number;
  readonly reject: boolean;
  /** On a rejected append: the highest index at which the logs may agree (fast back-off). */
  readonly rejectHint: number;
  /** Vote of a leadership transfer: overrides leader stickiness (thesis 4.2.3, 3.10). */
  readonly force: boolean;
  /** Number of the ReadIndex round that a heartbeat carries and its response gives back; 0 = none. On an append: COMMIT_ONLY or 0. */
  readonly context: number;
  readonly entries: readonly Entry[];
  readonly snapshot: SnapshotMeta | undefined;
}

export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

export interface SoftState {
  readonly role: Role;
  readonly leader: NodeId;
}

/** A linearizable read that waits under `context` may be answered once `index` is applied. */
export interface ReadState {
  readonly context: number;
  readonly index: number;
}

/** Why a proposal or a read was not taken. Nothing of it will ever happen; it may be sent again. */
export type DropReason =
  | 'notLeader'
  | 'noLeader'
  | 'transferring'
  | 'uncommittedFull'
  | 'confChangePending'
  | 'readsFull'
  | 'noVoters'
  | 'noopPending';

export type ProposeResult =
  | { readonly ok: true; readonly term: number; readonly firstIndex: number }
  | { readonly ok: false; readonly reason: DropReason };

/** One step of a membership change. Several together make a joint change. */
export interface ConfChange {
  readonly type: 'addVoter' | 'addLearner' | 'remove';
  readonly node: NodeId;
}

/**
 * What the host has to do, in this order: send `messages` (at any time); write `hardState`,
 * `snapshot` and `entries` durably as one; then send `messagesAfterPersist` and call
 * `persisted`; apply `committed` in order, then call `applied`.
 */
export interface Ready {
  readonly softState: SoftState | undefined;
  readonly hardState: HardState | undefined;
  /** To append; entries already stored from entries[0].index on are replaced. */
  readonly entries: readonly Entry[];
  /** A snapshot to install (its chunks are with the host) before anything later is applied. */
  readonly snapshot: SnapshotMeta | undefined;
  readonly messages: readonly Message[];
  readonly messagesAfterPersist: readonly Message[];
  /** Committed and durable here: may be applied. Never above what has been reported persisted. */
  readonly committed: readonly Entry[];
  readonly readStates: readonly ReadState[];
  /** Contexts of reads that were given up (leadership lost): ask again. */
  readonly readsDropped: readonly number[];
  /** False when nothing in the write needs to be synced. */
  readonly mustSync: boolean;
}

/** The stored part of the log, read synchronously by the core. */
export interface LogReader {
  /** First index that is still stored (snapshot index + 1). */
  readonly firstIndex: number;
  readonly lastIndex: number;
  /** Term of an entry in [firstIndex - 1, lastIndex]; undefined outside. */
  term(index: number): number | undefined;
  /** Entries [lo, hi), cut after `bytesMax` bytes but never to none. */
  entries(lo: number, hi: number, bytesMax: number): readonly Entry[];
  /** Metadata of the newest snapshot point: what a follower too far behind must be sent. */
  snapshot(): SnapshotMeta;
}

export interface RaftConfig {
  readonly id: NodeId;
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly log: LogReader;
  readonly hardState: HardState;
  readonly confState: ConfState;
  /** Applied index that the state machine starts from. */
  readonly applied: number;
  /** Uniform in [0, bound): spreads election timeouts. */
  readonly random: (bound: number) => number;
  /** Ticks since the last moment at which all groups of the host send heartbeats: a new leader joins in. Default 0. */
  readonly heartbeatPhase?: () => number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly appendBytesMax: number;
  readonly inflightAppendsMax: number;
  readonly inflightAppendBytesMax: number;
  readonly uncommittedBytesMax: number;
  readonly committedBytesPerReadyMax: number;
  readonly readIndexPendingMax: number;
}

export interface Progress {
  readonly match: number;
  readonly next: number;
  readonly state: 'probe' | 'replicate' | 'snapshot';
  readonly recentlyActive: boolean;
  readonly learner: boolean;
  readonly inflight: number;
  readonly pendingSnapshot: number;
}

export interface RaftStatus {
  readonly id: NodeId;
  readonly term: number;
  readonly vote: NodeId;
  readonly role: Role;
  readonly leader: NodeId;
  readonly commit: number;
  readonly applied: number;
  readonly lastIndex: number;
  readonly conf: ConfState;
  readonly transferee: NodeId;
  /** Empty unless leader. */
  readonly progress: ReadonlyMap<NodeId, Progress>;
}

/**
 * One replica of one group. No I/O, no clock, no promise: inputs below, then `ready()`.
 * Implemented by raft/raft.ts.
 */
export interface RaftCore {
  readonly id: NodeId;
  readonly term: number;
  readonly role: Role;
  readonly leader: NodeId;
  readonly commit: number;
  /** Of the whole log, what is not stored yet included. */
  readonly lastIndex: number;
  /** A leader that has applied the no-op of its own term, i.e. may answer reads (thesis 6.4). */
  readonly leaderReady: boolean;
  /**
   * A leader that owes nobody anything: its whole log is replicated to every member, committed and applied, and no
   * read, change of membership or transfer is under way.
   */
  readonly settled: boolean;
  /** Members that a leader replicates to; empty unless leader. */
  readonly followers: readonly NodeId[];
  tick(): void;
  /**
   * The host has left ticks out, and goes on with them. `silentTicks`: since the host last knew that the leader which
   * this replica follows leads; a leader counts whom it hears from anew.
   */
  resume(silentTicks: number): void;
  step(message: Message): void;
  /** Appends at the leader only; forwarding is the host's, so that a drop is always explicit. */
  propose(data: readonly Uint8Array[]): ProposeResult;
  proposeConfChange(changes: readonly ConfChange[]): ProposeResult;
  /** Leaves a joint configuration that was entered without autoLeave. */
  proposeLeaveJoint(): ProposeResult;
  /** Called for each applied confChange entry; returns the new configuration. */
  applyConfChange(entry: Entry): ConfState;
  /**
   * Starts a ReadIndex round at the leader; the answer comes as a ReadState under `context`
   * (> 0, unique for this core's life). Calls before the next ready() share one round.
   */
  readIndex(context: number): { readonly ok: true } | { readonly ok: false; readonly reason: DropReason };
  transferLeadership(to: NodeId): ProposeResult | { readonly ok: true };
  /** Starts a (pre-)election at once, as when the election timeout had passed. */
  campaign(): void;
  /**
   * The transport lost its connection to `node`. If that is the leader, this replica stops
   * counting on it and campaigns after `delayTicks`, by default a short random number of them; pre-vote guards.
   */
  peerLost(node: NodeId, delayTicks?: number): void;
  /** An append to `node` could not be sent: probe it. */
  reportUnreachable(node: NodeId): void;
  /** The chunks of a snapshot were delivered and installed (ok) or not. */
  reportSnapshot(node: NodeId, ok: boolean): void;
  hasReady(): boolean;
  /** Everything new since the last call. The host may call it again before the last was persisted. */
  ready(): Ready;
  /** Entries up to (term, index) and the hard state of that Ready are durable. */
  persisted(term: number, index: number): void;
  /** The host installed the snapshot of a Ready. */
  snapshotInstalled(meta: SnapshotMeta): void;
  applied(index: number): void;
  status(): RaftStatus;
}
