// A cluster of real kvd processes in a temporary folder, on a network whose lines can be cut.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeDisk } from './disk/types.js';
import { removeLeftovers, serversOf, TemporaryFolder } from './leftovers.js';
import { chooseNetwork } from './network/choose.js';
import type { Network, NetworkKind } from './network/types.js';
import { NodeProcess } from './node-process.js';
import { projectFolder } from './project.js';

export interface ClusterOptions {
  /** Default 3. */
  readonly size?: number;
  /** Default: namespaces where they are possible. */
  readonly network?: NetworkKind;
  /** Flags for every node. */
  readonly flags?: readonly string[];
  /** Makes the disk of a node one that can fail. */
  readonly disk?: (dataDir: string, folder: string) => NodeDisk;
  /** A node ended and nobody asked for it. */
  readonly onEnded?: (name: string, how: string, lastLines: string) => void;
}

export class RealCluster {
  readonly names: readonly string[];
  readonly network: Network;
  readonly folder: string;
  readonly #folder: TemporaryFolder;
  readonly #nodes = new Map<string, NodeProcess>();
  readonly #disks = new Map<string, NodeDisk>();
  /** What is being done to a node, one thing after another. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #closing = false;

  private constructor(names: readonly string[], folder: TemporaryFolder, network: Network, options: ClusterOptions) {
    this.names = names;
    this.#folder = folder;
    this.folder = folder.path;
    this.network = network;
    const initial = names.map((n) => `${n}=http://${network.peerAddress(n)}`).join(',');
    for (const name of names) {
      const dataDir = join(folder.path, 'data', name);
      const disk = options.disk?.(dataDir, join(folder.path, `disk-${name}`));
      if (disk !== undefined) this.#disks.set(name, disk);
      const flags = this.#flags(name, dataDir, initial);
      const command = [
        'env',
        ...variables({ ...network.environment(name), ...disk?.environment }),
        process.execPath,
        kvd(),
        ...flags,
        ...(options.flags ?? []),
      ];
      const [program = '', ...args] = network.place(name, command);
      const ended = (how: string): void => {
        if (!this.#closing) options.onEnded?.(name, how, node.lastLines());
      };
      const log = join(folder.path, `${name}.log`);
      const node = new NodeProcess(name, log, { program, args, env: cleanEnvironment() }, ended);
      this.#nodes.set(name, node);
    }
  }

  /** Makes the network and the folders; starts nothing. Rejects when the network can not be made. */
  static async create(options: ClusterOptions = {}): Promise<RealCluster> {
    removeLeftovers();
    const names = Array.from({ length: options.size ?? 3 }, (_, i) => `n${i + 1}`);
    const folder = new TemporaryFolder();
    try {
      mkdirSync(join(folder.path, 'data'));
      const network = await chooseNetwork(names, folder.path, options.network);
      return new RealCluster(names, folder, network, options);
    } catch (error) {
      folder.remove();
      throw error;
    }
  }

  #flags(name: string, dataDir: string, initialCluster: string): string[] {
    const client = `http://${this.network.clientAddress(name)}`;
    const peer = `http://${this.network.peerAddress(name)}`;
    return [
      `--name=${name}`,
      `--data-dir=${dataDir}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=${initialCluster}`,
      `--initial-cluster-token=${this.folder}`,
    ];
  }

  #node(name: string): NodeProcess {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new RangeError(`there is no node "${name}"`);
    return node;
  }

  /** `fn` when nothing else is being done to the node. */
  #inTurn<T>(name: string, fn: (node: NodeProcess) => Promise<T> | T): Promise<T> {
    const node = this.#node(name);
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(() => fn(node));
    this.#turns.set(
      name,
      turn.catch(() => {}),
    );
    return turn;
  }

  isRunning(name: string): boolean {
    return this.#node(name).isRunning;
  }

  isPaused(name: string): boolean {
    return this.#node(name).isPaused;
  }

  get pids(): number[] {
    return [...this.#nodes.values()].flatMap((n) => (n.pid === undefined ? [] : [n.pid]));
  }

  lastLines(name: string): string {
    return this.#node(name).lastLines();
  }

  disk(name: string): NodeDisk | undefined {
    return this.#disks.get(name);
  }

  /** Does not wait until it serves; nothing happens if it runs. */
  start(name: string): Promise<void> {
    return this.#inTurn(name, (node) => {
      if (!this.#closing) node.start();
    });
  }

  /** SIGTERM. */
  stop(name: string): Promise<void> {
    return this.#inTurn(name, (node) => node.stop());
  }

  /** SIGKILL. */
  kill(name: string): Promise<void> {
    return this.#inTurn(name, (node) => node.kill());
  }

  /** SIGKILL, and what was not synced is gone. Resolves to a line that says what was lost. */
  powerLoss(name: string, random: () => number): Promise<string> {
    const disk = this.#disks.get(name);
    if (disk === undefined) throw new Error(`${name} has no disk that can lose what was not synced`);
    return this.#inTurn(name, async (node) => {
      await node.kill();
      return disk.loseUnsynced(random);
    });
  }

  pause(name: string): Promise<void> {
    return this.#inTurn(name, (node) => node.pause());
  }

  resume(name: string): Promise<void> {
    return this.#inTurn(name, (node) => node.resume());
  }

  async restart(name: string): Promise<void> {
    await this.stop(name);
    await this.start(name);
  }

  /** Kills everything and removes it. Rejects when something is left. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.names.map((name) => this.kill(name)));
    const left = serversOf(join(this.folder, 'data'));
    await this.network.close();
    this.#folder.remove();
    if (left.length > 0) throw new Error(`processes are left: ${left.join(', ')}`);
    if (existsSync(this.folder)) throw new Error(`${this.folder} is left`);
  }
}

const variables = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);

/** No settings of the person who runs this reach a server. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(ETCD_|VITEST|NODE_OPTIONS$|https?_proxy$|grpc_proxy$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** The built server; HEXKEEP_KVD names another build of it. */
function kvd(): string {
  const file = process.env['HEXKEEP_KVD'] ?? join(projectFolder(), 'dist', 'cli', 'kvd.js');
  if (!existsSync(file)) throw new Error(`${file} does not exist: build it with "npm run build"`);
  return file;
}
