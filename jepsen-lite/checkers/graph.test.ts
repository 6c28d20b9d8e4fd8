import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { components } from './graph.js';

type Edges = readonly (readonly number[])[];

const all = (edges: Edges): number[] => edges.map((_, node) => node);
const found = (edges: Edges, nodes = all(edges)): number[][] =>
  components(edges.length, nodes, (node) => edges[node] ?? []);

/** By trying all ways: nodes are together when each leads to the other. */
function bruteForce(edges: Edges): number[][] {
  const reach = edges.map((_, from) => {
    const seen = new Set<number>();
    const open = [from];
    for (let node = open.pop(); node !== undefined; node = open.pop())
      for (const to of edges[node] ?? []) if (!seen.has(to) && seen.add(to)) open.push(to);
    return seen;
  });
  const parts = all(edges).map((a) => all(edges).filter((b) => reach[a]?.has(b) === true && reach[b]?.has(a) === true));
  return parts.filter((part, node) => part.length > 1 && part[0] === node);
}

describe('strongly connected components', () => {
  it('finds none where there is no cycle', () => {
    expect(found([[1, 2], [2], []])).toEqual([]);
  });

  it('passes over edges of a node to itself', () => {
    expect(found([[0, 1], [1]])).toEqual([]);
  });

  it('tells cycles apart that one edge connects', () => {
    expect(found([[1], [0, 2], [3], [2]])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('keeps to the nodes that are asked for', () => {
    expect(found([[1], [2], [0]], [0, 1])).toEqual([]);
  });

  it('stands long paths', () => {
    const size = 200_000;
    const ring = Array.from({ length: size }, (_, node) => [(node + 1) % size]);
    expect(found(ring)[0]).toHaveLength(size);
  });

  it.each(Array.from({ length: 200 }, (_, i) => i + 1))('agrees with trying all ways, seed %i', (seed) => {
    const random = new SimRandom(seed);
    const size = 2 + random.below(12);
    const edges = Array.from({ length: size }, () => Array.from({ length: random.below(3) }, () => random.below(size)));
    expect(found(edges)).toEqual(bruteForce(edges));
  });
});
