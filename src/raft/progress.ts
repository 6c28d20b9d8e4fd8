// What a leader knows of one follower.

import type { NodeId, Progress } from './types.js';

/** Append messages sent and not acknowledged: their last indexes and sizes, oldest first. */
export class Inflights {
  #indexes: number[] = [];
  #bytes: number[] = [];
  #head = 0;
  totalBytes = 0;

  get count(): number {
    return this.#indexes.length - this.#head;
  }

  add(lastIndex: number, bytes: number): void {
    this.#indexes.push(lastIndex);
    this.#bytes.push(bytes);
    this.totalBytes += bytes;
  }

  /** Everything up to `index` arrived. */
  freeUpTo(index: number): void {
    while (this.#head < this.#indexes.length && (this.#indexes[this.#head] as number) <= index) {
      this.totalBytes -= this.#bytes[this.#head] as number;
      this.#head++;
    }
    if (this.#head > 64 && this.#head * 2 > this.#indexes.length) this.#compact();
  }

  freeFirst(): void {
    if (this.count > 0) this.freeUpTo(this.#indexes[this.#head] as number);
  }

  reset(): void {
    this.#indexes = [];
    this.#bytes = [];
    this.#head = 0;
    this.totalBytes = 0;
  }

  #compact(): void {
    this.#indexes = this.#indexes.slice(this.#head);
    this.#bytes = this.#bytes.slice(this.#head);
    this.#head = 0;
  }
}

/**
 * States: `probe` (one append at a time until the logs are known to agree), `replicate` (optimistic,
 * pipelined), `snapshot` (waits for the host to move the state).
 * Invariant: match < next.
 */
export class FollowerProgress {
  readonly id: NodeId;
  match = 0;
  next: number;
  state: Progress['state'] = 'probe';
  learner: boolean;
  recentlyActive = false;
  /** Probe: an append is out; wait for its answer or the next heartbeat's. */
  probeSent = false;
  pendingSnapshot = 0;
  /** Send an append even if empty: its answer tells whether the logs still agree. */
  verify = false;
  /** Commit index that the follower was last told. */
  sentCommit = 0;
  readonly inflights = new Inflights();

  constructor(id: NodeId, next: number, learner: boolean) {
    this.id = id;
    this.next = next;
    this.learner = learner;
  }

  becomeProbe(): void {
    this.next = this.state === 'snapshot' ? Math.max(this.match + 1, this.pendingSnapshot + 1) : this.match + 1;
    this.#enter('probe');
  }

  becomeReplicate(): void {
    this.#enter('replicate');
    this.next = this.match + 1;
  }

  becomeSnapshot(index: number): void {
    this.#enter('snapshot');
    this.pendingSnapshot = index;
  }

  #enter(state: Progress['state']): void {
    this.state = state;
    this.probeSent = false;
    this.pendingSnapshot = 0;
    // The follower may not have seen what it was told in the former state.
    this.sentCommit = 0;
    this.inflights.reset();
  }

  /** The follower has everything up to `index`. False when that is no news. */
  acknowledged(index: number): boolean {
    this.next = Math.max(this.next, index + 1);
    if (index <= this.match) return false;
    this.match = index;
    this.probeSent = false;
    return true;
  }

  /** An append at `rejected` did not fit; `hint` is where it may. False when the answer is stale. */
  rejected(rejected: number, hint: number): boolean {
    if (this.state === 'replicate') {
      if (rejected <= this.match) return false;
      this.next = this.match + 1;
      return true;
    }
    if (this.next - 1 !== rejected) return false;
    this.next = Math.max(Math.min(rejected, hint + 1), this.match + 1);
    this.probeSent = false;
    return true;
  }
}
