import { describe, expect, it } from 'vitest';
import { limits } from '../limits.js';
import { emptyConf } from '../mvcc/meta.js';
import type { ConfState, NodeId } from '../raft/types.js';
import { nextPlacement, oneStep, type PlaceState, type PlannerView } from './planner.js';

const voters = (...ids: number[]): NodeId[] => ids.map(BigInt);
const conf = (...ids: number[]): ConfState => ({ ...emptyConf, voters: voters(...ids) });
const place = (id: number, more: Partial<PlaceState> = {}): PlaceState => ({
  id: BigInt(id),
  zone: '',
  down: false,
  ...more,
});
const places = (count: number): PlaceState[] => Array.from({ length: count }, (_, i) => place(i + 1));

/** A cluster in which every group is what the table says. */
function settled(table: Record<number, number[]>, members: PlaceState[], replicationFactor = 3): PlannerView {
  const entries = Object.entries(table).map(([number, ids]) => [Number(number), ids] as const);
  return {
    table: { replicationFactor, voters: new Map(entries.map(([n, ids]) => [n, voters(...ids)])), pinned: new Set() },
    places: members,
    partitions: entries.map(([number, ids]) => ({ number, conf: conf(...ids) })),
    replicationFactor: 3,
  };
}

describe('the planner', () => {
  it('first decides how many replicas there are, then where they are', () => {
    const view = { ...settled({ 1: [1, 2, 3, 4, 5], 2: [1, 2, 3, 4, 5] }, places(5)), replicationFactor: 2 };
    const fresh = { ...view, table: { replicationFactor: 0, voters: new Map(), pinned: new Set<number>() } };
    expect(nextPlacement(fresh)).toEqual({ replicationFactor: 2, partitions: [] });
    const decided = nextPlacement({
      ...fresh,
      table: { replicationFactor: 2, voters: new Map(), pinned: new Set<number>() },
    });
    expect(decided?.partitions?.map((p) => p.voters?.length)).toEqual([2, 2]);
  });

  it('has nothing to do where everything is in its place', () => {
    expect(nextPlacement(settled({ 1: [1, 2, 3], 2: [1, 2, 3] }, places(3)))).toBeUndefined();
    expect(nextPlacement(settled({ 1: [1, 2], 2: [1, 2] }, places(2)))).toBeUndefined();
  });

  it('moves one replica of a partition at a time, to a member that came', () => {
    const change = nextPlacement(settled({ 1: [1, 2, 3], 2: [1, 2, 3], 3: [1, 2, 3], 4: [1, 2, 3] }, places(6)));
    const moved = change?.partitions ?? [];
    expect(moved.length).toBeGreaterThan(0);
    for (const p of moved) {
      expect(p.voters?.length).toBe(3);
      expect(p.voters?.filter((id) => id <= 3n).length).toBe(2);
    }
  });

  it('begins no more moves than are allowed at a time, those under way included', () => {
    const table = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [i + 1, [1, 2, 3]]));
    const view = settled(table, places(6));
    expect(nextPlacement(view)?.partitions).toHaveLength(limits.replicaMovesMax);
    const moving = view.partitions.map((p) => (p.number <= limits.replicaMovesMax ? { ...p, conf: conf(1, 2, 4) } : p));
    expect(nextPlacement({ ...view, partitions: moving })).toBeUndefined();
    const one = view.partitions.map((p) =>
      p.number === 7 ? { ...p, conf: { ...p.conf, votersOutgoing: voters(1) } } : p,
    );
    const due = nextPlacement({ ...view, partitions: one })?.partitions ?? [];
    expect(due).toHaveLength(limits.replicaMovesMax - 1);
    expect(due.map((p) => p.partition)).not.toContain(7);
  });

  it('replaces a member that is down where there is another one, and first there', () => {
    const members = [place(1), place(2), place(3, { down: true }), place(4)];
    const change = nextPlacement(settled({ 1: [1, 2, 4], 2: [1, 2, 4], 3: [1, 2, 3], 4: [1, 3, 4] }, members));
    expect(change?.partitions).toEqual([
      { partition: 3, voters: voters(1, 2, 4) },
      { partition: 4, voters: voters(1, 2, 4) },
    ]);
    expect(nextPlacement(settled({ 1: [1, 2, 3] }, members.slice(0, 3)))).toBeUndefined();
  });

  it('takes a member away that leaves, also where nobody can take its place', () => {
    expect(nextPlacement(settled({ 1: [1, 2, 3] }, [place(1), place(3)]))?.partitions).toEqual([
      { partition: 1, voters: voters(1, 3) },
    ]);
  });

  it('waits for nobody who was to come and has left meanwhile', () => {
    const view = settled({ 1: [1, 2, 9], 2: [1, 2, 3] }, places(3));
    const partitions = view.partitions.map((p) => (p.number === 1 ? { ...p, conf: conf(1, 2) } : p));
    expect(nextPlacement({ ...view, partitions })).toEqual({ partitions: [{ partition: 1, voters: voters(1, 2) }] });
    // One that votes has to be taken out first.
    expect(nextPlacement(view)?.partitions).toEqual([{ partition: 1, voters: voters(1, 2, 3) }]);
  });

  it('does not try again what is to be avoided', () => {
    const view = settled({ 1: [1, 2, 3] }, [place(1), place(2), place(3, { down: true }), place(4), place(5)]);
    const avoid = (_: number, member: NodeId): boolean => member === 4n;
    expect(nextPlacement({ ...view, avoid })?.partitions).toEqual([{ partition: 1, voters: voters(1, 2, 5) }]);
  });
});

describe('one step', () => {
  it.each([
    [[1, 2, 3], [1, 2, 3, 4], [], [1, 2, 3, 4]],
    [[1, 2, 3], [1, 2], [], [1, 2]],
    [[1, 2, 3], [3, 4, 5], [], [2, 3, 4]],
    [[1, 2, 3], [3, 4, 5], [2], [1, 3, 4]],
  ])('from %j to %j, where %j are down, leads to %j', (from, to, down, next) => {
    const may = new Set(voters(1, 2, 3, 4, 5).filter((id) => !down.includes(Number(id))));
    expect(oneStep(voters(...from), voters(...to), may)).toEqual(voters(...next));
  });
});
