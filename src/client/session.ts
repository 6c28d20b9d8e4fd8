// A lease that is kept alive, and the knowledge when it is lost.

import { setMaxListeners } from 'node:events';
import { LeaseService } from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import type { Connection } from './connection.js';
import type { ClientTimer } from './environment.js';
import type { KeepAlives } from './keep-alive.js';

/** Part of the TTL by which the holder counts its lease as lost before the server can; at most a second. */
const MARGIN_OF_TTL = 0.05;
const MARGIN_MS_MAX = 1_000;

/**
 * Holds a lease alive. `signal` aborts when the lease is lost, by the holder's own monotonic clock:
 * before the server can give what hangs on it to somebody else, as long as both clocks run at the
 * same rate and the process is not suspended. What must hold even then, guards (`HeldLock.guard`)
 * make sure of.
 *
 * States: alive; over (lost, closed or abandoned: `signal.reason` tells which).
 */
export class Session {
  readonly lease: bigint;
  readonly #connection: Connection;
  readonly #keepAlives: KeepAlives;
  readonly #onOver: (session: Session) => void;
  readonly #abort = new AbortController();
  #ttlSeconds: number;
  #endsAtMs = Number.POSITIVE_INFINITY;
  #expiry: ClientTimer | undefined;

  /** `sentAtMs`: when the grant was asked for; the lease can not have begun earlier. */
  constructor(
    connection: Connection,
    keepAlives: KeepAlives,
    granted: { readonly id: bigint; readonly ttlSeconds: number },
    sentAtMs: number,
    onOver: (session: Session) => void,
  ) {
    // A session may hold any number of locks and leaderships, each of which listens.
    setMaxListeners(0, this.#abort.signal);
    this.#connection = connection;
    this.#keepAlives = keepAlives;
    this.lease = granted.id;
    this.#ttlSeconds = granted.ttlSeconds;
    this.#onOver = onOver;
    this.renewed(sentAtMs, granted.ttlSeconds);
    if (!this.#abort.signal.aborted) keepAlives.add(this);
  }

  /** Granted by the server: may be longer than what was asked for. */
  get ttlSeconds(): number {
    return this.#ttlSeconds;
  }

  /** Aborts when the lease is lost or the session closed; the reason is an RpcError. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Asks the clock, so it is right even when the event loop was blocked past the end of the lease. */
  get alive(): boolean {
    return !this.#abort.signal.aborted && this.#connection.environment.nowMs() < this.#endsAtMs;
  }

  /** For the keep-alive loop: the lease lasts for its TTL counted from `sentAtMs`. */
  renewed(sentAtMs: number, ttlSeconds: number): void {
    if (this.#abort.signal.aborted) return;
    // Over is over, also when the answer came before the timer that tells it: somebody may have asked
    // `alive`, and gone by the answer.
    if (this.#connection.environment.nowMs() >= this.#endsAtMs) {
      this.#end(new RpcError(Code.unavailable, 'the lease could not be renewed in time'));
      return;
    }
    this.#ttlSeconds = ttlSeconds;
    const ttlMs = ttlSeconds * 1_000;
    this.#endsAtMs = sentAtMs + ttlMs - Math.min(MARGIN_MS_MAX, ttlMs * MARGIN_OF_TTL);
    this.#arm();
  }

  #arm(): void {
    this.#expiry?.cancel();
    const leftMs = this.#endsAtMs - this.#connection.environment.nowMs();
    if (leftMs <= 0) this.#end(new RpcError(Code.unavailable, 'the lease could not be renewed in time'));
    // A timer holds 2^31 ms at most.
    else this.#expiry = this.#connection.environment.after(Math.min(leftMs + 1, 2 ** 31 - 1), () => this.#arm());
  }

  /** For the keep-alive loop: the server knows no such lease. */
  gone(): void {
    this.#end(new RpcError(Code.notFound, 'etcdserver: requested lease not found'));
  }

  #end(reason: RpcError): void {
    if (this.#abort.signal.aborted) return;
    this.#expiry?.cancel();
    this.#keepAlives.remove(this.lease);
    this.#onOver(this);
    this.#abort.abort(reason);
  }

  /** Gives the lease up: what hangs on it is free at once. Rejects with RpcError when that is not certain. */
  async close(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#end(new RpcError(Code.canceled, 'the session was closed'));
    try {
      // Revoking twice does no harm, so it is repeated as freely as a read.
      await this.#connection.unary(LeaseService.leaseRevoke, { ID: this.lease }, 'read');
    } catch (error) {
      if ((error as RpcError).code !== Code.notFound) throw error;
    }
  }

  /** Stops renewing without giving the lease up: it ends by itself. */
  abandon(): void {
    this.#end(new RpcError(Code.canceled, 'the session was abandoned'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
