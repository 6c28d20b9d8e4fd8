// v3lockpb.Lock: the holder is the key under `<name>/` that was created first.

import { DeleteRangeRequest } from '../../proto/gen/rpc.js';
import { errors } from '../errors.js';
import { CommandKind } from '../mvcc/types.js';
import { asServiceError } from './failure.js';
import { candidateKey, candidatePrefix } from './keys.js';
import { groupOf, ifCreatedAt } from './kv.js';
import type { CoordinationServices } from './services.js';
import { sessionLease } from './session.js';
import { TurnQueue } from './turn-queue.js';

export interface LockService {
  /**
   * Waits until the caller holds the lock. `key` exists exactly while it does; its create revision
   * is the fencing token. Lease 0n: a new one of 60 s. When `signal` is aborted the caller's key is
   * removed. Throws RpcError: leaseNotFound's text, sessionExpired when the key vanished meanwhile,
   * canceled.
   */
  lock(name: Uint8Array, lease: bigint, signal: AbortSignal): Promise<{ key: Buffer; revision: number }>;
  /** Removes the key; one that is not there is no error. Throws RpcError. */
  unlock(key: Uint8Array): Promise<{ revision: number }>;
}

export function createLockService(services: CoordinationServices): LockService {
  const locks = new Locks(services);
  return {
    lock: (name, lease, signal) => locks.lock(name, lease, signal).catch(rethrow),
    unlock: (key) => locks.unlock(key).catch(rethrow),
  };
}

function rethrow(error: unknown): never {
  throw asServiceError(error);
}

class Locks {
  readonly #services: CoordinationServices;
  readonly #turns: TurnQueue;

  constructor(services: CoordinationServices) {
    this.#services = services;
    this.#turns = new TurnQueue(services.watch);
  }

  async lock(name: Uint8Array, leaseAsked: bigint, signal: AbortSignal): Promise<{ key: Buffer; revision: number }> {
    const group = groupOf(this.#services, name);
    const lease = await sessionLease(this.#services.lessor, leaseAsked);
    const key = candidateKey(name, lease);
    const put = { requestPut: { key, lease } };
    const entered = await ifCreatedAt(this.#services.lessor, group, key, 0, put, [{ requestRange: { key } }]);
    // Entered before by the same lease: it keeps its place.
    const createRevision = entered.found?.createRevision ?? entered.revision;
    const candidate = { group, prefix: candidatePrefix(name), key, createRevision };
    try {
      const revision = await this.#turns.first(candidate, entered.revision, signal);
      if (revision === undefined) throw errors.sessionExpired();
      return { key, revision };
    } catch (error) {
      // Else a caller that is gone would hold the lock until its lease ends. If that fails it does.
      await ifCreatedAt(this.#services.lessor, group, key, createRevision, { requestDeleteRange: { key } }).catch(
        () => undefined,
      );
      throw error;
    }
  }

  async unlock(key: Uint8Array): Promise<{ revision: number }> {
    if (key.length === 0) throw errors.emptyKey();
    const group = this.#services.router.forKey(key);
    const { error, revision } = await group.propose(CommandKind.deleteRange, DeleteRangeRequest.encode({ key }));
    if (error !== undefined) throw error;
    return { revision };
  }
}
