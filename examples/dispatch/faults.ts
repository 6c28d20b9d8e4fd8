// The faults of a run, one after the other, and what each of them hit.

import type { LocalCluster } from '../../cli/kvctl/cluster/local-cluster.js';
import type { Fleet } from './fleet.js';
import type { Observer } from './observer.js';

const PAUSE_MS = 5_000;
const NODE_DOWN_MS = 3_000;
/** A ride of the victim's cells comes long before that. */
const RIDE_WAIT_MS = 2_000;

export const FAULTS = ['kill a dispatcher', 'kill the leading node', 'pause a dispatcher', 'kill a node'] as const;
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
  if (scene.cluster === undefined || scene.cluster.members.length < 3) return;
  const leader = await scene.leader();
  const others = scene.cluster.members.map((m) => m.name).filter((name) => name !== leader);
  const name = fault === 'kill the leading node' ? leader : pick(others, scene.random);
  if (name !== undefined) await killNode(scene.cluster, name, fault, scene);
}

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)];

/** A dispatcher that runs and leads. */
const pickDispatcher = (scene: Scene): string | undefined =>
  pick(
    scene.fleet.running.filter((name) => scene.observer.cellsOf(name).length > 0),
    scene.random,
  );

async function killDispatcher(scene: Scene): Promise<void> {
  const name = pickDispatcher(scene);
  if (name === undefined) return;
  const cells = scene.observer.faultAt(name, 'dispatcher killed');
  scene.fleet.signal(name, 'SIGKILL');
  scene.say(`killed ${name}: ${cells} cells without a leader`);
}

async function pauseDispatcher(scene: Scene): Promise<void> {
  const name = pickDispatcher(scene);
  if (name === undefined) return;
  // In the middle of an assignment: when it wakes it will write as if nothing had happened.
  await Promise.race([scene.observer.nextRideOf(name), pause(RIDE_WAIT_MS)]);
  const cells = scene.observer.faultAt(name, 'dispatcher paused');
  scene.fleet.signal(name, 'SIGSTOP');
  scene.say(`paused ${name} for ${PAUSE_MS / 1_000} s: ${cells} cells without a leader, and it will not know`);
  await pause(PAUSE_MS);
  const refused = scene.fleet.refused;
  scene.fleet.signal(name, 'SIGCONT');
  await pause(1_000);
  scene.say(`${name} woke; ${scene.fleet.refused - refused} of its writes came too late and were refused`);
}

async function killNode(cluster: LocalCluster, name: string, fault: Fault, scene: Scene): Promise<void> {
  const member = cluster.member(name);
  const led = fault === 'kill the leading node';
  scene.observer.nodeFault(led ? 'leading node killed' : 'other node killed');
  cluster.kill(member);
  scene.say(`killed ${name}${led ? ', which led the store' : ''}`);
  await pause(NODE_DOWN_MS);
  await cluster.restart(member);
  scene.say(`${name} is back`);
}
