// Where a group's linearizable reads come from: rounds of ReadIndex at the leader, here or on another node.
//
// With a sequencer a round also makes a claim: nothing at or below a revision is still to come in this group
// (B4 of docs/design/partitions.md). Its steps are marked below; leaving one out loses an acknowledged write.

import type { PeerCall } from '../../proto/gen/peer.js';
import { Code, errors } from '../errors.js';
import type { RaftCore, Ready } from '../raft/types.js';
import { NOT_LEADER_HERE, packNumbers, unpackNumbers } from './calls.js';
import type { Known } from './known.js';
import type { Numbering } from './numbering.js';
import type { Peer, ReplyFn } from './peer.js';
import { type ReadPoint, Reads } from './reads.js';
import { type OpenWork, PeerMethod } from './types.js';

export interface GroupReadsHost {
  readonly group: number;
  readonly raft: RaftCore;
  /** Undefined: the group numbers its writes itself, and claims nothing. */
  readonly numbering: Numbering | undefined;
  readonly known: Known;
  openWork(): OpenWork | undefined;
  /** Undefined while this node leads, or knows no leader that it can reach. */
  leaderPeer(): Peer | undefined;
  appliedPosition(): { readonly appliedIndex: number; readonly appliedTerm: number };
  schedule(): void;
  retryLater(): void;
}

interface Round {
  readonly confirmed: (index: number) => void;
  readonly dropped: () => void;
}

const NOTHING = Buffer.alloc(0);

export class GroupReads {
  readonly #host: GroupReadsHost;
  readonly #reads = new Reads();
  /** Rounds at the core, by the core's context. */
  readonly #rounds = new Map<number, Round>();
  #nextRound = 1;
  failed = 0;

  constructor(host: GroupReadsHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#reads.size;
  }

  /** Reads wait for a round to begin. */
  get wantsRound(): boolean {
    return this.#reads.wantsRound;
  }

  /** Resolves to the revision that the claim is about; 0 without a sequencer. */
  add(deadlineMs: number): Promise<number> {
    return this.#reads.add(deadlineMs);
  }

  confirmLeadership(): Promise<void> {
    return new Promise((resolve, reject) => {
      const started = this.#startRound({ confirmed: () => resolve(), dropped: () => reject(errors.leaderChanged()) });
      if (!started) reject(errors.notLeader());
    });
  }

  /** Begins a round if reads wait for one. */
  turn(): void {
    if (!this.#reads.wantsRound) return;
    if (this.#host.raft.role === 'leader') this.#beginHere();
    else this.#askLeader();
  }

  #beginHere(): void {
    const context = this.#reads.begin();
    const started = this.#claim({
      made: (point) => this.#confirm(context, point),
      failed: () => this.#retry(context),
    });
    if (!started) this.#retry(context);
  }

  #askLeader(): void {
    const { raft, known, group } = this.#host;
    const peer = this.#host.leaderPeer();
    if (peer === undefined) return;
    const context = this.#reads.begin();
    const { term } = raft;
    peer.call(group, PeerMethod.readIndex, term, packNumbers(known.revision), (code, _error, body) => {
      if (code !== 0) return this.#retry(context);
      const [index = 0, revision = 0] = unpackNumbers(body, 2);
      known.learn(revision);
      this.#confirm(context, { index, term, revision });
    });
  }

  /** The same for another node, which asks this one as the leader of a term. */
  serve(call: PeerCall, reply: ReplyFn): void {
    const refuse = (): void => reply(Code.aborted, NOT_LEADER_HERE, NOTHING);
    const { raft, known } = this.#host;
    known.learn(unpackNumbers(call.body, 1)[0] as number);
    if (raft.role !== 'leader' || raft.term !== call.term) return refuse();
    const made = ({ index, revision }: ReadPoint): void => reply(0, '', packNumbers(index, revision));
    if (!this.#claim({ made, failed: refuse })) refuse();
  }

  /** B4. False: this node can not claim anything now. */
  #claim({ made, failed }: { made: (point: ReadPoint) => void; failed: () => void }): boolean {
    const { raft, numbering, known } = this.#host;
    const { term } = raft;
    if (numbering === undefined) {
      return this.#startRound({ confirmed: (index) => made({ index, term, revision: 0 }), dropped: failed });
    }
    // B4.1: only then does the state tell which transactions are open.
    if (!raft.leaderReady) return false;
    // B4.2: in one turn, a revision that was really handed out, the end of the log, what is asked for, what is open.
    const revision = known.revision;
    let reached = raft.lastIndex;
    let waiting = 1;
    let ended = false;
    const finish = (index: number | undefined): void => {
      if (ended) return;
      if (index !== undefined) reached = Math.max(reached, index);
      ended = index === undefined || --waiting === 0;
      if (index === undefined) failed();
      else if (ended) made({ index: reached, term, revision });
    };
    if (numbering.whenSettled(finish)) waiting++;
    if (this.#host.openWork()?.whenFinished(finish) === true) waiting++;
    // B4.3: confirmed by a round that begins after that. B4.4: who gets the point waits until it is applied.
    const started = this.#startRound({ confirmed: () => finish(0), dropped: () => finish(undefined) });
    if (!started) ended = true;
    return started;
  }

  #confirm(context: number, point: ReadPoint): void {
    const { appliedIndex, appliedTerm } = this.#host.appliedPosition();
    this.#reads.confirm(context, point, appliedIndex, appliedTerm);
    if (this.#reads.wantsRound) this.#host.schedule();
  }

  #retry(context: number): void {
    this.#reads.retry(context);
    this.#host.retryLater();
  }

  #startRound(round: Round): boolean {
    const context = this.#nextRound++;
    if (!this.#host.raft.readIndex(context).ok) return false;
    this.#rounds.set(context, round);
    this.#host.schedule();
    return true;
  }

  /** What the core says about rounds. */
  ended(rd: Ready): void {
    for (const { context, index } of rd.readStates) {
      const round = this.#rounds.get(context);
      this.#rounds.delete(context);
      round?.confirmed(index);
    }
    for (const context of rd.readsDropped) {
      const round = this.#rounds.get(context);
      this.#rounds.delete(context);
      round?.dropped();
    }
    if (this.#reads.wantsRound) this.#host.schedule();
  }

  applied(index: number, term: number): void {
    this.#reads.applied(index, term);
  }

  /** Whatever round is under way may never be answered. */
  leaderChanged(): void {
    this.#reads.retryAny();
    this.#host.schedule();
  }

  expire(nowMs: number): void {
    this.#reads.expire(nowMs, errors.timeout);
  }

  close(): void {
    this.#reads.close();
  }
}
