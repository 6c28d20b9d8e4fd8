// A whole cluster of real nodes (consensus, storage, state machine, leases, watches, services) in a
// simulated world. The front is a table of handlers: clients call it directly.

import type { MethodDescriptor } from '../../proto/wire.js';
import type { NodeConfig } from '../../src/config.js';
import { type Node, startNode } from '../../src/node.js';
import type { CallContext, Front, FrontOptions, RpcMethod } from '../../src/runtime/rpc.js';
import { SimNetwork } from '../../src/runtime/sim/network.js';
import { SimNode } from '../../src/runtime/sim/node.js';
import { SimWorld } from '../../src/runtime/sim/world.js';

interface Running {
  readonly node: Node;
  methods: ReadonlyMap<string, RpcMethod>;
}

export class SimCluster {
  readonly world: SimWorld;
  readonly network: SimNetwork;
  readonly names: string[];
  readonly nodes = new Map<string, SimNode>();
  readonly #running = new Map<string, Running>();
  readonly #config: Partial<NodeConfig>;
  /** Nodes that stopped by themselves, and why: a broken invariant, in these tests always a failure. */
  readonly failures: string[] = [];

  constructor(seed: number, size: number, config: Partial<NodeConfig> = {}) {
    this.world = new SimWorld(seed);
    this.network = new SimNetwork(this.world);
    this.names = Array.from({ length: size }, (_, i) => `n${i + 1}`);
    for (const name of this.names) this.nodes.set(name, new SimNode(name, this.world, this.network));
    this.#config = config;
  }

  #configOf(name: string): NodeConfig {
    const peer = (n: string): string => `http://${n}:2380`;
    return {
      name,
      dataDir: `/${name}`,
      clusterToken: 'sim',
      initialCluster: this.names.map((n) => ({ name: n, peerUrls: [peer(n)] })),
      initialClusterState: 'new',
      listenPeerUrls: [peer(name)],
      advertisePeerUrls: [peer(name)],
      listenClientUrls: [`http://${name}:2379`],
      advertiseClientUrls: [`http://${name}:2379`],
      listenMetricsUrls: [],
      heartbeatMs: 100,
      electionMs: 1_000,
      preVote: true,
      snapshotCount: 10_000,
      quotaBytes: 0,
      maxTxnOps: 128,
      maxRequestBytes: 1_572_864,
      autoCompaction: { mode: 'off' },
      watchProgressIntervalMs: 600_000,
      unsafeNoFsync: false,
      ...this.#config,
    };
  }

  async start(name: string): Promise<void> {
    const machine = this.nodes.get(name) as SimNode;
    let methods: ReadonlyMap<string, RpcMethod> = new Map();
    const createFront = (options: FrontOptions): Promise<Front> => {
      methods = new Map(options.methods.map((m) => [m.path, m]));
      const running = this.#running.get(name);
      if (running !== undefined) running.methods = methods;
      return Promise.resolve({ addresses: [...options.listen], close: () => Promise.resolve() });
    };
    const starting = startNode(this.#configOf(name), machine.runtime(), { createFront, processMetrics: false });
    const node = await this.world.wait(starting, 10_000);
    this.#running.set(name, { node, methods });
    node.stopped.then((reason) => {
      if (reason !== undefined && this.#running.get(name)?.node === node)
        this.failures.push(`${name}: ${reason.stack}`);
    });
  }

  async startAll(): Promise<void> {
    for (const name of this.names) await this.start(name);
    await this.world.until('every node serves', 30_000, () => this.names.every((n) => this.serves(n)));
  }

  runs(name: string): boolean {
    return this.#running.has(name);
  }

  serves(name: string): boolean {
    return (this.#running.get(name)?.methods.size ?? 0) > 0;
  }

  node(name: string): Node {
    const running = this.#running.get(name);
    if (running === undefined) throw new Error(`${name} does not run`);
    return running.node;
  }

  crash(name: string): void {
    this.#running.delete(name);
    this.nodes.get(name)?.crash();
  }

  get leader(): string | undefined {
    return this.names.find((n) => this.#running.get(n)?.node.services.router.system.leadership.isLeader === true);
  }

  /** One unary call at a node; never settles when the node crashes first, like a request without a deadline. */
  async call<Req, ReqInit, Res, ResInit>(
    name: string,
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    request: ReqInit,
  ): Promise<Res> {
    const found = this.#running.get(name)?.methods.get(method.path);
    if (found?.kind !== 'unary') throw new Error(`${name} does not serve ${method.path}`);
    const raw = method.request.encode(request);
    const context: CallContext = {
      metadata: new Map(),
      raw,
      peer: 'sim',
      deadlineMs: undefined,
      onCancel: () => {},
    };
    const answer = await found.handler(method.request.decode(raw), context);
    return answer instanceof Uint8Array ? method.response.decode(answer) : (answer as Res);
  }
}
