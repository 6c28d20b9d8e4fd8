// The queue behind a lock or an election: keys `<name>/<lease ID in hex>`, first created first served.
// They are those of etcd's own client and services, so that all of them compete with each other.

import type { KeyValue } from '../../proto/gen/kv.js';
import {
  KVService,
  type RangeRequestInit,
  type ResponseHeader,
  SortOrder,
  SortTarget,
  type TxnRequestInit,
} from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import { prefixEnd } from './bytes.js';
import { Claims } from './claims.js';
import type { Connection } from './connection.js';
import type { ClientEnvironment } from './environment.js';
import { Ghosts } from './ghosts.js';
import type { Candidate, Place } from './place.js';
import type { Session } from './session.js';
import { pause } from './timing.js';
import { op, when } from './txn.js';
import type { Watches } from './watch.js';
import { WatchCompactedError } from './watcher.js';

/** A place that was taken. */
export interface Entry extends Candidate {
  /** What the key held before, if the session was a candidate already. */
  readonly existing: KeyValue | undefined;
  readonly place: Place;
}

/** A candidate if there is one, and the revision at which this was so. */
export interface Found {
  readonly kv: KeyValue | undefined;
  readonly revision: number;
  readonly header: ResponseHeader | undefined;
}

/** How long giving up a place may take, when the one who waited for it is gone. */
const WITHDRAW_MS = 2_000;
const WITHDRAW_AGAIN_MS = 500;

/** What all candidates for `name` begin with. */
export const candidatePrefix = (name: Uint8Array): Uint8Array => Buffer.concat([name, Buffer.of(0x2f)]);

export class Candidates {
  readonly #connection: Connection;
  readonly #watches: Watches;
  readonly #claims = new Claims();
  readonly #ghosts: Ghosts;

