// Ends leases that other partitions hold keys with, at their home's leader (rule F3): the leader of every registered
// partition cuts the lease off; when all have, the lease is forgotten. What is left to do stands in the home's state,
// so that another leader goes on with it.

import { limits } from '../limits.js';
import { type GroupHandle, PeerMethod } from '../multiraft/types.js';
import { encodeLives } from '../mvcc/lease-records.js';
import { CommandKind, type LeaseLife, type LeaseRecord } from '../mvcc/types.js';
import type { Runtime } from '../runtime/ports.js';
import { BatchSender } from './batch-sender.js';

export interface RevocationsOptions {
  readonly home: GroupHandle;
  readonly partition: (id: number) => GroupHandle;
  readonly runtime: Pick<Runtime, 'timers' | 'logger'>;
}

/** What one leadership of the home is about. */
interface Office {
  readonly term: number;
  /** By partition: one that has no leader delays its own leases only. */
  readonly cuts: Map<number, BatchSender<LeaseLife>>;
  readonly forgets: BatchSender<LeaseLife>;
  /** Registered partitions of a lease that have not acknowledged its cut. */
  readonly left: Map<bigint, Set<number>>;
}

export class Revocations {
  readonly #options: RevocationsOptions;
  #office: Office | undefined;

  constructor(options: RevocationsOptions) {
    this.#options = options;
  }

  /** This node leads in `term`, with all of its log applied. */
  start(term: number): void {
    this.stop();
    const { home } = this.#options;
    const propose = async (lives: readonly LeaseLife[]): Promise<void> => {
      const payload = encodeLives(lives);
      const { error } = await home.propose(CommandKind.leaseForget, payload, limits.requestTimeoutMs, term);
      if (error !== undefined) throw error;
    };
    this.#office = { term, cuts: new Map(), forgets: this.#sender(propose, () => {}), left: new Map() };
    for (const lease of home.store.leases()) if (lease.revoking) this.add(lease);
  }

  stop(): void {
    const office = this.#office;
    if (office === undefined) return;
    this.#office = undefined;
    office.forgets.stop();
    for (const sender of office.cuts.values()) sender.stop();
  }

  /** `revoking` is applied for this lease: the set of its partitions grows no more. */
  add({ id, incarnation, partitions }: LeaseRecord): void {
    const office = this.#office;
    if (office === undefined || office.left.has(id)) return;
    office.left.set(id, new Set(partitions));
    if (partitions.length === 0) office.forgets.add({ id, incarnation });
    for (const partition of partitions) this.#cutsIn(office, partition).add({ id, incarnation });
  }

  /** It is forgotten. */
  ended(id: bigint): void {
    this.#office?.left.delete(id);
  }

  #cutsIn(office: Office, partition: number): BatchSender<LeaseLife> {
    let sender = office.cuts.get(partition);
    if (sender === undefined) {
      const group = this.#options.partition(partition);
      const send = (lives: readonly LeaseLife[]) =>
        group.callLeader(PeerMethod.leaseCut, encodeLives(lives)).then(() => {});
      sender = this.#sender(send, (lives) => this.#acknowledged(office, partition, lives));
      office.cuts.set(partition, sender);
    }
    return sender;
  }

  #acknowledged(office: Office, partition: number, lives: readonly LeaseLife[]): void {
    for (const life of lives) {
      const left = office.left.get(life.id);
      left?.delete(partition);
      // F3: forgotten after all acknowledgements.
      if (left?.size === 0) office.forgets.add(life);
    }
  }

  #sender(
    send: (lives: readonly LeaseLife[]) => Promise<void>,
    taken: (lives: readonly LeaseLife[]) => void,
  ): BatchSender<LeaseLife> {
    const { home, runtime } = this.#options;
    const failed = (error: unknown, leases: number): void =>
      runtime.logger.warn({ err: error, group: home.id, leases }, 'lease: ending is retried');
    return new BatchSender({ send, taken, failed, timers: runtime.timers });
  }
}
