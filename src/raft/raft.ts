// The consensus core: roles, elections, terms, and what a Ready holds. Replication, reads and
// configurations have files of their own.

import { invariant } from '../errors.js';
import { changeConf, encodeConfChange, isJoint, keepsVoters } from './conf-change.js';
import { RaftLog } from './log.js';
import { message } from './message.js';
import { jointCommittedIndex, jointVoteOutcome } from './quorum.js';
import { ReadRounds } from './read-index.js';
import { COMMIT_ONLY, NEEDS_STATE, Replication } from './replication.js';
import {
  type ConfChange,
  type ConfState,
  type DropReason,
  type Entry,
  EntryType,
  type HardState,
  type Message,
  MessageType,
  NO_NODE,
  type NodeId,
  type ProposeResult,
  type RaftConfig,
  type RaftCore,
  type RaftStatus,
  type ReadState,
  type Ready,
  type Role,
  type SnapshotMeta,
  type SoftState,
} from './types.js';

export const createRaft = (config: RaftConfig): RaftCore => new Raft(config);

const NO_DATA = Buffer.alloc(0);
const refuse = (reason: DropReason): { ok: false; reason: DropReason } => ({ ok: false, reason });

class Raft implements RaftCore {
  readonly id: NodeId;
  readonly #config: RaftConfig;
  readonly #log: RaftLog;
  readonly #reads: ReadRounds;
  #conf: ConfState;
  #term: number;
  #vote: NodeId;
  #commit: number;
  #applied: number;
  /** Last committed entry handed out for applying. Invariant: applied <= handedCommitted <= commit. */
  #handedCommitted: number;
  #role: Role = 'follower';
  #leader: NodeId = NO_NODE;
  #electionElapsed = 0;
  #heartbeatElapsed = 0;
  #electionTimeout = 0;
  #votes = new Map<NodeId, boolean>();
  /** Set while leader. */
  #replication: Replication | undefined;
  /** Index of the no-op of the own term, while leader. */
  #noopIndex = 0;
  #transferee: NodeId = NO_NODE;
  /** A configuration entry at or below this may not be applied yet: no second one until it is. */
  #pendingConf = 0;
  #uncommittedBytes = 0;
  #messages: Message[] = [];
  #afterPersist: Message[] = [];
  #readStates: ReadState[] = [];
  #readsDropped: number[] = [];
  #snapshot: SnapshotMeta | undefined;
  #lastHard: HardState;
  #lastSoft: SoftState = { role: 'follower', leader: NO_NODE };
  /** Term and vote of each Ready that the host is persisting, oldest first. */
  #persisting: { term: number; vote: NodeId }[] = [];

  constructor(config: RaftConfig) {
    this.id = config.id;
    this.#config = config;
    this.#log = new RaftLog(config.log);
    this.#reads = new ReadRounds(config.readIndexPendingMax);
    this.#conf = config.confState;
    this.#term = config.hardState.term;
    this.#vote = config.hardState.vote;
    this.#commit = Math.max(config.hardState.commit, config.applied);
    this.#applied = config.applied;
    this.#handedCommitted = config.applied;
    this.#lastHard = config.hardState;
    invariant(
      this.#commit <= this.#log.lastIndex,
      `commit index ${this.#commit} is beyond the log's end ${this.#log.lastIndex}`,
    );
    this.#resetElection();
  }

  get term(): number {
    return this.#term;
  }

  get role(): Role {
    return this.#role;
  }

  get leader(): NodeId {
    return this.#leader;
  }

  get lastIndex(): number {
    return this.#log.lastIndex;
  }

  get commit(): number {
    return this.#commit;
  }

  get leaderReady(): boolean {
    return this.#role === 'leader' && this.#applied >= this.#noopIndex;
  }

