// What one group's state knows of transactions over partitions (section E of docs/design/partitions.md): the one that it
// is prepared for, the newest that each coordinator prepared here, and the decided ones that it coordinated and of which
// somebody may not know yet.

import { TxnDecision, TxnName, TxnPrepared } from '../../proto/gen/txn.js';
import { invariant } from '../errors.js';
import type { StateBatch } from '../storage/types.js';
import { txnKey } from './records.js';

/** A transaction's name as a key of maps and records. */
export const txnId = ({ group, term, number }: TxnName): string => `${group}.${term}.${number}`;

/** The name inside a message, where every well-formed one has it. */
export function nameIn(message: { readonly name: TxnName | undefined }): TxnName {
  invariant(message.name !== undefined, 'a message about a transaction does not name it');
  return message.name;
}

const sameName = (a: TxnName, b: TxnName): boolean => txnId(a) === txnId(b);
const isNewer = (a: TxnName, b: TxnName): boolean => a.term > b.term || (a.term === b.term && a.number > b.number);

const PREPARED = txnKey('p');
const newestKey = (group: number): Buffer => txnKey(`n${group}`);
const decisionKey = (name: TxnName): Buffer => txnKey(`d${txnId(name)}`);

export interface Prepared {
  readonly name: TxnName;
  /** Of the log entry. */
  readonly index: number;
}

/** What others than the state machine see of it. */
export interface TxnsOfGroup {
  /** Invariant: while it is there, no entry of the group's log behind it carries a revision but its outcome (E4). */
  readonly prepared: Prepared | undefined;
  /** A prepare of that name came before, or one of the same coordinator that is newer. */
  hasSeen(name: TxnName): boolean;
  decision(name: TxnName): TxnDecision | undefined;
  decisions(): Iterable<TxnDecision>;
}

export class TxnTable implements TxnsOfGroup {
  prepared: Prepared | undefined;
  /** By coordinating group. Those of one coordinator are prepared one after another, in the order of their names. */
  readonly #newest = new Map<number, TxnName>();
  /** Invariant: some participant may not have applied its part (E9). Without the parts of this group itself. */
  readonly #decisions = new Map<string, TxnDecision>();

  hasSeen(name: TxnName): boolean {
    const newest = this.#newest.get(name.group);
    return newest !== undefined && !isNewer(name, newest);
  }

  decision(name: TxnName): TxnDecision | undefined {
    return this.#decisions.get(txnId(name));
  }

  decisions(): Iterable<TxnDecision> {
    return this.#decisions.values();
  }

  isPrepared(name: TxnName): boolean {
    return this.prepared !== undefined && sameName(this.prepared.name, name);
  }

  /** False: refused. A repeated prepare may come after the end of its transaction (E9). */
  prepare(batch: StateBatch, name: TxnName, index: number): boolean {
    if (this.prepared !== undefined || this.hasSeen(name)) return false;
    this.prepared = { name, index };
    this.#newest.set(name.group, name);
    batch.put(PREPARED, TxnPrepared.encode({ name, index }));
    batch.put(newestKey(name.group), TxnName.encode(name));
    return true;
  }

  /** The transaction is over here. */
  end(batch: StateBatch, name: TxnName): void {
    if (!this.isPrepared(name)) return;
    this.prepared = undefined;
    batch.del(PREPARED);
  }

  decide(batch: StateBatch, decision: TxnDecision): void {
    const name = nameIn(decision);
    this.#decisions.set(txnId(name), decision);
    batch.put(decisionKey(name), TxnDecision.encode(decision));
  }

  forget(batch: StateBatch, name: TxnName): void {
    if (this.#decisions.delete(txnId(name))) batch.del(decisionKey(name));
  }

  clear(): void {
    this.prepared = undefined;
    this.#newest.clear();
    this.#decisions.clear();
  }

  /** Takes in a record of the state, by what follows the tag in its key. */
  loaded(kind: string, value: Uint8Array): void {
    if (kind.startsWith('p')) {
      const prepared = TxnPrepared.decode(value);
      this.prepared = { name: nameIn(prepared), index: prepared.index };
    } else if (kind.startsWith('n')) {
      const name = TxnName.decode(value);
      this.#newest.set(name.group, name);
    } else {
      const decision = TxnDecision.decode(value);
      this.#decisions.set(txnId(nameIn(decision)), decision);
    }
  }
}
