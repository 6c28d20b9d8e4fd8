// Unary calls at the least cost: HTTP/2 frames written by hand over a socket, so that the generator
// takes as little as it can from the servers that share its cores. The same for both servers. It asks
// for header compression without a table, and so need not read headers but to tell an error.

import { connect, type Socket } from 'node:net';
import type { MethodDescriptor } from '../proto/wire.js';
import { frame } from './frames.js';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const WINDOW_UPDATE = 8;
const ACK = 1;
const END_STREAM = 1;
const END_HEADERS = 4;
const HEAD_BYTES = 9;

interface Call {
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: Error) => void;
  body: Buffer | undefined;
  headers: Buffer | undefined;
}

function head(type: number, flags: number, stream: number, size: number): Buffer {
  const out = Buffer.allocUnsafe(HEAD_BYTES);
  out.writeUIntBE(size, 0, 3);
  out[3] = type;
  out[4] = flags;
  out.writeUInt32BE(stream, 5);
  return out;
}

/** A string of HPACK, not compressed; shorter than 127 bytes. */
const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);

/** Literal fields without indexing; names and whole fields of the static table where it has them. */
function headerBlock(authority: string, path: string): Buffer {
  return Buffer.concat([
    Buffer.from([0x83, 0x86, 0x04]), // :method POST, :scheme http, :path
    text(path),
    Buffer.from([0x01]), // :authority
    text(authority),
    Buffer.from([0x0f, 0x10]), // content-type
    text('application/grpc'),
    Buffer.from([0x00]),
    text('te'),
    text('trailers'),
  ]);
}

/** One connection. */
export class UnaryClient {
  readonly #socket: Socket;
  readonly #authority: string;
  readonly #blocks = new Map<string, Buffer>();
  readonly #calls = new Map<number, Call>();
  #nextStream = 1;
  #rest: Buffer = Buffer.alloc(0);
  #out: Buffer[] = [];
  closed = false;

  constructor(endpoint: string) {
    const [host, port] = endpoint.split(':') as [string, string];
    this.#authority = endpoint;
    this.#socket = connect({ host, port: Number(port), noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', () => this.close());
    this.#socket.on('close', () => this.close());
    const settings = Buffer.from([0, 1, 0, 0, 0, 0, 0, 4, 0x00, 0x10, 0, 0]); // no table; windows of 1 MiB
    const window = Buffer.alloc(4);
    window.writeUInt32BE(0x7fffffff - 65_535);
    this.#send(PREFACE, head(SETTINGS, 0, 0, settings.length), settings, head(WINDOW_UPDATE, 0, 0, 4), window);
  }

  /** Rejects when the call gave no message. */
  async unary<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    request: ReqInit,
  ): Promise<Res> {
    if (this.closed) throw new Error('the connection is closed');
    let block = this.#blocks.get(method.path);
    if (block === undefined) {
      block = headerBlock(this.#authority, method.path);
      this.#blocks.set(method.path, block);
    }
    const stream = this.#nextStream;
    this.#nextStream += 2;
    const message = frame(method.request.encode(request));
    this.#send(
      head(HEADERS, END_HEADERS, stream, block.length),
      block,
      head(DATA, END_STREAM, stream, message.length),
      message,
    );
    const body = await new Promise<Buffer>((resolve, reject) => {
      this.#calls.set(stream, { resolve, reject, body: undefined, headers: undefined });
    });
    return method.response.decode(body.subarray(5));
  }

  /** What one turn writes goes out together. */
  #send(...parts: Buffer[]): void {
    if (this.#out.length === 0) {
      queueMicrotask(() => {
        const out = Buffer.concat(this.#out);
        this.#out = [];
        if (!this.closed) this.#socket.write(out);
      });
    }
    this.#out.push(...parts);
  }

  #read(chunk: Buffer): void {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (data.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + data.readUIntBE(0, 3);
      if (data.length < end) break;
      this.#frame(
        data[3] as number,
        data[4] as number,
        data.readUInt32BE(5) & 0x7fffffff,
        data.subarray(HEAD_BYTES, end),
      );
      data = data.subarray(end);
    }
    this.#rest = data;
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === SETTINGS && (flags & ACK) === 0) this.#send(head(SETTINGS, ACK, 0, 0));
    else if (type === PING && (flags & ACK) === 0) this.#send(head(PING, ACK, 0, 8), payload);
    else if (type === GOAWAY) this.close();
    const call = this.#calls.get(stream);
    if (call === undefined) return;
    if (type === RST_STREAM) return this.#end(stream, call);
    if (type === DATA) call.body = call.body === undefined ? payload : Buffer.concat([call.body, payload]);
    else if (type === HEADERS) call.headers = payload;
    if ((type === DATA || type === HEADERS) && (flags & END_STREAM) !== 0) this.#end(stream, call);
  }

  #end(stream: number, call: Call): void {
    this.#calls.delete(stream);
    if (call.body !== undefined) call.resolve(call.body);
    // Unread, but its text shows when the server did not compress it.
    else
      call.reject(new Error(`a call failed: ${call.headers?.toString('latin1').replace(/[^ -~]+/g, ' ') ?? 'reset'}`));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#socket.destroy();
    for (const call of this.#calls.values()) call.reject(new Error('the connection is closed'));
    this.#calls.clear();
  }
}
