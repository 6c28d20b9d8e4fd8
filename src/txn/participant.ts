// A partition's leader as participant of transactions that another partition coordinates (E4, E7 to E9 of
// docs/design/partitions.md).

import { type TxnChange, TxnName, TxnOutcome, TxnQuery, TxnState } from '../../proto/gen/txn.js';
import { errors } from '../errors.js';
import { limits } from '../limits.js';
import { PeerMethod } from '../multiraft/types.js';
import { nameIn, txnId } from '../mvcc/txn-table.js';
import { CommandKind } from '../mvcc/types.js';
import type { Timer } from '../runtime/ports.js';
import type { OpenTxns } from './open-txns.js';
import type { PartitionLock, Ticket } from './partition-lock.js';
import { type TxnGroup, type TxnRuntime, UNTIL_LEADERSHIP_ENDS } from './types.js';

export interface ParticipantParts {
  readonly group: TxnGroup;
  readonly lock: PartitionLock;
  readonly open: OpenTxns;
  readonly runtime: TxnRuntime;
  /** By number, for asking coordinators. */
  groupOf(id: number): TxnGroup;
}

interface Attempt {
  readonly ticket: Ticket;
  /** The index of the log entry. */
  readonly done: Promise<number>;
}

/** What became of a transaction, as far as this partition is concerned. */
export interface Outcome {
  readonly name: TxnName;
  /** Undefined: aborted. */
  readonly commit: { readonly revision: number; readonly changes: readonly TxnChange[] } | undefined;
}

export class Participant {
  readonly #parts: ParticipantParts;
  /** Of the leadership that the rest belongs to; 0: none. */
  #term = 0;
  /** Waiting for the partition, or for the log entry to be applied. */
  #preparing = new Map<string, Attempt>();
  /** Outcomes on their way through the log. */
  #ending = new Map<string, Promise<void>>();
  #asking: Timer | undefined;

  constructor(parts: ParticipantParts) {
    this.#parts = parts;
  }

  /** A leadership whose barrier is applied begins, or (0) ends. */
  lead(term: number): void {
    this.#term = term;
    this.#preparing = new Map();
    this.#ending = new Map();
    this.#asking?.cancel();
    const { prepared } = this.#parts.group.store.txns;
    if (term !== 0 && prepared !== undefined) this.#askLater(prepared.name, term);
  }

  /** Resolves to the index of an entry that is committed: from there on, nothing but the outcome changes this partition. */
  async prepare(name: TxnName, waitMs: number): Promise<number> {
    const term = this.#leads();
    const { txns } = this.#parts.group.store;
    const id = txnId(name);
    if (txns.prepared !== undefined && txnId(txns.prepared.name) === id) return txns.prepared.index;
    const found = this.#preparing.get(id);
    if (found !== undefined) return found.done;
    // E9: a repeated message may come after the end.
    if (txns.hasSeen(name)) throw errors.txnOver();
    const ticket = this.#parts.lock.acquire(waitMs);
    const attempts = this.#preparing;
    const done = this.#prepare(name, term, ticket).finally(() => attempts.delete(id));
    attempts.set(id, { ticket, done });
    return done;
  }

  async #prepare(name: TxnName, term: number, ticket: Ticket): Promise<number> {
    const { group, lock, open } = this.#parts;
    await ticket.granted;
    // E4: nothing is asked for any more, and writes queue. B4.2c: open from the moment of appending.
    const id = txnId(name);
    open.begins(term, id);
    try {
      const payload = TxnName.encode(name);
      const { index, error } = await group.propose(CommandKind.txnPrepare, payload, UNTIL_LEADERSHIP_ENDS, term);
      if (error !== undefined) throw error;
      this.#askLater(name, term);
      return index;
    } catch (error) {
      // Not in the log for certain; or the leadership is over, and these two do nothing.
      open.ended(term, id, 0);
      lock.release(term, 0);
      throw error;
    }
  }

  /** Resolves when the outcome is applied here, now or before. Repeating does no harm. */
  async end(outcome: Outcome): Promise<void> {
    const term = this.#leads();
    const id = txnId(outcome.name);
    const attempt = this.#preparing.get(id);
    if (attempt !== undefined) {
      attempt.ticket.cancel();
      await attempt.done.catch(() => {});
      if (this.#term !== term) throw errors.leaderChanged();
    }
    const { prepared } = this.#parts.group.store.txns;
    if (prepared === undefined || txnId(prepared.name) !== id) return;
    const ending = this.#ending.get(id);
    if (ending !== undefined) return ending;
    const endings = this.#ending;
    const done = this.#end(outcome, term).finally(() => endings.delete(id));
    endings.set(id, done);
    return done;
  }

  async #end({ name, commit }: Outcome, term: number): Promise<void> {
    const { group, lock, open, runtime } = this.#parts;
    const revision = commit?.revision ?? 0;
    const state = commit === undefined ? TxnState.ABORTED : TxnState.COMMITTED;
    const kind = commit === undefined ? CommandKind.txnAbort : CommandKind.txnCommit;
    const payload =
      commit === undefined
        ? TxnName.encode(name)
        : TxnOutcome.encode({ name, state, revision, changes: commit.changes });
    const { index, error } = await group.propose(kind, payload, UNTIL_LEADERSHIP_ENDS, term, revision);
    if (error !== undefined) runtime.logger.error({ error: error.message }, 'the outcome of a transaction was refused');
    if (this.#term === term) this.#asking?.cancel();
    open.ended(term, txnId(name), index);
    lock.release(term, revision);
  }

  #leads(): number {
    if (this.#term === 0 || !this.#parts.group.leadership.ready) throw errors.noLeader();
    return this.#term;
  }

  /** E8: whoever should tell the outcome may be gone. */
  #askLater(name: TxnName, term: number): void {
    if (this.#term !== term) return;
    this.#asking?.cancel();
    this.#asking = this.#parts.runtime.timers.after(limits.txnOutcomeAskMs, () => {
      this.#ask(name)
        .catch(() => {}) // Asked again.
        .finally(() => {
          const { prepared } = this.#parts.group.store.txns;
          if (prepared !== undefined && txnId(prepared.name) === txnId(name)) this.#askLater(name, term);
        });
    });
  }

  async #ask(name: TxnName): Promise<void> {
    const { group, groupOf } = this.#parts;
    const query = TxnQuery.encode({ name, group: group.id });
    const body = await groupOf(name.group).callLeader(PeerMethod.txnQuery, query, limits.txnTellTimeoutMs);
    const outcome = outcomeOf(body);
    if (outcome !== undefined) await this.end(outcome);
  }
}

/** Undefined: there is none yet. */
export function outcomeOf(body: Uint8Array): Outcome | undefined {
  const message = TxnOutcome.decode(body);
  const { state, revision, changes } = message;
  const name = nameIn(message);
  if (state === TxnState.ACTIVE) return undefined;
  return { name, commit: state === TxnState.COMMITTED ? { revision, changes } : undefined };
}
