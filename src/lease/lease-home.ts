// What a group's leader does for the leases of the group: renew, tell the time left, end.

import { errors, invariant } from '../errors.js';
import { type GroupHandle, type Leadership, PeerMethod } from '../multiraft/types.js';
import type { Runtime } from '../runtime/ports.js';
import { Deadlines, type Tenure } from './deadlines.js';
import { Expiry } from './expiry.js';
import { LeadershipGate } from './leadership-gate.js';
import { Registrations } from './registrations.js';
import { Revocations } from './revocations.js';
import { decodeIds, encodeFigures, GONE, UNDECIDED } from './wire.js';

export class LeaseHome {
  readonly #group: GroupHandle;
  readonly #runtime: Pick<Runtime, 'clock' | 'timers' | 'logger'>;
  readonly #gate: LeadershipGate;
  readonly #expiry: Expiry;
  readonly #revocations: Revocations;
  /** Undefined unless this node leads and has applied the no-op of its term. */
  #deadlines: Deadlines | undefined;
  #count = 0;

  /** `partition`: the group of that ID, which may hold keys with leases of this home. */
  constructor(
    group: GroupHandle,
    runtime: Pick<Runtime, 'clock' | 'timers' | 'logger'>,
    partition: (id: number) => GroupHandle,
  ) {
    this.#group = group;
    this.#runtime = runtime;
    this.#gate = new LeadershipGate(group, runtime.timers);
    this.#expiry = new Expiry(group, runtime);
    this.#revocations = new Revocations({ home: group, partition, runtime });
    this.#recount();
    group.store.observeLeases({
      granted: (lease) => {
        this.#count++;
        this.#deadlines?.add(lease.id, lease.ttlSeconds);
        this.#expiry.wake();
      },
      revoking: (lease) => {
        this.#deadlines?.revoking(lease.id);
        this.#revocations.add(lease);
      },
      revoked: (id) => {
        this.#count--;
        this.#deadlines?.remove(id);
        this.#revocations.ended(id);
      },
      reset: () => {
        this.#recount();
        if (this.#deadlines !== undefined) this.#begin(this.#deadlines.term);
      },
    });
    group.onLeadership((leadership) => this.#onLeadership(leadership));
    group.setLeaderHandler(PeerMethod.leaseKeepAlive, (body) => this.#keepAlive(body));
    group.setLeaderHandler(PeerMethod.leaseTimeToLive, (body) => this.#timeToLive(body));
    const registrations = new Registrations({
      home: group,
      gate: this.#gate,
      term: () => this.#ready().term,
      isEnding: (id) => this.#deadlines?.get(id)?.ending === true,
    });
    group.setLeaderHandler(PeerMethod.leaseRegister, (body) => registrations.register(body));
    group.setLeaderHandler(PeerMethod.leaseIncarnation, (body) => registrations.incarnations(body));
    this.#onLeadership(group.leadership);
  }

  /** Leases of the group, as applied on this node. */
  get count(): number {
    return this.#count;
  }

  close(): void {
    this.#deadlines = undefined;
    this.#expiry.stop();
    this.#revocations.stop();
  }

  #recount(): void {
    this.#count = 0;
    for (const _ of this.#group.store.leases()) this.#count++;
  }

  #onLeadership({ ready, term }: Leadership): void {
    if (!ready) {
      this.close();
    } else if (this.#deadlines?.term !== term) {
      this.#begin(term);
    }
  }

  /** F8: a full TTL for every lease; what was left of it was known to the last leader only. */
  #begin(term: number): void {
    const deadlines = new Deadlines(term, this.#runtime.clock);
    for (const lease of this.#group.store.leases()) deadlines.add(lease.id, lease.ttlSeconds);
    for (const lease of this.#group.store.leases()) if (lease.revoking) deadlines.revoking(lease.id);
    this.#deadlines = deadlines;
    this.#expiry.start(deadlines);
    this.#revocations.start(term);
  }

  /** Throws noLeader unless ready: the caller asks again. */
  #ready(): Deadlines {
    if (this.#deadlines === undefined) throw errors.noLeader();
    return this.#deadlines;
  }

  async #keepAlive(body: Uint8Array): Promise<Uint8Array> {
    const deadlines = this.#ready();
    const ids = decodeIds(body);
    const arrivedMs = this.#runtime.clock.monotonicMs();
    const renewing: Tenure[] = [];
    for (const id of ids) {
      const tenure = deadlines.get(id);
      if (tenure === undefined) continue;
      tenure.renewals++;
      renewing.push(tenure);
    }
    try {
      await this.#gate.pass(); // F7: confirmed after arrival, one round for all that came
    } finally {
      for (const tenure of renewing) tenure.renewals--;
    }
    if (this.#deadlines !== deadlines) throw errors.leaderChanged();
    const nowMs = this.#runtime.clock.monotonicMs();
    return encodeFigures(ids.map((id) => this.#renew(deadlines, deadlines.get(id), arrivedMs, nowMs)));
  }

  #renew(deadlines: Deadlines, tenure: Tenure | undefined, arrivedMs: number, nowMs: number): number {
    if (tenure === undefined) return GONE;
    // F7: no renewal once the end is in the log, applied or not; F5: and not "gone" before it is.
    if (tenure.ending) return UNDECIDED;
    // The confirmation is only as young as its beginning. If this node stood still since then, another
    // leader may have let the lease end meanwhile: no sooner, though, than a full TTL after it.
    if ((nowMs - arrivedMs) * 2 > tenure.ttlMs) return UNDECIDED;
    deadlines.renew(tenure, nowMs); // F7: the full TTL counts from the acknowledgement
    return tenure.ttlMs / 1000;
  }

  async #timeToLive(body: Uint8Array): Promise<Uint8Array> {
    const deadlines = this.#ready();
    const ids = decodeIds(body);
    await this.#gate.pass();
    if (this.#deadlines !== deadlines) throw errors.leaderChanged();
    const nowMs = this.#runtime.clock.monotonicMs();
    const figures: number[] = [];
    for (const id of ids) {
      const tenure = deadlines.get(id);
      invariant(
        (tenure === undefined) === (this.#group.store.lease(id) === undefined),
        `lease ${id.toString(16)}: the leader's clock and the applied state disagree`,
      );
      if (tenure === undefined) figures.push(-1, 0);
      // F5: a lease that is being ended has no time left, but is not gone.
      else figures.push(tenure.ending ? 0 : Math.max(0, tenure.deadlineMs - nowMs) / 1000, tenure.ttlMs / 1000);
    }
    return encodeFigures(figures);
  }
}
