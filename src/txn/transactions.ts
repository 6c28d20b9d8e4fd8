// Transactions over partitions at one node: as whoever serves the client, and for each partition that this node leads as
// coordinator and as participant.

import { TxnResponse } from '../../proto/gen/rpc.js';
import { TxnAnswer, TxnExecute, TxnPrepare, TxnPrepared, TxnQuery } from '../../proto/gen/txn.js';
import { invariant } from '../errors.js';
import { type GroupHandle, type Leadership, PeerMethod } from '../multiraft/types.js';
import { nameIn, txnId } from '../mvcc/txn-table.js';
import { Applied } from './applied.js';
import { Coordinator } from './coordinator.js';
import { Delivery } from './delivery.js';
import type { Partitions } from './evaluation.js';
import { OpenTxns } from './open-txns.js';
import { outcomeOf, Participant } from './participant.js';
import { PartitionLock } from './partition-lock.js';
import type { RevisionSource, TxnGroup, TxnRuntime } from './types.js';
import { within } from './within.js';

export interface TransactionsOptions {
  /** Of the partitions. Create this before they start. */
  readonly groups: readonly TxnGroup[];
  readonly partitions: Partitions;
  readonly revisions: RevisionSource;
  readonly runtime: TxnRuntime;
}

const NOTHING = Buffer.alloc(0);

/** What a partition's leader does for transactions. */
class PartitionTxns {
  readonly #lock: PartitionLock;
  readonly #open: OpenTxns;
  readonly #participant: Participant;
  readonly #delivery: Delivery;
  readonly #coordinator: Coordinator;
  /** The leadership that has begun here, its barrier applied; 0: none. */
  #term = 0;

  constructor(group: TxnGroup, options: TransactionsOptions, applied: ReadonlyMap<number, Applied>) {
    const { runtime, revisions, partitions } = options;
    const groupOf = (id: number): TxnGroup => {
      const found = options.groups.find((other) => other.id === id);
      invariant(found !== undefined, `there is no partition ${id}`);
      return found;
    };
    const appliedOf = (id: number): Applied => applied.get(id) as Applied;
    const { txns } = group.store;
    this.#open = new OpenTxns(() => txns.prepared && txnId(txns.prepared.name));
    this.#lock = new PartitionLock(group, runtime.timers);
    const shared = { group, lock: this.#lock, open: this.#open, runtime, groupOf };
    this.#participant = new Participant(shared);
    this.#delivery = new Delivery(shared);
    this.#coordinator = new Coordinator({ ...shared, delivery: this.#delivery, revisions, partitions, appliedOf });
    group.claimsWaitFor(this.#open);
    this.#serve(group);
    group.onLeadership((leadership) => this.#onLeadership(group, leadership));
    this.#onLeadership(group, group.leadership);
  }

  #serve(group: TxnGroup): void {
    group.setLeaderHandler(PeerMethod.txnExecute, async (body) =>
      TxnAnswer.encode(await this.#coordinator.execute(TxnExecute.decode(body))),
    );
    group.setLeaderHandler(PeerMethod.txnPrepare, async (body) => {
      const prepare = TxnPrepare.decode(body);
      const name = nameIn(prepare);
      return TxnPrepared.encode({ name, index: await this.#participant.prepare(name, prepare.waitMs) });
    });
    group.setLeaderHandler(PeerMethod.txnOutcome, async (body) => {
      const outcome = outcomeOf(body);
      if (outcome !== undefined) await this.#participant.end(outcome);
      return NOTHING;
    });
    group.setLeaderHandler(PeerMethod.txnQuery, (body) => this.#coordinator.query(TxnQuery.decode(body)));
  }

  #onLeadership(group: TxnGroup, { ready, term }: Leadership): void {
    const now = ready ? term : 0;
    if (now === this.#term) return;
    this.#term = now;
    this.#open.lead(now);
    this.#lock.lead(now, group.store.txns.prepared !== undefined);
    this.#participant.lead(now);
    this.#coordinator.lead(now);
    this.#delivery.lead(now);
  }

  close(): void {
    this.#open.lead(0);
    this.#lock.lead(0, false);
    this.#participant.lead(0);
    this.#coordinator.lead(0);
    this.#delivery.lead(0);
  }
}

export class Transactions {
  readonly #partitions: readonly PartitionTxns[];
  readonly #timers: TxnRuntime['timers'];

  constructor(options: TransactionsOptions) {
    this.#timers = options.runtime.timers;
    const applied = new Map(options.groups.map((group) => [group.id, new Applied(group, options.runtime.timers)]));
    this.#partitions = options.groups.map((group) => new PartitionTxns(group, options, applied));
  }

  /**
   * Executes an encoded TxnRequest that touches `groups` (ascending, several): all of it in one revision, or nothing.
   * Rejects with RpcError: `timeout` and the like where it may have happened.
   */
  async execute(
    groups: readonly GroupHandle[],
    request: Uint8Array,
    timeoutMs: number,
  ): Promise<{ response: TxnResponse; revision: number }> {
    // E1: the lowest coordinates.
    const [coordinator] = groups;
    invariant(coordinator !== undefined && groups.length > 1, 'a transaction of one partition was to be coordinated');
    const waitMs = Math.max(1, Math.floor(timeoutMs));
    const body = TxnExecute.encode({ request, groups: groups.map(({ id }) => id), waitMs });
    const call = coordinator.callLeader(PeerMethod.txnExecute, body, timeoutMs, true);
    const answer = TxnAnswer.decode(await within(call, timeoutMs, this.#timers));
    return { response: TxnResponse.decode(answer.response), revision: answer.revision };
  }

  close(): void {
    for (const partition of this.#partitions) partition.close();
  }
}
