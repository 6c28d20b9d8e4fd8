// Where machines of clients meet the nodes: for each pair a Unix socket in this process, tied to a
// connection to the node, so that any client can be cut off from any node.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { CLIENTS, type Lines } from './lines.js';
import { Gate, tie } from './pipe.js';

export interface DoorOptions {
  /** For the sockets. */
  readonly folder: string;
  /** `host:port` of a node. */
  readonly addressOf: (node: string) => string;
  /** Address that connections to nodes come from. */
  readonly source?: string;
}

export class ClientDoors implements Lines {
  readonly #options: DoorOptions;
  readonly #servers = new Map<string, { readonly server: Server; readonly path: string }>();
  readonly #sockets = new Set<Socket>();
  readonly #gates = new Map<string, { readonly from: string; readonly to: string; readonly gate: Gate }>();
  readonly #cuts = new Set<string>();

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Path of the socket through which `machine` reaches `node`. */
  path(machine: string, node: string): string {
    const key = `${machine} ${node}`;
    const found = this.#servers.get(key);
    if (found !== undefined) return found.path;
    const path = join(this.#options.folder, `${this.#servers.size}.sock`);
    const server = createServer((near) => this.#open(near, machine, node));
    server.listen(path);
    this.#servers.set(key, { server, path });
    return path;
  }

  #open(near: Socket, machine: string, node: string): void {
    const [host, port] = hostAndPort(this.#options.addressOf(node));
    const { source } = this.#options;
    const outward = this.#gate(machine, node);
    const inward = this.#gate(node, machine);
    near.on('error', () => {});
    this.#track(near);
    // A connection is made when both ways are open, as TCP's is.
    outward.whenOpen(() =>
      inward.whenOpen(() => {
        if (near.destroyed) return;
        const far = connect({ host, port, ...(source !== undefined && { localAddress: source }) });
        this.#track(far);
        tie(near, far, outward, inward);
      }),
    );
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #gate(from: string, to: string): Gate {
    const key = `${from} ${to}`;
    const found = this.#gates.get(key);
    if (found !== undefined) return found.gate;
    const gate = new Gate();
    gate.cut = this.#isCut(from, to);
    this.#gates.set(key, { from, to, gate });
    return gate;
  }

  #isCut(from: string, to: string): boolean {
    return [`${from} ${to}`, `${CLIENTS} ${to}`, `${from} ${CLIENTS}`].some((pair) => this.#cuts.has(pair));
  }

  /** Between a machine, or all of them (CLIENTS), and a node. */
  async setCut(from: string, to: string, cut: boolean): Promise<void> {
    if (cut) this.#cuts.add(`${from} ${to}`);
    else this.#cuts.delete(`${from} ${to}`);
    for (const entry of this.#gates.values()) {
      const next = this.#isCut(entry.from, entry.to);
      if (entry.gate.isOpen === next) entry.gate.cut = next;
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const servers = [...this.#servers.values()];
    await Promise.all(servers.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  }
}

export function hostAndPort(address: string): [host: string, port: number] {
  const at = address.lastIndexOf(':');
  return [address.slice(0, at), Number(address.slice(at + 1))];
}
