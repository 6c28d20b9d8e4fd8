// Leader election by the server's election service.

import type { KeyValue } from '../../proto/gen/kv.js';
import type { CompareInit } from '../../proto/gen/rpc.js';
import { ElectionService, type LeaderKey } from '../../proto/gen/v3election.js';
import { Code, RpcError } from '../errors.js';
import { type Bytes, toBytes } from './bytes.js';
import type { Connection } from './connection.js';
import type { Session } from './lease.js';
import { when } from './txn.js';

const WAIT_MS_MAX = 24 * 3_600_000;

export class Elections {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Waits until this session leads `name`. Rejects when the session ends or `signal` aborts; the
   * candidacy is given up then.
   */
  async campaign(
    name: Bytes,
    value: Bytes,
    session: Session,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Leadership> {
    const signal = options.signal === undefined ? session.signal : AbortSignal.any([session.signal, options.signal]);
    const request = { name: toBytes(name), value: toBytes(value), lease: session.lease };
    // Campaigning again under the same lease is the same candidacy: safe to repeat.
    const response = await this.#connection.unary(ElectionService.campaign, request, 'read', {
      timeoutMs: WAIT_MS_MAX,
      signal,
    });
    if (response.leader === undefined) throw new RpcError(Code.internal, 'the server named no leader');
    return new Leadership(this.#connection, response.leader, session);
  }

  /** The present leader's key; undefined when nobody leads. */
  async leader(name: Bytes): Promise<KeyValue | undefined> {
    try {
      const response = await this.#connection.unary(ElectionService.leader, { name: toBytes(name) }, 'read');
      return response.kv;
    } catch (error) {
      if (error instanceof RpcError && error.message === 'election: no leader') return undefined;
      throw error;
    }
  }
}

export class Leadership {
  readonly #connection: Connection;
  readonly #leader: LeaderKey;
  readonly #session: Session;

  constructor(connection: Connection, leader: LeaderKey, session: Session) {
    this.#connection = connection;
    this.#leader = leader;
    this.#session = session;
  }

  get key(): Uint8Array {
    return this.#leader.key;
  }

  /** Fencing token: larger for each later leader. */
  get token(): number {
    return this.#leader.rev;
  }

  /** Aborts before anybody else can lead. */
  get signal(): AbortSignal {
    return this.#session.signal;
  }

  /** For `Txn.if`: the transaction takes effect only while this leader leads. */
  guard(): CompareInit {
    return when.createRevision(this.key, '=', this.token);
  }

  /** Changes the value that others see; fails with `election: not leader` when it is lost. */
  async proclaim(value: Bytes): Promise<void> {
    await this.#connection.unary(ElectionService.proclaim, { leader: this.#leader, value: toBytes(value) }, 'read');
  }

  async resign(): Promise<void> {
    await this.#connection.unary(ElectionService.resign, { leader: this.#leader }, 'read');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.resign();
  }
}
