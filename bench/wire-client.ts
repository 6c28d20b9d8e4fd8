// A load generator for what h2load cannot do: calls that depend on the answers before them. Plain
// node:http2 with gRPC's framing, the same for both servers.

import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { MethodDescriptor } from '../proto/wire.js';
import { frame } from './frames.js';

/** One connection. */
export class WireClient {
  readonly #session: ClientHttp2Session;

  constructor(endpoint: string) {
    this.#session = connect(`http://${endpoint}`, { settings: { initialWindowSize: 1 << 20 } });
    // A lost connection shows in the calls that it carried.
    this.#session.on('error', () => undefined);
    this.#session.on('connect', () => this.#session.setLocalWindowSize(1 << 24));
  }

  get closed(): boolean {
    return this.#session.closed || this.#session.destroyed;
  }

  #open(path: string): ClientHttp2Stream {
    return this.#session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
  }

  /** Rejects with the server's message when the status is not OK. */
  unary<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    request: ReqInit,
  ): Promise<Res> {
    return new Promise((resolve, reject) => {
      const stream = this.#open(method.path);
      const chunks: Buffer[] = [];
      let status: string | undefined;
      let message = '';
      const take = (headers: Record<string, unknown>): void => {
        if (headers['grpc-status'] === undefined) return;
        status = String(headers['grpc-status']);
        message = String(headers['grpc-message'] ?? '');
      };
      stream.on('response', take);
      stream.on('trailers', take);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('close', () => {
        if (status !== '0') {
          reject(new Error(`${method.path}: status ${status ?? 'none'} ${decodeURIComponent(message)}`));
          return;
        }
        const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        resolve(method.response.decode(body.subarray(5)));
      });
      stream.end(frame(method.request.encode(request)));
    });
  }

  /** `onMessage` is called for every message that comes. */
  stream<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    onMessage: (message: Res) => void,
  ): { send(message: ReqInit): void } {
    const stream = this.#open(method.path);
    let pending: Buffer = Buffer.alloc(0);
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      while (pending.length >= 5) {
        const end = 5 + pending.readUInt32BE(1);
        if (pending.length < end) break;
        onMessage(method.response.decode(pending.subarray(5, end)));
        pending = pending.subarray(end);
      }
    });
    return { send: (message) => void stream.write(frame(method.request.encode(message))) };
  }

  close(): void {
    this.#session.destroy();
  }
}
