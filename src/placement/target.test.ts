import { describe, expect, it } from 'vitest';
import type { NodeId } from '../raft/types.js';
import { type Place, type TargetOptions, targetOf } from './target.js';

type Assigned = Map<number, NodeId[]>;

const NOTHING: Assigned = new Map();
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const id = (n: number): NodeId => (BigInt(n) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
const places = (count: number, zones = 0): Place[] =>
  range(count).map((n) => ({ id: id(n), zone: zones === 0 ? '' : `z${n % zones}` }));

const target = (nodes: Place[], partitions: number, replicationFactor: number, more: Partial<TargetOptions> = {}) =>
  targetOf({ places: nodes, partitions: range(partitions), replicationFactor, current: NOTHING, ...more });

function loads(assigned: Assigned, nodes: Place[]): number[] {
  return nodes.map((place) => [...assigned.values()].filter((ids) => ids.includes(place.id)).length);
}
const spread = (all: number[]): number => Math.max(...all) - Math.min(...all);

/** Replicas that are somewhere where they were not. */
function moved(before: Assigned, after: Assigned): number {
  let count = 0;
  for (const [partition, ids] of after) count += ids.filter((n) => before.get(partition)?.includes(n) !== true).length;
  return count;
}

const CASES = [3, 4, 5, 7, 12].flatMap((nodes) =>
  [1, 8, 64, 100].flatMap((partitions) => [1, 2, 3].map((factor) => [nodes, partitions, factor] as const)),
);

describe('the target', () => {
  it.each(CASES)(
    'of %i members, %i partitions, factor %i is even, and stays where it is',
    (count, partitions, factor) => {
      const nodes = places(count);
      const first = target(nodes, partitions, factor);
      for (const ids of first.values()) expect(new Set(ids).size).toBe(Math.min(factor, count));
      expect(spread(loads(first, nodes))).toBeLessThanOrEqual(1);
      expect(target(nodes, partitions, factor, { current: first })).toEqual(first);
      // Independent of the order in which members are told.
      expect(target([...nodes].reverse(), partitions, factor)).toEqual(first);
    },
  );

  it.each(CASES)(
    'of %i members, %i partitions, factor %i moves to a new member its share only',
    (count, partitions, factor) => {
      const before = target(places(count), partitions, factor);
      const nodes = places(count + 1);
      const after = target(nodes, partitions, factor, { current: before });
      const comer = nodes.at(-1) as Place;
      const share = (partitions * Math.min(factor, count + 1)) / (count + 1);
      // With fewer members than the factor, each partition gains a replica.
      const gained = partitions * (Math.min(factor, count + 1) - Math.min(factor, count));
      expect(moved(before, after)).toBeLessThanOrEqual(Math.max(gained, Math.ceil(share) + 1));
      for (const [partition, ids] of after) {
        const others = ids.filter((n) => n !== comer.id);
        for (const n of others) expect(before.get(partition)).toContain(n);
      }
      expect(spread(loads(after, nodes))).toBeLessThanOrEqual(1);
    },
  );

  it.each(CASES)(
    'of %i members, %i partitions, factor %i moves of a lost member its share only',
    (count, partitions, factor) => {
      const before = target(places(count), partitions, factor);
      const nodes = places(count).slice(1);
      const lost = loads(before, places(count))[0] as number;
      const after = target(nodes, partitions, factor, { current: before });
      expect(moved(before, after)).toBeLessThanOrEqual(lost + 1);
      expect(spread(loads(after, nodes))).toBeLessThanOrEqual(1);
    },
  );

  it.each([
    [3, 3, 3],
    [6, 3, 3],
    [6, 2, 3],
    [9, 3, 2],
    [5, 2, 2],
    [7, 3, 3],
  ])('of %i members in %i zones with factor %i shares no zone that it need not', (count, zones, factor) => {
    const nodes = places(count, zones);
    const zoneOf = new Map(nodes.map((n) => [n.id, n.zone]));
    for (const current of [NOTHING, target(places(count), 40, factor)]) {
      const assigned = target(nodes, 40, factor, { current });
      for (const ids of assigned.values()) {
        expect(new Set(ids.map((n) => zoneOf.get(n))).size).toBe(Math.min(zones, factor));
      }
    }
  });

  it('keeps a zone apart even where that costs the balance', () => {
    const nodes = [...places(4).map((p) => ({ ...p, zone: 'a' })), { id: id(9), zone: 'b' }];
    const assigned = target(nodes, 20, 2);
    expect([...assigned.values()].every((ids) => ids.includes(id(9)))).toBe(true);
    expect(spread(loads(assigned, nodes.slice(0, 4)))).toBeLessThanOrEqual(1);
  });

  it('follows a changed factor with as few changes as there must be', () => {
    const nodes = places(5);
    const two = target(nodes, 20, 2);
    const three = target(nodes, 20, 3, { current: two });
    expect(moved(two, three)).toBe(20);
    const one = target(nodes, 20, 1, { current: three });
    expect(moved(three, one)).toBe(0);
    expect(spread(loads(one, nodes))).toBeLessThanOrEqual(1);
  });

  it('leaves alone what is pinned, and makes up for it elsewhere', () => {
    const nodes = places(4);
    const even = target(nodes, 8, 1);
    const [[partition, [from]] = [0, []]] = [...even];
    const to = nodes.find((n) => n.id !== from) as Place;
    const current = new Map([...even, [partition, [to.id]] as const]);
    const after = target(nodes, 8, 1, { current, pinned: new Set([partition]) });
    expect(after.get(partition)).toEqual([to.id]);
    expect(moved(current, after)).toBe(1);
    expect(spread(loads(after, nodes))).toBeLessThanOrEqual(1);
  });

  it('avoids a place as long as there is another', () => {
    const nodes = places(4);
    const avoid = (partition: number, member: NodeId): boolean => partition === 3 && member === id(2);
    expect(target(nodes, 8, 3, { avoid }).get(3)).not.toContain(id(2));
    expect(target(nodes, 8, 4, { avoid }).get(3)).toContain(id(2));
  });
});
