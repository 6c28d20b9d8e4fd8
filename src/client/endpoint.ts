// One server address: its gRPC channel, and how much to trust it at the moment.

import * as grpc from '@grpc/grpc-js';

const BACKOFF_MIN_MS = 50;
const BACKOFF_MAX_MS = 5_000;

const CHANNEL_OPTIONS: grpc.ChannelOptions = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.keepalive_time_ms': 5_000,
  'grpc.keepalive_timeout_ms': 2_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.enable_channelz': 0,
  'grpc.service_config_disable_resolution': 1,
};

export class Endpoint {
  readonly address: string;
  readonly #credentials: grpc.ChannelCredentials;
  #channel: grpc.Client | undefined;
  #failures = 0;
  #retryAtMs = 0;

  constructor(address: string, credentials: grpc.ChannelCredentials) {
    this.address = address;
    this.#credentials = credentials;
  }

  get channel(): grpc.Client {
    this.#channel ??= new grpc.Client(this.address, this.#credentials, CHANNEL_OPTIONS);
    return this.#channel;
  }

  /** False while it is left alone after a failure. */
  isHealthy(nowMs: number): boolean {
    return nowMs >= this.#retryAtMs;
  }

  get retryAtMs(): number {
    return this.#retryAtMs;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#retryAtMs = 0;
  }

  /** Leaves it alone for a while: twice as long each time, with jitter, so that clients do not come in step. */
  failed(nowMs: number): void {
    const pause = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(this.#failures, 10));
    this.#failures++;
    this.#retryAtMs = nowMs + pause * (0.5 + Math.random() / 2);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }
}

/** `host:port` of an endpoint as users write it: with or without `http://`. Throws TypeError. */
export function parseEndpoint(endpoint: string): string {
  const match = /^(?:(https?):\/\/)?([^/]+:\d+)\/?$/.exec(endpoint);
  if (match?.[2] === undefined) throw new TypeError(`endpoint "${endpoint}" is not HOST:PORT or http://HOST:PORT`);
  if (match[1] === 'https') throw new TypeError(`endpoint "${endpoint}": TLS is not supported by this version`);
  return match[2];
}
