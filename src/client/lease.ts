// Leases, and sessions that keep one alive.

import { type LeaseKeepAliveRequestInit, type LeaseKeepAliveResponse, LeaseService } from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import type { CallOptions, Connection } from './connection.js';
import { KeepAlives } from './keep-alive.js';
import { Session } from './session.js';
import type { ClientStream } from './stream.js';
import { pause } from './timing.js';

/** How long one renewal is tried. */
const RENEW_MS = 5_000;
const RETRY_PAUSE_MS = 50;

export class Leases {
  readonly #connection: Connection;
  readonly #keepAlives: KeepAlives;
  readonly #sessions = new Set<Session>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#keepAlives = new KeepAlives(connection);
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

  /** Deletes its keys, at one revision. Rejects with NOT_FOUND when there is no such lease. */
  async revoke(id: bigint, options: CallOptions = {}): Promise<void> {
    await this.#connection.unary(LeaseService.leaseRevoke, { ID: id }, 'write', options);
  }

  /** `ttlSeconds` is what remains; -1 when there is no such lease. `keys` only when asked for. */
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
  async keepAliveOnce(id: bigint, timeoutMs = RENEW_MS): Promise<number> {
    return (await this.renew(id, timeoutMs)).TTL;
  }

  /** As `keepAliveOnce`, with the server's whole answer. */
  async renew(id: bigint, timeoutMs = RENEW_MS): Promise<LeaseKeepAliveResponse> {
    const deadlineMs = this.#connection.environment.nowMs() + timeoutMs;
    for (;;) {
      try {
        return await this.#renew(id, deadlineMs - this.#connection.environment.nowMs());
      } catch (error) {
        const again = error instanceof RpcError && error.code === Code.unavailable;
        if (!again || this.#connection.environment.nowMs() + RETRY_PAUSE_MS >= deadlineMs) throw error;
        await pause(this.#connection.environment, RETRY_PAUSE_MS);
      }
    }
  }

  async #renew(id: bigint, timeoutMs: number): Promise<LeaseKeepAliveResponse> {
    const late = new AbortController();
    const timer = this.#connection.environment.after(timeoutMs, () => late.abort());
    let stream: ClientStream<LeaseKeepAliveRequestInit> | undefined;
    try {
      return await new Promise<LeaseKeepAliveResponse>((resolve, reject) => {
        late.signal.addEventListener('abort', () =>
          reject(new RpcError(Code.deadlineExceeded, 'the lease was not renewed in time')),
        );
        const handlers = {
          onMessage: (response: LeaseKeepAliveResponse) => resolve(response),
          onEnd: (error?: RpcError) => reject(error ?? new RpcError(Code.unavailable, 'the server ended the stream')),
        };
        this.#connection.stream(LeaseService.leaseKeepAlive, handlers, late.signal).then((opened) => {
          stream = opened;
          opened.send({ ID: id });
        }, reject);
      });
    } finally {
      timer.cancel();
      stream?.close();
    }
  }

  /**
   * A lease that is kept alive until it is closed or lost. With `lease` an existing one is taken
   * over, else a new one is granted.
   */
  async session(ttlSeconds: number, options: CallOptions & { readonly lease?: bigint } = {}): Promise<Session> {
    // Counted from before the request: by this clock the lease can only end earlier than by the server's.
    const sentAtMs = this.#connection.environment.nowMs();
    const granted =
      options.lease === undefined ? await this.grant(ttlSeconds, options) : await this.#adopt(options.lease);
    const session = new Session(this.#connection, this.#keepAlives, granted, sentAtMs, (over) =>
      this.#sessions.delete(over),
    );
    if (session.alive) this.#sessions.add(session);
    return session;
  }

  async #adopt(id: bigint): Promise<{ id: bigint; ttlSeconds: number }> {
    const ttlSeconds = await this.keepAliveOnce(id);
    if (ttlSeconds <= 0) throw new RpcError(Code.notFound, 'etcdserver: requested lease not found');
    return { id, ttlSeconds };
  }

  /** Sessions end without giving up their leases. */
  close(): void {
    for (const session of [...this.#sessions]) session.abandon();
    this.#keepAlives.close();
  }
}
