// A cluster of processes on this machine, with every fault that the machine allows.

import { grpcEnvironment } from '../../src/client/grpc-environment.js';
import type { ClientEnvironment } from '../../src/client/index.js';
import { RealCluster } from './cluster.js';
import { diskShim, ShimDisk } from './disk/shim.js';
import type { NodeDisk } from './disk/types.js';
import { namespacesAvailable } from './network/namespaces.js';
import type { NetworkKind } from './network/types.js';
import type { Disks, Target } from './target.js';

export interface LocalOptions {
  readonly nodes: number;
  /** Default: namespaces where they are possible, else proxies. */
  readonly network?: NetworkKind;
}

type Ended = (name: string, how: string, lastLines: string) => void;

/** Makes the cluster; `start` starts it. */
export async function localTarget(options: LocalOptions): Promise<Target> {
  const limits: string[] = [];
  const shim = await diskShim();
  if (!shim.ok) limits.push(`no faults of disks: ${shim.why}`);
  const namespaces = await namespacesAvailable();
  const network = options.network ?? (namespaces.ok ? 'namespaces' : 'proxies');
  if (!namespaces.ok && options.network === undefined) limits.push(`no network namespaces: ${namespaces.why}`);
  let told: Ended = () => {};
  const cluster = await RealCluster.create({
    size: options.nodes,
    network,
    ...(shim.ok && { disk: (dataDir: string, file: string) => new ShimDisk(shim.library, dataDir, file) }),
    onEnded: (name, how, lastLines) => told(name, how, lastLines),
  });
  if (!cluster.network.faults.canDelay) limits.push('no delays of messages: they need --network proxies');
  const { doors } = cluster.network;
  return {
    description: `${options.nodes} processes, ${network === 'namespaces' ? 'in network namespaces' : 'behind proxies'}`,
    names: cluster.names,
    limits,
    processes: cluster,
    network: cluster.network.faults,
    doors,
    ...(shim.ok && { disks: disksOf(cluster) }),
    address: (name) => cluster.network.clientAddress(name),
    isRunning: (name) => cluster.isRunning(name),
    isPaused: (name) => cluster.isPaused(name),
    access: (machine) => ({
      endpoints: cluster.names.map((_, i) => `node:${i}`),
      environment: throughDoors((i) => doors.path(machine, cluster.names[i] as string)),
    }),
    onEnded: (fn) => {
      told = fn;
    },
    start: async () => {
      await Promise.all(cluster.names.map((name) => cluster.start(name)));
    },
    close: () => cluster.close(),
  };
}

function disksOf(cluster: RealCluster): Disks {
  return {
    disk: (name) => cluster.disk(name) as NodeDisk,
    powerLoss: (name, random) => cluster.powerLoss(name, random),
  };
}

/** A client's world in which `node:i` is the socket at `path(i)`. */
function throughDoors(path: (index: number) => string): ClientEnvironment {
  return {
    ...grpcEnvironment,
    channel: (address, settings, onChange) =>
      grpcEnvironment.channel(`unix:${path(Number(address.split(':')[1]))}`, settings, onChange),
  };
}
