// What an operator asks of placement: answered, and decided, by the leader who knows.

import {
  PartitionBalanceRequest,
  PartitionBalanceResponse,
  type PartitionBalanceResponseInit,
  PartitionMoveRequest,
  PartitionMoveResponse,
  PartitionRingResponse,
  type PartitionRingResponseInit,
  PartitionShowResponse,
  type PartitionShowResponseInit,
} from '../../proto/gen/hexkeep.js';
import { Placement, type PlacementInit } from '../../proto/gen/placement.js';
import { Code, errors, RpcError } from '../errors.js';
import { type GroupHandle, PeerMethod } from '../multiraft/types.js';
import { CommandKind } from '../mvcc/types.js';
import { membersOf } from '../raft/conf-change.js';
import type { NodeId } from '../raft/types.js';
import type { PlacementDriver } from './driver.js';
import { isSettled, targetsOf } from './planner.js';
import { Ring } from './ring.js';
import type { Place } from './target.js';

export interface OperationsOptions {
  /** Of the partitions. */
  readonly groups: readonly GroupHandle[];
  readonly system: GroupHandle;
  readonly self: NodeId;
  /** Undefined with one partition. */
  readonly driver: PlacementDriver | undefined;
  readonly isConnected: (id: NodeId) => boolean;
}

const NOTHING = Buffer.alloc(0);
const hex = (id: NodeId): string => id.toString(16);
const zonesOf = (places: readonly Place[]): string =>
  places.map(({ id, zone }) => `${hex(id)} in "${zone}"`).join(', ');
const refuse = (code: Code, why: string): never => {
  throw new RpcError(code, `hexkeep: ${why}`);
};

export class PlacementOperations {
  readonly #options: OperationsOptions;

