// A network for machines where namespaces are not allowed: every node reaches the others through a
// proxy of its own in this process, which gRPC takes from its environment (`grpc_proxy`, HTTP CONNECT).
// So all nodes have the same --initial-cluster, and the proxy knows who talks to whom.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { freePorts } from '../ports.js';
import { ClientDoors, hostAndPort } from './doors.js';
import { CLIENTS, type Lines, OverlappingFaults } from './lines.js';
import { Gate, tie } from './pipe.js';
import type { Network, NetworkFaults } from './types.js';

const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n';
const UNREACHABLE = 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n';

export class ProxyNetwork implements Network, Lines {
  readonly kind = 'proxies';
  readonly faults: NetworkFaults;
  readonly doors: ClientDoors;
  readonly #ports: ReadonlyMap<string, { readonly client: number; readonly peer: number }>;
  readonly #proxies = new Map<string, Server>();
  readonly #gates = new Map<string, Gate>();
  readonly #sockets = new Set<Socket>();

  private constructor(ports: ReadonlyMap<string, { client: number; peer: number }>, folder: string) {
    this.#ports = ports;
    this.faults = new OverlappingFaults(this);
    this.doors = new ClientDoors({ folder, addressOf: (node) => this.clientAddress(node) });
  }

  /** `folder`: where the sockets of clients are made. */
  static async create(nodes: readonly string[], folder: string): Promise<ProxyNetwork> {
    const free = await freePorts(2 * nodes.length);
    const ports = nodes.map((n, i) => [n, { client: free[2 * i] as number, peer: free[2 * i + 1] as number }] as const);
    const network = new ProxyNetwork(new Map(ports), folder);
    await Promise.all(nodes.map((n) => network.#listen(n)));
    return network;
  }

  clientAddress(node: string): string {
    return `127.0.0.1:${this.#ports.get(node)?.client}`;
  }

  peerAddress(node: string): string {
    return `127.0.0.1:${this.#ports.get(node)?.peer}`;
  }

  place(_node: string, command: readonly string[]): readonly string[] {
    return command;
  }

  environment(node: string): Readonly<Record<string, string>> {
    const port = (this.#proxies.get(node)?.address() as AddressInfo | undefined)?.port;
    return { grpc_proxy: `http://127.0.0.1:${port}`, no_grpc_proxy: '', no_proxy: '' };
  }

  async #listen(node: string): Promise<void> {
    const proxy = createServer();
    proxy.on('connect', (request: IncomingMessage, near: Socket, head: Buffer) => {
      this.#connect(node, request.url ?? '', near, head);
    });
    await new Promise<void>((resolve, reject) => {
      proxy.once('error', reject);
      proxy.listen(0, '127.0.0.1', resolve);
    });
    this.#proxies.set(node, proxy);
  }

  #connect(from: string, address: string, near: Socket, head: Buffer): void {
    this.#track(near);
    near.on('error', () => {});
    if (head.length > 0) near.unshift(head);
    const to = [...this.#ports.keys()].find((n) => this.peerAddress(n) === address);
    if (to === undefined) {
      near.end(UNREACHABLE);
      return;
    }
    const outward = this.#gate(from, to);
    const inward = this.#gate(to, from);
    // A connection is made when both ways are open, as TCP's is.
    outward.whenOpen(() => inward.whenOpen(() => this.#reach(address, near, outward, inward)));
  }

  #reach(address: string, near: Socket, outward: Gate, inward: Gate): void {
    if (near.destroyed) return;
    const [host, port] = hostAndPort(address);
    const far = connect({ host, port });
    this.#track(far);
    const refused = (): void => {
      near.end(UNREACHABLE);
    };
    far.once('error', refused);
    far.once('connect', () => {
      far.off('error', refused);
      near.write(ESTABLISHED);
      tie(near, far, outward, inward);
    });
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #gate(from: string, to: string): Gate {
    const key = `${from} ${to}`;
    const gate = this.#gates.get(key) ?? new Gate();
    this.#gates.set(key, gate);
    return gate;
  }

  async setCut(from: string, to: string, cut: boolean): Promise<void> {
    if (from === CLIENTS || to === CLIENTS) await this.doors.setCut(from, to, cut);
    else this.#gate(from, to).cut = cut;
  }

  async setDelay(from: string, to: string, ms: number): Promise<void> {
    this.#gate(from, to).delayMs = ms;
  }

  async close(): Promise<void> {
    await this.doors.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      [...this.#proxies.values()].map((proxy) => {
        proxy.closeAllConnections();
        return new Promise((resolve) => proxy.close(resolve));
      }),
    );
  }
}
