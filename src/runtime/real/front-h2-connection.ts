// The server's side of one HTTP/2 connection (RFC 9113), as far as gRPC needs it: no push, no
// priorities, no upgrade. Each call's answer costs a few writes into a shared buffer and nothing else,
// which is why this stands in place of node:http2.

import type { Socket } from 'node:net';
import { Code, errors } from '../../errors.js';
import { limits } from '../../limits.js';
import type { CallObserver, RpcMethod } from '../rpc.js';
import { Call, MESSAGE_HEADER_BYTES } from './front-h2-call.js';
import {
  ConnectionError,
  Flag,
  FRAME_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FrameType,
  frame,
  H2Code,
  PREFACE,
  Setting,
  settings,
  uint32,
  WINDOW_DEFAULT,
  WINDOW_MAX,
  writeFrameHeader,
} from './front-h2-frames.js';
import { type RequestHead, ResponseBlocks, readHead } from './front-h2-head.js';
import { Output } from './front-h2-output.js';
import { HpackDecoder, HpackError } from './front-hpack.js';

/** What all connections of a front share. */
export interface ServerShared {
  readonly methods: ReadonlyMap<string, RpcMethod>;
  readonly services: ReadonlySet<string>;
  readonly observer: CallObserver | undefined;
  readonly receiveBytesMax: number;
  /** Monotonic milliseconds. */
  now(): number;
  /** Bytes of messages that have not come whole, of all connections. */
  heldBytes: number;
}

/** Bytes that a caller may send before it hears from us, over all its streams. */
const CONNECTION_WINDOW = 16 * 1024 * 1024;
/** Header blocks remembered for callers that send the same one again and again. */
const HEADS_MAX = 64;
const HEADER_BLOCK_BYTES_MAX = 64 * 1024;

export class Connection {
  readonly blocks = new ResponseBlocks();
  readonly output: Output;
  readonly streamWindow: number;
  /** Initial window of new streams, as the caller announced it. */
  peerWindow = WINDOW_DEFAULT;
  /** Calls with bytes for which there was no window, or no room in the socket. */
  readonly blocked = new Set<Call>();
  /** Calls whose handler waits for onDrain. */
  readonly waiting = new Set<Call>();
  readonly calls = new Map<number, Call>();

  readonly #socket: Socket;
  readonly #shared: ServerShared;
  readonly #hpack = new HpackDecoder(HEADER_BLOCK_BYTES_MAX);
  readonly #heads = new Map<string, RequestHead>();
  #headsAt = 0;
  #rest: Buffer | undefined;
  #prefaceSeen = false;
  #sendWindow = WINDOW_DEFAULT;
  #receiveWindow = CONNECTION_WINDOW;
  #unreturned = 0;
  #peerFrameMax = FRAME_BYTES_MAX;
  #lastStream = 0;
  #deadlines = 0;
  #choked = false;
  #goingAway = false;
  #closed = false;
  /** A header block that continues in CONTINUATION frames. */
  #partial: { readonly stream: number; readonly end: boolean; readonly parts: Buffer[]; bytes: number } | undefined;

