// Calls over several endpoints: each goes to a healthy one; what fails without having had an effect
// is tried on the next.

import type { MethodDescriptor } from '../../proto/wire.js';
import { Code, RpcError } from '../errors.js';
import { Endpoint, parseEndpoint } from './endpoint.js';
import type { ClientEnvironment } from './environment.js';
import { grpcEnvironment } from './grpc-environment.js';
import { type ClientStream, openStream, type StreamHandlers } from './stream.js';
import { pause } from './timing.js';

export interface ConnectionOptions {
  /** `host:port`, with or without `http://`. */
  readonly endpoints: readonly string[];
  /** A call without a deadline of its own fails after this. Default 10,000. */
  readonly callTimeoutMs?: number;
  /** How long a call or a stream waits for any endpoint to answer at all. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Time without traffic on an open call after which the connection is probed. Default 6,000; servers object to less than 5,000. */
  readonly keepaliveTimeMs?: number;
  /** Time that a probe may stay unanswered. Default 2,000. */
  readonly keepaliveTimeoutMs?: number;
  /** Clock, randomness and channels; default: those of Node and gRPC. */
  readonly environment?: ClientEnvironment;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** `read`: may be repeated whatever happened. `write`: only when the first attempt had no effect. */
export type CallKind = 'read' | 'write';

/** A shorter time than this is not divided. */
const HALVED_MS_MIN = 200;
const RETRY_PAUSE_MS_MIN = 20;
const RETRY_PAUSE_MS_MAX = 500;

export class Connection {
  readonly environment: ClientEnvironment;
  readonly #endpoints: readonly Endpoint[];
  readonly #callTimeoutMs: number;
  readonly #connectTimeoutMs: number;
  /** Called at the next change of any endpoint's connection, and at `close`. */
  readonly #waiting = new Set<() => void>();
  /** Unary calls in flight. */
  readonly #calls = new Set<{ cancel(): void }>();
  #next: number;
  #closed = false;

  /** Throws TypeError for an endpoint that is none. */
  constructor(options: ConnectionOptions) {
    if (options.endpoints.length === 0) throw new TypeError('at least one endpoint is needed');
    const environment = options.environment ?? grpcEnvironment;
    this.environment = environment;
    const settings = {
      keepaliveTimeMs: options.keepaliveTimeMs ?? 6_000,
      keepaliveTimeoutMs: options.keepaliveTimeoutMs ?? 2_000,
    };
    this.#endpoints = options.endpoints.map(
      (e) => new Endpoint(parseEndpoint(e), environment, settings, () => this.#changed()),
    );
    this.#callTimeoutMs = options.callTimeoutMs ?? 10_000;
    this.#connectTimeoutMs = options.connectTimeoutMs ?? 5_000;
    this.#next = Math.floor(environment.random() * this.#endpoints.length);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * One unary call. Rejects with RpcError: the server's, DEADLINE_EXCEEDED, CANCELLED, or
   * UNAVAILABLE; `retryable` there means that it had no effect. `onUncertain` is called for every attempt
   * that failed and may take effect all the same, now or later.
   */
  async unary<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    request: ReqInit,
    kind: CallKind,
    options: CallOptions = {},
    onUncertain?: () => void,
  ): Promise<Res> {
    const deadlineMs = this.environment.nowMs() + (options.timeoutMs ?? this.#callTimeoutMs);
    const { signal } = options;
    const body = method.request.encode(request);
    for (let attempt = 0; ; attempt++) {
      const endpoint = this.#usable() ?? (await this.#connected(deadlineMs, signal));
      const attemptDeadlineMs = kind === 'read' ? this.#readDeadline(deadlineMs) : deadlineMs;
      let failure: RpcError;
      try {
        const answer = await this.#send(endpoint, method.path, body, attemptDeadlineMs, signal);
        endpoint.succeeded();
        return method.response.decode(answer);
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        failure = error;
      }
      if (!failure.retryable) onUncertain?.();
      const { code } = failure;
      const hung = code === Code.deadlineExceeded;
      if (hung || code === Code.unavailable) endpoint.failed(hung);
      const isTransient = code === Code.unavailable || (hung && attemptDeadlineMs < deadlineMs);
      if (!failure.retryable && !(kind === 'read' && isTransient)) throw failure;
      const pauseMs = this.#hasUsable() && attempt === 0 ? 0 : retryPauseMs(attempt, this.environment.random());
      if (this.#closed || this.environment.nowMs() + pauseMs >= deadlineMs) throw failure;
      await pause(this.environment, pauseMs, signal);
    }
  }

  /** A bidirectional or server stream on one endpoint. Rejects with RpcError if none can be reached. */
  async stream<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    handlers: StreamHandlers<Res>,
    signal?: AbortSignal,
  ): Promise<ClientStream<ReqInit>> {
    const endpoint = this.#usable() ?? (await this.#connected(Number.POSITIVE_INFINITY, signal));
    return openStream(endpoint, method, this.#connectTimeoutMs, handlers);
  }

  #send(
    endpoint: Endpoint,
    path: string,
    body: Uint8Array,
    deadlineMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(canceledError());
        return;
      }
      const call = endpoint.channel.unary(path, body, deadlineMs, (error, answer) => {
        this.#calls.delete(call);
        signal?.removeEventListener('abort', cancel);
        if (error === undefined) resolve(answer as Uint8Array);
        else if (this.#closed) reject(closedError());
        else reject(signal?.aborted === true ? canceledError() : error);
      });
      const cancel = (): void => call.cancel();
      this.#calls.add(call);
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /**
   * A read leaves half of its time for another endpoint: one that hangs (a stopped process, a cut
   * link) keeps its connection for seconds.
   */
  #readDeadline(deadlineMs: number): number {
    const leftMs = deadlineMs - this.environment.nowMs();
    return this.#endpoints.length > 1 && leftMs > HALVED_MS_MIN ? deadlineMs - leftMs / 2 : deadlineMs;
  }

  #hasUsable(): boolean {
    return this.#endpoints.some((e) => !e.isResting && !e.isUnreachable);
  }

