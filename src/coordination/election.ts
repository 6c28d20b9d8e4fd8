// v3electionpb.Election: the leader is the candidate key under `<name>/` that was created first.

import type { KeyValue } from '../../proto/gen/kv.js';
import type { LeaderKey } from '../../proto/gen/v3election.js';
import { errors } from '../errors.js';
import { asServiceError } from './failure.js';
import { candidateKey, candidatePrefix } from './keys.js';
import { firstCreated, groupOf, ifCreatedAt } from './kv.js';
import { type ObserverSink, observe } from './observe.js';
import type { CoordinationServices } from './services.js';
import { sessionLease } from './session.js';
import { TurnQueue } from './turn-queue.js';

export interface ElectionService {
  /**
   * Waits until the caller leads. A lease that is a candidate already keeps its place, and proclaims
   * `value` if it is another. `revision` is that of the entry as a candidate (etcd). When `signal` is
   * aborted the caller's key is removed. Throws RpcError: canceled, electionNotLeader when the key
   * vanished meanwhile.
   */
  campaign(
    name: Uint8Array,
    lease: bigint,
    value: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ leader: LeaderKey; revision: number }>;
  /** A new value without a new election. Throws electionNotLeader, electionLeaderMissing. */
  proclaim(leader: LeaderKey | undefined, value: Uint8Array): Promise<{ revision: number }>;
  /** Throws electionNoLeader. */
  leader(name: Uint8Array): Promise<{ kv: KeyValue; revision: number }>;
  /** The current leader, if there is one, and each change, until `signal` is aborted; then it resolves. */
  observe(name: Uint8Array, sink: ObserverSink, signal: AbortSignal): Promise<void>;
  /** Gives the leadership, or the candidature, up; one that is gone is no error. Throws electionLeaderMissing. */
  resign(leader: LeaderKey | undefined): Promise<{ revision: number }>;
}

export function createElectionService(services: CoordinationServices): ElectionService {
  const elections = new Elections(services);
  return {
    campaign: (name, lease, value, signal) => elections.campaign(name, lease, value, signal).catch(rethrow),
    proclaim: (leader, value) => elections.proclaim(leader, value).catch(rethrow),
    leader: (name) => elections.leader(name).catch(rethrow),
    observe: (name, sink, signal) => observe(services, name, sink, signal).catch(rethrow),
    resign: (leader) => elections.resign(leader).catch(rethrow),
  };
}

function rethrow(error: unknown): never {
  throw asServiceError(error);
}

class Elections {
  readonly #services: CoordinationServices;
  readonly #turns: TurnQueue;

  constructor(services: CoordinationServices) {
    this.#services = services;
    this.#turns = new TurnQueue(services.watch);
  }

  async campaign(
    name: Uint8Array,
    leaseAsked: bigint,
    value: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ leader: LeaderKey; revision: number }> {
    const group = groupOf(this.#services, name);
    const lease = await sessionLease(this.#services.lessor, leaseAsked);
    const key = candidateKey(name, lease);
    const put = { requestPut: { key, value, lease } };
    const entered = await ifCreatedAt(this.#services.lessor, group, key, 0, put, [{ requestRange: { key } }]);
    const rev = entered.found?.createRevision ?? entered.revision;
    const leader: LeaderKey = { name, key, rev, lease };
    try {
      if (entered.found !== undefined && Buffer.compare(entered.found.value, value) !== 0) {
        await this.proclaim(leader, value);
      }
      const candidate = { group, prefix: candidatePrefix(name), key, createRevision: rev };
      // etcd tells a candidate that it leads even if its key was removed while it waited; here it
      // is told that it does not, as etcd's lock does.
      if ((await this.#turns.first(candidate, entered.revision, signal)) === undefined)
        throw errors.electionNotLeader();
    } catch (error) {
      // If that fails the candidate goes with its lease.
      await this.resign(leader).catch(() => undefined);
      throw error;
    }
    return { leader, revision: entered.revision };
  }

  async proclaim(leader: LeaderKey | undefined, value: Uint8Array): Promise<{ revision: number }> {
    if (leader === undefined) throw errors.electionLeaderMissing();
    const { key, rev } = leader;
    const lease = await sessionLease(this.#services.lessor, leader.lease);
    const group = this.#services.router.forKey(key);
    const { succeeded, revision } = await ifCreatedAt(this.#services.lessor, group, key, rev, {
      requestPut: { key, value, lease },
    });
    if (!succeeded) throw errors.electionNotLeader();
    return { revision };
  }

  async leader(name: Uint8Array): Promise<{ kv: KeyValue; revision: number }> {
    const prefix = candidatePrefix(name);
    const group = groupOf(this.#services, name);
    await group.readIndex();
    const { revision } = group.store;
    const kv = await firstCreated(group, prefix);
    if (kv === undefined) throw errors.electionNoLeader();
    return { kv, revision };
  }

  async resign(leader: LeaderKey | undefined): Promise<{ revision: number }> {
    if (leader === undefined) throw errors.electionLeaderMissing();
    const { key, rev } = leader;
    const group = this.#services.router.forKey(key);
    const { revision } = await ifCreatedAt(this.#services.lessor, group, key, rev, { requestDeleteRange: { key } });
    return { revision };
  }
}
