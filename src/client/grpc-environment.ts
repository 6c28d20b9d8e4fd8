// The outside world of a client on Node: its clock and timers, and gRPC channels. Messages are bytes
// already, errors are RpcErrors.

import * as grpc from '@grpc/grpc-js';
import { type Code, Code as codes, RpcError } from '../errors.js';
import type {
  CancellableCall,
  Channel,
  ChannelSettings,
  ChannelStream,
  ChannelStreamHandlers,
  ClientEnvironment,
} from './environment.js';
import { isRefusal } from './refusal.js';

export const grpcEnvironment: ClientEnvironment = {
  nowMs: () => performance.now(),
  random: () => Math.random(),
  after: (delayMs, fn) => {
    const timer = setTimeout(fn, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  channel: (address, settings, onChange) => new GrpcChannel(address, settings, onChange),
};

/** What gRPC says when a connection could not be made: the request never left. */
const NOT_SENT = /^No connection established|^Name resolution failed|^Failed to connect|^Channel closed before call/;

const emptyMetadata = new grpc.Metadata();
/** etcd's word for "end this stream when you have no leader". */
const leaderMetadata = new grpc.Metadata();
leaderMetadata.set('hasleader', 'true');

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const asBuffer = (bytes: Buffer): Buffer => bytes;

/** `retryable` in the result: the call is known to have had no effect. */
function toRpcError(error: grpc.ServiceError): RpcError {
  const text = error.details || error.message;
  const retryable = isRefusal(text) || (error.code === codes.unavailable && NOT_SENT.test(text));
  return new RpcError(error.code as Code, text, retryable, { cause: error });
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

class GrpcChannel implements Channel {
  readonly #address: string;
  readonly #settings: ChannelSettings;
  readonly #onChange: () => void;
  #made: grpc.Client | undefined;

  constructor(address: string, settings: ChannelSettings, onChange: () => void) {
    this.#address = address;
    this.#settings = settings;
    this.#onChange = onChange;
  }

  get #client(): grpc.Client {
    if (this.#made === undefined) {
      this.#made = new grpc.Client(this.#address, grpc.credentials.createInsecure(), channelOptions(this.#settings));
      this.#follow();
    }
    return this.#made;
  }

  #follow(): void {
    const channel = this.#made?.getChannel();
    if (channel === undefined) return;
    const state = channel.getConnectivityState(false);
    if (state === grpc.connectivityState.SHUTDOWN) return;
    channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, () => {
      this.#onChange();
      this.#follow();
    });
  }

  connect(): boolean {
    return this.#client.getChannel().getConnectivityState(true) === grpc.connectivityState.READY;
  }

  get isUnreachable(): boolean {
    return this.#made?.getChannel().getConnectivityState(false) === grpc.connectivityState.TRANSIENT_FAILURE;
  }

  unary(
    path: string,
    request: Uint8Array,
    deadlineMs: number,
    done: (error: RpcError | undefined, response: Uint8Array | undefined) => void,
  ): CancellableCall {
    const deadline = Date.now() + deadlineMs - performance.now();
    return this.#client.makeUnaryRequest(
      path,
      view,
      asBuffer,
      request,
      emptyMetadata,
      { deadline },
      (error, answer) => {
        if (error === null) done(undefined, answer);
        else done(toRpcError(error), undefined);
      },
    );
  }

  stream(path: string, needsLeader: boolean, handlers: ChannelStreamHandlers): ChannelStream {
    const metadata = needsLeader ? leaderMetadata : emptyMetadata;
    const call: grpc.ClientDuplexStream<Uint8Array, Buffer> = this.#client.makeBidiStreamRequest(
      path,
      view,
      asBuffer,
      metadata,
    );
    let ended = false;
    const end = (error: RpcError | undefined): void => {
      if (ended) return;
      ended = true;
      handlers.onEnd(error);
    };
    call.on('data', handlers.onMessage);
    call.on('error', (error: grpc.ServiceError) => end(toRpcError(error)));
    call.on('end', () => end(undefined));
    return {
      send: (message) => {
        call.write(message);
      },
      finish: () => call.end(),
      pause: () => call.pause(),
      resume: () => call.resume(),
      cancel: () => call.cancel(),
    };
  }

  close(): void {
    this.#made?.close();
    this.#made = undefined;
  }
}
