// Each node in a network namespace of its own, all on one bridge; nftables inside the namespaces
// drops what a fault loses. Clients are in the namespace of this process. The bridge has a namespace
// too: on that of the host the host's firewall might filter what crosses it.

import { isAlive, onExit } from '../leftovers.js';
import { attempt, output } from './command.js';
import { ClientDoors } from './doors.js';
import { CLIENTS, type Lines, OverlappingFaults } from './lines.js';
import type { Availability, Network, NetworkFaults } from './types.js';

const PREFIX = 'jl';
const CLIENT_PORT = 2379;
const PEER_PORT = 2380;
/** Subnets of 198.18.0.0/15, which is set aside for tests of networks. */
const SUBNETS = 512;
const OBSERVER_HOST = 1;
const CLIENTS_HOST = 2;
const FIRST_NODE_HOST = 11;
const HUB = 'hub';
const BRIDGE = 'bridge';
const TABLE = `inet ${PREFIX}`;

let made = 0;

const subnet = (index: number): string => `198.${18 + (index >> 8)}.${index & 255}`;

export class NamespaceNetwork implements Network, Lines {
  readonly kind = 'namespaces';
  readonly faults: NetworkFaults;
  readonly doors: ClientDoors;
  readonly #nodes: readonly string[];
  readonly #id = `${PREFIX}${process.pid}x${++made}`;
  readonly #subnet: string;
  readonly #forget: () => void;

  private constructor(nodes: readonly string[], folder: string, net: string) {
    this.#nodes = nodes;
    this.#subnet = net;
    this.faults = new OverlappingFaults(this);
    const source = `${net}.${CLIENTS_HOST}`;
    this.doors = new ClientDoors({ folder, source, addressOf: (node) => this.clientAddress(node) });
    this.#forget = onExit(() => remove(this.#id));
  }

  /** `folder`: where the sockets of clients are made. */
  static async create(nodes: readonly string[], folder: string): Promise<NamespaceNetwork> {
    removeLeftovers();
    const network = new NamespaceNetwork(nodes, folder, await freeSubnet());
    try {
      await network.#build();
    } catch (error) {
      await network.close();
      throw error;
    }
    return network;
  }

  async #build(): Promise<void> {
    const hub = this.#space(HUB);
    await output('ip', ['netns', 'add', hub]);
    await output('ip', ['-n', hub, 'link', 'add', BRIDGE, 'type', 'bridge']);
    await output('ip', ['-n', hub, 'link', 'set', BRIDGE, 'up']);
    const own = `${this.#id}v`;
    await this.#plug(own);
    for (const host of [OBSERVER_HOST, CLIENTS_HOST]) {
      await output('ip', ['addr', 'add', `${this.#subnet}.${host}/24`, 'dev', own]);
    }
    await output('ip', ['link', 'set', own, 'up']);
    for (const [i, node] of this.#nodes.entries()) await this.#addNode(node, i);
  }

