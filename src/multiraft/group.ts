// One replica of one group: joins the consensus core, its log, its state machine and the peers.
// All work happens in `turn`, which the host runs once at the end of an event-loop turn.

import type { PeerCall, RaftMessage } from '../../proto/gen/peer.js';
import { Code, errors, RpcError } from '../errors.js';
import { limits } from '../limits.js';
import { takesRevision } from '../mvcc/command.js';
import type { ApplyResult, CommandKind, MvccStore } from '../mvcc/types.js';
import { message } from '../raft/message.js';
import {
  type ConfChange,
  type Message,
  MessageType,
  NO_NODE,
  type NodeId,
  type ProposeResult,
  type RaftCore,
  type RaftStatus,
  type Ready,
} from '../raft/types.js';
import type { Runtime } from '../runtime/ports.js';
import { sleep } from '../runtime/sleep.js';
import type { GroupLog, GroupState } from '../storage/types.js';
import { Applier } from './applier.js';
import { asReply, isRetryable, isUntouched, NOT_LEADER_HERE, packMany, unpackMany } from './calls.js';
import { GroupReads } from './group-reads.js';
import type { Known } from './known.js';
import { type AskRevisions, Numbering, type Placement } from './numbering.js';
import { CONNECTION_LOST, type Peer, type ReplyFn } from './peer.js';
import { type Pending, Proposals, splitBySize } from './proposals.js';
import { Quiet } from './quiet.js';
import { type CompleteSnapshot, SnapshotReceiver, snapshotMessage } from './snapshot-receiver.js';
import { SnapshotSender } from './snapshot-sender.js';
import { type Candidacy, isFirstToStand, ticksToStand } from './standing.js';
import { type GroupHandle, type LeaderHandler, type Leadership, type OpenWork, PeerMethod } from './types.js';
import { fromWire, type GroupBeat } from './wire.js';

/** What a group needs of the node that hosts it. */
export interface GroupHost {
  readonly self: NodeId;
  readonly runtime: Runtime;
  readonly known: Known;
  peer(id: NodeId): Peer | undefined;
  /** Runs the group's turn at the end of this turn of the event loop. */
  schedule(group: Group): void;
  /** Whether the group is to get ticks. */
  needsTicks(group: Group, needed: boolean): void;
  readonly ticks: number;
  readonly beatsPerElection: number;
  /** Of more than one group. */
  readonly hostsMany: boolean;
  /** The node must stop: it can not vouch for its state any more. */
  fail(error: unknown): void;
}

export interface GroupParts {
  readonly id: number;
  readonly raft: RaftCore;
  readonly log: GroupLog;
  readonly state: GroupState;
  readonly store: MvccStore;
  readonly electionMs: number;
  readonly truncateEveryEntries: number;
  readonly catchUpEntries: number;
  readonly sync: boolean;
  /** Where revisions come from; undefined: the state machine numbers writes itself, densely. */
  readonly askRevisions?: AskRevisions | undefined;
}

/** Pause before something refused for want of a leader is tried again without news of one. */
const RETRY_MS = 20;
const NOTHING = Buffer.alloc(0);

export class Group implements GroupHandle {
  readonly id: number;
  readonly store: MvccStore;
  readonly #host: GroupHost;
  readonly #raft: RaftCore;
  readonly #log: GroupLog;
  readonly #state: GroupState;
  readonly #parts: GroupParts;
  readonly #proposals: Proposals;
  /** Undefined: the state machine numbers writes itself. */
  readonly numbering: Numbering | undefined;
  readonly #reads: GroupReads;
  readonly #applier: Applier;
  readonly #sender: SnapshotSender;
  readonly #receiver: SnapshotReceiver;
  readonly #quiet: Quiet;
  readonly #handlers = new Map<PeerMethod, LeaderHandler>();
  readonly #leadershipListeners: ((l: Leadership) => void)[] = [];
  readonly #visibleListeners: (() => void)[] = [];
  #openWork: OpenWork | undefined;
  #leadership: Leadership = { term: 0, leader: NO_NODE, isLeader: false, ready: false };
  #writesInFlight = 0;
  /** Messages that must follow a write already under way. */
  #afterWrites: Message[] = [];
  #installing = false;
  #arrived: CompleteSnapshot | undefined;
  #truncating = false;
  #truncatedTo: number;
  #appliedTerm: number;
  #retryArmed = false;
  #closed = false;
  leaderChanges = 0;
  /** Since this process began. */
  #hasHadLeader = false;

