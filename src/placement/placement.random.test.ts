// Placement as a whole on groups without Raft: members come, go, die and come back, and replicas catch up when they
// like. In the end everything is in its place, and no step on the way broke a rule (step-rules.ts stops a node that would).

import { describe, expect, it } from 'vitest';
import { MemberChange, Placement as PlacementChange } from '../../proto/gen/placement.js';
import { Member } from '../../proto/gen/rpc.js';
import { MemoryState } from '../../test/fakes/memory-state.js';
import { type ManualHost, Scheduler } from '../../test/fakes/scheduler.js';
import { encodeMemberChange, MemberAction, MemberTable } from '../mvcc/member-table.js';
import { emptyConf } from '../mvcc/meta.js';
import { PlacementTable } from '../mvcc/placement-table.js';
import { CommandKind } from '../mvcc/types.js';
import { changeConf, encodeConfChange, membersOf } from '../raft/conf-change.js';
import type { ConfState, NodeId } from '../raft/types.js';
import type { Runtime } from '../runtime/ports.js';
import { SimRandom } from '../runtime/sim/random.js';
import { Placement } from './placement.js';
import { isSettled } from './planner.js';
import type { PlacedGroup } from './reconfigurer.js';

const INTERVAL_MS = 100;
const PARTITIONS = 6;
const FACTOR = 3;

interface Node {
  readonly host: ManualHost;
  up: boolean;
  placement: Placement | undefined;
}

interface FakeGroup {
  readonly id: number;
  conf: ConfState;
  leader: NodeId;
  term: number;
  /** Have everything. */
  readonly caught: Set<NodeId>;
}

const url = (id: NodeId): string => `http://n${id}:2380`;

class World {
  readonly #random: SimRandom;
  readonly #scheduler = new Scheduler();
  readonly #state = new MemoryState();
  readonly table = new MemberTable();
  readonly #placement = new PlacementTable();
  readonly #nodes = new Map<NodeId, Node>();
  readonly groups: FakeGroup[];
  readonly failures: unknown[] = [];
  #next: bigint;

  constructor(seed: number, size: number) {
    this.#random = new SimRandom(seed);
    const founders = Array.from({ length: size }, (_, i) => BigInt(i + 1));
    this.#next = BigInt(size + 1);
    this.table.load(this.#state);
    this.table.seed(
      this.#state.batch(),
      founders.map((ID) => ({ ...Member.empty(), ID, peerURLs: [url(ID)] })),
    );
    this.groups = Array.from({ length: PARTITIONS + 1 }, (_, id) => ({
      id,
      conf: { ...emptyConf, voters: founders },
      leader: founders[id % size] as NodeId,
      term: 1,
      caught: new Set(founders),
    }));
    for (const id of founders) this.#start(id);
  }

  #start(id: NodeId): void {
    const host = this.#scheduler.host();
    const node: Node = { host, up: true, placement: undefined };
    this.#nodes.set(id, node);
    const [system, ...groups] = this.groups.map((group) => this.#handle(id, group));
    node.placement = new Placement({
      groups,
      system: system as PlacedGroup,
      self: id,
      runtime: host.runtime as Runtime,
      intervalMs: INTERVAL_MS,
      replicationFactor: FACTOR,
      replaceAfterMs: 1_000,
      isConnected: (other) => this.#isUp(other),
      fail: (error) => void this.failures.push(error),
    });
  }

  #isUp(id: NodeId): boolean {
    return this.#nodes.get(id)?.up === true;
  }

