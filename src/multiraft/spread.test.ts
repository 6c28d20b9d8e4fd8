import { describe, expect, it } from 'vitest';
import { Beat } from '../../proto/gen/peer.js';
import { seeded } from '../raft/testing/cluster.js';
import { NO_NODE, type NodeId, type Progress, type RaftStatus } from '../raft/types.js';
import { planHandOver } from './hand-over.js';
import { Liveness } from './liveness.js';
import { Spread, type Spreadable } from './spread.js';

const BEATS_PER_ELECTION = 10;
const TICKS_PER_BEAT = 4;
const ELECTION_TICKS = BEATS_PER_ELECTION * TICKS_PER_BEAT;
const MATCH = 5;

interface TestGroup {
  readonly id: number;
  readonly voters: readonly NodeId[];
  leader: NodeId;
  term: number;
  isJoint: boolean;
  isQuiet: boolean;
  transferee: NodeId;
  /** Voters that lack something. */
  readonly behind: Set<NodeId>;
}

/** Nodes that only say in their beats what they lead, and groups whose leadership moves at once. */
class Nodes {
  readonly ids: readonly NodeId[];
  readonly groups: TestGroup[] = [];
  readonly moves: string[] = [];
  readonly leaving = new Set<NodeId>();
  readonly down = new Set<NodeId>();
  readonly #liveness = new Map<string, Liveness>();
  readonly #spreads = new Map<NodeId, Spread>();
  /** Transfers fail. */
  broken = false;

  constructor(count: number, seed = 1) {
    const random = seeded(seed);
    this.ids = Array.from({ length: count }, (_, i) => BigInt(i + 1));
    for (const self of this.ids) {
      for (const other of this.ids)
        if (other !== self) this.#liveness.set(`${self} ${other}`, new Liveness(ELECTION_TICKS));
      this.#spreads.set(self, new Spread(this.hostOf(self, (bound) => random.below(bound))));
    }
  }

  hostOf(self: NodeId, below: (bound: number) => number = () => 0): ConstructorParameters<typeof Spread>[0] {
    const nodes = this;
    return {
      self,
      beatsPerElection: BEATS_PER_ELECTION,
      electionTicks: ELECTION_TICKS,
      random: { below, float: () => 0, uint64: () => 0n },
      get leaving() {
        return nodes.leaving.has(self);
      },
      get groups() {
        return nodes.groups.map((group) => nodes.#seenBy(self, group));
      },
      get livenesses() {
        return nodes.ids.filter((id) => id !== self).map((id) => nodes.liveness(self, id));
      },
      liveness: (node) => (this.down.has(node) ? undefined : this.liveness(self, node)),
      moved: () => {},
    };
  }

  liveness(self: NodeId, other: NodeId): Liveness {
    return this.#liveness.get(`${self} ${other}`) as Liveness;
  }

  /** So many groups led by each node, with all nodes as voters. */
  lead(...counts: number[]): void {
    counts.forEach((count, i) => {
      for (let n = 0; n < count; n++) this.add(this.ids[i] as NodeId, this.ids);
    });
  }

  add(leader: NodeId, voters: readonly NodeId[]): TestGroup {
    const group: TestGroup = {
      id: this.groups.length,
      voters,
      leader,
      term: 1,
      isJoint: false,
      isQuiet: true,
      transferee: NO_NODE,
      behind: new Set(),
    };
    this.groups.push(group);
    return group;
  }

  #seenBy(self: NodeId, group: TestGroup): Spreadable {
    const isLeader = group.leader === self;
    const progress = (id: NodeId): Progress => ({
      match: group.behind.has(id) ? MATCH - 1 : MATCH,
      next: MATCH + 1,
      state: 'replicate',
      recentlyActive: true,
      learner: false,
      inflight: 0,
      pendingSnapshot: 0,
    });
    const status = {
      transferee: group.transferee,
      commit: MATCH,
      conf: { voters: group.voters, votersOutgoing: group.isJoint ? group.voters : [] },
      progress: new Map(group.voters.filter((id) => id !== self).map((id) => [id, progress(id)])),
    } as unknown as RaftStatus;
    return {
      id: group.id,
      leadership: { term: group.term, leader: group.leader, isLeader, ready: isLeader },
      isQuiet: group.isQuiet,
      status: () => status,
      transferLeadership: async (to) => {
        this.moves.push(`${group.id}: ${self} -> ${to}`);
        if (this.broken) throw new Error('no');
        group.leader = to;
        group.term++;
      },
    };
  }

  get counts(): number[] {
    return this.ids.map((id) => this.groups.filter((group) => group.leader === id).length);
  }

  async beats(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      for (const self of this.ids) {
        if (this.down.has(self)) continue;
        this.#spreads.get(self)?.beat();
        for (const other of this.ids) if (other !== self) this.#beat(self, other);
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #beat(from: NodeId, to: NodeId): void {
    const liveness = this.liveness(to, from);
    for (let tick = 0; tick < TICKS_PER_BEAT; tick++) liveness.tick();
    const leading = this.groups.filter((group) => group.leader === from).length;
    liveness.heard(Beat.decode(Beat.encode({ leading, leaving: this.leaving.has(from) })));
  }
}

const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);