  constructor(connection: Connection, watches: Watches) {
    this.#connection = connection;
    this.#watches = watches;
    this.#ghosts = new Ghosts(watches, {
      isClaimed: (session, name) => this.#claims.has(session, name),
      remove: (ghost, session) => this.#persist(session, () => this.#remove(ghost, {})),
    });
  }

  get environment(): ClientEnvironment {
    return this.#connection.environment;
  }

  /**
   * Takes a place in the queue and waits until it is the first. Rejects with CANCELLED when the
   * session ends or `signal` aborts, ABORTED when the key was removed meanwhile; the place is given up
   * then. FAILED_PRECONDITION: the session is a candidate already.
   */
  async enter(name: Uint8Array, value: Uint8Array, session: Session, signal: AbortSignal): Promise<Entry> {
    const place: Place = {
      name,
      session,
      free: this.#claims.claim(session, name),
      uncertain: false,
      leaving: false,
      left: false,
    };
    let token = 0;
    const prefix = candidatePrefix(name);
    const key = Buffer.concat([prefix, Buffer.from(session.lease.toString(16), 'latin1')]);
    try {
      const taken = await this.#enqueue(key, value, place, signal);
      const { existing } = taken;
      token = taken.token;
      await this.#turn(prefix, token, signal);
      const first = await this.first(prefix, signal);
      if (first === undefined || first.createRevision !== token || Buffer.compare(first.key, key) !== 0)
        throw new RpcError(Code.aborted, 'the place in the queue was lost: its key was removed');
      if (!session.alive) throw sessionOver();
      return { key, token, existing, place };
    } catch (error) {
      // Else one who is gone would keep the others waiting until its lease ends.
      const candidate = { key, token };
      if (session.alive) await this.#withdraw(place, candidate, WITHDRAW_MS).catch(() => undefined);
      throw signal.aborted ? asCanceled(signal.reason) : error;
    }
  }

  async #enqueue(
    key: Uint8Array,
    value: Uint8Array,
    place: Place,
    signal: AbortSignal,
  ): Promise<{ token: number; existing: KeyValue | undefined }> {
    const request: TxnRequestInit = {
      compare: [when.createRevision(key, '=', 0)],
      success: [op.put(key, value, { lease: place.session.lease })],
      failure: [op.get(key)],
    };
    const uncertain = (): void => {
      place.uncertain = true;
    };
    for (;;) {
      const response = await this.#connection.unary(KVService.txn, request, 'read', { signal }, uncertain);
      const existing = response.responses[0]?.responseRange?.kvs[0];
      // One that is about to be removed is no place to wait in.
      if (existing === undefined || !this.#ghosts.isDoomed(existing)) {
        return { token: existing?.createRevision ?? response.header?.revision ?? 0, existing };
      }
      await this.#remove({ key, token: existing.createRevision }, { signal });
    }
  }

  /** The place is given up for certain: its key was gone at `revision`. */
  #leave(place: Place, key: Uint8Array, revision: number): void {
    if (place.left) return;
    place.left = true;
    this.#ghosts.left(place, key, revision);
    place.free();
    if (place.uncertain) this.#ghosts.expect(place, key, revision + 1);
  }

  /**
   * Removes the candidate if it is there. Each attempt names the token, so that one that takes effect late hits
   * nobody else. Returns the key as it was if another one was in the place, and at which revision this was so.
   */
  async #remove(
    candidate: Candidate,
    options: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<Found> {
    const { key } = candidate;
    const request = { compare: [when.held(candidate)], success: [op.delete(key)], failure: [op.get(key)] };
    const response = await this.#commit(request, options);
    const kv = response.responses[0]?.responseRange?.kvs[0];
    return { kv, revision: response.header?.revision ?? 0, header: response.header };
  }

  /**
   * A transaction that may be repeated: the key names its owner's lease, so that a repetition finds
   * what the first attempt did.
   */
  #commit(request: TxnRequestInit, options: { readonly signal?: AbortSignal; readonly timeoutMs?: number }) {
    return this.#connection.unary(KVService.txn, request, 'read', options);
  }

  /** Resolves when no candidate before `token` is left. Each waits for the one right before it only. */
  async #turn(prefix: Uint8Array, token: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const { kv, revision } = await this.#extreme(prefix, SortOrder.DESCEND, token - 1, signal);
      if (kv === undefined) return;
      await this.deletion(kv.key, revision + 1, signal);
    }
  }

  /** Resolves when `key` is deleted at or after `fromRevision`, or that cannot be told any more. */
  async deletion(key: Uint8Array, fromRevision: number, signal: AbortSignal): Promise<void> {
    const watch = this.#watches.key(key, { startRevision: fromRevision, ignorePuts: true, signal });
    try {
      for await (const { events } of watch) if (events.length > 0) return;
    } catch (error) {
      if (error instanceof WatchCompactedError) return;
      throw error;
    }
    throw asCanceled(signal.reason);
  }

  /** The candidate that was created first. */
  async first(prefix: Uint8Array, signal?: AbortSignal): Promise<KeyValue | undefined> {
    return (await this.#extreme(prefix, SortOrder.ASCEND, undefined, signal)).kv;
  }

  /** The first one, and the revision at which this was so. */
  firstAt(prefix: Uint8Array, signal?: AbortSignal): Promise<Found> {
    return this.#extreme(prefix, SortOrder.ASCEND, undefined, signal);
  }

  async #extreme(
    prefix: Uint8Array,
    sortOrder: SortOrder,
    maxCreateRevision: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Found> {
    const request: RangeRequestInit = {
      key: prefix,
      rangeEnd: prefixEnd(prefix),
      sortTarget: SortTarget.CREATE,
      sortOrder,
      maxCreateRevision,
      limit: 1,
    };
    const options = signal === undefined ? {} : { signal };
    const response = await this.#connection.unary(KVService.range, request, 'read', options);
    return { kv: response.kvs[0], revision: response.header?.revision ?? 0, header: response.header };
  }

  /**
   * Removes the candidate, if it still is the one of this token. Only when that is certain may its
   * session enter again: the same key would be deleted under the new holder.
   */
  async withdraw(entry: Entry): Promise<void> {
    await this.#withdraw(entry.place, entry, undefined);
  }

  /**
   * Tries once, as long as the caller waits; if that is not certain to have worked, again and again while
   * the session lives. The name stays claimed until it is.
   */
  async #withdraw(place: Place, candidate: Candidate, timeoutMs: number | undefined): Promise<void> {
    if (place.left) return;
    try {
      await this.#vacate(place, candidate, timeoutMs === undefined ? {} : { timeoutMs });
    } catch (error) {
      if (!place.leaving) {
        place.leaving = true;
        void this.#persist(place.session, () => this.#vacate(place, candidate, {}));
      }
      throw error;
    }
  }

  /**
   * Empties the place, whoever is found there. The session owns it: another token than the candidate's is one that
   * it was never told of (0: none), or an attempt to enter that took effect after the removal, before its answer.
   */
  async #vacate(place: Place, { key, token }: Candidate, options: { readonly timeoutMs?: number }): Promise<void> {
    let next = token;
    while (!place.left) {
      const { kv, revision } = await this.#remove({ key, token: next }, options);
      if (kv === undefined) return this.#leave(place, key, revision);
      next = kv.createRevision;
    }
  }

  async #persist(session: Session, action: () => Promise<unknown>): Promise<void> {
    while (session.alive && !this.#connection.closed) {
      try {
        await action();
        return;
      } catch {
        await pause(this.environment, WITHDRAW_AGAIN_MS, session.signal).catch(() => undefined);
      }
    }
  }
}

const sessionOver = (): RpcError => new RpcError(Code.canceled, 'the session is over');

function asCanceled(reason: unknown): RpcError {
  return reason instanceof RpcError
    ? reason
    : new RpcError(Code.canceled, 'waiting was cancelled', false, { cause: reason });
}