  constructor(options: OperationsOptions) {
    this.#options = options;
    const { system, groups } = options;
    system.setLeaderHandler(PeerMethod.placementRing, () => PartitionRingResponse.encode(this.#ring()));
    system.setLeaderHandler(PeerMethod.placementMove, async (body) =>
      PartitionMoveResponse.encode({ wanted: await this.#move(PartitionMoveRequest.decode(body)) }),
    );
    system.setLeaderHandler(PeerMethod.placementBalance, async (body) =>
      PartitionBalanceResponse.encode(await this.#balance(PartitionBalanceRequest.decode(body))),
    );
    for (const group of groups) {
      group.setLeaderHandler(PeerMethod.replicas, () => PartitionShowResponse.encode(this.#replicas(group)));
    }
  }

  // ---- where the client asks ----

  async ring(): Promise<PartitionRingResponse> {
    return PartitionRingResponse.decode(await this.#options.system.callLeader(PeerMethod.placementRing, NOTHING));
  }

  async show(partition: number): Promise<PartitionShowResponse> {
    return PartitionShowResponse.decode(await this.#group(partition).callLeader(PeerMethod.replicas, NOTHING));
  }

  async move(request: PartitionMoveRequest): Promise<PartitionMoveResponse> {
    const body = PartitionMoveRequest.encode(request);
    return PartitionMoveResponse.decode(await this.#options.system.callLeader(PeerMethod.placementMove, body));
  }

  async balance(request: PartitionBalanceRequest): Promise<PartitionBalanceResponse> {
    const body = PartitionBalanceRequest.encode(request);
    return PartitionBalanceResponse.decode(await this.#options.system.callLeader(PeerMethod.placementBalance, body));
  }

  #group(partition: number): GroupHandle {
    const { groups } = this.#options;
    const last = groups.length;
    const group = groups.find((g) => g.id === partition);
    return group ?? refuse(Code.notFound, `there is no partition ${partition}: they are 1 to ${last}`);
  }

  // ---- at a partition's leader ----

  #replicas(group: GroupHandle): PartitionShowResponseInit {
    const { system, self } = this.#options;
    const { members, zones } = system.store.memberTable;
    const { conf, progress, commit, lastIndex } = group.status();
    const wanted = system.store.placement.voters.get(group.id) ?? conf.voters;
    const ids = [...new Set([...membersOf(conf), ...wanted])].sort((a, b) => (a < b ? -1 : 1));
    return {
      partition: group.id,
      leaderMemberId: self,
      commitIndex: commit,
      replicas: ids.map((memberId) => ({
        memberId,
        name: members.get(memberId)?.name ?? '',
        zone: zones.get(memberId) ?? '',
        votes: conf.voters.includes(memberId),
        wanted: wanted.includes(memberId),
        matchIndex: memberId === self ? lastIndex : (progress.get(memberId)?.match ?? 0),
        active: memberId === self || progress.get(memberId)?.recentlyActive === true,
      })),
    };
  }

  // ---- at the system group's leader ----

  #ring(): PartitionRingResponseInit {
    const { system, groups, driver } = this.#options;
    const { placement, memberTable, confState } = system.store;
    const targets = driver === undefined ? undefined : this.#targets(driver, placement.replicationFactor);
    const partitions = groups.map((group) => {
      const { voters } = group.store.confState;
      const wanted = placement.voters.get(group.id) ?? voters;
      const target = targets?.get(group.id) ?? wanted;
      const [number, leaderMemberId] = [group.id, group.leadership.leader];
      return { number, position: Ring.positionOf(number), leaderMemberId, voters, wanted, target };
    });
    const places = new Map(driver?.view().places.map((p) => [p.id, p]));
    const ids = new Set([...memberTable.members.keys(), ...membersOf(confState)]);
    return {
      replicationFactor: placement.replicationFactor,
      members: [...ids].map((memberId) => ({
        memberId,
        name: memberTable.members.get(memberId)?.name ?? '',
        zone: memberTable.zones.get(memberId) ?? '',
        replicas: partitions.filter((p) => p.wanted.includes(memberId)).length,
        leads: partitions.filter((p) => p.leaderMemberId === memberId).length,
        down: places.get(memberId)?.down ?? false,
      })),
      partitions: partitions
        .sort((a, b) => a.position - b.position)
        .map((p) => ({ ...p, voters: [...p.voters], wanted: [...p.wanted], target: [...p.target] })),
    };
  }

  #targets(driver: PlacementDriver, factor: number): Map<number, NodeId[]> {
    const view = driver.view();
    return targetsOf(view, factor === 0 ? view.replicationFactor : factor);
  }

  #driver(): PlacementDriver {
    const { driver, system } = this.#options;
    const why =
      'with one partition every member has all of it: only a cluster with --partitions 2 or more places replicas';
    if (driver === undefined) return refuse(Code.failedPrecondition, why);
    if (!system.leadership.ready) throw errors.notLeader();
    return driver;
  }

  async #move({ partition, fromMember, toMember }: PartitionMoveRequest): Promise<NodeId[]> {
    const driver = this.#driver();
    const { system } = this.#options;
    const group = this.#group(partition);
    const wanted = system.store.placement.voters.get(partition) ?? group.store.confState.voters;
    if (!isSettled(group.store.confState, wanted)) {
      refuse(
        Code.failedPrecondition,
        `a replica of partition ${partition} is moving already: wait for its end, see "kvctl partition show ${partition}"`,
      );
    }
    if (!wanted.includes(fromMember)) {
      const who = wanted.map(hex).join(', ');
      refuse(Code.failedPrecondition, `member ${hex(fromMember)} has no vote in partition ${partition}: ${who} have`);
    }
    this.#checkComer(partition, wanted, toMember);
    const voters = wanted.map((id) => (id === fromMember ? toMember : id)).sort((a, b) => (a < b ? -1 : 1));
    this.#checkStays(driver, partition, voters);
    await this.#write({ partitions: [{ partition, voters, pinned: true }] });
    return voters;
  }

  #checkComer(partition: number, wanted: readonly NodeId[], id: NodeId): void {
    const { system, self, isConnected } = this.#options;
    const { members, leaving } = system.store.memberTable;
    const member = members.get(id);
    if (member === undefined) throw errors.memberNotFound();
    const no = (why: string): never => refuse(Code.failedPrecondition, `member ${hex(id)} ${why}`);
    if (wanted.includes(id)) no(`votes in partition ${partition} already: choose another`);
    if (leaving.has(id)) no('is being removed: choose another');
    if (member.isLearner) no(`is a learner: promote it with "kvctl member promote ${hex(id)}", or choose another`);
    if (id !== self && !isConnected(id)) no('is down: start it, or choose another');
  }

  /** What the driver would undo is better refused. */
  #checkStays(driver: PlacementDriver, partition: number, voters: readonly NodeId[]): void {
    const view = driver.view();
    const { replicationFactor } = view.table;
    const table = {
      replicationFactor,
      voters: new Map([...view.table.voters, [partition, voters]]),
      pinned: new Set([...view.table.pinned, partition]),
    };
    const target = targetsOf({ ...view, table }, replicationFactor).get(partition) ?? [];
    if (target.join() === voters.join()) return;
    const zones = zonesOf(view.places);
    refuse(
      Code.failedPrecondition,
      `partition ${partition} would move on to ${target.map(hex).join(', ')}, since replicas share no zone while another has room (${zones}): choose a member of another zone`,
    );
  }

  async #balance({ replicationFactor }: PartitionBalanceRequest): Promise<PartitionBalanceResponseInit> {
    const driver = this.#driver();
    const { places, table } = driver.view();
    if (replicationFactor > places.length) {
      refuse(
        Code.invalidArgument,
        `a replication factor of ${replicationFactor} needs as many members that vote: there are ${places.length}`,
      );
    }
    driver.forgive();
    const factor = replicationFactor > 0 ? replicationFactor : table.replicationFactor;
    const unpinned = [...table.pinned].map((partition) => ({
      partition,
      voters: [...(table.voters.get(partition) ?? [])],
      pinned: false,
    }));
    if (factor !== table.replicationFactor || unpinned.length > 0)
      await this.#write({ replicationFactor: factor, partitions: unpinned });
    let toMove = 0;
    for (const [partition, ids] of this.#targets(driver, factor)) {
      const wanted = table.voters.get(partition) ?? [];
      toMove += ids.filter((id) => !wanted.includes(id)).length;
    }
    return { replicationFactor: factor, replicasToMove: toMove };
  }

  async #write(change: PlacementInit): Promise<void> {
    const { system } = this.#options;
    const { error } = await system.propose(
      CommandKind.place,
      Placement.encode(change),
      undefined,
      system.leadership.term,
    );
    if (error !== undefined) throw error;
  }
}
