// The client port: gRPC and plain HTTP/1.1 on one socket, told apart by the first bytes.

import { createServer, type Server, type Socket } from 'node:net';
import { ConfigError } from '../../errors.js';
import type { Front, FrontOptions } from '../rpc.js';
import { createGrpcAcceptor } from './front-h2.js';
import { createHttpAcceptor } from './front-http.js';

/** Takes over connections of one protocol. `head` holds the bytes already read from the socket. */
export interface Acceptor {
  accept(socket: Socket, head: Buffer): void;
  /** Lets calls in flight finish for `graceMs`, then cuts every connection. */
  close(graceMs: number): Promise<void>;
}

/** An HTTP/2 connection preface begins with these; no HTTP/1.1 method does. */
const HTTP2_HEAD = Buffer.from('PRI ', 'latin1');

/** A connection that says nothing for so long is closed: what protocol it wants is not known yet. */
const FIRST_BYTES_TIMEOUT_MS = 60_000;

/** Splits `host:port`, `[v6]:port`. Throws ConfigError. */
export function splitAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new ConfigError(`${address} is not an address: write host:port`);
  return { host: match[1] ?? match[2] ?? '', port };
}

function sniff(socket: Socket, grpc: Acceptor, http: Acceptor): void {
  let head: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const seen = Math.min(head.length, HTTP2_HEAD.length);
    const maybeHttp2 = head.subarray(0, seen).equals(HTTP2_HEAD.subarray(0, seen));
    if (maybeHttp2 && seen < HTTP2_HEAD.length) return;
    // Paused before the listener goes: whatever arrives in between must wait for its new reader.
    socket.pause();
    socket.off('data', onData);
    socket.off('error', onError);
    socket.off('timeout', onTimeout);
    socket.setTimeout(0);
    (maybeHttp2 ? grpc : http).accept(socket, head);
  };
  const onError = (): void => {
    socket.destroy();
  };
  const onTimeout = (): void => {
    socket.destroy();
  };
  socket.setTimeout(FIRST_BYTES_TIMEOUT_MS);
  socket.on('timeout', onTimeout);
  socket.on('error', onError);
  socket.on('data', onData);
}

function listen(server: Server, address: string): Promise<string> {
  const { host, port } = splitAddress(address);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ConfigError(listenError(address, error), { cause: error }));
    });
    server.listen({ host: host === '' ? '::' : host, port }, () => {
      const bound = server.address();
      const actual = bound !== null && typeof bound === 'object' ? bound.port : port;
      resolve(`${host.includes(':') ? `[${host}]` : host}:${actual}`);
    });
  });
}

function listenError(address: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `cannot listen on ${address}: the port is in use by another process; stop it or choose another port`;
    case 'EACCES':
      return `cannot listen on ${address}: permission denied; choose a port above 1023 or run with the right to use it`;
    case 'EADDRNOTAVAIL':
      return `cannot listen on ${address}: this machine has no such address; listen on one of its own or on 0.0.0.0`;
    default:
      return `cannot listen on ${address}: ${error.message}`;
  }
}

/** Listens on every address of `options.listen`. Rejects with ConfigError when one cannot be had. */
export async function createFront(options: FrontOptions): Promise<Front> {
  const grpc = createGrpcAcceptor(options);
  const http = createHttpAcceptor(options.http);
  const servers: Server[] = [];
  const undecided = new Set<Socket>();

  const stopListening = (): void => {
    for (const server of servers) server.close();
  };
  const addresses: string[] = [];
  try {
    for (const address of options.listen) {
      const server = createServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
        undecided.add(socket);
        socket.once('close', () => undecided.delete(socket));
        sniff(
          socket,
          {
            accept: (s, head) => {
              undecided.delete(s);
              grpc.accept(s, head);
            },
            close: grpc.close,
          },
          {
            accept: (s, head) => {
              undecided.delete(s);
              http.accept(s, head);
            },
            close: http.close,
          },
        );
      });
      servers.push(server);
      addresses.push(await listen(server, address));
    }
  } catch (error) {
    stopListening();
    throw error;
  }

  return {
    addresses,
    async close(graceMs) {
      stopListening();
      for (const socket of undecided) socket.destroy();
      await Promise.all([grpc.close(graceMs), http.close(graceMs)]);
    },
  };
}
