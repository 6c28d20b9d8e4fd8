// A partition's leader as coordinator (E1 to E8 of docs/design/partitions.md): locks its own partition, prepares the
// others one after another, evaluates the transaction on states that nothing changes, asks for a revision, and logs the
// decision. Only that entry makes the transaction happen; until it is appended, everything here is volatile.

import { TxnRequest, TxnResponse } from '../../proto/gen/rpc.js';
import {
  type TxnAnswer,
  TxnDecision,
  type TxnExecute,
  type TxnName,
  TxnOutcome,
  TxnPrepare,
  TxnPrepared,
  type TxnQuery,
  TxnState,
} from '../../proto/gen/txn.js';
import { Code, errors, invariant, type RpcError } from '../errors.js';
import { limits } from '../limits.js';
import { PeerMethod } from '../multiraft/types.js';
import { nameIn, txnId } from '../mvcc/txn-table.js';
import { CommandKind } from '../mvcc/types.js';
import type { Applied } from './applied.js';
import type { Delivery } from './delivery.js';
import {
  bytesOf,
  type Evaluated,
  evaluateOver,
  NO_REVISION_YET,
  type Partitions,
  revisionNamed,
} from './evaluation.js';
import type { OpenTxns } from './open-txns.js';
import type { PartitionLock } from './partition-lock.js';
import { type RevisionSource, type TxnGroup, type TxnRuntime, UNTIL_LEADERSHIP_ENDS } from './types.js';
import { within } from './within.js';

export interface CoordinatorParts {
  readonly group: TxnGroup;
  readonly lock: PartitionLock;
  readonly open: OpenTxns;
  readonly delivery: Delivery;
  readonly runtime: TxnRuntime;
  readonly revisions: RevisionSource;
  readonly partitions: Partitions;
  groupOf(id: number): TxnGroup;
  appliedOf(id: number): Applied;
}

interface Active {
  readonly name: TxnName;
  readonly request: TxnRequest;
  /** This group is the first. */
  readonly groups: readonly TxnGroup[];
  /** Who has been asked to prepare, and may be prepared. */
  readonly asked: TxnGroup[];
  /** E6: the decision may be in the log. From then on there is no way back. */
  mayBeDecided: boolean;
}

