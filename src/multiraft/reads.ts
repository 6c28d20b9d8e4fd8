// Linearizable reads of one group on this node (ReadIndex, thesis 6.4).
//
// All reads that arrive while a round is under way wait for the next one: a round begun before a
// read arrived may have learned its index too early. One round at a time per node keeps the number
// of rounds bounded whatever the load.

import { errors, type RpcError } from '../errors.js';
import { limits } from '../limits.js';

interface Waiter {
  readonly deadlineMs: number;
  readonly resolve: (revision: number) => void;
  readonly reject: (error: Error) => void;
}

/** What a round has learned. */
export interface ReadPoint {
  /** Everything up to here must be applied... */
  readonly index: number;
  /** ...or an entry of a later term than this: what is missing then never comes. */
  readonly term: number;
  /** With a sequencer: nothing at or below this revision is still to come in the group; else 0. */
  readonly revision: number;
}

interface Confirmed extends ReadPoint {
  readonly waiters: readonly Waiter[];
}

export class Reads {
  #arriving: Waiter[] = [];
  /** Waiters of the round under way; undefined when there is none. */
  #round: { readonly context: number; readonly waiters: Waiter[] } | undefined;
  #confirmed: Confirmed[] = [];
  #nextContext = 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Resolves to ReadPoint.revision. */
  add(deadlineMs: number): Promise<number> {
    if (this.#size >= limits.readsPendingMax) return Promise.reject(errors.tooManyRequests());
    this.#size++;
    return new Promise((resolve, reject) => {
      this.#arriving.push({ deadlineMs, resolve, reject });
    });
  }

  get wantsRound(): boolean {
    return this.#round === undefined && this.#arriving.length > 0;
  }

  /** Begins a round for everything that has arrived; its number comes back in `confirm` or `retry`. */
  begin(): number {
    const context = this.#nextContext++;
    this.#round = { context, waiters: this.#arriving };
    this.#arriving = [];
    return context;
  }

  /** The round learned where to read: its reads are answered once that is applied. */
  confirm(context: number, point: ReadPoint, applied: number, appliedTerm: number): void {
    if (this.#round?.context !== context) return;
    const confirmed = { ...point, waiters: this.#round.waiters };
    this.#round = undefined;
    if (isReached(confirmed, applied, appliedTerm)) this.#finish(confirmed);
    else this.#confirmed.push(confirmed);
  }

  /** The round came to nothing; its reads join the next one. */
  retry(context: number): void {
    if (this.#round?.context !== context) return;
    this.#arriving = this.#round.waiters.concat(this.#arriving);
    this.#round = undefined;
  }

  /** Leadership moved: whatever round is under way may never be answered. */
  retryAny(): void {
    if (this.#round !== undefined) this.retry(this.#round.context);
  }

  applied(index: number, term: number): void {
    if (this.#confirmed.length === 0) return;
    const waiting: Confirmed[] = [];
    for (const c of this.#confirmed) {
      if (isReached(c, index, term)) this.#finish(c);
      else waiting.push(c);
    }
    this.#confirmed = waiting;
  }

  #finish({ waiters, revision }: Confirmed): void {
    this.#size -= waiters.length;
    for (const waiter of waiters) waiter.resolve(revision);
  }

  expire(nowMs: number, error: () => RpcError): void {
    if (this.#size === 0) return;
    const alive = (waiter: Waiter): boolean => {
      if (waiter.deadlineMs > nowMs) return true;
      this.#size--;
      waiter.reject(error());
      return false;
    };
    this.#arriving = this.#arriving.filter(alive);
    if (this.#round !== undefined) {
      const waiters = this.#round.waiters.filter(alive);
      this.#round = waiters.length > 0 ? { context: this.#round.context, waiters } : undefined;
    }
    this.#confirmed = this.#confirmed.map((c) => ({ ...c, waiters: c.waiters.filter(alive) }));
  }

  close(): void {
    this.expire(Number.POSITIVE_INFINITY, errors.stopped);
  }
}

const isReached = (point: ReadPoint, applied: number, appliedTerm: number): boolean =>
  point.index <= applied || point.term < appliedTerm;