  /** Makes an interface here whose other end is in the bridge. */
  async #plug(name: string): Promise<void> {
    const hub = this.#space(HUB);
    const other = name.replace('v', 'w');
    await output('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', other, 'netns', hub]);
    await output('ip', ['-n', hub, 'link', 'set', other, 'master', BRIDGE, 'up']);
  }

  async #addNode(node: string, index: number): Promise<void> {
    const space = this.#space(node);
    const inner = `${this.#id}v${index}`;
    await output('ip', ['netns', 'add', space]);
    await this.#plug(inner);
    await output('ip', ['link', 'set', inner, 'netns', space]);
    await output('ip', ['-n', space, 'addr', 'add', `${this.#host(node)}/24`, 'dev', inner]);
    await output('ip', ['-n', space, 'link', 'set', inner, 'up']);
    await output('ip', ['-n', space, 'link', 'set', 'lo', 'up']);
    await this.#nft(
      node,
      `table ${TABLE} {
        set from { type ipv4_addr; }
        set to { type ipv4_addr; }
        chain input { type filter hook input priority 0; ip saddr @from counter drop; }
        chain output { type filter hook output priority 0; ip daddr @to counter drop; }
      }`,
    );
  }

  #nft(node: string, script: string): Promise<string> {
    return output('ip', ['netns', 'exec', this.#space(node), 'nft', '-f', '-'], script);
  }

  #space(node: string): string {
    return `${this.#id}-${node}`;
  }

  #host(end: string): string {
    return `${this.#subnet}.${end === CLIENTS ? CLIENTS_HOST : FIRST_NODE_HOST + this.#nodes.indexOf(end)}`;
  }

  clientAddress(node: string): string {
    return `${this.#host(node)}:${CLIENT_PORT}`;
  }

  peerAddress(node: string): string {
    return `${this.#host(node)}:${PEER_PORT}`;
  }

  place(node: string, command: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.#space(node), ...command];
  }

  environment(): Readonly<Record<string, string>> {
    return {};
  }

  /** Lost where it arrives; what goes to clients, in whose namespace nothing is changed, where it leaves. */
  async setCut(from: string, to: string, cut: boolean): Promise<void> {
    const verb = cut ? 'add' : 'delete';
    if (to === CLIENTS) await this.#nft(from, `${verb} element ${TABLE} to { ${this.#host(to)} }`);
    else await this.#nft(to, `${verb} element ${TABLE} from { ${this.#host(from)} }`);
  }

  async close(): Promise<void> {
    await this.doors.close();
    remove(this.#id);
    this.#forget();
  }
}

/** Removes the namespaces of one network with the interfaces in them. */
function remove(id: string): void {
  for (const space of spaces()) if (space.startsWith(`${id}-`)) removeSpace(space);
  // One that has not reached its namespace yet, and where a namespace outlives its name for a moment.
  for (const link of links()) if (new RegExp(`^${id}v\\d*$`).test(link)) attempt('ip', ['link', 'del', link]);
}

function removeSpace(space: string): void {
  for (const pid of attempt('ip', ['netns', 'pids', space]).split('\n').map(Number)) {
    if (pid > 0 && pid !== process.pid) process.kill(pid, 'SIGKILL');
  }
  attempt('ip', ['netns', 'del', space]);
}

const spaces = (): string[] =>
  attempt('ip', ['netns', 'list'])
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');

const links = (): string[] =>
  [...attempt('ip', ['-o', 'link']).matchAll(/^\d+: ([^:@]+)/gm)].map((m) => m[1] as string);

/** Removes what runs left that were killed. */
function removeLeftovers(): void {
  const ids = [...spaces(), ...links()].flatMap((name) => new RegExp(`^${PREFIX}(\\d+)x\\d+`).exec(name) ?? []);
  for (let i = 0; i < ids.length; i += 2) if (!isAlive(Number(ids[i + 1]))) remove(ids[i] as string);
}

async function freeSubnet(): Promise<string> {
  const used = await output('ip', ['-o', '-4', 'addr']);
  const first = Math.floor(Math.random() * SUBNETS);
  for (let i = 0; i < SUBNETS; i++) {
    const net = subnet((first + i) % SUBNETS);
    if (!used.includes(` ${net}.`)) return net;
  }
  throw new Error('no subnet of 198.18.0.0/15 is free');
}

/** Tries it with one node; nothing stays. */
export async function namespacesAvailable(): Promise<Availability> {
  const no = (why: string): Availability => ({ ok: false, why });
  if (process.platform !== 'linux') return no(`there are none on ${process.platform}`);
  if (process.getuid?.() !== 0) return no('they need root');
  for (const [program, debianPackage] of [
    ['ip', 'iproute2'],
    ['nft', 'nftables'],
  ] as const) {
    const found = await output(program, ['-V']).then(
      () => true,
      () => false,
    );
    if (!found) return no(`${program} is missing: apt-get install ${debianPackage}`);
  }
  try {
    const probe = await NamespaceNetwork.create(['probe'], '/nonexistent');
    await probe.close();
    return { ok: true };
  } catch (error) {
    return no((error as Error).message);
  }
}
