// Leases, and sessions that keep one alive.

import { type LeaseKeepAliveRequestInit, type LeaseKeepAliveResponse, LeaseService } from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import type { CallOptions, ClientStream, Connection } from './connection.js';

export class Leases {
  readonly #connection: Connection;
  readonly #sessions = new Set<Session>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** `ttlSeconds` may be raised to the server's minimum; the granted one is returned. */
  async grant(
    ttlSeconds: number,
    options: CallOptions & { readonly id?: bigint } = {},
  ): Promise<{ id: bigint; ttlSeconds: number }> {
    const request = { TTL: ttlSeconds, ID: options.id };
    const response = await this.#connection.unary(LeaseService.leaseGrant, request, 'write', options);
    return { id: response.ID, ttlSeconds: response.TTL };
  }

  /** Deletes its keys, at one revision. */
  async revoke(id: bigint, options: CallOptions = {}): Promise<void> {
    await this.#connection.unary(LeaseService.leaseRevoke, { ID: id }, 'write', options);
  }

  /** `ttlSeconds` is what remains; -1 when there is no such lease. */
  async timeToLive(
    id: bigint,
    options: CallOptions & { readonly keys?: boolean } = {},
  ): Promise<{ ttlSeconds: number; grantedTtlSeconds: number; keys: Uint8Array[] }> {
    const request = { ID: id, keys: options.keys };
    const response = await this.#connection.unary(LeaseService.leaseTimeToLive, request, 'read', options);
    return { ttlSeconds: response.TTL, grantedTtlSeconds: response.grantedTTL, keys: response.keys };
  }

  async list(options: CallOptions = {}): Promise<bigint[]> {
    const response = await this.#connection.unary(LeaseService.leaseLeases, {}, 'read', options);
    return response.leases.map((lease) => lease.ID);
  }

  /** Renews once. Resolves to the new TTL in seconds; 0 when the lease is gone. */
  keepAliveOnce(id: bigint, timeoutMs = 5_000): Promise<number> {
    return new Promise((resolve, reject) => {
      const finish = (result: number | RpcError): void => {
        clearTimeout(timer);
        stream.close();
        if (typeof result === 'number') resolve(result);
        else reject(result);
      };
      const stream = this.#connection.stream(LeaseService.leaseKeepAlive, {
        onMessage: (response) => finish(response.TTL),
        onEnd: (error) => finish(error),
      });
      const timer = setTimeout(
        () => finish(new RpcError(Code.deadlineExceeded, 'the lease was not renewed in time')),
        timeoutMs,
      );
      stream.send({ ID: id });
    });
  }

  /** A lease that is kept alive until it is closed or lost. */
  async session(ttlSeconds: number, options: CallOptions = {}): Promise<Session> {
    // Counted from before the request: by this clock the lease can only end earlier than by the server's.
    const sentAt = performance.now();
    const lease = await this.grant(ttlSeconds, options);
    const session = new Session(this.#connection, lease.id, lease.ttlSeconds, sentAt, () =>
      this.#sessions.delete(session),
    );
    this.#sessions.add(session);
    return session;
  }

  close(): void {
    for (const session of [...this.#sessions]) session.abandon();
  }
}

/** Renewals per TTL. */
const RENEWALS_PER_TTL = 3;
const REOPEN_MS = 50;

/**
 * Holds a lease alive. `signal` aborts when the lease is lost, by the holder's own clock: before the
 * server can give what hangs on it to somebody else, as long as both clocks run at the same rate.
 */
export class Session {
  readonly lease: bigint;
  readonly ttlSeconds: number;
  readonly #connection: Connection;
  readonly #onClosed: () => void;
  readonly #abort = new AbortController();
  #stream: ClientStream<LeaseKeepAliveRequestInit> | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  /** When the renewals were sent that no answer has come for, oldest first. */
  #sentAt: number[] = [];
  #over = false;

  constructor(connection: Connection, lease: bigint, ttlSeconds: number, grantedAt: number, onClosed: () => void) {
    this.#connection = connection;
    this.lease = lease;
    this.ttlSeconds = ttlSeconds;
    this.#onClosed = onClosed;
    this.#extend(grantedAt);
    this.#open();
  }

  /** Aborts when the lease is lost or the session closed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get alive(): boolean {
    return !this.#over;
  }

  #open(): void {
    if (this.#over) return;
    this.#sentAt = [];
    try {
      this.#stream = this.#connection.stream(LeaseService.leaseKeepAlive, {
        onMessage: (response) => this.#renewed(response),
        onEnd: () => this.#streamLost(),
      });
      this.#renew();
    } catch (error) {
      this.#end(error);
    }
  }

  #streamLost(): void {
    this.#stream = undefined;
    clearTimeout(this.#renewal);
    if (!this.#over) this.#renewal = setTimeout(() => this.#open(), REOPEN_MS);
  }

  #renew(): void {
    this.#sentAt.push(performance.now());
    this.#stream?.send({ ID: this.lease });
    this.#renewal = setTimeout(() => this.#renew(), (this.ttlSeconds * 1_000) / RENEWALS_PER_TTL);
  }

  #renewed(response: LeaseKeepAliveResponse): void {
    const sentAt = this.#sentAt.shift();
    if (response.TTL <= 0) this.#end(new RpcError(Code.notFound, 'etcdserver: requested lease not found'));
    else if (sentAt !== undefined) this.#extend(sentAt);
  }

  #extend(sentAt: number): void {
    clearTimeout(this.#expiry);
    const left = sentAt + this.ttlSeconds * 1_000 - performance.now();
    this.#expiry = setTimeout(
      () => this.#end(new RpcError(Code.unavailable, 'the lease could not be renewed in time')),
      Math.max(0, left),
    );
  }

  #end(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#renewal);
    clearTimeout(this.#expiry);
    this.#stream?.close();
    this.#onClosed();
    this.#abort.abort(reason);
  }

  /** Gives the lease up: what hangs on it is free at once. */
  async close(): Promise<void> {
    if (this.#over) return;
    this.#end(new RpcError(Code.canceled, 'the session was closed'));
    await this.#connection.unary(LeaseService.leaseRevoke, { ID: this.lease }, 'write').catch((error: RpcError) => {
      if (error.code !== Code.notFound) throw error;
    });
  }

  /** Stops renewing without giving the lease up: it ends by itself. */
  abandon(): void {
    this.#end(new RpcError(Code.canceled, 'the session was abandoned'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
