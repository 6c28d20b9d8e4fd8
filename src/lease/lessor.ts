// Leases as the services of a node use them.

import { LeaseGrantRequest, LeaseRevokeRequest } from '../../proto/gen/rpc.js';
import { errors, invariant } from '../errors.js';
import { limits } from '../limits.js';
import { type GroupHandle, PeerMethod } from '../multiraft/types.js';
import { type ApplyResult, CommandKind, type LeaseLife, type LeaseRecord } from '../mvcc/types.js';
import type { Router } from '../placement/types.js';
import type { Runtime } from '../runtime/ports.js';
import { sleep } from '../runtime/sleep.js';
import { Attacher } from './attacher.js';
import { LeaderCalls } from './leader-calls.js';
import { LeaseHome } from './lease-home.js';
import { LeasePartition } from './lease-partition.js';
import type { LeaseTimes, Lessor } from './types.js';
import { KEEP_ALIVE_FIGURES, TIME_TO_LIVE_FIGURES, UNDECIDED } from './wire.js';

export interface LessorOptions {
  readonly router: Router;
  readonly runtime: Pick<Runtime, 'clock' | 'timers' | 'random' | 'logger'>;
  /** Shorter TTLs are raised to this (etcd: 1.5 election timeouts, rounded up). Seconds. */
  readonly minTtlSeconds: number;
}

/** Create it before the groups start: it answers for each group that this node comes to lead. */
export function createLessor(options: LessorOptions): Lessor {
  return new NodeLessor(options);
}

/** How long a caller waits for a lease that is being revoked before it looks again. */
const UNDECIDED_RETRY_MS = 20;
const POSITIVE = (1n << 63n) - 1n;

interface Home {
  readonly group: GroupHandle;
  readonly home: LeaseHome;
  readonly keepAlives: LeaderCalls;
  readonly timesToLive: LeaderCalls;
}

class NodeLessor implements Lessor {
  readonly minTtlSeconds: number;
  readonly #router: Router;
  readonly #runtime: LessorOptions['runtime'];
  readonly #homes = new Map<number, Home>();
  readonly #attacher: Attacher;
  readonly #partitions: readonly LeasePartition[] = [];
  #closed = false;

  constructor(options: LessorOptions) {
    this.#router = options.router;
    this.#runtime = options.runtime;
    this.minTtlSeconds = options.minTtlSeconds;
    const { router, runtime } = options;
    this.#attacher = new Attacher(router, runtime);
    for (const group of router.groups) this.#homeIn(group);
    // With one partition every lease is at home.
    if (router.groups.length > 1) {
      this.#partitions = router.groups.map((group) => new LeasePartition({ group, router, runtime }));
    }
  }

  async grant(id: bigint, ttlSeconds: number): Promise<{ id: bigint; ttlSeconds: number; revision: number }> {
    if (ttlSeconds > limits.leaseTtlSecondsMax) throw errors.leaseTtlTooLarge();
    const TTL = Math.max(ttlSeconds, this.minTtlSeconds);
    for (;;) {
      const ID = id === 0n ? this.#pickId() : id;
      const { group, home } = this.#homeOf(ID);
      if (home.count >= limits.leasesMax) throw errors.tooManyRequests();
      const result = await group.propose(CommandKind.leaseGrant, LeaseGrantRequest.encode({ ID, TTL }));
      if (result.error === undefined) return { id: ID, ttlSeconds: TTL, revision: result.revision };
      // Another member picked the same ID a moment before.
      if (id === 0n && result.error.message === errors.leaseExists().message) continue;
      throw result.error;
    }
  }

  async revoke(id: bigint): Promise<{ revision: number }> {
    const { group } = this.#homeOf(id);
    const result = await group.propose(CommandKind.leaseRevoke, LeaseRevokeRequest.encode({ ID: id }));
    if (result.error !== undefined) throw result.error;
    const { response } = result;
    invariant(response.kind === 'leaseRevoke', 'a revocation was answered by something else');
    if (response.revoking === undefined) return { revision: result.revision };
    await this.#forgotten(group, response.revoking);
    return { revision: group.store.revision };
  }

  /** F5: a revocation is answered when the lease is forgotten, as applied here. */
  async #forgotten({ store }: GroupHandle, { id, incarnation }: LeaseLife): Promise<void> {
    const giveUpMs = this.#runtime.clock.monotonicMs() + limits.requestTimeoutMs;
    while (store.lease(id)?.incarnation === incarnation) {
      if (this.#closed) throw errors.stopped();
      await this.#pause(giveUpMs);
    }
  }

