// A group as the services of a node see it: replicate, read, ask the leader.

import type { ApplyResult, CommandKind, MvccStore } from '../mvcc/types.js';
import type { NodeId, RaftStatus } from '../raft/types.js';

/** Requests that only a group's leader can answer; see multiraft/calls.ts for their bodies. */
export const PeerMethod = {
  propose: 1,
  readIndex: 2,
  leaseKeepAlive: 3,
  leaseTimeToLive: 4,
  snapshotChunk: 5,
  /** Of the system group: revisions, or the newest one. */
  sequence: 6,
  /** Of the system group: a MemberChange, checked and replicated. */
  changeMember: 7,
  /** Of the system group, about placement: where replicas are, one move, balancing. See proto/hexkeep.proto. */
  placementRing: 8,
  placementMove: 9,
  placementBalance: 10,
  /** Of a partition: how its replicas are. */
  replicas: 11,
  /** Of a partition: attach keys to leases with another home; cut leases off. */
  leaseAttach: 20,
  leaseCut: 21,
  /** Of a lease's home: register a partition; which incarnation there is. */
  leaseRegister: 22,
  leaseIncarnation: 23,
  /** Transactions over partitions: at the coordinator, at a participant, about an outcome, for one. */
  txnExecute: 40,
  txnPrepare: 41,
  txnOutcome: 42,
  txnQuery: 43,
} as const;
export type PeerMethod = (typeof PeerMethod)[keyof typeof PeerMethod];

/** Runs at the leader. `body` and result are opaque to multiraft. May throw RpcError. */
export type LeaderHandler = (body: Uint8Array) => Promise<Uint8Array> | Uint8Array;

export interface Leadership {
  readonly term: number;
  readonly leader: NodeId;
  readonly isLeader: boolean;
  /** isLeader, and the no-op of the term is applied. */
  readonly ready: boolean;
}

/** Something that claims about a group's revisions must wait for beside its log and its asks (B4.2c). */
export interface OpenWork {
  /**
   * Calls back when everything that is open now has ended: with the index of the last entry that ended it (0: none),
   * or undefined when that can not be told here any more. False: nothing is open.
   */
  whenFinished(fn: (index: number | undefined) => void): boolean;
}

/** One group on this node, whichever node leads it. */
export interface GroupHandle {
  readonly id: number;
  readonly store: MvccStore;
  /**
   * Replicates a command and resolves with its outcome once it is applied **on this node**.
   * Forwards to the leader, and repeats by itself where the first attempt is known to be void
   * (never applied twice). Rejects with RpcError (timeout, noLeader, tooManyRequests, stopped).
   *
   * With `onlyInTerm` the command is appended only by this node as leader of that term, never forwarded
   * or repeated in another: it rejects with leaderChanged where it would have to be.
   *
   * `revision`: what the entry carries, for who has asked for it by himself; such a command waits for no other.
   */
  propose(
    kind: CommandKind,
    payload: Uint8Array,
    timeoutMs?: number,
    onlyInTerm?: number,
    revision?: number,
  ): Promise<ApplyResult>;
  /**
   * Resolves when this node's applied state holds everything acknowledged before this call (ReadIndex).
   * With a sequencer: to a revision at which, or before which, nothing is still to come in this group, and which is
   * at least what the node knew when this was called. Else to 0.
   */
  readIndex(timeoutMs?: number): Promise<number>;
  /** At the leader only: resolves after a quorum confirmed leadership since this call. */
  confirmLeadership(): Promise<void>;
  /**
   * Runs the leader's handler for `method`, here or over the node-to-node stream, again while leaders change.
   * `once`: never again where it may have begun; the outcome is open then.
   */
  callLeader(method: PeerMethod, body: Uint8Array, timeoutMs?: number, once?: boolean): Promise<Uint8Array>;
  setLeaderHandler(method: PeerMethod, handler: LeaderHandler): void;
  readonly leadership: Leadership;
  /** Called after every change of `leadership`. */
  onLeadership(fn: (l: Leadership) => void): void;
  /** Resolves when `to` leads; rejects with notLeader, badLeaderTransferee or timeout. */
  transferLeadership(to: NodeId): Promise<void>;
  status(): RaftStatus;
}
