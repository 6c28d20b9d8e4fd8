// Locks by the server's lock service: fair, first come first served.

import type { CompareInit } from '../../proto/gen/rpc.js';
import { LockService } from '../../proto/gen/v3lock.js';
import { Code, RpcError } from '../errors.js';
import { type Bytes, toBytes } from './bytes.js';
import type { Connection } from './connection.js';
import type { Kv } from './kv.js';
import type { Session } from './lease.js';
import { when } from './txn.js';

/** How long a waiter stays in the queue without a deadline of its own. */
const WAIT_MS_MAX = 24 * 3_600_000;

export class Locks {
  readonly #connection: Connection;
  readonly #kv: Kv;

  constructor(connection: Connection, kv: Kv) {
    this.#connection = connection;
    this.#kv = kv;
  }

  /**
   * Waits for the lock `name` and holds it under the session's lease. Rejects when the session ends,
   * `timeoutMs` passes or `signal` aborts; the place in the queue is given up then.
   */
  async acquire(
    name: Bytes,
    session: Session,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<HeldLock> {
    const signal = options.signal === undefined ? session.signal : AbortSignal.any([session.signal, options.signal]);
    const request = { name: toBytes(name), lease: session.lease };
    // Asking again under the same lease joins the same place in the queue: safe to repeat.
    const response = await this.#connection.unary(LockService.lock, request, 'read', {
      timeoutMs: options.timeoutMs ?? WAIT_MS_MAX,
      signal,
    });
    const held = await this.#kv.get(response.key);
    if (held === undefined)
      throw new RpcError(Code.aborted, 'the lock was lost while it was taken: the session has ended');
    return new HeldLock(this.#connection, response.key, held.createRevision, session);
  }
}

export class HeldLock {
  readonly key: Uint8Array;
  /** Fencing token: larger for each later holder. */
  readonly token: number;
  readonly #connection: Connection;
  readonly #session: Session;

  constructor(connection: Connection, key: Uint8Array, token: number, session: Session) {
    this.#connection = connection;
    this.key = key;
    this.token = token;
    this.#session = session;
  }

  /** Aborts before anybody else can hold the lock. */
  get signal(): AbortSignal {
    return this.#session.signal;
  }

  /** For `Txn.if`: the transaction takes effect only while this holder holds the lock. */
  guard(): CompareInit {
    return when.createRevision(this.key, '=', this.token);
  }

  async release(): Promise<void> {
    await this.#connection.unary(LockService.unlock, { key: this.key }, 'read');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
