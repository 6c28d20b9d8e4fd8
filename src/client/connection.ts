// Calls over several endpoints: each goes to a healthy one; what fails without having had an effect
// is tried on the next.

import * as grpc from '@grpc/grpc-js';
import type { MethodDescriptor } from '../../proto/wire.js';
import { Code, RpcError } from '../errors.js';
import { Endpoint, parseEndpoint } from './endpoint.js';

export interface ConnectionOptions {
  /** `host:port`, with or without `http://`. */
  readonly endpoints: readonly string[];
  /** A call without a deadline of its own fails after this. Default 10,000. */
  readonly callTimeoutMs?: number;
  /** How long one endpoint may take to accept a connection before the next is tried. Default 2,000. */
  readonly connectTimeoutMs?: number;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** `read`: may be repeated whatever happened. `write`: only when the first attempt had no effect. */
export type CallKind = 'read' | 'write';

const RETRY_PAUSE_MS = 25;
/** etcd's texts of refusals before anything was proposed. */
const REFUSED = new Set(['etcdserver: no leader', 'etcdserver: not capable', 'etcdserver: too many requests']);
/** What grpc-js says when a connection could not be made: the request never left. */
const NOT_SENT = /No connection established|ECONNREFUSED|Name resolution failed|EHOSTUNREACH|ENETUNREACH/;

export class Connection {
  readonly #endpoints: Endpoint[];
  readonly #callTimeoutMs: number;
  readonly #connectTimeoutMs: number;
  #next: number;
  #closed = false;

  constructor(options: ConnectionOptions) {
    if (options.endpoints.length === 0) throw new TypeError('at least one endpoint is needed');
    this.#endpoints = options.endpoints.map((e) => new Endpoint(parseEndpoint(e), grpc.credentials.createInsecure()));
    this.#callTimeoutMs = options.callTimeoutMs ?? 10_000;
    this.#connectTimeoutMs = options.connectTimeoutMs ?? 2_000;
    this.#next = Math.floor(Math.random() * this.#endpoints.length);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The next healthy endpoint; when none is, the one that may be tried again first. */
  pick(): Endpoint {
    if (this.#closed) throw new RpcError(Code.canceled, 'the client is closed');
    const now = Date.now();
    for (let i = 0; i < this.#endpoints.length; i++) {
      const endpoint = this.#endpoints[(this.#next + i) % this.#endpoints.length] as Endpoint;
      if (!endpoint.isHealthy(now)) continue;
      this.#next = (this.#next + i + 1) % this.#endpoints.length;
      return endpoint;
    }
    return this.#endpoints.reduce((a, b) => (a.retryAtMs <= b.retryAtMs ? a : b));
  }

  /**
   * One unary call. Rejects with RpcError: the server's, DEADLINE_EXCEEDED, CANCELLED, or
   * UNAVAILABLE when no endpoint could be reached; `retryable` there means that it had no effect.
   */
  async unary<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    request: ReqInit,
    kind: CallKind,
    options: CallOptions = {},
  ): Promise<Res> {
    const deadline = Date.now() + (options.timeoutMs ?? this.#callTimeoutMs);
    const body = method.request.encode(request);
    for (;;) {
      const endpoint = this.pick();
      try {
        const answer = await this.#attempt(endpoint, method.path, body, deadline, options.signal);
        endpoint.succeeded();
        return method.response.decode(answer);
      } catch (error) {
        const failure = error as RpcError;
        if (failure.code === Code.unavailable) endpoint.failed(Date.now());
        const again = failure.retryable || (kind === 'read' && failure.code === Code.unavailable);
        if (!again || this.#closed || Date.now() + RETRY_PAUSE_MS >= deadline || options.signal?.aborted === true)
          throw failure;
        await new Promise<void>((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
      }
    }
  }

  #attempt(
    endpoint: Endpoint,
    path: string,
    body: Uint8Array,
    deadlineMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(new RpcError(Code.canceled, 'the call was cancelled'));
        return;
      }
      const { channel } = endpoint;
      const connectBy = Math.min(deadlineMs, Date.now() + this.#connectTimeoutMs);
      // Without this a call to an address that never answers would hang until its own deadline.
      channel.waitForReady(connectBy, (notReady) => {
        if (notReady !== undefined && notReady !== null) {
          reject(new RpcError(Code.unavailable, `no connection to ${endpoint.address}`, true));
          return;
        }
        const call = channel.makeUnaryRequest(
          path,
          raw,
          asBuffer,
          body,
          new grpc.Metadata(),
          { deadline: deadlineMs },
          (error, answer) => {
            signal?.removeEventListener('abort', cancel);
            if (error !== null) reject(toRpcError(error));
            else resolve(answer as Buffer);
          },
        );
        const cancel = (): void => call.cancel();
        signal?.addEventListener('abort', cancel, { once: true });
      });
    });
  }

  /** A bidirectional or server stream on one endpoint; `onEnd` is called once, with why it ended. */
  stream<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    handlers: { readonly onMessage: (m: Res) => void; readonly onEnd: (error: RpcError) => void },
  ): ClientStream<ReqInit> {
    const endpoint = this.pick();
    const call = endpoint.channel.makeBidiStreamRequest(method.path, raw, asBuffer, new grpc.Metadata());
    let ended = false;
    const end = (error: RpcError): void => {
      if (ended) return;
      ended = true;
      if (error.code === Code.unavailable) endpoint.failed(Date.now());
      call.cancel();
      handlers.onEnd(error);
    };
    const timer = setTimeout(() => {
      end(new RpcError(Code.unavailable, `no connection to ${endpoint.address}`, true));
    }, this.#connectTimeoutMs);
    call.on('metadata', () => clearTimeout(timer));
    call.on('data', (bytes: Buffer) => {
      clearTimeout(timer);
      if (ended) return;
      endpoint.succeeded();
      handlers.onMessage(method.response.decode(bytes));
    });
    call.on('error', (error: grpc.ServiceError) => {
      clearTimeout(timer);
      end(toRpcError(error));
    });
    call.on('end', () => {
      clearTimeout(timer);
      end(new RpcError(Code.unavailable, 'the server ended the stream', true));
    });
    return {
      send: (request) => {
        if (!ended) call.write(method.request.encode(request));
      },
      pause: () => call.pause(),
      resume: () => call.resume(),
      close: () => {
        clearTimeout(timer);
        ended = true;
        call.cancel();
      },
    };
  }

  close(): void {
    this.#closed = true;
    for (const endpoint of this.#endpoints) endpoint.close();
  }
}

export interface ClientStream<ReqInit> {
  send(request: ReqInit): void;
  /** Stops reading: flow control makes the server wait. */
  pause(): void;
  resume(): void;
  close(): void;
}

const raw = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const asBuffer = (bytes: Buffer): Buffer => bytes;

export function toRpcError(error: grpc.ServiceError): RpcError {
  const text = error.details || error.message;
  const retryable = REFUSED.has(text) || (error.code === Code.unavailable && NOT_SENT.test(text));
  return new RpcError(error.code as Code, text, retryable, { cause: error });
}
