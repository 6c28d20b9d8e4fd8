// RPC handlers without a server library: the front (real/front.ts over grpc-js, the
// simulation, any later one) joins them to a wire.

import type { Codec } from '../../proto/wire.js';

export interface CallContext {
  /** Request metadata; keys in lower case. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The request as it came, for unary and server-streaming calls. May be kept, not changed. */
  readonly raw: Uint8Array;
  /** `host:port` of the caller, for logs. */
  readonly peer: string;
  /** Milliseconds left until the caller's deadline; undefined without one. */
  readonly deadlineMs: number | undefined;
  /** Runs when the call ends before its handler ended it: cancelled, deadline passed, connection lost, malformed message. */
  onCancel(fn: () => void): void;
}

export interface ServerStream<Res> {
  /** Takes a message or its encoding. False: wait for onDrain before sending more. */
  send(response: Res | Uint8Array): boolean;
  onDrain(fn: () => void): void;
  end(): void;
  /** Ends the call with this error (RpcError keeps its code, anything else becomes Unknown). */
  fail(error: unknown): void;
}

export interface ClientStream<Req> {
  onMessage(fn: (request: Req) => void): void;
  /** The caller half-closed; not called after a cancel. */
  onEnd(fn: () => void): void;
  /** No message after this (but for a few already taken from the wire) until resume: the caller is slowed down. */
  pause(): void;
  resume(): void;
}

/** An answer, or its encoding. What is at hand is returned as it is: it costs no promise. */
export type UnaryResult<Res> = Res | Uint8Array | Promise<Res | Uint8Array>;
export type UnaryHandler<Req, Res> = (request: Req, context: CallContext) => UnaryResult<Res>;
export type ServerStreamHandler<Req, Res> = (request: Req, out: ServerStream<Res>, context: CallContext) => void;
export type BidiHandler<Req, Res> = (input: ClientStream<Req>, out: ServerStream<Res>, context: CallContext) => void;

// biome-ignore lint/suspicious/noExplicitAny: a table holds methods of every type.
type Any = any;

/** One RPC of the table that a front serves. */
export type RpcMethod =
  | {
      readonly kind: 'unary';
      readonly path: string;
      readonly request: Codec<Any, Any>;
      readonly response: Codec<Any, Any>;
      readonly handler: UnaryHandler<Any, Any>;
    }
  | {
      readonly kind: 'serverStream';
      readonly path: string;
      readonly request: Codec<Any, Any>;
      readonly response: Codec<Any, Any>;
      readonly handler: ServerStreamHandler<Any, Any>;
    }
  | {
      readonly kind: 'bidi';
      readonly path: string;
      readonly request: Codec<Any, Any>;
      readonly response: Codec<Any, Any>;
      readonly handler: BidiHandler<Any, Any>;
    };

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Plain HTTP/1.1 routes by exact path; a path that is not listed gives 404. */
export type HttpRoutes = ReadonlyMap<string, (request: HttpRequest) => Promise<HttpResponse>>;

/** Told of every call; counts for metrics. */
export interface CallObserver {
  started(method: RpcMethod): void;
  /** The call is over; `code` is the gRPC status that the caller got. */
  finished(method: RpcMethod, code: number): void;
  /** Message bytes, frames not counted. */
  received(bytes: number): void;
  sent(bytes: number): void;
}

export interface FrontOptions {
  /** `host:port`; port 0 picks a free one. */
  readonly listen: readonly string[];
  readonly methods: readonly RpcMethod[];
  readonly http: HttpRoutes;
  /** gRPC requests beyond this are refused by the transport with RESOURCE_EXHAUSTED. */
  readonly receiveBytesMax: number;
  readonly observer?: CallObserver;
}

export interface Front {
  /** Addresses that it listens on, in the order asked for. */
  readonly addresses: readonly string[];
  /** Stops accepting, lets calls in flight finish for `graceMs`, then cuts them. Called again, the last grace counts. */
  close(graceMs: number): Promise<void>;
}
