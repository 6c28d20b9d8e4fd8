// The faults of a run, one every few seconds, and what each of them hit.

import type { LocalCluster } from '../../cli/kvctl/cluster/local-cluster.js';
import type { Fleet } from './fleet.js';
import type { Observer } from './observer.js';

const PAUSE_MS = 5_000;
const NODE_DOWN_MS = 3_000;

export const FAULTS = ['kill a dispatcher', 'kill a node', 'pause a dispatcher', 'kill the leading node'] as const;
export type Fault = (typeof FAULTS)[number];

export interface Scene {
  readonly fleet: Fleet;
  readonly observer: Observer;
  /** Undefined: the cluster is not ours to break. */
  readonly cluster: LocalCluster | undefined;
  /** Name of the member that leads the store. */
  readonly leader: () => Promise<string | undefined>;
  readonly say: (line: string) => void;
  readonly random: () => number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs one fault; resolves when what it broke is on its way back. */
export async function inject(fault: Fault, scene: Scene): Promise<void> {
  if (fault === 'kill a dispatcher') return killDispatcher(scene);
  if (fault === 'pause a dispatcher') return pauseDispatcher(scene);
  if (scene.cluster === undefined) return;
  const leader = await scene.leader();
  const others = scene.cluster.members.filter((m) => m.name !== leader);
  const other = others[Math.floor(scene.random() * others.length)]?.name;
  const victim = fault === 'kill the leading node' ? leader : other;
  if (victim !== undefined) await killNode(scene.cluster, victim, fault, scene);
}

const victim = (scene: Scene): string =>
  scene.fleet.names[Math.floor(scene.random() * scene.fleet.names.length)] as string;

async function killDispatcher(scene: Scene): Promise<void> {
  const name = victim(scene);
  const cells = scene.observer.faultAt(name, 'dispatcher killed');
  scene.fleet.signal(name, 'SIGKILL');
  scene.say(`killed ${name}: ${cells} cells without a leader`);
}

async function pauseDispatcher(scene: Scene): Promise<void> {
  const name = victim(scene);
  const cells = scene.observer.faultAt(name, 'dispatcher paused');
  scene.fleet.signal(name, 'SIGSTOP');
  scene.say(`paused ${name} for ${PAUSE_MS / 1000} s: ${cells} cells without a leader, and it will not know`);
  await pause(PAUSE_MS);
  scene.fleet.signal(name, 'SIGCONT');
}

async function killNode(cluster: LocalCluster, name: string, fault: Fault, scene: Scene): Promise<void> {
  const member = cluster.member(name);
  cluster.kill(member);
  scene.say(`killed ${name}${fault === 'kill the leading node' ? ', which led the store' : ''}`);
  await pause(NODE_DOWN_MS);
  await cluster.restart(member);
  scene.say(`${name} is back`);
}
