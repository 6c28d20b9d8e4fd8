// When a group has nothing to do, its replicas stop their clocks; the beats of their nodes stand in for its
// heartbeats. None of Raft's business: to be quiet is to be given no ticks, and whatever arrives wakes the replica
// before it is taken in. Rules Q1 to Q7 of docs/design/quiet.md.

import { invariant } from '../errors.js';
import { type Message, MessageType, NO_NODE, type NodeId, type RaftCore, type Ready } from '../raft/types.js';
import type { Liveness, Relying } from './liveness.js';

export interface QuietHost {
  readonly group: number;
  readonly raft: RaftCore;
  /** Undefined: not connected. */
  liveness(node: NodeId): Liveness | undefined;
  /** Work of the group that the core does not know of. */
  hasWork(): boolean;
  /** A follower can not tell what it has while a snapshot is being installed. */
  isInstalling(): boolean;
  /** Ticks of the node so far. */
  ticks(): number;
  /** The group needs ticks (again), or none until further notice. */
  needsTicks(needed: boolean): void;
  /** Tells the leader that this replica is awake. */
  answerLeader(leader: NodeId, term: number): void;
  /** Heartbeat intervals without work before quiet is offered. */
  readonly idleBeats: number;
}

/** What a follower has agreed to. */
interface Agreement {
  readonly leader: NodeId;
  readonly term: number;
  readonly offer: number;
  readonly sinceTick: number;
}

export class Quiet implements Relying {
  readonly id: number;
  readonly #host: QuietHost;
  /** Leader: heartbeat intervals without work. */
  #idleBeats = 0;
  #worked = false;
  /** Leader: number of the offer that heartbeats carry; 0: none. An answer to another one is void (Q2). */
  #offer = 0;
  #offerTerm = 0;
  #offers = 0;
  /** Leader: followers that have agreed to the offer. Invariant: they are what the ledgers of their nodes hold. */
  readonly #agreed = new Set<NodeId>();
  /** Follower: invariant: then, and only then, the group stands in the ledger of the leader's node. */
  #agreement: Agreement | undefined;
  #asleep = false;

  constructor(host: QuietHost) {
    this.id = host.group;
    this.#host = host;
  }

  /** The replica gets no ticks. */
  get isQuiet(): boolean {
    return this.#asleep;
  }

