// What stands in for the heartbeats of quiet groups between this node and one other: a beat each heartbeat
// interval, which names no group (rules Q3 to Q5 of docs/design/quiet.md).

import type { Beat, BeatInit } from '../../proto/gen/peer.js';

/** A replica here that is quiet, or whose followers are, on the strength of the other node's beats. */
export interface Relying {
  readonly id: number;
  /** The other node has not confirmed for `silentTicks` what this replica relies on. */
  unconfirmed(silentTicks: number): void;
}

/** Groups and the term of each, with a digest that does not depend on their order. */
export class Ledger {
  readonly #terms = new Map<Relying, number>();
  #digest = 0;

  get count(): number {
    return this.#terms.size;
  }

  get digest(): number {
    return this.#digest;
  }

  /** Invariant: a group stands here in one term at most. */
  add(group: Relying, term: number): void {
    this.remove(group);
    this.#terms.set(group, term);
    this.#digest = (this.#digest ^ mix(group.id, term)) >>> 0;
  }

  remove(group: Relying): void {
    const term = this.#terms.get(group);
    if (term === undefined) return;
    this.#terms.delete(group);
    this.#digest = (this.#digest ^ mix(group.id, term)) >>> 0;
  }

  equals(count: number, digest: number): boolean {
    return this.#terms.size === count && this.#digest === digest;
  }

  /** Takes every group out and tells it. */
  end(silentTicks: number): void {
    for (const group of [...this.#terms.keys()]) {
      this.remove(group);
      group.unconfirmed(silentTicks);
    }
  }
}

export class Liveness {
  /** Groups led here that the other node has agreed to be quiet in. */
  readonly leads = new Ledger();
  /** Groups that the other node leads and that are quiet here. */
  readonly follows = new Ledger();
  readonly #ticksMax: number;
  #leadsSilent = 0;
  #followsSilent = 0;
  #unheard = 0;
  #heardFor = 0;
  /** Groups that the other node leads, of all its groups; as it said last. */
  leading = 0;
  /** The other node is about to stop. */
  leaving = false;

  /** `ticksMax`: the election timeout. */
  constructor(ticksMax: number) {
    this.#ticksMax = ticksMax;
  }

  /** Ticks since the other node last confirmed what is quiet here. */
  get silentTicks(): number {
    return this.#followsSilent;
  }

  /** Beats of the other node confirm what both know of each other: something more can be agreed on. */
  get isConfirmed(): boolean {
    return Math.max(this.#followsSilent, this.#leadsSilent) < this.#ticksMax;
  }

  /** Ticks for which the other node has been heard of without a break of an election timeout; 0 in such a break. */
  get heardTicks(): number {
    return this.#heardFor;
  }

  tick(): void {
    this.#leadsSilent++;
    this.#followsSilent++;
    this.#unheard++;
    this.#heardFor = this.#unheard < this.#ticksMax ? this.#heardFor + 1 : 0;
    // Q4: not heard of, or heard of with something else in mind: as good as a leader's silence.
    if (this.#followsSilent >= this.#ticksMax) this.follows.end(this.#followsSilent);
    if (this.#leadsSilent >= this.#ticksMax) this.leads.end(this.#leadsSilent);
  }

  beat(leading: number, leaving: boolean): BeatInit {
    return {
      leading,
      leaving,
      leadsCount: this.leads.count,
      leadsDigest: this.leads.digest,
      followsCount: this.follows.count,
      followsDigest: this.follows.digest,
    };
  }

  /** Taken in after everything else of its frame: only then can both sides have the same in mind. */
  heard(beat: Beat): void {
    this.#unheard = 0;
    this.leading = beat.leading;
    this.leaving = beat.leaving;
    // Q3: a beat confirms only what both sides agree on; what was lost between them is found out this way.
    if (this.follows.equals(beat.leadsCount, beat.leadsDigest)) this.#followsSilent = 0;
    if (this.leads.equals(beat.followsCount, beat.followsDigest)) this.#leadsSilent = 0;
  }

  /** Q5: another stream begins, maybe with another process at its end. */
  connected(): void {
    this.#leadsSilent = 0;
    this.#followsSilent = 0;
    this.#unheard = 0;
    this.#heardFor = 0;
    this.leading = 0;
    this.leaving = false;
  }

  /** Q5: what was agreed on over a stream ends with it; the process at its other end may be gone. */
  lost(): void {
    this.follows.end(this.#followsSilent);
    this.leads.end(this.#leadsSilent);
    this.#heardFor = 0;
    this.#unheard = this.#ticksMax;
  }
}

/** 32 bits of a group and a term (finalizer of MurmurHash3, by Austin Appleby). */
function mix(group: number, term: number): number {
  let h = Math.imul(group + 1, 0x9e3779b1) ^ Math.imul((term % 2 ** 32) + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