  get settled(): boolean {
    const last = this.#log.lastIndex;
    if (this.#replication === undefined || this.#applied < last || this.#transferee !== NO_NODE) return false;
    return this.#isVoter() && !isJoint(this.#conf) && this.#reads.size === 0 && this.#replication.isComplete;
  }

  get followers(): readonly NodeId[] {
    return [...(this.#replication?.followers.keys() ?? [])];
  }

  // ---- inputs ----

  resume(silentTicks: number): void {
    this.#heartbeatElapsed = this.#heartbeatPhase();
    this.#electionElapsed = this.#role === 'leader' ? 0 : silentTicks;
    this.#replication?.forgetHeard();
  }

  tick(): void {
    this.#electionElapsed++;
    if (this.#role === 'leader') this.#tickLeader();
    else if (this.#electionElapsed >= this.#electionTimeout && this.#promotable()) this.campaign();
  }

  #tickLeader(): void {
    this.#heartbeatElapsed++;
    if (this.#electionElapsed >= this.#config.electionTicks) {
      this.#electionElapsed = 0;
      this.#transferee = NO_NODE;
      // Thesis 6.2: a leader that hears from no majority for an election timeout steps down.
      if (this.#config.checkQuorum && this.#replication?.takeHeardFromQuorum(this.#conf) !== true) {
        this.#becomeFollower(this.#term, NO_NODE);
        return;
      }
    }
    if (this.#heartbeatElapsed >= this.#config.heartbeatTicks) {
      this.#heartbeatElapsed = 0;
      this.#replication?.heartbeat(this.#commit, this.#reads.newest);
    }
    this.#leaveIfDemoted();
  }

  /**
   * A leader that does not vote any more hands over, and leads until then: it may be the only one who knows that the
   * change is committed, and the others may need its vote until they know, which a longer log would refuse them.
   */
  #leaveIfDemoted(): void {
    if (this.#isVoter() || isJoint(this.#conf) || this.#commit < this.#noopIndex) return;
    if (this.#transferee !== NO_NODE) return;
    let best: NodeId = NO_NODE;
    for (const id of this.#conf.voters) {
      if (best === NO_NODE || this.#reached(id) > this.#reached(best)) best = id;
    }
    if (best !== NO_NODE) this.transferLeadership(best);
  }

  #reached(id: NodeId): number {
    return this.#replication?.reached(id) ?? 0;
  }

  #isVoter(): boolean {
    return this.#conf.voters.includes(this.id) || this.#conf.votersOutgoing.includes(this.id);
  }

  step(m: Message): void {
    if (m.term > this.#term) {
      if (!this.#meetsHigherTerm(m)) return;
    } else if (m.term < this.#term) {
      this.#answerLowerTerm(m);
      return;
    }
    switch (m.type) {
      case MessageType.vote:
      case MessageType.preVote:
        return this.#onVoteRequest(m);
      case MessageType.voteResponse:
      case MessageType.preVoteResponse:
        return this.#onVoteResponse(m);
      case MessageType.append:
        this.#follow(m);
        return this.#onAppend(m);
      case MessageType.heartbeat:
        this.#follow(m);
        return this.#onHeartbeat(m);
      case MessageType.snapshot:
        this.#follow(m);
        return this.#onSnapshot(m);
      case MessageType.timeoutNow:
        if (this.#promotable()) this.#startElection('candidate', true);
        return;
      case MessageType.transferLeader:
        if (this.#role === 'leader') this.transferLeadership(m.from);
        return;
      default:
        this.#onLeaderMessage(m);
    }
  }

  /** False when the message is to be ignored. */
  #meetsHigherTerm(m: Message): boolean {
    const asksForVote = m.type === MessageType.vote || m.type === MessageType.preVote;
    if (asksForVote) {
      // Leader stickiness (thesis 4.2.3): whoever hears from a leader helps nobody to depose it.
      const hearsLeader = this.#leader !== NO_NODE && this.#electionElapsed < this.#config.electionTicks;
      if (this.#config.checkQuorum && hearsLeader && !m.force) return false;
    }
    // A pre-vote and its grant carry a term that nobody is in yet.
    if (m.type === MessageType.preVote || (m.type === MessageType.preVoteResponse && !m.reject)) return true;
    const fromLeader =
      m.type === MessageType.append || m.type === MessageType.heartbeat || m.type === MessageType.snapshot;
    this.#becomeFollower(m.term, fromLeader ? m.from : NO_NODE);
    return true;
  }

  #answerLowerTerm(m: Message): void {
    if (m.type === MessageType.append || m.type === MessageType.heartbeat) {
      // Lets a leader that was cut off learn the term; it would never be answered otherwise.
      this.#sendAfterPersist(message(MessageType.appendResponse, m.from, this.#term, { index: 0, reject: true }));
    } else if (m.type === MessageType.preVote) {
      this.#sendAfterPersist(message(MessageType.preVoteResponse, m.from, this.#term, { reject: true }));
    }
  }

  propose(data: readonly Uint8Array[]): ProposeResult {
    if (this.#role !== 'leader') return refuse(this.#leader === NO_NODE ? 'noLeader' : 'notLeader');
    if (this.#transferee !== NO_NODE) return refuse('transferring');
    let bytes = 0;
    for (const d of data) bytes += d.length;
    // A first proposal always passes, however large: it could never otherwise.
    if (this.#uncommittedBytes > 0 && this.#uncommittedBytes + bytes > this.#config.uncommittedBytesMax) {
      return refuse('uncommittedFull');
    }
    this.#uncommittedBytes += bytes;
    const firstIndex = this.#log.lastIndex + 1;
    for (const d of data) this.#append(EntryType.normal, d);
    return { ok: true, term: this.#term, firstIndex };
  }

  proposeConfChange(changes: readonly ConfChange[]): ProposeResult {
    if (changes.length === 0 || isJoint(this.#conf)) return refuse('confChangePending');
    const data = encodeConfChange(changes, true);
    if (!keepsVoters(this.#conf, data)) return refuse('noVoters');
    return this.#proposeConf(data);
  }

  proposeLeaveJoint(): ProposeResult {
    if (!isJoint(this.#conf)) return refuse('confChangePending');
    return this.#proposeConf(encodeConfChange([], false));
  }

  #proposeConf(data: Uint8Array): ProposeResult {
    if (this.#role !== 'leader') return refuse(this.#leader === NO_NODE ? 'noLeader' : 'notLeader');
    if (this.#transferee !== NO_NODE) return refuse('transferring');
    if (this.#pendingConf > this.#applied) return refuse('confChangePending');
    // Until the term's own no-op is committed, a change of an earlier term may still be undecided
    // (the bug of single-server changes, raft-dev 2015).
    if (this.#commit < this.#noopIndex) return refuse('noopPending');
    const firstIndex = this.#log.lastIndex + 1;
    this.#append(EntryType.confChange, data);
    this.#pendingConf = firstIndex;
    return { ok: true, term: this.#term, firstIndex };
  }

  applyConfChange(entry: Entry): ConfState {
    invariant(entry.type === EntryType.confChange, 'not a configuration entry');
    this.#conf = changeConf(this.#conf, entry.data);
    if (this.#role === 'leader') {
      this.#replication?.configure(this.#conf);
      this.#maybeCommit();
      this.#leaveIfDemoted();
      if (!this.#replication?.followers.has(this.#transferee)) this.#transferee = NO_NODE;
    }
    return this.#conf;
  }

  readIndex(context: number): { ok: true } | { ok: false; reason: DropReason } {
    if (this.#role !== 'leader') return refuse(this.#leader === NO_NODE ? 'noLeader' : 'notLeader');
    // Before the no-op commits, the leader does not know what is committed (thesis 6.4, step 1).
    if (this.#commit < this.#noopIndex) return refuse('noopPending');
    return this.#reads.ask(context) ? { ok: true } : refuse('readsFull');
  }

  transferLeadership(to: NodeId): ProposeResult | { ok: true } {
    if (this.#role !== 'leader') return refuse('notLeader');
    const target = this.#replication?.followers.get(to);
    if (target === undefined || target.learner) return refuse('notLeader');
    if (this.#transferee === to) return { ok: true };
    this.#transferee = to;
    this.#electionElapsed = 0;
    this.#continueTransfer();
    return { ok: true };
  }

  /** The transferee takes over when it has the whole log (thesis 3.10). */
  #continueTransfer(): void {
    if (this.#transferee === NO_NODE || this.#replication === undefined) return;
    if (this.#replication.reached(this.#transferee) === this.#log.lastIndex) {
      this.#emit(message(MessageType.timeoutNow, this.#transferee, this.#term));
    } else this.#replication.due = true;
  }

  campaign(): void {
    if (this.#role === 'leader' || !this.#promotable()) return;
    this.#startElection(this.#config.preVote ? 'preCandidate' : 'candidate', false);
  }

  peerLost(node: NodeId, delayTicks = 0): void {
    if (node !== this.#leader || this.#role !== 'follower') return;
    this.#leader = NO_NODE;
    const soon = delayTicks > 0 ? delayTicks : 1 + this.#config.random(3);
    this.#electionElapsed = Math.max(this.#electionElapsed, this.#electionTimeout - soon);
  }

  reportUnreachable(node: NodeId): void {
    this.#replication?.unreachable(node);
  }

  reportSnapshot(node: NodeId, ok: boolean): void {
    this.#replication?.snapshotDelivered(node, ok);
  }

  persisted(term: number, index: number): void {
    const done = this.#persisting.shift();
    this.#log.persisted(term, index);
    if (done !== undefined && done.term === this.#term && done.vote === this.id && this.#role === 'candidate') {
      this.#countVote(this.id, true);
    }
    if (this.#role === 'leader') this.#maybeCommit();
  }

  snapshotInstalled(meta: SnapshotMeta): void {
    if (this.#log.installing?.index === meta.index) this.#log.installing = undefined;
    this.applied(meta.index);
  }

  applied(index: number): void {
    if (index <= this.#applied) return;
    invariant(index <= this.#commit, `applied ${index} beyond commit index ${this.#commit}`);
    this.#applied = index;
    this.#handedCommitted = Math.max(this.#handedCommitted, index);
    const leave = this.#role === 'leader' && isJoint(this.#conf) && this.#conf.autoLeave && this.#pendingConf <= index;
    if (leave) this.#proposeConf(encodeConfChange([], false));
  }

  // ---- output ----

  hasReady(): boolean {
    return (
      this.#messages.length > 0 ||
      this.#afterPersist.length > 0 ||
      this.#log.hasTail ||
      this.#snapshot !== undefined ||
      this.#readStates.length > 0 ||
      this.#readsDropped.length > 0 ||
      this.#replication?.due === true ||
      (this.#role === 'leader' && this.#reads.asked) ||
      this.#canApply() > this.#handedCommitted ||
      this.#softChanged() ||
      this.#hardChanged()
    );
  }

  #canApply(): number {
    return this.#log.installing === undefined ? Math.min(this.#commit, this.#log.durable) : 0;
  }

  #softChanged(): boolean {
    return this.#lastSoft.role !== this.#role || this.#lastSoft.leader !== this.#leader;
  }

  /** The commit index alone is not worth a write: it rides along with the next one, and is only a hint. */
  #hardChanged(): boolean {
    return this.#lastHard.term !== this.#term || this.#lastHard.vote !== this.#vote;
  }

  ready(): Ready {
    if (this.#role === 'leader') this.#beginReads();
    // Before handing out: what is handed out can be read back only once the host has taken it.
    this.#replication?.flush(this.#commit);
    const entries = this.#log.handOut();
    const softState = this.#softChanged() ? { role: this.#role, leader: this.#leader } : undefined;
    if (softState !== undefined) this.#lastSoft = softState;
    const last = this.#lastHard;
    const writes = entries.length > 0 || this.#snapshot !== undefined || this.#hardChanged();
    const hardState =
      writes && (this.#hardChanged() || last.commit !== this.#commit)
        ? { term: this.#term, vote: this.#vote, commit: this.#commit }
        : undefined;
    const mustSync =
      entries.length > 0 || this.#snapshot !== undefined || last.term !== this.#term || last.vote !== this.#vote;
    if (hardState !== undefined) this.#lastHard = hardState;
    const snapshot = this.#snapshot;
    if (writes) {
      this.#persisting.push({ term: this.#term, vote: this.#vote });
    }
    const rd: Ready = {
      softState,
      hardState,
      entries,
      snapshot,
      messages: this.#messages,
      messagesAfterPersist: this.#afterPersist,
      committed: this.#takeCommitted(),
      readStates: this.#readStates,
      readsDropped: this.#readsDropped,
      mustSync,
    };
    this.#messages = [];
    this.#afterPersist = [];
    this.#readStates = [];
    this.#readsDropped = [];
    this.#snapshot = undefined;
    return rd;
  }

  #takeCommitted(): readonly Entry[] {
    const to = this.#canApply();
    if (to <= this.#handedCommitted) return [];
    const from = this.#handedCommitted + 1;
    const entries = this.#log.entries(from, to + 1, this.#config.committedBytesPerReadyMax);
    invariant(entries[0]?.index === from, `entry ${from} is committed and not in the log`);
    this.#handedCommitted = from + entries.length - 1;
    return entries;
  }

  #beginReads(): void {
    if (!this.#reads.asked) return;
    const round = this.#reads.begin(this.id, this.#commit);
    this.#replication?.heartbeat(this.#commit, round);
    this.#readStates.push(...this.#reads.confirmed(this.#conf));
  }

  status(): RaftStatus {
    return {
      id: this.id,
      term: this.#term,
      vote: this.#vote,
      role: this.#role,
      leader: this.#leader,
      commit: this.#commit,
      applied: this.#applied,
      lastIndex: this.#log.lastIndex,
      conf: this.#conf,
      transferee: this.#transferee,
      progress: this.#replication?.progress() ?? new Map(),
    };
  }

  // ---- elections ----

  #promotable(): boolean {
    return this.#isVoter() && this.#mayCampaign();
  }

  /**
   * Not before every configuration that is known to be committed is applied: an entry behind one that leaves a joint
   * configuration may have been committed without a majority of the voters that this node still counts on.
   */
  #mayCampaign(): boolean {
    if (this.#log.installing !== undefined || this.#snapshot !== undefined) return false;
    return !this.#log.hasConfChange(this.#applied + 1, this.#commit);
  }

  #startElection(as: 'preCandidate' | 'candidate', force: boolean): void {
    const real = as === 'candidate';
    if (real) {
      this.#setTerm(this.#term + 1);
      this.#vote = this.id;
    }
    this.#enter(as, NO_NODE);
    const type = real ? MessageType.vote : MessageType.preVote;
    const fields = { index: this.#log.lastIndex, logTerm: this.#log.lastTerm, force };
    const voters = new Set([...this.#conf.voters, ...this.#conf.votersOutgoing]);
    for (const id of voters)
      if (id !== this.id) this.#emit(message(type, id, real ? this.#term : this.#term + 1, fields));
    // The own vote counts when it is on disk (see persisted); the intention to campaign at once.
    if (!real) this.#countVote(this.id, true);
  }

  #onVoteRequest(m: Message): void {
    const pre = m.type === MessageType.preVote;
    const free =
      this.#vote === m.from || (this.#vote === NO_NODE && this.#leader === NO_NODE) || (pre && m.term > this.#term);
    const grant = free && this.#log.isUpToDate(m.index, m.logTerm);
    const type = pre ? MessageType.preVoteResponse : MessageType.voteResponse;
    if (!grant) {
      this.#sendAfterPersist(message(type, m.from, this.#term, { reject: true }));
      if (free && !this.#isVoter()) this.#campaignForOthers();
      return;
    }
    if (!pre) {
      this.#electionElapsed = 0;
      this.#vote = m.from;
    }
    // A granted pre-vote answers in the term it was asked for, else the asker would drop it as old.
    this.#sendAfterPersist(message(type, m.from, m.term));
  }

  /**
   * Asked for a vote by somebody who does not know yet that this node has none, and unable to give it because its own
   * log holds more: then nobody can win but this node, by the votes of those who count. It hands over at once.
   */
  #campaignForOthers(): void {
    if (this.#role === 'follower' && this.#leader === NO_NODE && this.#mayCampaign())
      this.#startElection('preCandidate', false);
  }

  #onVoteResponse(m: Message): void {
    const expected = m.type === MessageType.voteResponse ? 'candidate' : 'preCandidate';
    if (this.#role === expected) this.#countVote(m.from, !m.reject);
  }

  #countVote(from: NodeId, granted: boolean): void {
    if (!this.#votes.has(from)) this.#votes.set(from, granted);
    const outcome = jointVoteOutcome(this.#conf, this.#votes);
    if (outcome === 'lost') this.#becomeFollower(this.#term, NO_NODE);
    else if (outcome === 'won') {
      if (this.#role === 'preCandidate') this.#startElection('candidate', false);
      else this.#becomeLeader();
    }
  }

  #becomeLeader(): void {
    invariant(this.#role === 'candidate', `a ${this.#role} won an election`);
    this.#enter('leader', this.id);
    this.#replication = new Replication(this.#config, this.#log, this.#term, this.#conf, (m) => this.#emit(m));
    // An unapplied configuration entry may be anywhere in the tail: none may be added before it is applied.
    this.#pendingConf = this.#log.lastIndex;
    this.#uncommittedBytes = 0;
    this.#append(EntryType.normal, NO_DATA);
    this.#noopIndex = this.#log.lastIndex;
  }

  #becomeFollower(term: number, leader: NodeId): void {
    if (term !== this.#term) this.#setTerm(term);
    this.#enter('follower', leader);
  }

  #setTerm(term: number): void {
    invariant(term > this.#term, `term would go from ${this.#term} to ${term}`);
    this.#term = term;
    this.#vote = NO_NODE;
  }

  #enter(role: Role, leader: NodeId): void {
    this.#role = role;
    this.#leader = leader;
    this.#votes = new Map();
    this.#replication = undefined;
    this.#transferee = NO_NODE;
    this.#heartbeatElapsed = this.#heartbeatPhase();
    for (const context of this.#reads.drop()) this.#readsDropped.push(context);
    this.#resetElection();
  }

  #heartbeatPhase(): number {
    return this.#config.heartbeatPhase?.() ?? 0;
  }

  #resetElection(): void {
    this.#electionElapsed = 0;
    this.#electionTimeout = this.#config.electionTicks + this.#config.random(this.#config.electionTicks);
  }

  // ---- follower ----

  #follow(m: Message): void {
    invariant(this.#role !== 'leader', `two leaders in term ${this.#term}: ${this.id} and ${m.from}`);
    if (this.#role !== 'follower') this.#becomeFollower(this.#term, m.from);
    invariant(this.#leader === NO_NODE || this.#leader === m.from, `two leaders in term ${this.#term}`);
    this.#leader = m.from;
    this.#electionElapsed = 0;
  }

  #onAppend(m: Message): void {
    if (this.#log.installing !== undefined) return;
    if (this.#conf.voters.length === 0) {
      // It joined a group that began without it: entries alone do not tell the configuration that they change.
      const fields = { index: m.index, reject: true, context: NEEDS_STATE };
      this.#sendAfterPersist(message(MessageType.appendResponse, m.from, this.#term, fields));
      return;
    }
    if (m.index < this.#commit) return this.#acknowledge(m.from, this.#commit);
    if (this.#log.term(m.index) !== m.logTerm) {
      const hint = this.#log.agreement(Math.min(m.index, this.#log.lastIndex), m.logTerm);
      const fields = { index: m.index, reject: true, rejectHint: hint.index, logTerm: hint.term };
      this.#sendAfterPersist(message(MessageType.appendResponse, m.from, this.#term, fields));
      return;
    }
    for (const entry of m.entries) {
      const own = this.#log.term(entry.index);
      if (own === entry.term) continue;
      if (own !== undefined) {
        invariant(entry.index > this.#commit, `entry ${entry.index} conflicts with a committed one`);
        this.#log.truncateFrom(entry.index);
      }
      this.#log.append(entry);
    }
    const last = m.index + m.entries.length;
    this.#commitTo(Math.min(m.commit, last));
    if (m.context !== COMMIT_ONLY) this.#acknowledge(m.from, last);
  }

  #acknowledge(leader: NodeId, index: number): void {
    this.#sendAfterPersist(message(MessageType.appendResponse, leader, this.#term, { index }));
  }

  #onHeartbeat(m: Message): void {
    if (this.#log.installing === undefined) this.#commitTo(Math.min(m.commit, this.#log.lastIndex));
    this.#emit(message(MessageType.heartbeatResponse, m.from, this.#term, { context: m.context }));
  }

  #onSnapshot(m: Message): void {
    const meta = m.snapshot;
    invariant(meta !== undefined, 'a snapshot message without metadata');
    if (meta.index <= this.#commit || this.#log.installing !== undefined)
      return this.#acknowledge(m.from, this.#commit);
    if (this.#log.term(meta.index) === meta.term) {
      // Everything of it is in the log already.
      this.#commitTo(meta.index);
      return this.#acknowledge(m.from, this.#commit);
    }
    this.#log.restore(meta);
    this.#commit = meta.index;
    this.#handedCommitted = meta.index;
    this.#conf = meta.confState;
    this.#snapshot = meta;
    this.#acknowledge(m.from, meta.index);
  }

  #commitTo(index: number): void {
    if (index <= this.#commit) return;
    invariant(index <= this.#log.lastIndex, `commit index ${index} beyond the log's end ${this.#log.lastIndex}`);
    this.#commit = index;
  }

  // ---- leader ----

  #append(type: EntryType, data: Uint8Array): void {
    this.#log.append({ term: this.#term, index: this.#log.lastIndex + 1, type, data });
    if (this.#replication !== undefined) this.#replication.due = true;
  }

  #onLeaderMessage(m: Message): void {
    const replication = this.#replication;
    if (replication === undefined) return;
    if (m.type === MessageType.appendResponse) {
      if (replication.appendResponse(m)) {
        this.#maybeCommit();
        if (m.from === this.#transferee) this.#continueTransfer();
      }
    } else if (m.type === MessageType.heartbeatResponse) {
      replication.heartbeatResponse(m.from);
      if (m.context === 0) return;
      this.#reads.acknowledged(m.from, m.context);
      this.#readStates.push(...this.#reads.confirmed(this.#conf));
    }
  }

  /** Only entries of the own term commit by counting (thesis 3.6.2). */
  #maybeCommit(): void {
    const replication = this.#replication;
    if (replication === undefined) return;
    const index = jointCommittedIndex(this.#conf, (id) => replication.reached(id));
    if (index <= this.#commit || this.#log.term(index) !== this.#term) return;
    if (this.#uncommittedBytes > 0) this.#releaseBytes(this.#commit + 1, index);
    this.#commit = index;
    replication.due = true;
  }

  #releaseBytes(from: number, to: number): void {
    const left = to === this.#log.lastIndex ? 0 : this.#uncommittedBytes - this.#log.bytes(from, to);
    this.#uncommittedBytes = Math.max(0, left);
  }

  #emit(m: Message): void {
    this.#messages.push({ ...m, from: this.id });
  }

  #sendAfterPersist(m: Message): void {
    this.#afterPersist.push({ ...m, from: this.id });
  }
}
