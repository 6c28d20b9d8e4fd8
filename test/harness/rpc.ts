// gRPC calls with the project's own codecs and nothing in between: no retries, no balancing. What
// the server answered is what the caller sees.

import * as grpc from '@grpc/grpc-js';
import type { MethodDescriptor } from '../../proto/wire.js';

/** A call that the server refused. */
export class CallError extends Error {
  readonly code: number;
  readonly details: string;

  constructor(code: number, details: string) {
    super(`${grpc.status[code] ?? code}: ${details}`);
    this.code = code;
    this.details = details;
  }
}

const raw = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const asBuffer = (bytes: Buffer): Buffer => bytes;
const DEADLINE_MS = 10_000;

/** One open stream; messages in arrival order. */
export class Stream<ReqInit, Res> {
  readonly received: Res[] = [];
  /** Set once it has ended. */
  end: CallError | undefined;
  readonly #call: grpc.ClientDuplexStream<Buffer, Buffer>;
  readonly #encode: (m: ReqInit) => Uint8Array;
  readonly #waiting = new Set<() => void>();

  constructor(
    call: grpc.ClientDuplexStream<Buffer, Buffer>,
    encode: (m: ReqInit) => Uint8Array,
    decode: (bytes: Buffer) => Res,
  ) {
    this.#call = call;
    this.#encode = encode;
    call.on('data', (bytes: Buffer) => {
      this.received.push(decode(bytes));
      this.#wake();
    });
    call.on('error', () => undefined);
    call.on('status', (status: grpc.StatusObject) => {
      this.end = new CallError(status.code, status.details);
      this.#wake();
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  send(message: ReqInit): void {
    this.#call.write(raw(this.#encode(message)));
  }

  /** Tells the server that nothing more comes. */
  finish(): void {
    this.#call.end();
  }

  cancel(): void {
    this.#call.cancel();
  }

  /** Waits for the first message not yet taken; undefined when the stream ended or none came in time. */
  async next(timeoutMs = 5_000): Promise<Res | undefined> {
    await this.when(() => this.received.length > 0, timeoutMs);
    return this.received.shift();
  }

  /** Waits until `condition` holds, the stream ends, or the time is over; resolves to whether it holds. */
  when(condition: () => boolean, timeoutMs = 5_000): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(condition());
      };
      const check = (): void => {
        if (condition() || this.end !== undefined) finish();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }
}

export class Caller {
  readonly #client: grpc.Client;

  constructor(endpoint: string) {
    this.#client = new grpc.Client(endpoint, grpc.credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 200,
      'grpc.enable_channelz': 0,
      'grpc.service_config_disable_resolution': 1,
      // Callers of one process must not share a connection: tests count on who is connected to whom.
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  /** Rejects with CallError. */
  async unary<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    request: ReqInit,
    timeoutMs = DEADLINE_MS,
  ): Promise<Res> {
    return method.response.decode(await this.bytes(method.path, method.request.encode(request), {}, timeoutMs));
  }

  /** Sends what need not be a message at all. */
  bytes(
    path: string,
    body: Uint8Array,
    metadata: Record<string, string> = {},
    timeoutMs = DEADLINE_MS,
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        raw,
        asBuffer,
        body,
        metadataOf(metadata),
        { deadline: Date.now() + timeoutMs },
        (error, answer) => {
          if (error !== null) reject(new CallError(error.code, error.details));
          else resolve(answer as Buffer);
        },
      );
    });
  }

  stream<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    metadata: Record<string, string> = {},
  ): Stream<ReqInit, Res> {
    const call = this.#client.makeBidiStreamRequest(method.path, asBuffer, asBuffer, metadataOf(metadata));
    return new Stream(
      call,
      (m) => method.request.encode(m),
      (bytes) => method.response.decode(bytes),
    );
  }

  close(): void {
    this.#client.close();
  }
}

function metadataOf(entries: Record<string, string>): grpc.Metadata {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
  return metadata;
}
