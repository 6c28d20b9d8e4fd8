// Tells participants what was decided, until each has applied it (E5, E9). What is decided stands in the coordinator's
// replicated state: the next leader goes on where this one was.

import { type TxnDecision, TxnName, TxnOutcome, TxnState } from '../../proto/gen/txn.js';
import { limits } from '../limits.js';
import { PeerMethod } from '../multiraft/types.js';
import { nameIn, txnId } from '../mvcc/txn-table.js';
import { CommandKind } from '../mvcc/types.js';
import { sleep } from '../runtime/sleep.js';
import { type TxnGroup, type TxnRuntime, UNTIL_LEADERSHIP_ENDS } from './types.js';

export interface DeliveryParts {
  readonly group: TxnGroup;
  readonly runtime: TxnRuntime;
  groupOf(id: number): TxnGroup;
}

export class Delivery {
  readonly #parts: DeliveryParts;
  #term = 0;
  /** By transaction: not more than one for each partition, which is prepared for one at a time. */
  #delivering = new Set<string>();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** A leadership whose barrier is applied begins, or (0) ends. */
  lead(term: number): void {
    this.#term = term;
    this.#delivering = new Set();
    if (term !== 0) this.deliver();
  }

  /** Whatever is decided and not under way yet. */
  deliver(): void {
    const term = this.#term;
    for (const decision of this.#parts.group.store.txns.decisions()) {
      const id = txnId(nameIn(decision));
      if (this.#delivering.has(id)) continue;
      this.#delivering.add(id);
      void this.#deliver(decision, term);
    }
  }

  async #deliver(decision: TxnDecision, term: number): Promise<void> {
    const { group } = this.#parts;
    const name = nameIn(decision);
    await Promise.all(decision.parts.map((part) => this.#tell(decision, part, term)));
    await this.#repeat(term, () =>
      group.propose(CommandKind.txnForget, TxnName.encode(name), UNTIL_LEADERSHIP_ENDS, term),
    );
  }

  #tell({ name, revision }: TxnDecision, part: TxnDecision['parts'][number], term: number): Promise<void> {
    const group = this.#parts.groupOf(part.group);
    const body = TxnOutcome.encode({ name, state: TxnState.COMMITTED, revision, changes: part.changes });
    return this.#repeat(term, () => group.callLeader(PeerMethod.txnOutcome, body, limits.txnTellTimeoutMs));
  }

  async #repeat(term: number, attempt: () => Promise<unknown>): Promise<void> {
    const { timers } = this.#parts.runtime;
    while (this.#term === term) {
      try {
        await attempt();
        return;
      } catch {
        // Whatever it was: it is decided, and must come to pass.
        await sleep(timers, limits.txnTellPauseMs);
      }
    }
  }
}
