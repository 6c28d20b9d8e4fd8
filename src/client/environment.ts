// What the client library needs of the outside world. The default is gRPC on Node (`grpc-environment.ts`);
// simulations bring their own clock, randomness and network.

import type { RpcError } from '../errors.js';

export interface ClientTimer {
  /** Its function is not called after this. Idempotent. */
  cancel(): void;
}

export interface ChannelSettings {
  /** Milliseconds without traffic on an open call after which the connection is probed. */
  readonly keepaliveTimeMs: number;
  /** Milliseconds that a probe may stay unanswered before the connection counts as dead. */
  readonly keepaliveTimeoutMs: number;
}

export interface ClientEnvironment {
  /** Monotonic milliseconds, unrelated to the time of day; may have a fraction. */
  nowMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  after(delayMs: number, fn: () => void): ClientTimer;
  /** A connection to one server, which connects at its first use. `onChange`: its state has changed. */
  channel(address: string, settings: ChannelSettings, onChange: () => void): Channel;
}

export interface CancellableCall {
  cancel(): void;
}

/** Callbacks of a streaming call. `onEnd` is called once: `undefined` means that the server is done. */
export interface ChannelStreamHandlers {
  readonly onMessage: (message: Uint8Array) => void;
  readonly onEnd: (error: RpcError | undefined) => void;
}

export interface ChannelStream {
  send(message: Uint8Array): void;
  /** No more requests; responses go on. */
  finish(): void;
  /** Stops reading: flow control makes the server wait. */
  pause(): void;
  resume(): void;
  /** Ends the call; `onEnd` may still be called. */
  cancel(): void;
}

/** States: idle, connecting, ready, unreachable (tries again by itself), closed. */
export interface Channel {
  /** Asks for a connection if there is none; tells whether there is one. */
  connect(): boolean;
  readonly isUnreachable: boolean;
  /** `done` is called exactly once, also after `cancel`. `deadlineMs` is a time of `nowMs`. */
  unary(
    path: string,
    request: Uint8Array,
    deadlineMs: number,
    done: (error: RpcError | undefined, response: Uint8Array | undefined) => void,
  ): CancellableCall;
  /** `needsLeader`: the server cuts the stream when it loses its leader. */
  stream(path: string, needsLeader: boolean, handlers: ChannelStreamHandlers): ChannelStream;
  close(): void;
}
