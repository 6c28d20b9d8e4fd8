// Plain HTTP/1.1 on the client port: exact paths, small bodies.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../../limits.js';
import type { HttpResponse, HttpRoutes } from '../rpc.js';
import type { Acceptor } from './front.js';

/** A connection without a request for so long is closed. */
const IDLE_TIMEOUT_MS = 120_000;

const NOT_FOUND: HttpResponse = {
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: '404 page not found\n',
};

const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/** Undefined: larger than what a client may send (--max-request-bytes has its default here). */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limits.requestBytesMax + limits.requestOverheadBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function answer(routes: HttpRoutes, request: IncomingMessage): Promise<HttpResponse> {
  // The base only makes the parser accept a path; nothing of it is used.
  const url = new URL(request.url ?? '/', 'http://localhost');
  const route = routes.get(url.pathname);
  if (route === undefined) return NOT_FOUND;
  const body = await readBody(request);
  if (body === undefined) return text(413, 'request is too large\n');
  return route({ method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, body });
}

function write(request: IncomingMessage, response: ServerResponse, result: HttpResponse): void {
  const length = typeof result.body === 'string' ? Buffer.byteLength(result.body) : result.body.length;
  response.writeHead(result.status, { ...result.headers, 'content-length': length });
  if (request.method === 'HEAD') response.end();
  else response.end(result.body);
}

export function createHttpAcceptor(routes: HttpRoutes): Acceptor {
  // Requests in flight by connection. Kept here because a server that does not listen itself does
  // not track its connections.
  const inFlight = new Map<Socket, number>();
  let closing = false;
  let closed: (() => void) | undefined;
  let ended: Promise<void> | undefined;
  let cut: NodeJS.Timeout | undefined;

  const server = createServer({ noDelay: true }, (request, response) => {
    const socket = request.socket;
    inFlight.set(socket, (inFlight.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (inFlight.get(socket) ?? 1) - 1;
      if (inFlight.has(socket)) inFlight.set(socket, left);
      if (closing && left === 0) socket.end();
    });
    answer(routes, request).then(
      (result) => write(request, response, result),
      (error: unknown) => {
        if (!response.headersSent) {
          write(request, response, text(500, `${error instanceof Error ? error.message : String(error)}\n`));
        } else response.destroy();
      },
    );
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });

  return {
    accept(socket, head) {
      inFlight.set(socket, 0);
      socket.setTimeout(IDLE_TIMEOUT_MS, () => {
        if (inFlight.get(socket) === 0) socket.destroy();
      });
      socket.once('close', () => {
        inFlight.delete(socket);
        if (inFlight.size === 0) closed?.();
      });
      socket.unshift(head);
      server.emit('connection', socket);
      socket.resume();
    },
    close(graceMs) {
      closing = true;
      // The last call counts.
      clearTimeout(cut);
      cut = setTimeout(() => {
        for (const socket of inFlight.keys()) socket.destroy();
      }, graceMs);
      ended ??= new Promise((resolve) => {
        closed = () => {
          clearTimeout(cut);
          resolve();
        };
      });
      for (const [socket, count] of inFlight) if (count === 0) socket.destroy();
      if (inFlight.size === 0) closed?.();
      return ended;
    },
  };
}