  /**
   * Gives the core a message from another node. `number`: what a heartbeat or its answer carries beside Raft's own
   * fields. Q6: the replica is awake before the core takes the message in.
   */
  receive(m: Message, number: number): void {
    const { raft } = this.#host;
    if (m.type === MessageType.heartbeat) {
      if (!this.#isRepeated(m, number)) this.wake(m.from);
      raft.step(m);
      this.#offered(m, number);
    } else if (m.type === MessageType.heartbeatResponse) {
      if (number === 0 || m.term !== raft.term) this.wake(m.from);
      raft.step(m);
      this.#answered(m.from, m.term, number);
    } else {
      this.wake(m.from);
      raft.step(m);
    }
  }

  /** The number that a message of this replica carries. */
  numberFor(message: Message): number {
    if (message.type === MessageType.heartbeat) return message.context === 0 ? this.#offer : 0;
    if (message.type !== MessageType.heartbeatResponse) return 0;
    return this.#agreement?.leader === message.to ? this.#agreement.offer : 0;
  }

  // ---- the leader ----

  /** Once a heartbeat interval, before the tick that brings the heartbeats; not while quiet. */
  beat(): void {
    const { raft, idleBeats } = this.#host;
    if (raft.role !== 'leader') return;
    const idle = !this.#worked && raft.settled && !this.#host.hasWork();
    this.#worked = false;
    if (!idle) return this.#withdraw();
    if (++this.#idleBeats < idleBeats) return;
    if (this.#offer === 0) {
      this.#offer = ++this.#offers;
      this.#offerTerm = raft.term;
    }
    this.#sleepIfAllAgree();
  }

  /** A follower's answer to a heartbeat. `offer`: what it has agreed to; 0: it is awake. */
  #answered(from: NodeId, term: number, offer: number): void {
    const { raft } = this.#host;
    // Q2: only to this very offer: an older answer may have been overtaken by what woke the follower.
    const agrees = offer !== 0 && offer === this.#offer && term === this.#offerTerm && raft.role === 'leader';
    if (agrees) {
      const liveness = this.#host.liveness(from);
      if (liveness?.isConfirmed !== true || !raft.followers.includes(from)) return;
      this.#agreed.add(from);
      liveness.leads.add(this, term);
      this.#sleepIfAllAgree();
    } else if (offer === 0 && this.#agreed.delete(from)) this.#host.liveness(from)?.leads.remove(this);
  }

  /** Q1: nobody lacks anything, everybody knows it, and everybody has agreed. */
  #sleepIfAllAgree(): void {
    const { raft } = this.#host;
    if (this.#asleep || this.#worked || !raft.settled || this.#host.hasWork()) return;
    if (!raft.followers.every((id) => this.#agreed.has(id))) return;
    this.#asleep = true;
    this.#host.needsTicks(false);
  }

  /** Q6: called before the host does what the core asks for; anything beyond an idle leader's heartbeats ends the quiet. */
  handling(rd: Ready): void {
    const { raft } = this.#host;
    if (this.#agreement !== undefined) {
      const onlyAnswers = rd.messages.every((m) => m.type === MessageType.heartbeatResponse);
      invariant(onlyAnswers && rd.entries.length === 0, `group ${this.id} is quiet and has something to do`);
      return;
    }
    const over = this.#offer !== 0 && (raft.role !== 'leader' || raft.term !== this.#offerTerm);
    if (!over && !isWork(rd) && !(this.#asleep && rd.messages.length > 0)) return;
    this.#worked = true;
    this.#withdraw();
  }

  #withdraw(): void {
    this.#idleBeats = 0;
    if (this.#offer === 0) return;
    this.#offer = 0;
    for (const id of this.#agreed) this.#host.liveness(id)?.leads.remove(this);
    this.#agreed.clear();
    if (this.#agreement === undefined) this.#wakeUp(0);
  }

  // ---- a follower ----

  /**
   * A heartbeat, after the core has taken it in. Q1: agrees only with a log that ends where everything is committed, as
   * the leader's does.
   */
  #offered({ from, term, commit }: Message, offer: number): void {
    const { raft } = this.#host;
    if (offer === 0) return;
    const follows = raft.role === 'follower' && raft.term === term && raft.leader === from;
    const same = raft.commit === commit && raft.lastIndex === commit && !this.#host.isInstalling();
    const liveness = this.#host.liveness(from);
    if (!follows || !same || liveness?.isConfirmed !== true) return this.wake(from);
    // What this node offered as an earlier leader.
    this.#withdraw();
    this.#agreement = { leader: from, term, offer, sinceTick: this.#host.ticks() };
    liveness.follows.add(this, term);
    if (this.#asleep) return;
    this.#asleep = true;
    this.#host.needsTicks(false);
  }

  /** Whether a heartbeat only repeats what this replica has agreed to: it need not wake for that. */
  #isRepeated({ from, term, context }: Message, offer: number): boolean {
    const agreed = this.#agreement;
    return offer !== 0 && context === 0 && agreed?.leader === from && agreed.term === term;
  }

  // ---- either ----

  /** Q4: the clock goes on from the last moment at which the leader was known to lead. `from`: whose message wakes it. */
  wake(from: NodeId = NO_NODE): void {
    const agreed = this.#agreement;
    if (agreed === undefined) {
      if (this.#asleep) this.#withdraw();
      return;
    }
    this.#leave(agreed, this.#host.liveness(agreed.leader)?.silentTicks ?? Number.POSITIVE_INFINITY);
    // It would not know, and go without heartbeats.
    if (from !== agreed.leader) this.#host.answerLeader(agreed.leader, agreed.term);
  }

  unconfirmed(silentTicks: number): void {
    const agreed = this.#agreement;
    if (agreed === undefined) return this.#withdraw();
    this.#leave(agreed, silentTicks);
    this.#host.answerLeader(agreed.leader, agreed.term);
  }

  #leave(agreed: Agreement, silentTicks: number): void {
    this.#agreement = undefined;
    this.#host.liveness(agreed.leader)?.follows.remove(this);
    // Offers are heartbeats: the leader goes on with them while somebody else has not agreed.
    this.#wakeUp(Math.min(silentTicks, this.#host.ticks() - agreed.sinceTick));
  }

  #wakeUp(silentTicks: number): void {
    if (!this.#asleep) return;
    this.#asleep = false;
    this.#host.raft.resume(silentTicks);
    this.#host.needsTicks(true);
  }

  /** The replica is closed: it needs no ticks either. */
  close(): void {
    this.#asleep = false;
    this.#withdraw();
    if (this.#agreement !== undefined) this.#leave(this.#agreement, 0);
  }
}

/** Anything but plain heartbeats: entries, what is committed, rounds of reads, messages. */
function isWork(rd: Ready): boolean {
  return (
    rd.entries.length > 0 ||
    rd.committed.length > 0 ||
    rd.readStates.length > 0 ||
    rd.readsDropped.length > 0 ||
    rd.messages.some((m) => m.type !== MessageType.heartbeat || m.context !== 0)
  );
}
