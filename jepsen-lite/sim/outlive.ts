// The last part of a run: a cluster with nothing to do is quiet, and when one node goes then, or is heard of no more, the
// others take its groups over and serve. (docs/design/quiet.md)

import type { Group } from '../../src/multiraft/group.js';
import type { GroupHandle } from '../../src/multiraft/types.js';
import { sleep } from '../../src/runtime/sleep.js';
import { mangler } from '../nemesis/mangle.js';
import { settled } from '../workloads/settled.js';
import type { SimCluster } from './cluster.js';

/** Bounds of simulated time, in ms. Leases that are left over may have to end first. */
const QUIET_MS = 60_000;
/** Two elections of a second or two: the first one may be split. */
const TAKE_OVER_MS = 5_000;
const SERVE_MS = 20_000;
/** So many keys lie in most partitions. */
const KEYS = 8;

/** Throws with what does not come to pass. */
export async function outliveOne(cluster: SimCluster): Promise<void> {
  const { world, names } = cluster;
  const isQuiet = (name: string): boolean => groupsOf(cluster, name).every((group) => (group as Group).isQuiet);
  // One group alone never is.
  if (cluster.partitions > 1) await world.until('all groups are quiet', QUIET_MS, () => names.every(isQuiet));
  const random = world.randomOf('outlive');
  // Where replicas were moved some groups may have two voters, none of which can be missed.
  const dispensable = names.filter((name) => isDispensable(cluster, name));
  if (dispensable.length === 0) return;
  const victim = leadingMost(cluster, dispensable);
  const others = names.filter((name) => name !== victim);
  const how = random.float() < 0.5 ? 'gone' : 'heard of no more';
  if (how === 'gone') cluster.crash(victim);
  else silence(cluster, victim, others);
  await world.until(`the others lead when ${victim} is ${how}`, TAKE_OVER_MS, () => isLedBy(cluster, others));
  await serves(cluster, others, `a node serves when ${victim} is ${how}`);
}

function groupsOf(cluster: SimCluster, name: string): readonly GroupHandle[] {
  const router = cluster.node(name)?.services.router;
  if (router === undefined) return [];
  return [...new Set([...router.groups, router.system])];
}

const leads = (cluster: SimCluster, name: string): number =>
  groupsOf(cluster, name).filter((group) => group.leadership.isLeader).length;

const leadingMost = (cluster: SimCluster, names: readonly string[]): string =>
  names.reduce((most, name) => (leads(cluster, name) > leads(cluster, most) ? name : most));

/** Every group has a majority without it. */
function isDispensable(cluster: SimCluster, name: string): boolean {
  const id = cluster.node(name)?.services.memberId;
  return groupsOf(cluster, name).every((group) => {
    const { voters } = group.store.confState;
    return 2 * voters.filter((voter) => voter !== id).length > voters.length;
  });
}

/** What consensus sends from it to the others is lost; its streams stand. */
function silence(cluster: SimCluster, victim: string, others: readonly string[]): void {
  const lost = new Set(others.map((other) => `${victim}>${other}`));
  const mangling = { duplicate: 0, reorder: 0, lost };
  cluster.network.mangle = mangler(mangling, cluster.world.randomOf('outlive'), () => true);
}

/** Every group has one of `names` as its leader, in the newest term that any of them knows. */
function isLedBy(cluster: SimCluster, names: readonly string[]): boolean {
  const count = groupsOf(cluster, names[0] as string).length;
  return Array.from({ length: count }, (_, i) => i).every((i) => {
    const all = names.map((name) => groupsOf(cluster, name)[i]?.leadership);
    const term = Math.max(...all.map((leadership) => leadership?.term ?? 0));
    return all.some((leadership) => leadership?.term === term && leadership.ready);
  });
}

async function serves(cluster: SimCluster, names: readonly string[], what: string): Promise<void> {
  const { world } = cluster;
  const pause = { sleep: (ms: number) => sleep(world, ms) };
  const client = cluster.client('outlive', { endpoints: names.map((name) => `${name}:2379`) });
  const puts = Array.from({ length: KEYS }, (_, i) => settled(pause, () => client.kv.put(`outlive-${i}`, '1')));
  let failed: Error | undefined;
  let done = false;
  Promise.all(puts).then(
    () => {
      done = true;
    },
    (error: Error) => {
      failed = error;
    },
  );
  await world.until(what, SERVE_MS, () => done || failed !== undefined);
  if (failed !== undefined) throw failed;
}