export class Coordinator {
  readonly #parts: CoordinatorParts;
  #term = 0;
  #next = 1;
  /** Of this leadership, until the decision is applied or they are aborted. */
  #active = new Map<string, Active>();

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
  }

  /** A leadership whose barrier is applied begins, or (0) ends. */
  lead(term: number): void {
    this.#term = term;
    this.#next = 1;
    this.#active = new Map();
  }

  /** Rejects with `timeout` where the outcome is open, and with errors that say so where nothing has begun. */
  async execute({ request, groups, waitMs }: TxnExecute): Promise<TxnAnswer> {
    const { group, lock, groupOf } = this.#parts;
    const term = this.#term;
    // E2.
    if (term === 0 || !group.leadership.ready) throw errors.noLeader();
    invariant(groups[0] === group.id, 'a transaction came to a partition that does not coordinate it');
    await lock.acquire(waitMs).granted.catch((error: RpcError) => {
      // Nothing has begun: whoever leads now may begin.
      throw this.#term === term ? error : errors.notLeader();
    });
    if (this.#term !== term) throw errors.notLeader();
    const txn: Active = {
      name: { group: group.id, term, number: this.#next++ },
      request: TxnRequest.decode(request),
      groups: groups.map(groupOf),
      asked: [],
      mayBeDecided: false,
    };
    this.#active.set(txnId(txn.name), txn);
    try {
      return await this.#run(txn);
    } catch (error) {
      if (this.#term !== term) throw errors.timeout();
      if (!txn.mayBeDecided) this.#abort(txn);
      throw error;
    }
  }

  async #run(txn: Active): Promise<TxnAnswer> {
    const { group, revisions } = this.#parts;
    await this.#freeze(txn);
    const named = revisionNamed(txn.request);
    // C4: what a client names is nothing that this node knows.
    if (named > revisions.known) await this.#bounded(revisions.current());
    // C2: everything in these partitions is at or below it, and what comes later will be asked for later.
    const before = Math.max(revisions.known, ...txn.groups.map(({ store }) => store.revision));
    const shown = await this.#evaluate(txn, before, NO_REVISION_YET).catch(async (error) => {
      await this.#stillFrozen(txn);
      throw error;
    });
    if (shown.changes.size === 0) {
      await this.#stillFrozen(txn);
      this.#abort(txn);
      return answer(shown, before);
    }
    if (bytesOf(shown.changes) > limits.txnChangesBytesMax) throw errors.txnTooLarge();
    // E5: only after all have acknowledged. B4.2c: claims of this partition wait for it from now on.
    this.#parts.open.begins(txn.name.term, txnId(txn.name));
    const revision = await this.#bounded(revisions.take(1));
    if (revision <= group.store.revision) throw errors.timeout();
    const evaluated = await this.#evaluate(txn, before, revision);
    const encoded = answer(evaluated, revision);
    await this.#decide(txn, evaluated, revision);
    return encoded;
  }

  /** E3: one after another, in ascending order. Resolves when this node sees the states that are frozen now. */
  async #freeze(txn: Active): Promise<void> {
    const { group, runtime, appliedOf } = this.#parts;
    const deadlineMs = runtime.clock.monotonicMs() + limits.txnPrepareTimeoutMs;
    const left = (): number => Math.max(1, Math.floor(deadlineMs - runtime.clock.monotonicMs()));
    const frozen: [id: number, index: number][] = [[group.id, group.status().lastIndex]];
    for (const other of txn.groups.slice(1)) {
      txn.asked.push(other);
      const body = TxnPrepare.encode({ name: txn.name, waitMs: left() });
      const call = other.callLeader(PeerMethod.txnPrepare, body, left());
      const prepared = await within(call, left(), runtime.timers).catch((error: RpcError) => {
        throw error.code === Code.resourceExhausted ? errors.tooManyRequests() : errors.timeout();
      });
      frozen.push([other.id, TxnPrepared.decode(prepared).index]);
    }
    await Promise.all(frozen.map(([id, index]) => appliedOf(id).reach(index, left())));
  }

  #evaluate(txn: Active, before: number, revision: number): Promise<Evaluated> {
    return evaluateOver(this.#parts.partitions, txn.groups, txn.request, before, revision);
  }

  /** What was evaluated is true only if nobody could tell the participants meanwhile that it is all over. */
  async #stillFrozen(txn: Active): Promise<void> {
    await this.#parts.group.confirmLeadership();
    if (this.#term !== txn.name.term) throw errors.timeout();
  }

  async #decide(txn: Active, { changes }: Evaluated, revision: number): Promise<void> {
    const { group, open, lock, delivery } = this.#parts;
    const { name } = txn;
    // Who changes nothing is told as well: it is prepared.
    const parts = txn.groups.map(({ id }) => ({ group: id, changes: changes.get(id) ?? [] }));
    const payload = TxnDecision.encode({ name, revision, parts });
    // E1: only this leadership may. E6: from here on it is not aborted.
    txn.mayBeDecided = true;
    const result = await group
      .propose(CommandKind.txnDecide, payload, UNTIL_LEADERSHIP_ENDS, name.term, revision)
      .catch((error: RpcError) => {
        // While the leadership lasts, refusals are certain.
        txn.mayBeDecided = this.#term !== name.term;
        throw error;
      });
    if (result.error !== undefined) {
      txn.mayBeDecided = false;
      throw result.error;
    }
    // The leadership may have ended meanwhile: then these do nothing.
    this.#active.delete(txnId(name));
    open.ended(name.term, txnId(name), result.index);
    lock.release(name.term, revision);
    delivery.deliver();
  }

  /** E6: forgotten first, then told. Who does not hear of it asks. */
  #abort(txn: Active): void {
    const { open, lock } = this.#parts;
    const { name } = txn;
    this.#active.delete(txnId(name));
    open.ended(name.term, txnId(name), 0);
    lock.release(name.term, 0);
    const body = TxnOutcome.encode({ name, state: TxnState.ABORTED });
    for (const other of txn.asked) {
      other.callLeader(PeerMethod.txnOutcome, body, limits.txnTellTimeoutMs).catch(() => {});
    }
  }

  /** E8: a linearizable answer, which is why "no record" means that it never happened and never will. */
  async query(query: TxnQuery): Promise<Uint8Array> {
    const { group } = this.#parts;
    const term = this.#term;
    const name = nameIn(query);
    if (term === 0) throw errors.noLeader();
    await group.confirmLeadership();
    if (this.#term !== term) throw errors.leaderChanged();
    const decision = group.store.txns.decision(name);
    if (decision !== undefined) {
      const { revision, parts } = decision;
      const changes = parts.find((part) => part.group === query.group)?.changes ?? [];
      return TxnOutcome.encode({ name, state: TxnState.COMMITTED, revision, changes });
    }
    // An entry that is in this log and not applied is of this term: then it is active.
    const isActive = this.#active.has(txnId(name));
    return TxnOutcome.encode({ name, state: isActive ? TxnState.ACTIVE : TxnState.ABORTED });
  }

  #bounded<T>(promise: Promise<T>): Promise<T> {
    return within(promise, limits.txnRevisionTimeoutMs, this.#parts.runtime.timers);
  }
}

/** Throws where it is too much for a message, which must be before anything is decided. */
function answer({ response }: Evaluated, revision: number): TxnAnswer {
  const encoded = TxnResponse.encode(response);
  if (encoded.length > limits.txnAnswerBytesMax) throw errors.txnTooLarge();
  return { response: encoded, revision };
}
