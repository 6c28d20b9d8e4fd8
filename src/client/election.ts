// Leader election: among the candidates for a name, the one that entered first leads.

import { EventType, type KeyValue } from '../../proto/gen/kv.js';
import { KVService, type ResponseHeader } from '../../proto/gen/rpc.js';
import { errors } from '../errors.js';
import { type Bytes, toBytes } from './bytes.js';
import { type Candidates, candidatePrefix, type Entry } from './candidates.js';
import type { Connection } from './connection.js';
import { Held, waitSignal } from './held.js';
import type { WaitOptions } from './lock.js';
import type { Session } from './session.js';
import { op, when } from './txn.js';
import type { Watches } from './watch.js';
import { WatchCompactedError } from './watcher.js';

export class Elections {
  readonly #connection: Connection;
  readonly #candidates: Candidates;
  readonly #watches: Watches;

  constructor(connection: Connection, candidates: Candidates, watches: Watches) {
    this.#connection = connection;
    this.#candidates = candidates;
    this.#watches = watches;
  }

  /**
   * Waits until this session leads `name`; others see `value` then. Rejects as `Locks.acquire` does;
   * the candidacy is given up then.
   */
  async campaign(name: Bytes, value: Bytes, session: Session, options: WaitOptions = {}): Promise<Leadership> {
    const bytes = toBytes(name);
    const wait = waitSignal(this.#connection.environment, session, options);
    try {
      const entry = await this.#candidates.enter(bytes, toBytes(value), session, wait.signal);
      const leadership = new Leadership(this.#connection, this.#candidates, entry, session);
      // A candidacy that this session left behind (another client's, say) may hold another value.
      if (entry.existing !== undefined) await leadership.proclaim(value);
      return leadership;
    } finally {
      wait.dispose();
    }
  }

  /** The present leader's key; its `createRevision` is the fencing token. Undefined when nobody leads. */
  leader(name: Bytes): Promise<KeyValue | undefined> {
    return this.#candidates.first(candidatePrefix(toBytes(name)));
  }

  /**
   * The present leader if there is one, then each new leader and each value that a leader proclaims.
   * When this side falls behind history that is compacted, what lies between is left out.
   */
  async *observe(name: Bytes, options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<KeyValue> {
    for await (const { kv } of this.observations(name, options)) yield kv;
  }

  /** As `observe`, with the header of the answer that told it. */
  async *observations(
    name: Bytes,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<{ readonly kv: KeyValue; readonly header: ResponseHeader | undefined }> {
    const prefix = candidatePrefix(toBytes(name));
    const { signal } = options;
    while (signal?.aborted !== true) {
      try {
        const { kv, revision, header } = await this.#candidates.firstAt(prefix, signal);
        if (kv === undefined) await this.#anyCandidate(prefix, revision + 1, signal);
        else {
          yield { kv, header };
          yield* this.#values(kv.key, revision + 1, signal);
        }
      } catch (error) {
        if (options.signal?.aborted === true) return;
        if (!(error instanceof WatchCompactedError)) throw error;
      }
    }
  }

  async #anyCandidate(prefix: Uint8Array, startRevision: number, signal: AbortSignal | undefined): Promise<void> {
    const options = { startRevision, ignoreDeletes: true, ...(signal !== undefined && { signal }) };
    for await (const { events } of this.#watches.prefix(prefix, options)) if (events.length > 0) return;
  }

  /** What one leader proclaims, until it resigns or is lost. */
  async *#values(
    key: Uint8Array,
    startRevision: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<{ readonly kv: KeyValue; readonly header: ResponseHeader | undefined }> {
    const options = { startRevision, ...(signal !== undefined && { signal }) };
    for await (const { events, header } of this.#watches.key(key, options)) {
      for (const { type, kv } of events) {
        if (type === EventType.DELETE) return;
        if (kv !== undefined) yield { kv, header };
      }
    }
  }
}

export class Leadership extends Held {
  readonly #connection: Connection;

  constructor(connection: Connection, candidates: Candidates, entry: Entry, session: Session) {
    super(candidates, entry, session);
    this.#connection = connection;
  }

  /** Changes the value that others see. Rejects with `election: not leader` when the leadership is lost. */
  async proclaim(value: Bytes): Promise<void> {
    const put = op.put(this.key, value, { lease: this.lease });
    const request = { compare: [when.held(this)], success: [put] };
    // The same value under the same guard: repeating it changes nothing.
    const { succeeded } = await this.#connection.unary(KVService.txn, request, 'read');
    if (!succeeded) throw errors.electionNotLeader();
  }

  /** Gives the leadership up: the next candidate leads at once. Harmless when it is lost already. */
  resign(): Promise<void> {
    return this.giveUp();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.resign();
  }
}