  constructor(parts: GroupParts, host: GroupHost) {
    this.id = parts.id;
    this.store = parts.store;
    this.#host = host;
    this.#parts = parts;
    this.#raft = parts.raft;
    this.#log = parts.log;
    this.#state = parts.state;
    this.#truncatedTo = parts.log.firstIndex - 1;
    this.#appliedTerm = parts.store.appliedTerm;
    this.#proposals = new Proposals(host.self, host.runtime.random);
    const { askRevisions } = parts;
    this.numbering =
      askRevisions &&
      new Numbering({
        ask: askRevisions,
        append: (term, data) => this.#append(term, data),
        after: (ms, fn) => host.runtime.timers.after(ms, fn),
      });
    this.#reads = new GroupReads({
      group: parts.id,
      raft: parts.raft,
      numbering: this.numbering,
      known: host.known,
      openWork: () => this.#openWork,
      leaderPeer: () => this.#leaderPeer(),
      appliedPosition: () => parts.store,
      schedule: () => host.schedule(this),
      retryLater: () => this.#retryLater(),
    });
    this.#applier = new Applier(parts.raft, parts.store, {
      visible: () => this.#visible(),
      // Its voters must be able to elect each other by it, whatever of the commit index is lost when all of them fail.
      configured: () => this.#syncState(),
      failed: (error) => host.fail(error),
    });
    this.#sender = new SnapshotSender(parts.id, parts.store, host.runtime.logger);
    this.#receiver = new SnapshotReceiver(parts.state, parts.store);
    this.#quiet = new Quiet({
      group: parts.id,
      raft: parts.raft,
      liveness: (node) => host.peer(node)?.liveness,
      hasWork: () => this.#hasWork(),
      isInstalling: () => this.#installing,
      ticks: () => host.ticks,
      needsTicks: (needed) => host.needsTicks(this, needed),
      answerLeader: (leader, term) => this.#answerLeader(leader, term),
      idleBeats: host.beatsPerElection,
    });
    parts.store.onApplied((command, result) => this.#proposals.applied(command, result));
  }

  // ---- what services call ----

  propose(
    kind: CommandKind,
    payload: Uint8Array,
    timeoutMs: number = limits.requestTimeoutMs,
    onlyInTerm = 0,
    revision = 0,
  ): Promise<ApplyResult> {
    if (this.#closed) return Promise.reject(errors.stopped());
    this.#host.schedule(this);
    return this.#proposals.add(kind, payload, this.#now() + timeoutMs, onlyInTerm, revision);
  }

  readIndex(timeoutMs: number = limits.requestTimeoutMs): Promise<number> {
    if (this.#closed) return Promise.reject(errors.stopped());
    this.#host.schedule(this);
    return this.#reads.add(this.#now() + timeoutMs);
  }

  confirmLeadership(): Promise<void> {
    return this.#reads.confirmLeadership();
  }

  async callLeader(
    method: PeerMethod,
    body: Uint8Array,
    timeoutMs: number = limits.requestTimeoutMs,
    once = false,
  ): Promise<Uint8Array> {
    const deadline = this.#now() + timeoutMs;
    for (;;) {
      if (this.#closed) throw errors.stopped();
      try {
        return await this.#callLeaderOnce(method, body, deadline);
      } catch (error) {
        if (!(error instanceof RpcError) || !isRetryable(error)) throw error;
        if (once && !isUntouched(error)) throw errors.timeoutConnectionLost();
      }
      if (this.#now() + RETRY_MS >= deadline) throw errors.timeout();
      await sleep(this.#host.runtime.timers, RETRY_MS);
    }
  }

  setLeaderHandler(method: PeerMethod, handler: LeaderHandler): void {
    this.#handlers.set(method, handler);
  }

  get leadership(): Leadership {
    return this.#leadership;
  }

  onLeadership(fn: (l: Leadership) => void): void {
    this.#leadershipListeners.push(fn);
  }

  /** Called whenever the applied state may have moved on. */
  onVisible(fn: () => void): void {
    this.#visibleListeners.push(fn);
  }

  /** From now on claims wait for `work`, too. */
  claimsWaitFor(work: OpenWork): void {
    this.#openWork = work;
  }

  async transferLeadership(to: NodeId): Promise<void> {
    if (!this.#leadership.isLeader) throw errors.notLeader();
    const known = this.#raft.status().conf.voters.includes(to);
    if (!known || to === this.#host.self) throw errors.badLeaderTransferee();
    const started = this.#raft.transferLeadership(to);
    if (!started.ok) throw errors.notLeader();
    this.#host.schedule(this);
    const deadline = this.#now() + this.#parts.electionMs * 2;
    while (this.#leadership.leader !== to) {
      if (this.#closed) throw errors.stopped();
      if (this.#now() > deadline) throw errors.timeout();
      await sleep(this.#host.runtime.timers, 5);
    }
  }

  status(): RaftStatus {
    return this.#raft.status();
  }

  /** At the leader: appends a change of the configuration, which takes effect when it is applied. */
  changeConf(changes: readonly ConfChange[]): ProposeResult {
    const outcome = changes.length === 0 ? this.#raft.proposeLeaveJoint() : this.#raft.proposeConfChange(changes);
    if (outcome.ok) this.#host.schedule(this);
    return outcome;
  }

  get pendingProposals(): number {
    return this.#proposals.size;
  }

  get failedProposals(): number {
    return this.#proposals.failures;
  }

  get pendingReads(): number {
    return this.#reads.size;
  }

  // ---- what the host calls ----

  /** Not while the group is quiet. */
  tick(): void {
    this.#raft.tick();
    // Also without news of the core: what waits for a leader that takes it is tried again.
    this.#host.schedule(this);
  }

  /** Once a heartbeat interval, before its tick; not while the group is quiet. */
  beat(): void {
    this.#quiet.beat();
  }

  get isQuiet(): boolean {
    return this.#quiet.isQuiet;
  }

  /** Gives up on what has waited past its deadline. */
  expire(): void {
    const now = this.#now();
    this.#proposals.expire(now, errors.timeout);
    this.#reads.expire(now);
  }

  peerUp(): void {
    this.#campaignFirst();
    this.#host.schedule(this);
  }

  #campaignFirst(): void {
    if (this.#hasHadLeader || this.#raft.role !== 'follower' || !this.#host.hostsMany) return;
    if (isFirstToStand(this.#candidacy)) this.#raft.campaign();
  }

  get #candidacy(): Candidacy {
    const isUp = (id: NodeId): boolean => this.#host.peer(id)?.up === true;
    return { group: this.id, self: this.#host.self, voters: this.store.confState.voters, isUp };
  }

  peerDown(id: NodeId): void {
    this.#raft.peerLost(id, this.#host.hostsMany ? ticksToStand(this.#candidacy) : 0);
    this.#raft.reportUnreachable(id);
    this.#host.schedule(this);
  }

  receive(from: NodeId, wire: RaftMessage): void {
    if (wire.type === MessageType.snapshot) return; // snapshots come as chunks
    this.receiveBeat({ group: this.id, message: fromWire(from, this.#host.self, wire), quiet: 0 });
  }

  receiveBeat({ message, quiet }: GroupBeat): void {
    this.#quiet.receive(message, quiet);
    this.#host.schedule(this);
  }

  receiveCall(from: NodeId, call: PeerCall, reply: ReplyFn): void {
    switch (call.method) {
      case PeerMethod.propose:
        return this.#proposeFor(call, reply);
      case PeerMethod.readIndex:
        return this.#reads.serve(call, reply);
      case PeerMethod.snapshotChunk:
        return this.#chunkFrom(from, call, reply);
      default:
        this.#runHandler(call.method as PeerMethod, call.body).then(
          (body) => reply(0, '', body),
          (error) => reply(...asReply(error)),
        );
    }
  }

  /** Everything that this replica has to do now. Synchronous; what takes time comes back by `schedule`. */
  turn(): void {
    if (this.#closed || this.#installing) return;
    if (this.#proposals.hasUnplaced) this.#place();
    this.#reads.turn();
    while (this.#raft.hasReady() && !this.#installing) this.#handle(this.#raft.ready());
    this.#updateLeadership();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#quiet.close();
    this.#proposals.close();
    this.#reads.close();
    await this.#applier.stop();
    await this.store.close();
  }

  // ---- proposals ----

  #place(): void {
    if (this.#raft.role === 'leader') {
      const { term } = this.#raft;
      const [writes, others] = this.#sorted(this.#proposals.takeUnplaced(term));
      if (writes.length > 0) this.#number(writes, term);
      if (others.length === 0) return;
      const outcome = this.#append(
        term,
        others.map((p) => p.data),
      );
      if (outcome.ok) this.#proposals.placed(others, term);
      else if (outcome.reason === 'uncommittedFull') this.#proposals.failed(others, 0, errors.tooManyRequests);
      else this.#putBack(others, 0);
      return;
    }
    const peer = this.#leaderPeer();
    if (peer === undefined) return; // placed when a leader is known
    // Apart from each other: the leader takes a call whole, or refuses it.
    for (const part of this.#sorted(this.#proposals.takeUnplaced(0))) {
      for (const batch of splitBySize(part)) this.#forward(peer, batch);
    }
  }

  /** What takes a revision from the sequencer, and what does not. */
  #sorted(batch: Pending[]): [writes: Pending[], others: Pending[]] {
    if (this.numbering === undefined) return [[], batch];
    return [batch.filter((p) => takesRevision(p.data)), batch.filter((p) => !takesRevision(p.data))];
  }

  /** It can only get into the log of this term, and so counts as placed there from now on. */
  #number(batch: Pending[], term: number): void {
    this.#proposals.placed(batch, term);
    const data = batch.map((p) => p.data);
    this.numbering?.lead(term);
    this.numbering?.add(data, (placement) => {
      if (placement === 'full') this.#proposals.failed(batch, term, errors.tooManyRequests);
      else if (placement === 'refused') this.#putBack(batch, term);
    });
  }

  #append(term: number, data: readonly Uint8Array[]): ProposeResult {
    if (this.#raft.term !== term) return { ok: false, reason: 'notLeader' };
    const outcome = this.#raft.propose(data);
    // Not after a refusal: what is put back waits for a timer, and a turn of its own would go round in circles.
    if (outcome.ok) this.#host.schedule(this);
    return outcome;
  }

  #forward(peer: Peer, batch: Pending[]): void {
    const term = this.#raft.term;
    this.#proposals.placed(batch, term);
    peer.call(this.id, PeerMethod.propose, term, packMany(batch.map((p) => p.data)), (code, error) => {
      // A lost connection leaves the outcome open: the void rule settles it.
      if (code === 0 || error === CONNECTION_LOST) return;
      if (code === Code.resourceExhausted) this.#proposals.failed(batch, term, errors.tooManyRequests);
      else this.#putBack(batch, term);
    });
  }

  #putBack(batch: readonly Pending[], term: number): void {
    this.#proposals.refused(batch, term);
    this.#retryLater();
  }

  #proposeFor(call: PeerCall, reply: ReplyFn): void {
    const { term } = this.#raft;
    if (this.#raft.role !== 'leader' || term !== call.term) return reply(Code.aborted, NOT_LEADER_HERE, NOTHING);
    const answer = (placement: Placement, why: string = placement): void => {
      if (placement === 'placed') reply(0, '', NOTHING);
      else reply(placement === 'full' ? Code.resourceExhausted : Code.aborted, why, NOTHING);
    };
    const data = unpackMany(call.body);
    const { numbering } = this;
    if (numbering !== undefined && data.some(takesRevision)) {
      if (!data.every(takesRevision)) throw new RpcError(Code.internal, 'peer call: writes and other commands in one');
      numbering.lead(term);
      numbering.add(data, answer);
      return;
    }
    const outcome = this.#append(term, data);
    if (outcome.ok) answer('placed');
    else answer(outcome.reason === 'uncommittedFull' ? 'full' : 'refused', outcome.reason);
  }

  // ---- calls for the leader ----

  #leaderPeer(): Peer | undefined {
    const leader = this.#raft.leader;
    if (leader === NO_NODE || leader === this.#host.self) return undefined;
    const peer = this.#host.peer(leader);
    return peer?.up === true ? peer : undefined;
  }

  #callLeaderOnce(method: PeerMethod, body: Uint8Array, deadlineMs: number): Promise<Uint8Array> {
    if (this.#raft.role === 'leader') return this.#runHandler(method, body);
    const peer = this.#leaderPeer();
    if (peer === undefined) return Promise.reject(errors.noLeader());
    return new Promise((resolve, reject) => {
      const timer = this.#host.runtime.timers.after(Math.max(0, deadlineMs - this.#now()), () =>
        reject(errors.timeout()),
      );
      peer.call(this.id, method, this.#raft.term, body, (code, error, answer) => {
        timer.cancel();
        if (code === 0) resolve(answer);
        else reject(new RpcError(code as Code, error));
      });
    });
  }

  async #runHandler(method: PeerMethod, body: Uint8Array): Promise<Uint8Array> {
    if (this.#raft.role !== 'leader') throw new RpcError(Code.aborted, NOT_LEADER_HERE);
    const handler = this.#handlers.get(method);
    if (handler === undefined) throw new RpcError(Code.unimplemented, `peer: unknown method ${method}`);
    return handler(body);
  }

  // ---- the core's output ----

  #handle(rd: Ready): void {
    this.#quiet.handling(rd);
    if (rd.softState !== undefined) this.#updateLeadership();
    for (const message of rd.messages) this.#send(message);
    if (rd.snapshot !== undefined) {
      this.#installing = true;
      this.#install(rd).catch((error) => this.#host.fail(error));
      return;
    }
    this.#persist(rd);
    this.#applier.add(rd.committed);
    this.#reads.ended(rd);
  }

  #persist(rd: Ready): void {
    const after = rd.messagesAfterPersist;
    if (rd.entries.length === 0 && rd.hardState === undefined) {
      if (this.#writesInFlight === 0) for (const message of after) this.#send(message);
      else for (const message of after) this.#afterWrites.push(message);
      return;
    }
    // Whatever waited for the writes before this one may as well wait for this one.
    const messages = this.#afterWrites.concat(after);
    this.#afterWrites = [];
    this.#writesInFlight++;
    const write = { entries: rd.entries, hardState: rd.hardState, snapshot: undefined };
    this.#log.submit(write, rd.mustSync && this.#parts.sync, this.#onPersisted(messages, rd));
  }

  #onPersisted(messages: readonly Message[], rd: Ready): () => void {
    const last = rd.entries.at(-1);
    const index = last?.index ?? this.#log.lastIndex;
    const term = last?.term ?? this.#log.term(index) ?? 0;
    return () => {
      this.#writesInFlight--;
      if (this.#closed) return;
      for (const message of messages) this.#send(message);
      this.#raft.persisted(term, index);
      if (this.#writesInFlight === 0) {
        for (const message of this.#afterWrites) this.#send(message);
        this.#afterWrites = [];
      }
      this.#host.schedule(this);
    };
  }

  #send(message: Message): void {
    const peer = this.#host.peer(message.to);
    if (message.type === MessageType.snapshot) return this.#sendSnapshot(message.to, peer);
    const sent = peer?.sendRaft(this.id, message, this.#quiet.numberFor(message)) ?? false;
    if (!sent && message.type === MessageType.append) this.#raft.reportUnreachable(message.to);
  }

  // ---- the visible state moved on ----

  #visible(): void {
    const { appliedIndex, appliedTerm } = this.store;
    this.#raft.applied(appliedIndex);
    this.#reads.applied(appliedIndex, appliedTerm);
    this.#host.known.learn(this.store.revision);
    if (appliedTerm > this.#appliedTerm) {
      this.#appliedTerm = appliedTerm;
      this.#proposals.termApplied(appliedTerm);
    }
    if (appliedIndex - this.#truncatedTo >= this.#parts.truncateEveryEntries + this.#parts.catchUpEntries)
      this.#truncate();
    for (const listener of this.#visibleListeners) listener();
    this.#host.schedule(this);
  }

  #updateLeadership(): void {
    const raft = this.#raft;
    const now = this.#leadership;
    const isLeader = raft.role === 'leader';
    const ready = raft.leaderReady;
    if (now.term === raft.term && now.leader === raft.leader && now.isLeader === isLeader && now.ready === ready)
      return;
    if (now.leader !== raft.leader) {
      this.leaderChanges++;
      this.#hasHadLeader = true;
      this.#reads.leaderChanged();
    }
    this.#leadership = { term: raft.term, leader: raft.leader, isLeader, ready };
    this.numbering?.lead(isLeader ? raft.term : 0);
    // E7: what is prepared in the log stays so under the next leader.
    if (ready) this.numbering?.open(raft.term, this.store.revision, this.store.txns.prepared !== undefined);
    for (const listener of this.#leadershipListeners) listener(this.#leadership);
  }

  #syncState(): void {
    this.#state.sync().catch((error) => {
      if (!this.#closed) this.#host.fail(error);
    });
  }

  /** The log up to some way behind the applied index is not needed once its effect is on disk. */
  #truncate(): void {
    if (this.#truncating) return;
    // What the state machine has not written yet is replayed from the log after a crash.
    const index = this.#state.appliedIndex - this.#parts.catchUpEntries;
    const term = this.#log.term(index);
    if (term === undefined || index <= this.#truncatedTo) return;
    this.#truncating = true;
    const meta = { index, term, confState: this.store.confState, id: 0 };
    this.#state.sync().then(
      () => {
        this.#truncating = false;
        this.#truncatedTo = index;
        if (!this.#closed) this.#log.truncatePrefix(meta);
      },
      (error) => this.#host.fail(error),
    );
  }

  // ---- snapshots ----

  #sendSnapshot(to: NodeId, peer: Peer | undefined): void {
    const finish = (ok: boolean): void => {
      if (this.#closed) return;
      this.#raft.reportSnapshot(to, ok);
      this.#host.schedule(this);
    };
    if (peer?.up !== true || peer.snapshotsSending >= limits.snapshotsPerPeerMax) {
      // Reported in a turn of its own: the core is in the middle of handing out this message.
      this.#host.runtime.timers.after(RETRY_MS, () => finish(false));
      return;
    }
    peer.snapshotsSending++;
    this.#sender
      .send(peer, this.#raft.term)
      .finally(() => {
        peer.snapshotsSending--;
      })
      .then(finish, (error) => this.#host.fail(error));
  }

  #chunkFrom(from: NodeId, call: PeerCall, reply: ReplyFn): void {
    this.#receiver
      .receive(from, call.body)
      .then((complete) => (complete === undefined ? undefined : this.#offer(complete)))
      .then(
        () => reply(0, '', NOTHING),
        (error) => reply(...asReply(error)),
      );
  }

  /** Hands a whole snapshot to the core; resolves when it is installed or found to be old. */
  async #offer(complete: CompleteSnapshot): Promise<void> {
    while (this.#installing || this.#arrived !== undefined) await sleep(this.#host.runtime.timers, 1);
    this.#arrived = complete;
    this.#quiet.receive(snapshotMessage(complete, this.#host.self), 0);
    this.turn();
    if (!this.#installing) {
      this.#arrived = undefined;
      await complete.replacement.abort();
      if (this.store.appliedIndex < complete.meta.index)
        throw new RpcError(Code.aborted, 'peer: snapshot not accepted');
      return;
    }
    while (this.#installing) await sleep(this.#host.runtime.timers, 1);
  }

  /**
   * State first, log second: a crash in between leaves an applied index beyond the log, which
   * opening repairs; the reverse order would leave a log whose beginning no state holds.
   */
  async #install(rd: Ready): Promise<void> {
    const meta = rd.snapshot;
    const arrived = this.#arrived;
    if (meta === undefined || arrived === undefined || arrived.meta.index !== meta.index) {
      throw new Error('a snapshot was accepted whose state is not here');
    }
    await this.#applier.drain();
    await this.store.suspend();
    await arrived.replacement.finish({ index: meta.index, term: meta.term });
    await this.store.reload();
    this.#proposals.superseded(errors.timeoutConnectionLost);
    this.#truncatedTo = meta.index;
    const messages = this.#afterWrites.concat(rd.messagesAfterPersist);
    this.#afterWrites = [];
    this.#writesInFlight++;
    const write = { entries: rd.entries, hardState: rd.hardState, snapshot: meta };
    this.#log.submit(write, true, () => {
      this.#raft.snapshotInstalled(meta);
      this.#installing = false;
      this.#arrived = undefined;
      this.#onPersisted(messages, rd)();
      this.#applier.add(rd.committed);
      this.#reads.ended(rd);
      this.#visible();
    });
  }

  // ---- small things ----

  #hasWork(): boolean {
    return this.#proposals.size > 0 || this.#reads.size > 0 || (this.numbering?.size ?? 0) > 0;
  }

  #answerLeader(leader: NodeId, term: number): void {
    const answer = message(MessageType.heartbeatResponse, leader, term, { from: this.#host.self });
    this.#host.peer(leader)?.sendRaft(this.id, answer, 0);
  }

  #now(): number {
    return this.#host.runtime.clock.monotonicMs();
  }

  #retryLater(): void {
    if (this.#retryArmed) return;
    this.#retryArmed = true;
    this.#host.runtime.timers.after(RETRY_MS, () => {
      this.#retryArmed = false;
      this.#host.schedule(this);
    });
  }
}
