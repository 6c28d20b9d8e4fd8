// ReadIndex rounds of a leader (thesis 6.4). A round confirms leadership for every read that was
// asked before its heartbeats went out; an acknowledgement of a later round confirms earlier ones.

import { isQuorum } from './quorum.js';
import type { ConfState, NodeId, ReadState } from './types.js';

interface Round {
  readonly number: number;
  readonly index: number;
  readonly contexts: readonly number[];
  readonly acks: Set<NodeId>;
}

export class ReadRounds {
  readonly #pendingMax: number;
  #asked: number[] = [];
  #rounds: Round[] = [];
  #nextNumber = 1;
  #size = 0;

  constructor(pendingMax: number) {
    this.#pendingMax = pendingMax;
  }

  get asked(): boolean {
    return this.#asked.length > 0;
  }

  /** Reads that wait. */
  get size(): number {
    return this.#size;
  }

  /** Number of the newest round that waits; 0 when none does. Heartbeats repeat it. */
  get newest(): number {
    return this.#rounds.at(-1)?.number ?? 0;
  }

  /** False when too many wait already. */
  ask(context: number): boolean {
    if (this.#size >= this.#pendingMax) return false;
    this.#size++;
    this.#asked.push(context);
    return true;
  }

  /** Begins a round for what was asked, at the commit index of this moment. */
  begin(self: NodeId, commit: number): number {
    const number = this.#nextNumber++;
    this.#rounds.push({ number, index: commit, contexts: this.#asked, acks: new Set([self]) });
    this.#asked = [];
    return number;
  }

  acknowledged(from: NodeId, number: number): void {
    for (const round of this.#rounds) {
      if (round.number > number) break;
      round.acks.add(from);
    }
  }

  /** Takes the reads of all rounds that a quorum confirmed. */
  confirmed(conf: ConfState): ReadState[] {
    let last = -1;
    this.#rounds.forEach((round, i) => {
      if (isQuorum(conf, (id) => round.acks.has(id))) last = i;
    });
    const states: ReadState[] = [];
    for (const round of this.#rounds.splice(0, last + 1)) {
      for (const context of round.contexts) states.push({ context, index: round.index });
    }
    this.#size -= states.length;
    return states;
  }

  /** Takes every read that waits: leadership is lost. */
  drop(): number[] {
    const contexts = this.#rounds.flatMap((r) => [...r.contexts]).concat(this.#asked);
    this.#rounds = [];
    this.#asked = [];
    this.#size = 0;
    return contexts;
  }
}
