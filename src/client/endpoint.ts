// One server address: its gRPC channel, and how much to trust it at the moment.

import * as grpc from '@grpc/grpc-js';

/** How long an endpoint is left alone after its first failure, and at most. */
const BACKOFF_MS_MIN = 50;
const BACKOFF_MS_MAX = 5_000;

export interface ChannelSettings {
  /** Milliseconds without traffic on an open call after which the connection is probed. */
  readonly keepaliveTimeMs: number;
  /** Milliseconds that a probe may stay unanswered before the connection counts as dead. */
  readonly keepaliveTimeoutMs: number;
}

const channelOptions = (settings: ChannelSettings): grpc.ChannelOptions => ({
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.keepalive_time_ms': settings.keepaliveTimeMs,
  'grpc.keepalive_timeout_ms': settings.keepaliveTimeoutMs,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.enable_channelz': 0,
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  // Endpoints of one client share no connection with those of another.
  'grpc.use_local_subchannel_pool': 1,
});

/**
 * States: untried (no channel yet), connecting, ready, unreachable (gRPC's channel tries again by
 * itself), and on top of each: resting, for a while after a failed call.
 */
export class Endpoint {
  readonly address: string;
  readonly #settings: ChannelSettings;
  readonly #onChange: () => void;
  #client: grpc.Client | undefined;
  #failures = 0;
  #restsUntilMs = 0;

  /** `onChange` is called when the state of the connection has changed. */
  constructor(address: string, settings: ChannelSettings, onChange: () => void) {
    this.address = address;
    this.#settings = settings;
    this.#onChange = onChange;
  }

  get client(): grpc.Client {
    if (this.#client === undefined) {
      this.#client = new grpc.Client(this.address, grpc.credentials.createInsecure(), channelOptions(this.#settings));
      this.#follow();
    }
    return this.#client;
  }

  #follow(): void {
    const channel = this.#client?.getChannel();
    if (channel === undefined) return;
    const state = channel.getConnectivityState(false);
    if (state === grpc.connectivityState.SHUTDOWN) return;
    channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, () => {
      this.#onChange();
      this.#follow();
    });
  }

  /** Asks for a connection if there is none; tells whether there is one. */
  connect(): boolean {
    return this.client.getChannel().getConnectivityState(true) === grpc.connectivityState.READY;
  }

  get isUnreachable(): boolean {
    return this.#client?.getChannel().getConnectivityState(false) === grpc.connectivityState.TRANSIENT_FAILURE;
  }

  /** True while it is left alone after a failure. */
  isResting(nowMs: number): boolean {
    return nowMs < this.#restsUntilMs;
  }

  get restsUntilMs(): number {
    return this.#restsUntilMs;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restsUntilMs = 0;
  }

  /**
   * Leaves it alone: twice as long each time, with jitter, so that clients do not come in step. One
   * that hangs costs much each time that it is tried, so it rests longest at once.
   */
  failed(nowMs: number, hung = false): void {
    const pauseMs = hung
      ? BACKOFF_MS_MAX
      : Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(this.#failures, 10));
    this.#failures++;
    this.#restsUntilMs = nowMs + pauseMs * (0.5 + Math.random() / 2);
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }
}

/** `host:port` of an endpoint as users write it: with or without `http://`. Throws TypeError. */
export function parseEndpoint(endpoint: string): string {
  const match = /^(?:(https?|unix):\/\/)?([^/\s]+:\d+)\/?$/.exec(endpoint);
  if (match?.[2] === undefined) throw new TypeError(`endpoint "${endpoint}" is not HOST:PORT or http://HOST:PORT`);
  if (match[1] === 'https') throw new TypeError(`endpoint "${endpoint}": TLS is not supported in this version`);
  return match[1] === 'unix' ? `unix:${match[2]}` : match[2];
}
