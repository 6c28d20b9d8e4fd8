// A leader's side of log replication: what to send to whom, and what its answers mean
// (thesis 3.5, 10.2.1 for the pipeline). Lives for one leadership.

import { membersOf } from './conf-change.js';
import type { RaftLog } from './log.js';
import { message } from './message.js';
import { FollowerProgress } from './progress.js';
import { isQuorum } from './quorum.js';
import { type ConfState, type Message, MessageType, type NodeId, type Progress, type RaftConfig } from './types.js';

/** `context` of an append that only tells the commit index: answered only when it does not fit. */
export const COMMIT_ONLY = 1;
/** `context` of a rejected append: the replica has no configuration yet, and so can use a whole state only. */
export const NEEDS_STATE = 1;

export class Replication {
  readonly #config: RaftConfig;
  readonly #log: RaftLog;
  readonly #term: number;
  readonly #send: (m: Message) => void;
  readonly followers = new Map<NodeId, FollowerProgress>();
  /** Something may have to be sent: new entries, a new commit index, room in a window. */
  due = true;

  constructor(config: RaftConfig, log: RaftLog, term: number, conf: ConfState, send: (m: Message) => void) {
    this.#config = config;
    this.#log = log;
    this.#term = term;
    this.#send = send;
    this.configure(conf);
  }

  configure(conf: ConfState): void {
    const members = membersOf(conf);
    for (const id of this.followers.keys()) if (!members.has(id)) this.followers.delete(id);
    const voters = new Set([...conf.voters, ...conf.votersOutgoing]);
    for (const id of members) {
      const known = this.followers.get(id);
      if (known !== undefined) known.learner = !voters.has(id);
      else if (id !== this.#config.id) this.#add(id, !voters.has(id));
    }
    this.due = true;
  }

  #add(id: NodeId, learner: boolean): void {
    const progress = new FollowerProgress(id, this.#log.lastIndex + 1, learner);
    // Counts as heard of once, else check-quorum would depose a leader that just added it.
    progress.recentlyActive = true;
    this.followers.set(id, progress);
  }

  /** Highest index that `id` is known to have on disk. */
  reached(id: NodeId): number {
    return id === this.#config.id ? this.#log.durable : (this.followers.get(id)?.match ?? 0);
  }

  /** Every member is known to have the whole log on disk. */
  get isComplete(): boolean {
    for (const follower of this.followers.values()) {
      if (follower.state !== 'replicate' || follower.match < this.#log.lastIndex) return false;
    }
    return true;
  }

  /** Whether the node itself and those that it has heard from since the last call are a quorum. */
  takeHeardFromQuorum(conf: ConfState): boolean {
    const self = this.#config.id;
    const heard = isQuorum(conf, (id) => id === self || this.followers.get(id)?.recentlyActive === true);
    this.forgetHeard();
    return heard;
  }

  forgetHeard(): void {
    for (const follower of this.followers.values()) follower.recentlyActive = false;
  }

  progress(): Map<NodeId, Progress> {
    const progress = new Map<NodeId, Progress>();
    for (const [id, f] of this.followers) {
      const { match, next, state, recentlyActive, learner, pendingSnapshot } = f;
      progress.set(id, { match, next, state, recentlyActive, learner, pendingSnapshot, inflight: f.inflights.count });
    }
    return progress;
  }

  /** Sends whatever is due; once a turn, so that everything of the turn shares messages. */
  flush(commit: number): void {
    this.due = false;
    for (const follower of this.followers.values()) this.#sendTo(follower, commit);
  }

  #sendTo(to: FollowerProgress, commit: number): void {
    if (to.state === 'probe') {
      if (!to.probeSent) this.#append(to, commit, true);
      return;
    }
    if (to.state === 'snapshot') return;
    while (to.next <= this.#log.lastIndex && !this.#windowFull(to)) {
      if (!this.#append(to, commit, false)) return;
    }
    const tell = Math.min(commit, to.next - 1);
    if (tell > to.sentCommit || to.verify) this.#append(to, commit, true);
    to.verify = false;
  }

  #windowFull(to: FollowerProgress): boolean {
    const { inflightAppendsMax, inflightAppendBytesMax } = this.#config;
    return to.inflights.count >= inflightAppendsMax || to.inflights.totalBytes >= inflightAppendBytesMax;
  }

  /** False when the follower needs a snapshot instead. */
  #append(to: FollowerProgress, commit: number, evenEmpty: boolean): boolean {
    const previous = to.next - 1;
    const logTerm = this.#log.term(previous);
    if (logTerm === undefined) {
      this.#snapshot(to);
      return false;
    }
    // An empty append past a full window still carries the commit index.
    const room = to.state === 'probe' || !this.#windowFull(to);
    const entries = room ? this.#log.entries(to.next, this.#log.lastIndex + 1, this.#config.appendBytesMax) : [];
    if (entries.length === 0 && !evenEmpty) return false;
    const context = entries.length === 0 && to.state === 'replicate' && !to.verify ? COMMIT_ONLY : 0;
    this.#send(message(MessageType.append, to.id, this.#term, { index: previous, logTerm, entries, commit, context }));
    to.sentCommit = Math.min(commit, previous + entries.length);
    if (to.state === 'probe') to.probeSent = true;
    else if (entries.length > 0) {
      let bytes = 0;
      for (const entry of entries) bytes += entry.data.length;
      to.next += entries.length;
      to.inflights.add(to.next - 1, bytes);
    }
    return true;
  }

