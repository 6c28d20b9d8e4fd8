// Node-to-node streams over gRPC: hexkeep.peer.v1.Peer/Exchange, frames as raw bytes.

import * as grpc from '@grpc/grpc-js';
import { ConfigError } from '../../errors.js';
import type { Link, Listener, Network } from '../ports.js';

const raw = (bytes: Buffer): Buffer => bytes;
const encode = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const EXCHANGE: grpc.MethodDefinition<Uint8Array, Buffer> = {
  path: '/hexkeep.peer.v1.Peer/Exchange',
  requestStream: true,
  responseStream: true,
  requestSerialize: encode,
  requestDeserialize: raw as never,
  responseSerialize: encode as never,
  responseDeserialize: raw,
};

const OPTIONS = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  // A peer whose machine vanished without a FIN is noticed within about an election timeout.
  'grpc.keepalive_time_ms': 1_000,
  'grpc.keepalive_timeout_ms': 1_000,
  'grpc.keepalive_permit_without_calls': 1,
  // Redialling is the transport's business; a channel that backs off by itself would delay it.
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 200,
  'grpc.enable_channelz': 0,
  'grpc.use_local_subchannel_pool': 1,
};

type Duplex = grpc.ClientDuplexStream<Uint8Array, Buffer> | grpc.ServerDuplexStream<Buffer, Uint8Array>;

class GrpcLink implements Link {
  readonly #stream: Duplex;
  readonly #end: () => void;
  #onClose: ((reason: string) => void) | undefined;
  #closed: string | undefined;

  constructor(stream: Duplex, end: () => void) {
    this.#stream = stream;
    this.#end = end;
    stream.on('error', (error: Error) => this.#finish(error.message));
    stream.on('end', () => this.#finish('closed by the other side'));
    stream.on('close', () => this.#finish('closed'));
    stream.on('cancelled', () => this.#finish('connection lost'));
  }

  send(frame: Uint8Array): boolean {
    if (this.#closed !== undefined) return true;
    return (this.#stream as { write(b: Uint8Array): boolean }).write(frame);
  }

  onFrame(fn: (frame: Uint8Array) => void): void {
    this.#stream.on('data', fn);
  }

  onDrain(fn: () => void): void {
    this.#stream.on('drain', fn);
  }

  onClose(fn: (reason: string) => void): void {
    this.#onClose = fn;
    if (this.#closed !== undefined) fn(this.#closed);
  }

  close(): void {
    this.#finish('closed here');
  }

  #finish(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#end();
    this.#onClose?.(reason);
  }
}

export class GrpcNetwork implements Network {
  async listen(address: string, accept: (link: Link) => void): Promise<Listener> {
    const server = new grpc.Server(OPTIONS);
    server.addService({ exchange: EXCHANGE } as grpc.ServiceDefinition, {
      exchange: (call: grpc.ServerDuplexStream<Buffer, Uint8Array>) => accept(new GrpcLink(call, () => call.end())),
    });
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) => {
        if (error === null) resolve();
        else
          reject(
            new ConfigError(
              `cannot listen on ${address} for peers (${error.message}): free the port or choose another`,
            ),
          );
      });
    });
    return {
      close: async () => server.forceShutdown(),
    };
  }

  dial(address: string): Link {
    const client = new grpc.Client(address, grpc.credentials.createInsecure(), OPTIONS);
    const call = client.makeBidiStreamRequest(EXCHANGE.path, encode, raw, new grpc.Metadata());
    return new GrpcLink(call, () => {
      call.cancel();
      client.close();
    });
  }
}