describe('the spread of leaders', () => {
  it.each([
    ['three nodes', [8, 55, 1]],
    ['a node that comes back', [33, 32, 0]],
    ['five nodes', [20, 0, 0, 3, 41]],
    ['three groups', [3, 0, 0]],
  ])('becomes even: %s', async (_, counts) => {
    for (let seed = 1; seed <= 20; seed++) {
      const nodes = new Nodes(counts.length, seed);
      nodes.lead(...counts);
      await nodes.beats(1_000);
      expect(spread(nodes.counts)).toBeLessThanOrEqual(1);
      const { length } = nodes.moves;
      const total = counts.reduce((sum, count) => sum + count, 0);
      const surplus = counts.reduce((sum, count) => sum + Math.max(0, count - Math.floor(total / counts.length)), 0);
      // Those that decide in the same moment may overshoot by one each.
      expect(length).toBeLessThanOrEqual(surplus + counts.length);
      await nodes.beats(1_000);
      expect(nodes.moves.length, 'moves of what is even').toBe(length);
    }
  });

  it.each([
    ['one group', [1, 0, 0]],
    ['a difference of one', [3, 2, 2]],
  ])('leaves %s where it is', async (_, counts) => {
    const nodes = new Nodes(3);
    nodes.lead(...counts);
    await nodes.beats(500);
    expect(nodes.moves).toEqual([]);
  });

  it('waits for election timeouts before the first move, and pauses between two', async () => {
    const nodes = new Nodes(3);
    nodes.lead(9, 0, 0);
    await nodes.beats(3 * BEATS_PER_ELECTION);
    expect(nodes.moves).toEqual([]);
    await nodes.beats(2 * BEATS_PER_ELECTION);
    expect(nodes.moves.length).toBeGreaterThan(0);
    const before = nodes.moves.length;
    await nodes.beats(BEATS_PER_ELECTION);
    expect(nodes.moves.length - before).toBeLessThanOrEqual(2);
  });

  it('moves quiet groups first, and the system group last', async () => {
    const nodes = new Nodes(3);
    nodes.lead(5, 0, 0);
    (nodes.groups[4] as TestGroup).isQuiet = false;
    await nodes.beats(300);
    expect(nodes.moves.map((move) => move[0])).toEqual(['3', '2', '1']);
  });

  it.each([
    ['is about to stop', (nodes: Nodes) => void nodes.leaving.add(3n)],
    ['is not connected', (nodes: Nodes) => void nodes.down.add(3n)],
    ['lacks something', (nodes: Nodes) => nodes.groups.forEach((group) => void group.behind.add(3n))],
  ])('gives nothing to a node that %s', async (_, spoil) => {
    const nodes = new Nodes(3);
    nodes.lead(9, 0, 0);
    spoil(nodes);
    await nodes.beats(500);
    expect(nodes.counts[2]).toBe(0);
    expect(nodes.counts[1]).toBe(4);
  });

  it('gives groups to their voters only', async () => {
    const nodes = new Nodes(4);
    for (let i = 0; i < 8; i++) nodes.add(1n, [1n, 2n, 3n]);
    await nodes.beats(500);
    expect(nodes.counts).toEqual([3, 3, 2, 0]);
  });

  it('leaves a group alone while its membership changes', async () => {
    const nodes = new Nodes(3);
    nodes.lead(4, 0, 0);
    for (const group of nodes.groups) group.isJoint = true;
    await nodes.beats(200);
    expect(nodes.moves).toEqual([]);
  });

  it('moves nothing while leadership of any group is being handed over', async () => {
    const nodes = new Nodes(3);
    nodes.lead(4, 0, 0);
    (nodes.groups[0] as TestGroup).transferee = 2n;
    await nodes.beats(200);
    expect(nodes.moves).toEqual([]);
  });

  it('goes on after a transfer that failed, with a pause', async () => {
    const nodes = new Nodes(3);
    nodes.lead(4, 0, 0);
    nodes.broken = true;
    await nodes.beats(200);
    expect(nodes.moves.length).toBeGreaterThan(3);
    expect(nodes.moves.length).toBeLessThan(40);
    nodes.broken = false;
    await nodes.beats(200);
    expect(nodes.counts).toEqual([2, 1, 1]);
  });
});

describe('handing over before a stop', () => {
  const plan = (nodes: Nodes, self: NodeId) => planHandOver(nodes.hostOf(self)).map(({ group, to }) => [group.id, to]);

  it('spreads the groups so that the others lead as many each', async () => {
    const nodes = new Nodes(3);
    nodes.lead(10, 2, 6);
    await nodes.beats(1);
    const given = plan(nodes, 1n);
    expect(given.length).toBe(10);
    expect(given.filter(([, to]) => to === 2n).length).toBe(7);
  });

  it('gives each group to one that lacks nothing, whatever that one leads', async () => {
    const nodes = new Nodes(3);
    nodes.lead(4, 0, 30);
    for (const group of nodes.groups) group.behind.add(2n);
    await nodes.beats(1);
    expect(plan(nodes, 1n).map(([, to]) => to)).toEqual([3n, 3n, 3n, 3n]);
  });

  it('waits for nobody who could not lead', async () => {
    const nodes = new Nodes(3);
    nodes.lead(4, 0, 0);
    await nodes.beats(1);
    nodes.leaving.add(2n);
    await nodes.beats(1);
    nodes.down.add(3n);
    expect(plan(nodes, 1n)).toEqual([]);
  });
});