  #snapshot(to: FollowerProgress): void {
    if (!to.recentlyActive) return;
    const snapshot = this.#log.snapshot();
    to.becomeSnapshot(snapshot.index);
    this.#send(message(MessageType.snapshot, to.id, this.#term, { snapshot }));
  }

  heartbeat(commit: number, context: number): void {
    for (const to of this.followers.values()) {
      this.#send(message(MessageType.heartbeat, to.id, this.#term, { commit: Math.min(to.match, commit), context }));
    }
  }

  /** True when the follower's match advanced. */
  appendResponse(m: Message): boolean {
    const from = this.followers.get(m.from);
    if (from === undefined) return false;
    from.recentlyActive = true;
    this.due = true;
    if (m.reject && m.context === NEEDS_STATE) {
      if (from.match === 0 && from.state !== 'snapshot') this.#snapshot(from);
      return false;
    }
    if (m.reject) {
      const hint = m.logTerm > 0 ? this.#log.agreement(m.rejectHint, m.logTerm).index : m.rejectHint;
      if (from.rejected(m.index, hint) && from.state === 'replicate') from.becomeProbe();
      return false;
    }
    const advanced = from.acknowledged(m.index);
    if (from.state === 'probe' && (advanced || from.match === m.index)) from.becomeReplicate();
    else if (from.state === 'snapshot' && from.match >= from.pendingSnapshot) {
      from.becomeProbe();
      from.becomeReplicate();
    } else if (from.state === 'replicate') from.inflights.freeUpTo(m.index);
    return advanced;
  }

  heartbeatResponse(from: NodeId): void {
    const follower = this.followers.get(from);
    if (follower === undefined) return;
    follower.recentlyActive = true;
    if (follower.probeSent) {
      follower.probeSent = false;
      this.due = true;
    }
    // A lost append leaves the window full for ever: let one through to find out.
    if (follower.state === 'replicate' && this.#windowFull(follower)) follower.inflights.freeFirst();
    if (follower.match < this.#log.lastIndex) {
      // If the newest append was lost, nothing else would find out while no more is written.
      follower.verify = true;
      this.due = true;
    }
  }

  unreachable(id: NodeId): void {
    const follower = this.followers.get(id);
    if (follower?.state !== 'replicate') return;
    follower.becomeProbe();
  }

  snapshotDelivered(id: NodeId, ok: boolean): void {
    const follower = this.followers.get(id);
    if (follower?.state !== 'snapshot') return;
    if (!ok) follower.pendingSnapshot = 0;
    follower.becomeProbe();
    // After a failure wait for the next heartbeat's answer before trying again.
    follower.probeSent = !ok;
    this.due = true;
  }
}
