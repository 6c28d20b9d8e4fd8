// One gRPC call on an HTTP/2 stream: context, both directions, and how it ends.

import { Code, RpcError } from '../../errors.js';
import type { CallContext, ClientStream, RpcMethod, ServerStream } from '../rpc.js';
import type { Connection } from './front-h2-connection.js';
import { type RequestHead, readMetadata } from './front-h2-head.js';

/** Compressed flag and length. */
export const MESSAGE_HEADER_BYTES = 5;

const NO_BYTES: Uint8Array = Buffer.alloc(0);
const metadataOf = new WeakMap<RequestHead, ReadonlyMap<string, string>>();

/** Code and text that the caller gets: those of an RpcError, else Unknown with the bare text. */
function statusOf(error: unknown): { code: Code; message: string } {
  if (error instanceof RpcError) return { code: error.code, message: error.message };
  return { code: Code.unknown, message: error instanceof Error ? error.message : String(error) };
}

/**
 * States: open; ended (the handler answered; queued bytes and trailers may still wait for the
 * caller's window); over (nothing more will be sent; the connection has forgotten it).
 */
export class Call implements CallContext, ServerStream<unknown>, ClientStream<unknown> {
  readonly id: number;
  readonly head: RequestHead;
  readonly method: RpcMethod;
  raw: Uint8Array = NO_BYTES;
  /** Of the connection's clock. */
  readonly deadlineAt: number | undefined;
  /** Bytes of DATA that the caller still takes on this stream. */
  sendWindow: number;
  /** Bytes of DATA that the caller may still send. */
  receiveWindow: number;
  remoteEnded = false;

  readonly #connection: Connection;
  #cancels: (() => void)[] | undefined;
  #ended = false;
  #cancelled = false;
  #headSent = false;

  // Sending: what waits for the caller's window.
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  /** Bytes of queue[0] that are already sent. */
  #queueAt = 0;
  #trailers: ((withHead: boolean) => Buffer) | undefined;
  #onDrain: (() => void) | undefined;

  // Receiving: a message that has not come whole.
  #prefix: Buffer | undefined;
  #prefixSize = 0;
  #message: Buffer | undefined;
  #messageSize = 0;
  #gotMessage = false;

  // Receiving a stream.
  #onMessage: ((message: unknown) => void) | undefined;
  #onEnd: (() => void) | undefined;
  #inbox: Uint8Array[] = [];
  #paused = false;
  #endSeen = false;
  /** Bytes taken from the caller's window and not given back. */
  #unreturned = 0;

  constructor(connection: Connection, id: number, head: RequestHead, method: RpcMethod) {
    this.#connection = connection;
    this.id = id;
    this.head = head;
    this.method = method;
    this.sendWindow = connection.peerWindow;
    this.receiveWindow = connection.streamWindow;
    this.deadlineAt = head.timeoutMs === undefined ? undefined : connection.now() + head.timeoutMs;
  }

  // ---- CallContext ----

  get metadata(): ReadonlyMap<string, string> {
    let metadata = metadataOf.get(this.head);
    if (metadata === undefined) {
      metadata = readMetadata(this.head.headers);
      metadataOf.set(this.head, metadata);
    }
    return metadata;
  }

  get peer(): string {
    return this.#connection.peer;
  }

  get deadlineMs(): number | undefined {
    return this.deadlineAt === undefined ? undefined : this.deadlineAt - this.#connection.now();
  }

