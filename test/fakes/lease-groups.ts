// Several groups without Raft on the same nodes. Keys belong to the group whose number they begin with, leases to the
// one that their ID gives modulo the number of groups.

import type { GroupHandle } from '../../src/multiraft/types.js';
import { SlotMap } from '../../src/placement/slots.js';
import type { Router } from '../../src/placement/types.js';
import { FakeCluster, type FakeMember } from './group.js';
import { type ManualHost, Scheduler } from './scheduler.js';

export interface FakeNodeOfPartitions {
  readonly router: Router;
  readonly host: ManualHost;
  /** By number, from 1. */
  member(partition: number): FakeMember;
}

export class FakeLeaseGroups {
  readonly scheduler = new Scheduler();
  readonly nodes: FakeNodeOfPartitions[];
  readonly #clusters: FakeCluster[];

  constructor(partitions: number, size = 1) {
    const hosts = Array.from({ length: size }, () => this.scheduler.host());
    this.#clusters = Array.from({ length: partitions }, (_, i) => new FakeCluster(size, this.scheduler, i + 1, hosts));
    this.nodes = hosts.map((host, i) => {
      const member = (partition: number): FakeMember => this.cluster(partition).members[i] as FakeMember;
      const groups = this.#clusters.map(({ id }) => member(id).group);
      return { router: routerOf(groups), host, member };
    });
  }

  cluster(partition: number): FakeCluster {
    return this.#clusters[partition - 1] as FakeCluster;
  }
}

function routerOf(groups: readonly GroupHandle[]): Router {
  const numbered = (partition: number): GroupHandle => groups[partition - 1] as GroupHandle;
  return {
    slots: new SlotMap(groups.length),
    groups,
    system: numbered(1),
    forKey: (key) => numbered(Number(Buffer.from(key).toString('latin1')[0])),
    forRange: () => groups,
    forLease: (id) => numbered(Number(id % BigInt(groups.length)) + 1),
  };
}
