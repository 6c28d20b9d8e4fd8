// One server address: its channel, and how much to trust it at the moment.

import type { Channel, ChannelSettings, ClientEnvironment } from './environment.js';

/** How long an endpoint is left alone after its first failure, and at most. */
const BACKOFF_MS_MIN = 50;
const BACKOFF_MS_MAX = 5_000;

/** States: those of its channel, and on top of each: resting, for a while after a failed call. */
export class Endpoint {
  readonly address: string;
  readonly environment: ClientEnvironment;
  readonly channel: Channel;
  #failures = 0;
  #restsUntilMs = 0;

  /** `onChange` is called when the state of the connection has changed. */
  constructor(address: string, environment: ClientEnvironment, settings: ChannelSettings, onChange: () => void) {
    this.address = address;
    this.environment = environment;
    this.channel = environment.channel(address, settings, onChange);
  }

  /** Asks for a connection if there is none; tells whether there is one. */
  connect(): boolean {
    return this.channel.connect();
  }

  get isUnreachable(): boolean {
    return this.channel.isUnreachable;
  }

  /** True while it is left alone after a failure. */
  get isResting(): boolean {
    return this.environment.nowMs() < this.#restsUntilMs;
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
  failed(hung = false): void {
    const pauseMs = hung
      ? BACKOFF_MS_MAX
      : Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(this.#failures, 10));
    this.#failures++;
    this.#restsUntilMs = this.environment.nowMs() + pauseMs * (0.5 + this.environment.random() / 2);
  }

  close(): void {
    this.channel.close();
  }
}

/** `host:port` of an endpoint as users write it: with or without `http://`. Throws TypeError. */
export function parseEndpoint(endpoint: string): string {
  const match = /^(?:(https?|unix):\/\/)?([^/\s]+:\d+)\/?$/.exec(endpoint);
  if (match?.[2] === undefined) throw new TypeError(`endpoint "${endpoint}" is not HOST:PORT or http://HOST:PORT`);
  if (match[1] === 'https') throw new TypeError(`endpoint "${endpoint}": TLS is not supported in this version`);
  return match[1] === 'unix' ? `unix:${match[2]}` : match[2];
}