  async #pause(giveUpMs: number): Promise<void> {
    if (this.#runtime.clock.monotonicMs() >= giveUpMs) throw errors.timeout();
    await sleep(this.#runtime.timers, UNDECIDED_RETRY_MS);
  }

  propose(
    group: GroupHandle,
    kind: CommandKind,
    payload: Uint8Array,
    leases: readonly bigint[],
    timeoutMs: number = limits.requestTimeoutMs,
  ): Promise<ApplyResult> {
    return this.#attacher.propose(group, kind, payload, leases, timeoutMs);
  }

  attach(group: GroupHandle, leases: readonly bigint[], timeoutMs: number): Promise<boolean> {
    return this.#attacher.attach(group, leases, timeoutMs);
  }

  async keepAlive(id: bigint): Promise<number> {
    const { keepAlives } = this.#homeOf(id);
    const giveUpMs = this.#runtime.clock.monotonicMs() + limits.requestTimeoutMs;
    for (;;) {
      if (this.#closed) throw errors.stopped();
      const [seconds] = await keepAlives.ask(id);
      if (seconds !== undefined && seconds !== UNDECIDED) return seconds;
      await this.#pause(giveUpMs);
    }
  }

  async timeToLive(id: bigint, withKeys: boolean): Promise<LeaseTimes> {
    const { group, timesToLive } = this.#homeOf(id);
    const [left = -1, granted = 0] = await timesToLive.ask(id);
    if (left < 0) return { ttlSeconds: -1, grantedTtlSeconds: 0, keys: [] };
    // Whole seconds, rounded down, as etcd tells them.
    const times = { ttlSeconds: Math.floor(left), grantedTtlSeconds: granted };
    if (!withKeys) return { ...times, keys: [] };
    await group.readIndex();
    const lease = group.store.lease(id);
    if (lease === undefined || lease.partitions.length === 0) return { ...times, keys: group.store.leaseKeys(id) };
    return { ...times, keys: await this.#keysEverywhere(group, lease) };
  }

  async #keysEverywhere(home: GroupHandle, { id, incarnation, partitions }: LeaseRecord): Promise<Uint8Array[]> {
    const others = await Promise.all(
      partitions.map(async (partition) => {
        const { group } = this.#homeNumbered(partition);
        await group.readIndex();
        return group.store.leaseStub(id) === incarnation ? group.store.leaseKeys(id) : [];
      }),
    );
    return [...home.store.leaseKeys(id), ...others.flat()];
  }

  async list(): Promise<bigint[]> {
    const ids: bigint[] = [];
    for (const group of this.#router.groups) {
      await group.readIndex();
      for (const lease of group.store.leases()) ids.push(lease.id);
    }
    return ids;
  }

  close(): void {
    this.#closed = true;
    for (const { home } of this.#homes.values()) home.close();
    for (const partition of this.#partitions) partition.close();
  }

  #homeOf(id: bigint): Home {
    if (this.#closed) throw errors.stopped();
    return this.#homeIn(this.#router.forLease(id));
  }

  #homeIn(group: GroupHandle): Home {
    let home = this.#homes.get(group.id);
    if (home === undefined) {
      const { timers } = this.#runtime;
      home = {
        group,
        home: new LeaseHome(group, this.#runtime, (partition) => this.#homeNumbered(partition).group),
        keepAlives: new LeaderCalls(group, PeerMethod.leaseKeepAlive, KEEP_ALIVE_FIGURES, timers),
        timesToLive: new LeaderCalls(group, PeerMethod.leaseTimeToLive, TIME_TO_LIVE_FIGURES, timers),
      };
      this.#homes.set(group.id, home);
    }
    return home;
  }

  #homeNumbered(id: number): Home {
    const home = this.#homes.get(id);
    invariant(home !== undefined, `leases: there is no partition ${id}`);
    return home;
  }

  /** A positive ID of 63 bits that is not in use here. */
  #pickId(): bigint {
    for (;;) {
      const id = this.#runtime.random.uint64() & POSITIVE;
      if (id !== 0n && this.#router.forLease(id).store.lease(id) === undefined) return id;
    }
  }
}