  onCancel(fn: () => void): void {
    if (this.#cancelled) fn();
    else if (this.#cancels === undefined) this.#cancels = [fn];
    else this.#cancels.push(fn);
  }

  // ---- running the handler ----

  /** The head is here: a stream's handler starts now, another's once it has its message. */
  start(): void {
    if (this.method.kind === 'bidi') {
      const { handler } = this.method;
      this.#guard(() => handler(this, this, this));
    }
  }

  /** The caller's last byte is here. */
  remoteEnd(): void {
    if (this.remoteEnded) return;
    this.remoteEnded = true;
    if (this.#ended) return;
    if (this.#message !== undefined || this.#prefixSize > 0) {
      this.refuse(Code.internal, 'the request ended inside a message');
    } else if (this.method.kind === 'bidi') {
      this.#endSeen = true;
      this.#deliver();
    } else if (!this.#gotMessage) this.refuse(Code.internal, 'the request has no message');
    else this.#run();
  }

  #run(): void {
    const { method } = this;
    if (method.kind === 'serverStream') {
      this.#guard(() => method.handler(this.#decode(this.raw), this, this));
      return;
    }
    if (method.kind !== 'unary') return;
    try {
      const result = method.handler(this.#decode(this.raw), this);
      if (result instanceof Promise) result.then(this.#succeed, this.#failed);
      else this.#succeed(result);
    } catch (error) {
      this.fail(error);
    }
  }

  #guard(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.fail(error);
    }
  }

  #decode(raw: Uint8Array): unknown {
    try {
      return this.method.request.decode(raw);
    } catch (error) {
      throw new RpcError(Code.internal, `grpc: error unmarshalling request: ${(error as Error).message}`);
    }
  }

  readonly #succeed = (result: unknown): void => {
    if (this.#ended) return;
    let bytes: Uint8Array;
    try {
      bytes = result instanceof Uint8Array ? result : this.method.response.encode(result);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.#end(Code.ok);
    this.#connection.observer?.sent(bytes.length);
    if (this.#connection.answer(this, bytes)) return;
    // It does not fit into the caller's window, or a frame, as a whole.
    this.#enqueue(bytes);
    this.#trailers = this.#okTrailers;
    this.pump();
  };

  readonly #failed = (error: unknown): void => this.fail(error);

  // ---- ServerStream ----

  send(response: unknown): boolean {
    if (this.#ended) return true;
    const bytes = response instanceof Uint8Array ? response : this.method.response.encode(response);
    this.#connection.observer?.sent(bytes.length);
    this.#enqueue(bytes);
    this.pump();
    if (this.#queuedBytes === 0 && !this.#connection.congested) return true;
    this.#connection.waiting.add(this);
    return false;
  }

  onDrain(fn: () => void): void {
    this.#onDrain = fn;
  }

  end(): void {
    if (!this.#end(Code.ok)) return;
    this.#trailers = this.#okTrailers;
    this.pump();
  }

  readonly #okTrailers = (withHead: boolean): Buffer =>
    withHead ? this.#connection.blocks.error(Code.ok, '', true) : this.#connection.blocks.ok();

  fail(error: unknown): void {
    const { code, message } = statusOf(error);
    if (!this.#end(code)) return;
    this.#trailers = (withHead) => this.#connection.blocks.error(code, message, withHead);
    this.pump();
  }

  /** Ends the call without its handler, which is told as of a cancel. */
  refuse(code: Code, message: string, extra: readonly (readonly [string, string])[] = []): void {
    if (!this.#end(code)) return;
    this.#dropQueue();
    this.#releaseMessage();
    this.#trailers = (withHead) => this.#connection.blocks.error(code, message, withHead, extra);
    this.pump();
    this.#runCancels();
  }

  /** The caller has gone, or reset the stream. Nothing may be sent on it. */
  cancel(): void {
    this.#dropQueue();
    this.#trailers = undefined;
    this.#releaseMessage();
    if (this.#end(Code.canceled)) this.#runCancels();
  }

  #runCancels(): void {
    this.#cancelled = true;
    const cancels = this.#cancels;
    this.#cancels = undefined;
    if (cancels !== undefined) for (const fn of cancels) fn();
  }

  /** False if it had ended before. */
  #end(code: Code): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#inbox = [];
    this.#connection.observer?.finished(this.method, code);
    return true;
  }

  // ---- sending ----

  #enqueue(bytes: Uint8Array): void {
    const header = Buffer.allocUnsafe(MESSAGE_HEADER_BYTES);
    header[0] = 0;
    header.writeUInt32BE(bytes.length, 1);
    this.#queue.push(header);
    if (bytes.length > 0) this.#queue.push(bytes);
    this.#queuedBytes += MESSAGE_HEADER_BYTES + bytes.length;
  }

  /** Bytes already begun in a frame are never in the queue: a frame is handed on whole. */
  #dropQueue(): void {
    this.#queue = [];
    this.#queueAt = 0;
    this.#queuedBytes = 0;
  }

  /** Sends what the windows let through; then, if the call has ended, its trailers. */
  pump(): void {
    const connection = this.#connection;
    if (!this.#headSent && this.#queue.length > 0) {
      this.#headSent = true;
      connection.sendHeaders(this.id, connection.blocks.head(), false);
    }
    while (this.#queuedBytes > 0) {
      const budget = connection.budget(this);
      if (budget <= 0) {
        connection.blocked.add(this);
        return;
      }
      this.#sendData(Math.min(budget, this.#queuedBytes));
    }
    connection.blocked.delete(this);
    const trailers = this.#trailers;
    if (trailers === undefined) return;
    this.#trailers = undefined;
    connection.sendHeaders(this.id, trailers(!this.#headSent), true);
    connection.finished(this);
  }

  /** One DATA frame of `bytes` from the queue. */
  #sendData(bytes: number): void {
    const { output } = this.#connection;
    this.#connection.startData(this, bytes);
    this.#queuedBytes -= bytes;
    for (let left = bytes; left > 0; ) {
      const part = this.#queue[0] as Uint8Array;
      const size = Math.min(left, part.length - this.#queueAt);
      output.write(part.subarray(this.#queueAt, this.#queueAt + size));
      left -= size;
      this.#queueAt += size;
      if (this.#queueAt === part.length) {
        this.#queue.shift();
        this.#queueAt = 0;
      }
    }
  }

  /** Called when windows or the socket have room again. */
  drained(): void {
    if (this.#queuedBytes > 0 || this.#connection.congested) return;
    this.#connection.waiting.delete(this);
    if (!this.#ended) this.#onDrain?.();
  }

  // ---- receiving ----

  /** Bytes of a DATA frame. The windows are the connection's business. */
  data(payload: Buffer): void {
    for (let at = 0; at < payload.length && !this.#ended; ) {
      if (this.#message !== undefined) at = this.#fill(this.#message, payload, at);
      else if (this.#prefixSize === 0 && payload.length - at >= MESSAGE_HEADER_BYTES) {
        at = this.#begin(payload, at, payload, at + MESSAGE_HEADER_BYTES);
      } else at = this.#fillPrefix(payload, at);
    }
  }

  #fillPrefix(payload: Buffer, at: number): number {
    this.#prefix ??= Buffer.allocUnsafe(MESSAGE_HEADER_BYTES);
    const size = Math.min(MESSAGE_HEADER_BYTES - this.#prefixSize, payload.length - at);
    payload.copy(this.#prefix, this.#prefixSize, at, at + size);
    this.#prefixSize += size;
    if (this.#prefixSize < MESSAGE_HEADER_BYTES) return at + size;
    this.#prefixSize = 0;
    return this.#begin(this.#prefix, 0, payload, at + size);
  }

  /** A message begins at `payload[at]`, its header is at `header[headerAt]`. Returns the position behind it. */
  #begin(header: Buffer, headerAt: number, payload: Buffer, at: number): number {
    if (header[headerAt] !== 0) {
      this.#refuseCompressed();
      return payload.length;
    }
    const length = header.readUInt32BE(headerAt + 1);
    const max = this.#connection.receiveBytesMax;
    if (length > max) {
      this.refuse(Code.resourceExhausted, `grpc: received message larger than max (${length} vs. ${max})`);
      return payload.length;
    }
    if (payload.length - at >= length) {
      this.#received(payload.subarray(at, at + length));
      return at + length;
    }
    if (!this.#connection.holdBytes(length)) {
      this.refuse(Code.resourceExhausted, 'too many requests are being received at once');
      return payload.length;
    }
    this.#message = Buffer.allocUnsafeSlow(length);
    this.#messageSize = 0;
    return at;
  }

  #refuseCompressed(): void {
    const { encoding } = this.head;
    if (encoding === '' || encoding === 'identity') {
      this.refuse(Code.internal, 'grpc: compressed flag set with identity or empty encoding');
    } else {
      this.refuse(Code.unimplemented, `grpc: Decompressor is not installed for grpc-encoding "${encoding}"`, [
        ['grpc-accept-encoding', 'identity'],
      ]);
    }
  }

  #fill(message: Buffer, payload: Buffer, at: number): number {
    const size = Math.min(message.length - this.#messageSize, payload.length - at);
    payload.copy(message, this.#messageSize, at, at + size);
    this.#messageSize += size;
    if (this.#messageSize === message.length) {
      this.#releaseMessage();
      this.#received(message);
    }
    return at + size;
  }

  #releaseMessage(): void {
    if (this.#message !== undefined) this.#connection.holdBytes(-this.#message.length);
    this.#message = undefined;
  }

  #received(message: Buffer): void {
    this.#connection.observer?.received(message.length);
    if (this.method.kind === 'bidi') {
      this.#inbox.push(message);
      this.#deliver();
    } else if (this.#gotMessage) this.refuse(Code.internal, 'the request has more than one message');
    else {
      this.#gotMessage = true;
      this.raw = message;
    }
  }

  onMessage(fn: (message: unknown) => void): void {
    this.#onMessage = fn;
    this.#deliver();
  }

  onEnd(fn: () => void): void {
    this.#onEnd = fn;
    this.#deliver();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#deliver();
    this.returnWindow(0);
  }

  #deliver(): void {
    while (this.#onMessage !== undefined && !this.#paused && !this.#ended) {
      const raw = this.#inbox.shift();
      if (raw === undefined) break;
      let message: unknown;
      try {
        message = this.#decode(raw);
      } catch (error) {
        const { code, message: text } = statusOf(error);
        this.refuse(code, text);
        return;
      }
      const onMessage = this.#onMessage;
      this.#guard(() => onMessage(message));
    }
    if (!this.#endSeen || this.#paused || this.#ended || this.#inbox.length > 0 || this.#onEnd === undefined) return;
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    this.#guard(onEnd);
  }

  /**
   * `bytes` of the caller's window are used up. They are given back in large steps, and not before
   * the handler has taken the messages in them.
   */
  returnWindow(bytes: number): void {
    this.#unreturned += bytes;
    if (this.#paused || this.remoteEnded || this.#ended) return;
    if (this.#unreturned < this.#connection.streamWindow / 2) return;
    this.receiveWindow += this.#unreturned;
    this.#connection.sendWindowUpdate(this.id, this.#unreturned);
    this.#unreturned = 0;
  }
}
