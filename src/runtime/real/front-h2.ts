// gRPC over HTTP/2 without a server library.

import type { FrontOptions } from '../rpc.js';
import type { Acceptor } from './front.js';
import { Connection, type ServerShared } from './front-h2-connection.js';

/** How often deadlines are looked at. Callers keep their own time: this only frees what nobody waits for. */
const EXPIRE_INTERVAL_MS = 50;
/** TCP probes find callers whose machine is gone. */
const KEEP_ALIVE_MS = 60_000;
/** A connection that was cut has so long to take its last bytes. */
const LINGER_MS = 200;

export function createGrpcAcceptor(options: FrontOptions): Acceptor {
  const shared: ServerShared = {
    methods: new Map(options.methods.map((method) => [method.path, method])),
    services: new Set(options.methods.map((method) => method.path.slice(1, method.path.lastIndexOf('/')))),
    observer: options.observer,
    receiveBytesMax: options.receiveBytesMax,
    now: () => performance.now(),
    heldBytes: 0,
  };
  const connections = new Set<Connection>();
  const sockets = new Set<{ destroy(): void }>();
  let expiry: NodeJS.Timeout | undefined;
  let onEmpty: (() => void) | undefined;
  let empty: Promise<void> | undefined;
  let deadlines: NodeJS.Timeout[] = [];
  const setDeadlines = (...timers: NodeJS.Timeout[]): void => {
    for (const timer of deadlines) clearTimeout(timer);
    deadlines = timers;
  };

  return {
    accept(socket, head) {
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      const connection = new Connection(socket, shared, () => {
        connections.delete(connection);
        sockets.delete(socket);
        if (connections.size > 0) return;
        clearInterval(expiry);
        expiry = undefined;
        onEmpty?.();
      });
      connections.add(connection);
      sockets.add(socket);
      expiry ??= setInterval(() => {
        for (const each of connections) each.expire();
      }, EXPIRE_INTERVAL_MS);
      connection.receive(head);
      socket.resume();
    },

    async close(graceMs) {
      empty ??= new Promise<void>((resolve) => {
        onEmpty = resolve;
        if (connections.size === 0) resolve();
      });
      for (const connection of [...connections]) connection.goAway();
      const cut = setTimeout(() => {
        for (const connection of [...connections]) connection.cut();
      }, graceMs);
      const destroy = setTimeout(() => {
        for (const socket of [...sockets]) socket.destroy();
      }, graceMs + LINGER_MS);
      // The last call counts.
      setDeadlines(cut, destroy);
      await empty;
      setDeadlines();
    },
  };
}