  constructor(socket: Socket, shared: ServerShared, onClose: () => void) {
    this.#socket = socket;
    this.#shared = shared;
    this.output = new Output(socket);
    // A whole message fits, so that a unary call never waits for us.
    this.streamWindow = Math.max(WINDOW_DEFAULT, shared.receiveBytesMax + MESSAGE_HEADER_BYTES);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => this.#drained());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#closed = true;
      for (const call of [...this.calls.values()]) call.cancel();
      this.calls.clear();
      this.blocked.clear();
      this.waiting.clear();
      onClose();
    });
    this.output.write(
      frame(
        FrameType.settings,
        0,
        0,
        settings([
          [Setting.initialWindowSize, this.streamWindow],
          [Setting.maxHeaderListSize, HEADER_BLOCK_BYTES_MAX],
        ]),
      ),
    );
    this.sendWindowUpdate(0, CONNECTION_WINDOW - WINDOW_DEFAULT);
  }

  get peer(): string {
    const { remoteAddress = '', remotePort = 0 } = this.#socket;
    return `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
  }

  get observer(): CallObserver | undefined {
    return this.#shared.observer;
  }

  get receiveBytesMax(): number {
    return this.#shared.receiveBytesMax;
  }

  get congested(): boolean {
    return this.output.congested;
  }

  now(): number {
    return this.#shared.now();
  }

  /** Counts bytes of unfinished messages; false if there would be too many. */
  holdBytes(bytes: number): boolean {
    if (bytes > 0 && this.#shared.heldBytes + bytes > limits.requestsAssemblingBytesMax) return false;
    this.#shared.heldBytes += bytes;
    return true;
  }

  // ---- receiving ----

  receive(chunk: Buffer): void {
    if (this.#closed) return;
    try {
      this.#parse(this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]));
    } catch (error) {
      if (error instanceof ConnectionError) this.#abort(error.code, error.message);
      else if (error instanceof HpackError) this.#abort(H2Code.compressionError, error.message);
      else throw error;
      return;
    }
    if (!this.#choked && this.output.choked) {
      this.#choked = true;
      this.#socket.pause();
    }
  }

  #parse(bytes: Buffer): void {
    let at = 0;
    if (!this.#prefaceSeen) {
      const size = Math.min(bytes.length, PREFACE.length);
      if (!bytes.subarray(0, size).equals(PREFACE.subarray(0, size))) {
        throw new ConnectionError(H2Code.protocolError, 'bad preface');
      }
      if (bytes.length < PREFACE.length) {
        this.#rest = bytes;
        return;
      }
      this.#prefaceSeen = true;
      at = PREFACE.length;
    }
    while (bytes.length - at >= FRAME_HEADER_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      if (length > FRAME_BYTES_MAX) throw new ConnectionError(H2Code.frameSizeError, 'frame too large');
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > bytes.length) break;
      const type = bytes[at + 3] as number;
      const flags = bytes[at + 4] as number;
      const stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
      this.#frame(type, flags, stream, bytes.subarray(at + FRAME_HEADER_BYTES, end));
      if (this.#closed) return;
      at = end;
    }
    this.#rest = at === bytes.length ? undefined : bytes.subarray(at);
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (this.#partial !== undefined && type !== FrameType.continuation) {
      throw new ConnectionError(H2Code.protocolError, 'header block interrupted');
    }
    switch (type) {
      case FrameType.data:
        this.#data(stream, flags, payload);
        break;
      case FrameType.headers:
        this.#headers(stream, flags, payload);
        break;
      case FrameType.continuation:
        this.#continuation(stream, flags, payload);
        break;
      case FrameType.rstStream:
        this.#reset(stream, payload);
        break;
      case FrameType.settings:
        this.#settings(stream, flags, payload);
        break;
      case FrameType.ping:
        if (payload.length !== 8) throw new ConnectionError(H2Code.frameSizeError, 'PING');
        if ((flags & Flag.ack) === 0) this.output.write(frame(FrameType.ping, Flag.ack, 0, payload));
        break;
      case FrameType.windowUpdate:
        this.#windowUpdate(stream, payload);
        break;
      case FrameType.pushPromise:
        throw new ConnectionError(H2Code.protocolError, 'PUSH_PROMISE from a client');
      // PRIORITY asks for nothing that we do, GOAWAY only tells that no new call will come.
      default:
        break;
    }
  }

  #data(stream: number, flags: number, payload: Buffer): void {
    if (stream === 0 || stream > this.#lastStream) throw new ConnectionError(H2Code.protocolError, 'DATA');
    this.#receiveWindow -= payload.length;
    if (this.#receiveWindow < 0) throw new ConnectionError(H2Code.flowControlError, 'connection window');
    this.#unreturned += payload.length;
    // Bytes are either handed on or counted as held, so the window is given back at once.
    if (this.#unreturned >= CONNECTION_WINDOW / 2) {
      this.sendWindowUpdate(0, this.#unreturned);
      this.#receiveWindow += this.#unreturned;
      this.#unreturned = 0;
    }
    const call = this.calls.get(stream);
    if (call === undefined || call.remoteEnded) return;
    call.receiveWindow -= payload.length;
    if (call.receiveWindow < 0) {
      this.#drop(call, H2Code.flowControlError);
      return;
    }
    call.data(unpad(flags, payload));
    if ((flags & Flag.endStream) !== 0) call.remoteEnd();
    else call.returnWindow(payload.length);
  }

  #headers(stream: number, flags: number, payload: Buffer): void {
    if (stream === 0 || stream % 2 === 0) throw new ConnectionError(H2Code.protocolError, 'HEADERS');
    let block = unpad(flags, payload);
    if ((flags & Flag.priority) !== 0) {
      if (block.length < 5) throw new ConnectionError(H2Code.frameSizeError, 'HEADERS');
      block = block.subarray(5);
    }
    const end = (flags & Flag.endStream) !== 0;
    if ((flags & Flag.endHeaders) !== 0) this.#headerBlock(stream, end, block);
    else this.#partial = { stream, end, parts: [Buffer.from(block)], bytes: block.length };
  }

  #continuation(stream: number, flags: number, payload: Buffer): void {
    const partial = this.#partial;
    if (partial === undefined || partial.stream !== stream) {
      throw new ConnectionError(H2Code.protocolError, 'CONTINUATION');
    }
    partial.bytes += payload.length;
    partial.parts.push(Buffer.from(payload));
    // Empty frames count too: else a caller could send them without end.
    if (partial.bytes > HEADER_BLOCK_BYTES_MAX || partial.parts.length > HEADS_MAX) {
      throw new ConnectionError(H2Code.enhanceYourCalm, 'header block too large');
    }
    if ((flags & Flag.endHeaders) === 0) return;
    this.#partial = undefined;
    this.#headerBlock(stream, partial.end, Buffer.concat(partial.parts));
  }

  #headerBlock(stream: number, end: boolean, block: Buffer): void {
    // Decoded in any case: the table must follow the caller's.
    const head = this.#head(block);
    if (stream <= this.#lastStream) {
      // Trailers, which a gRPC caller does not send but may; or a stream that we have ended.
      if (end) this.calls.get(stream)?.remoteEnd();
      return;
    }
    this.#lastStream = stream;
    if (this.#goingAway || this.calls.size >= limits.callsPerConnectionMax) {
      this.#sendReset(stream, H2Code.refusedStream);
      return;
    }
    this.#open(stream, head, end);
  }

  #head(block: Buffer): RequestHead {
    if (this.#headsAt !== this.#hpack.changes) {
      this.#heads.clear();
      this.#headsAt = this.#hpack.changes;
    }
    const key = block.toString('latin1');
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const head = readHead(this.#hpack.decode(block), this.#shared.methods);
    // A block that changed the table means something else the next time.
    if (this.#headsAt === this.#hpack.changes && this.#heads.size < HEADS_MAX) this.#heads.set(key, head);
    return head;
  }

  #open(stream: number, head: RequestHead, end: boolean): void {
    if (head.httpMethod !== 'POST' || !isGrpc(head.contentType)) {
      const status = head.httpMethod !== 'POST' ? 405 : 415;
      this.sendHeaders(stream, this.blocks.plain(status, [['content-length', '0']]), true);
      if (!end) this.#sendReset(stream, H2Code.noError);
      return;
    }
    const { method } = head;
    if (method === undefined || Number.isNaN(head.timeoutMs)) {
      const [code, text]: readonly [Code, string] =
        method === undefined ? this.#unknown(head.path) : [Code.internal, 'malformed grpc-timeout'];
      this.sendHeaders(stream, this.blocks.error(code, text, true), true);
      if (!end) this.#sendReset(stream, H2Code.noError);
      return;
    }
    const call = new Call(this, stream, head, method);
    this.calls.set(stream, call);
    if (call.deadlineAt !== undefined) this.#deadlines++;
    this.observer?.started(method);
    call.start();
    if (end) call.remoteEnd();
  }

  /** Go's codes and texts, which are etcd's: clients show them. */
  #unknown(path: string): readonly [Code, string] {
    const at = path.lastIndexOf('/');
    if (!path.startsWith('/') || at <= 0) return [Code.resourceExhausted, `malformed method name: "${path}"`];
    const service = path.slice(1, at);
    if (!this.#shared.services.has(service)) return [Code.unimplemented, `unknown service ${service}`];
    return [Code.unimplemented, `unknown method ${path.slice(at + 1)} for service ${service}`];
  }

  #reset(stream: number, payload: Buffer): void {
    if (payload.length !== 4) throw new ConnectionError(H2Code.frameSizeError, 'RST_STREAM');
    if (stream === 0 || stream > this.#lastStream) throw new ConnectionError(H2Code.protocolError, 'RST_STREAM');
    const call = this.calls.get(stream);
    if (call === undefined) return;
    this.#forget(call);
    call.cancel();
  }

  #settings(stream: number, flags: number, payload: Buffer): void {
    if (stream !== 0 || payload.length % 6 !== 0) throw new ConnectionError(H2Code.frameSizeError, 'SETTINGS');
    if ((flags & Flag.ack) !== 0) return;
    for (let at = 0; at < payload.length; at += 6) {
      this.#setting(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
    }
    this.output.write(frame(FrameType.settings, Flag.ack, 0, Buffer.alloc(0)));
    this.#pumpBlocked();
  }

  #setting(id: number, value: number): void {
    switch (id) {
      case Setting.headerTableSize:
        this.blocks.tableBytes(value);
        break;
      case Setting.initialWindowSize: {
        if (value > WINDOW_MAX) throw new ConnectionError(H2Code.flowControlError, 'initial window');
        const change = value - this.peerWindow;
        this.peerWindow = value;
        for (const call of this.calls.values()) call.sendWindow += change;
        break;
      }
      case Setting.maxFrameSize:
        if (value < FRAME_BYTES_MAX || value > 0xffffff) throw new ConnectionError(H2Code.protocolError, 'frame size');
        this.#peerFrameMax = value;
        break;
      default:
        break;
    }
  }

  #windowUpdate(stream: number, payload: Buffer): void {
    if (payload.length !== 4) throw new ConnectionError(H2Code.frameSizeError, 'WINDOW_UPDATE');
    const bytes = payload.readUInt32BE(0) & 0x7fffffff;
    if (stream === 0) {
      if (bytes === 0) throw new ConnectionError(H2Code.protocolError, 'WINDOW_UPDATE');
      this.#sendWindow += bytes;
      if (this.#sendWindow > WINDOW_MAX) throw new ConnectionError(H2Code.flowControlError, 'connection window');
      this.#pumpBlocked();
      return;
    }
    if (stream > this.#lastStream) throw new ConnectionError(H2Code.protocolError, 'WINDOW_UPDATE');
    const call = this.calls.get(stream);
    if (call === undefined) return;
    call.sendWindow += bytes;
    if (bytes === 0 || call.sendWindow > WINDOW_MAX) {
      this.#drop(call, bytes === 0 ? H2Code.protocolError : H2Code.flowControlError);
      return;
    }
    if (this.blocked.has(call)) {
      call.pump();
      if (this.waiting.has(call)) call.drained();
    }
  }

  // ---- sending ----

  /** Bytes that one DATA frame of `call` may carry now. */
  budget(call: Call): number {
    if (this.output.congested) return 0;
    return Math.min(call.sendWindow, this.#sendWindow, this.#peerFrameMax);
  }

  /** Writes the header of a DATA frame whose `bytes` follow. */
  startData(call: Call, bytes: number): void {
    call.sendWindow -= bytes;
    this.#sendWindow -= bytes;
    const out = this.output.reserve(FRAME_HEADER_BYTES);
    writeFrameHeader(out, this.output.claim(FRAME_HEADER_BYTES), bytes, FrameType.data, 0, call.id);
  }

  /** The whole response of a unary call in one piece; false if it does not fit. */
  answer(call: Call, message: Uint8Array): boolean {
    const dataBytes = MESSAGE_HEADER_BYTES + message.length;
    if (dataBytes > FRAME_BYTES_MAX || dataBytes > this.budget(call)) return false;
    const head = this.blocks.head();
    const trailers = this.blocks.ok();
    call.sendWindow -= dataBytes;
    this.#sendWindow -= dataBytes;
    const size = 3 * FRAME_HEADER_BYTES + head.length + dataBytes + trailers.length;
    const out = this.output.reserve(size);
    let at = this.output.claim(size);
    at = writeFrameHeader(out, at, head.length, FrameType.headers, Flag.endHeaders, call.id);
    out.set(head, at);
    at = writeFrameHeader(out, at + head.length, dataBytes, FrameType.data, 0, call.id);
    out[at] = 0;
    out.writeUInt32BE(message.length, at + 1);
    out.set(message, at + MESSAGE_HEADER_BYTES);
    at = writeFrameHeader(
      out,
      at + dataBytes,
      trailers.length,
      FrameType.headers,
      Flag.endHeaders | Flag.endStream,
      call.id,
    );
    out.set(trailers, at);
    this.finished(call);
    return true;
  }

  sendHeaders(stream: number, block: Buffer, end: boolean): void {
    const max = this.#peerFrameMax;
    const first = block.subarray(0, max);
    const whole = block.length <= max;
    this.output.write(
      frame(FrameType.headers, (whole ? Flag.endHeaders : 0) | (end ? Flag.endStream : 0), stream, first),
    );
    for (let at = max; at < block.length; at += max) {
      const last = at + max >= block.length;
      this.output.write(
        frame(FrameType.continuation, last ? Flag.endHeaders : 0, stream, block.subarray(at, at + max)),
      );
    }
  }

  sendWindowUpdate(stream: number, bytes: number): void {
    this.output.write(frame(FrameType.windowUpdate, 0, stream, uint32(bytes)));
  }

  #sendReset(stream: number, code: H2Code): void {
    this.output.write(frame(FrameType.rstStream, 0, stream, uint32(code)));
  }

  /** The call's last byte is on its way. */
  finished(call: Call): void {
    // The caller may still be sending what nobody reads: told so, it stops.
    if (!call.remoteEnded) this.#sendReset(call.id, H2Code.noError);
    this.#forget(call);
  }

  #drop(call: Call, code: H2Code): void {
    this.#sendReset(call.id, code);
    this.#forget(call);
    call.cancel();
  }

  #forget(call: Call): void {
    if (!this.calls.delete(call.id)) return;
    this.blocked.delete(call);
    this.waiting.delete(call);
    if (call.deadlineAt !== undefined) this.#deadlines--;
    if (this.#goingAway && this.calls.size === 0) this.#hangUp();
  }

  #pumpBlocked(): void {
    for (const call of [...this.blocked]) call.pump();
    for (const call of [...this.waiting]) call.drained();
  }

  #drained(): void {
    if (this.#choked) {
      this.#choked = false;
      this.#socket.resume();
    }
    this.#pumpBlocked();
  }

  // ---- time, and the end ----

  /** Ends the calls whose deadline has passed. */
  expire(): void {
    if (this.#deadlines === 0) return;
    const now = this.now();
    for (const call of [...this.calls.values()]) {
      if (call.deadlineAt !== undefined && call.deadlineAt <= now) {
        call.refuse(Code.deadlineExceeded, 'context deadline exceeded');
      }
    }
  }

  #abort(code: H2Code, reason: string): void {
    this.#sendGoaway(code, reason);
    this.output.flush();
    this.#closed = true;
    this.#socket.end();
    this.#socket.destroySoon();
  }

  #sendGoaway(code: H2Code, reason: string): void {
    const payload = Buffer.concat([uint32(this.#lastStream), uint32(code), Buffer.from(reason, 'latin1')]);
    this.output.write(frame(FrameType.goaway, 0, 0, payload));
  }

  #hangUp(): void {
    this.output.flush();
    this.#socket.end();
  }

  /** Takes no new calls, cuts bidirectional streams (they have no end of their own), and hangs up after the rest. */
  goAway(): void {
    if (this.#goingAway || this.#closed) return;
    this.#goingAway = true;
    this.#sendGoaway(H2Code.noError, '');
    if (this.calls.size === 0) this.#hangUp();
    for (const call of [...this.calls.values()]) {
      if (call.method.kind === 'bidi') call.refuse(Code.unavailable, errors.stopped().message);
    }
  }

  /** Ends every call and closes the connection. */
  cut(): void {
    for (const call of [...this.calls.values()]) call.refuse(Code.unavailable, errors.stopped().message);
    if (this.#closed) return;
    this.output.flush();
    this.#socket.destroySoon();
  }
}

function isGrpc(contentType: string): boolean {
  if (!contentType.startsWith('application/grpc')) return false;
  const next = contentType.charAt('application/grpc'.length);
  return next === '' || next === '+' || next === ';';
}

function unpad(flags: number, payload: Buffer): Buffer {
  if ((flags & Flag.padded) === 0) return payload;
  const padding = payload[0];
  if (padding === undefined || padding >= payload.length) throw new ConnectionError(H2Code.protocolError, 'padding');
  return payload.subarray(1, payload.length - padding);
}