  /** A group as one node sees it: whoever has no replica knows what it knew last; whoever leads may change it at once. */
  #handle(self: NodeId, group: FakeGroup): PlacedGroup {
    let seen: ConfState = emptyConf;
    const leads = (): boolean => group.leader === self && this.#isUp(self);
    const { table: memberTable } = this;
    const placement = this.#placement;
    return {
      id: group.id,
      store: {
        memberTable,
        placement,
        get members() {
          return memberTable.members;
        },
        get confState() {
          if (membersOf(group.conf).has(self)) seen = group.conf;
          return seen;
        },
      },
      get leadership() {
        return { term: group.term, leader: group.leader, isLeader: leads(), ready: leads() };
      },
      setLeaderHandler: () => {},
      status: () => {
        const progress = [...membersOf(group.conf)].map(
          (id) => [id, { match: group.caught.has(id) ? 10 : 0, recentlyActive: this.#isUp(id) }] as const,
        );
        return { conf: group.conf, term: group.term, commit: 10, progress: new Map(progress) };
      },
      changeConf: (changes: Parameters<PlacedGroup['changeConf']>[0]) => {
        group.conf = changeConf(group.conf, encodeConfChange(changes, true));
        return { ok: true, term: group.term, firstIndex: 1 };
      },
      transferLeadership: async (to: NodeId) => {
        if (this.#isUp(to)) this.#lead(group, to);
      },
      propose: async (kind: CommandKind, payload: Uint8Array) => {
        const batch = this.#state.batch();
        if (kind === CommandKind.place) placement.change(batch, PlacementChange.decode(payload));
        else memberTable.change(batch, MemberChange.decode(payload));
        return { error: undefined };
      },
    } as unknown as PlacedGroup;
  }

  #lead(group: FakeGroup, id: NodeId): void {
    group.leader = id;
    group.term++;
  }

  #change(action: MemberAction, id: NodeId): void {
    const change = encodeMemberChange(action, { ID: id, peerURLs: [url(id)] }, { learnersMax: 1 });
    this.table.change(this.#state.batch(), MemberChange.decode(change));
  }

  /** Something happens to the members: never to so many that a group could lose its majority for good. */
  disturb(): void {
    const random = this.#random;
    const staying = [...this.table.members.keys()].filter((id) => !this.table.leaving.has(id));
    const any = staying[random.below(staying.length)] as NodeId;
    const down = [...this.#nodes.values()].filter((n) => !n.up).length;
    const dice = random.float();
    if (dice < 0.25 && staying.length < 8) {
      const id = this.#next++;
      this.#change(MemberAction.add, id);
      this.#start(id);
    } else if (dice < 0.45 && staying.length > 2 && down === 0) this.#change(MemberAction.leave, any);
    else if (dice < 0.6 && down === 0) this.#setUp(any, false);
    else for (const id of this.#nodes.keys()) this.#setUp(id, true);
  }

  #setUp(id: NodeId, up: boolean): void {
    const node = this.#nodes.get(id) as Node;
    node.up = up;
    node.host.frozen = !up;
  }

  reviveAll(): void {
    for (const id of this.#nodes.keys()) this.#setUp(id, true);
  }

  /** `catches`: how likely a replica catches up; `elects`: how likely a group has another leader for no reason. */
  async look(catches: number, elects = 0): Promise<void> {
    for (const group of this.groups) {
      for (const id of membersOf(group.conf)) if (this.#random.float() < catches) group.caught.add(id);
      for (const id of group.caught) if (!membersOf(group.conf).has(id)) group.caught.delete(id);
      const candidates = group.conf.voters.filter((id) => this.#isUp(id));
      const mayElect = candidates.length > group.conf.voters.length / 2;
      if (mayElect && (!candidates.includes(group.leader) || this.#random.float() < elects))
        this.#lead(group, candidates[this.#random.below(candidates.length)] as NodeId);
    }
    // The end of a removal: the process stops.
    for (const id of this.table.removed) {
      this.#nodes.get(id)?.placement?.close();
      this.#nodes.delete(id);
    }
    await this.#scheduler.advance(INTERVAL_MS);
  }

  /** What is not yet as it should be. */
  unsettled(): string[] {
    const members = [...this.table.members.keys()];
    const factor = Math.min(FACTOR, members.length);
    const loads = new Map(members.map((id) => [id, 0]));
    const wrong = this.groups.flatMap(({ id, conf }) => {
      const voters = id === 0 ? members : (this.#placement.voters.get(id) ?? []);
      if (id > 0) for (const voter of voters) loads.set(voter, (loads.get(voter) ?? 0) + 1);
      const copies = membersOf(conf);
      const right =
        isSettled(conf, voters) &&
        (id === 0 || voters.length === factor) &&
        copies.size === members.length &&
        members.every((member) => copies.has(member));
      return right ? [] : [`group ${id}: ${conf.voters} | ${conf.learners}, wanted ${voters}`];
    });
    if (this.table.leaving.size > 0) wrong.push(`${[...this.table.leaving]} still leave`);
    if (Math.max(...loads.values()) - Math.min(...loads.values()) > 1) wrong.push(`uneven: ${[...loads.values()]}`);
    return wrong;
  }
}

describe('placement as a whole', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'brings everything to its place, whatever happens (seeds %i00 on)',
    async (part) => {
      for (let seed = part * 100; seed < part * 100 + 10; seed++) {
        const world = new World(seed, 1 + (seed % 5));
        for (let i = 0; i < 60; i++) {
          if (i % 4 === 0) world.disturb();
          await world.look(0.4, 0.05);
        }
        world.reviveAll();
        for (let i = 0; i < 200 && world.unsettled().length > 0; i++) await world.look(0.8);
        expect([seed, world.failures, world.unsettled()]).toEqual([seed, [], []]);
      }
    },
  );
});
