// What a home's leader answers to the leaders of other partitions, which hold keys with its leases (rules F1 and F9).

import { errors } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import { encodeRegistration } from '../mvcc/lease-records.js';
import { CommandKind, type LeaseRecord } from '../mvcc/types.js';
import type { LeadershipGate } from './leadership-gate.js';
import { decodeIds, decodePartitionIds, encodeFigures, GONE, UNDECIDED } from './wire.js';

export interface RegistrationsOptions {
  readonly home: GroupHandle;
  readonly gate: LeadershipGate;
  /** The term in which this node leads with all of its log applied; throws noLeader when it does not. */
  readonly term: () => number;
  /** Whether the end of a lease has been proposed. */
  readonly isEnding: (id: bigint) => boolean;
}

export class Registrations {
  readonly #options: RegistrationsOptions;

  constructor(options: RegistrationsOptions) {
    this.#options = options;
  }

  /** Per lease: its incarnation, with which the partition is registered; GONE; or UNDECIDED, while it is ending. */
  async register(body: Uint8Array): Promise<Uint8Array> {
    const { home, gate } = this.#options;
    const term = this.#options.term();
    const { partition, ids } = decodePartitionIds(body);
    const lives = ids.map((id) => home.store.lease(id)).filter((lease) => lease !== undefined);
    const fresh = lives.filter((lease) => this.#isOpen(lease) && !lease.partitions.includes(partition));
    const steps: Promise<void>[] = [];
    // A commit in this term confirms the leadership as well: only who needs no entry has to ask a quorum.
    if (fresh.length < ids.length) steps.push(gate.pass());
    if (fresh.length > 0) steps.push(this.#log(partition, fresh, term));
    await Promise.all(steps);
    if (this.#options.term() !== term) throw errors.leaderChanged();
    // F1: what is answered is what came of it when it was applied.
    return encodeFigures(ids.map((id) => this.#outcome(partition, home.store.lease(id))));
  }

  #isOpen({ id, revoking }: LeaseRecord): boolean {
    return !revoking && !this.#options.isEnding(id);
  }

  #outcome(partition: number, lease: LeaseRecord | undefined): number {
    if (lease === undefined) return GONE;
    // F5: not gone before it is forgotten.
    return this.#isOpen(lease) && lease.partitions.includes(partition) ? lease.incarnation : UNDECIDED;
  }

  async #log(partition: number, leases: readonly LeaseRecord[], term: number): Promise<void> {
    const payload = encodeRegistration(partition, leases);
    const { home } = this.#options;
    const { error } = await home.propose(CommandKind.leaseRegister, payload, limits.requestTimeoutMs, term);
    if (error !== undefined) throw error;
  }

  /** Per lease its incarnation, or GONE: confirmed after the question came. */
  async incarnations(body: Uint8Array): Promise<Uint8Array> {
    const { home, gate } = this.#options;
    const term = this.#options.term();
    const ids = decodeIds(body);
    await gate.pass();
    if (this.#options.term() !== term) throw errors.leaderChanged();
    return encodeFigures(ids.map((id) => home.store.lease(id)?.incarnation ?? GONE));
  }
}
