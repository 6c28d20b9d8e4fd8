// Cycles of dependencies, named as Adya and Elle do.

import type { Dependency } from './append-dependencies.js';
import { CycleSearch, type Graph, type Kind, type Step } from './append-search.js';
import { components } from './graph.js';

export type CycleName = 'G0' | 'G1c' | 'G-single' | 'G2';

export interface Cycle {
  readonly name: CycleName;
  /** Whether it needs an edge of real time. */
  readonly isRealTime: boolean;
  /** Each begins where the one before ends, the first where the last ends. */
  readonly steps: readonly Step[];
}

const ALL: readonly Dependency[] = ['ww', 'wr', 'rw'];

/** The gravest first: `G0`, `G1c`, `G-single`, `G2`. */
const KINDS: readonly Omit<Kind, 'realTime'>[] = [
  { seeds: ['ww'], over: ['ww'], isAgain: false },
  { seeds: ['wr'], over: ['ww', 'wr'], isAgain: false },
  { seeds: ['rw'], over: ['ww', 'wr'], isAgain: false },
  { seeds: ['rw'], over: ALL, isAgain: true },
];

/** A cycle, and the component that it is the shortest of its kind in. */
interface Told {
  readonly cycle: Cycle;
  readonly rank: number;
  readonly part: readonly number[];
}

/**
 * Of each component and each kind the shortest cycle. Who comes before itself also comes before all that
 * is around it in time, and every dependency nearby closes another cycle: so where one of the same or a
 * graver kind is told of, those that need real time count only when it leads straight back.
 */
export function cyclesOf(graph: Graph): Cycle[] {
  const nodes = graph.edges.map((_, node) => node);
  return partsOf(graph, nodes, ALL, true).flatMap((suspects) => cyclesAmong(graph, suspects));
}

function cyclesAmong(graph: Graph, suspects: readonly number[]): Cycle[] {
  const told: Told[] = [];
  const cores = numbered(graph.edges.length, partsOf(graph, suspects, ['ww', 'wr'], true));
  for (const realTime of [false, true]) {
    for (const [rank, { seeds, over, isAgain }] of KINDS.entries()) {
      const search = (part: readonly number[], back: readonly Dependency[]): boolean => {
        const kind: Kind = { seeds, over: back, isAgain, realTime };
        const steps = new CycleSearch(graph, kind, part, cores).shortest();
        if (steps !== undefined) told.push({ cycle: named(steps), rank, part });
        return steps !== undefined;
      };
      for (const part of partsOf(graph, suspects, seeds.concat(over), realTime)) {
        const rest = realTime ? withoutTold(part, told, rank) : part;
        if (rest.length === part.length) search(part, over);
        else if (!search(part, []))
          for (const other of partsOf(graph, rest, seeds.concat(over), true)) search(other, over);
      }
    }
  }
  return told.length > 0 ? told.map(({ cycle }) => cycle) : [anyCycle(graph, suspects, cores)];
}

function withoutTold(nodes: readonly number[], told: readonly Told[], rank: number): readonly number[] {
  const excluded = new Set(told.flatMap((one) => (one.rank <= rank ? one.part : [])));
  return nodes.filter((node) => !excluded.has(node));
}

/** When all searches by name took too much work: a component is never passed over. */
function anyCycle(graph: Graph, suspects: readonly number[], cores: Int32Array): Cycle {
  const kind: Kind = { seeds: ALL, over: ALL, realTime: true, isAgain: false };
  const steps = new CycleSearch(graph, kind, suspects, cores).shortest();
  if (steps === undefined) throw new Error('a component of the graph has no cycle');
  return named(steps);
}

function named(steps: readonly Step[]): Cycle {
  const count = (kind: Step['kind']): number => steps.filter((step) => step.kind === kind).length;
  const anti = count('rw');
  const name = anti > 1 ? 'G2' : anti === 1 ? 'G-single' : count('wr') > 0 ? 'G1c' : 'G0';
  return { name, isRealTime: count('rt') > 0, steps };
}

function partsOf(
  graph: Graph,
  nodes: readonly number[],
  kinds: readonly Dependency[],
  realTime: boolean,
): readonly (readonly number[])[] {
  return components(graph.edges.length, nodes, (node) => {
    const to: number[] = [];
    for (const edge of graph.edges[node] ?? []) if (kinds.includes(edge.kind)) to.push(edge.to);
    return realTime ? to.concat(graph.after[node] ?? []) : to;
  });
}

/** By node, the number of its part from 1 on; 0 when it is in none. */
function numbered(size: number, parts: readonly (readonly number[])[]): Int32Array {
  const numbers = new Int32Array(size);
  for (const [i, part] of parts.entries()) for (const node of part) numbers[node] = i + 1;
  return numbers;
}