  /** The next endpoint in turn that is connected and not resting. Others are asked to connect meanwhile. */
  #usable(): Endpoint | undefined {
    if (this.#closed) throw closedError();
    const all = this.#endpoints;
    let found: Endpoint | undefined;
    for (let i = 0; i < all.length; i++) {
      const endpoint = all[(this.#next + i) % all.length] as Endpoint;
      if (!endpoint.connect() || endpoint.isResting || found !== undefined) continue;
      found = endpoint;
      this.#next = (this.#next + i + 1) % all.length;
    }
    return found;
  }

  /** Connected, even if it failed a moment ago: better than nothing. */
  #connectedResting(): Endpoint | undefined {
    return this.#endpoints
      .filter((e) => e.connect())
      .reduce<Endpoint | undefined>((a, b) => (a !== undefined && a.restsUntilMs <= b.restsUntilMs ? a : b), undefined);
  }

  /** Waits until some endpoint is connected. */
  async #connected(deadlineMs: number, signal: AbortSignal | undefined): Promise<Endpoint> {
    const giveUpMs = Math.min(deadlineMs, this.environment.nowMs() + this.#connectTimeoutMs);
    for (;;) {
      const endpoint = this.#usable() ?? this.#connectedResting();
      if (endpoint !== undefined) return endpoint;
      const leftMs = giveUpMs - this.environment.nowMs();
      if (leftMs <= 0) throw new RpcError(Code.unavailable, `no connection to ${this.#addresses()}`, true);
      await this.#change(leftMs, signal);
    }
  }

  /** Resolves at the next change of a connection, or after `timeoutMs`. Rejects when `signal` aborts. */
  #change(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(canceledError());
        return;
      }
      const settle = (how: () => void) => (): void => {
        timer.cancel();
        this.#waiting.delete(changed);
        signal?.removeEventListener('abort', aborted);
        how();
      };
      const changed = settle(resolve);
      const aborted = settle(() => reject(canceledError()));
      const timer = this.environment.after(timeoutMs, changed);
      this.#waiting.add(changed);
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  #changed(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #addresses(): string {
    return this.#endpoints.map((e) => e.address).join(', ');
  }

  /** Ends every call in flight. */
  close(): void {
    this.#closed = true;
    for (const call of [...this.#calls]) call.cancel();
    for (const endpoint of this.#endpoints) endpoint.close();
    this.#changed();
  }
}

const closedError = (): RpcError => new RpcError(Code.canceled, 'the client is closed');
const canceledError = (): RpcError => new RpcError(Code.canceled, 'the call was cancelled');

/** `jitter` in [0, 1). */
const retryPauseMs = (attempt: number, jitter: number): number =>
  Math.min(RETRY_PAUSE_MS_MAX, RETRY_PAUSE_MS_MIN * 2 ** Math.min(attempt, 8)) * (0.5 + jitter / 2);
