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

const KINDS: readonly (Pick<Kind, 'seeds' | 'over' | 'isAgain'> & { readonly name: CycleName })[] = [
  { name: 'G0', seeds: ['ww'], over: ['ww'], isAgain: false },
  { name: 'G1c', seeds: ['wr'], over: ['ww', 'wr'], isAgain: false },
  { name: 'G-single', seeds: ['rw'], over: ['ww', 'wr'], isAgain: false },
  { name: 'G2', seeds: ['rw'], over: ALL, isAgain: true },
];

/**
 * Of each component and each name the shortest cycle; one that needs real time only where none does
 * without, and `G2` by real time only where there is no `G-single`: every way around that would be one.
 */
export function cyclesOf(graph: Graph): Cycle[] {
  const nodes = graph.edges.map((_, node) => node);
  return partsOf(graph, nodes, ALL, true).flatMap((suspects) => cyclesAmong(graph, suspects));
}

function cyclesAmong(graph: Graph, suspects: readonly number[]): Cycle[] {
  const found: Cycle[] = [];
  const cores = numbered(graph.edges.length, partsOf(graph, suspects, ['ww', 'wr'], true));
  for (const realTime of [false, true]) {
    for (const { name, ...kind } of KINDS) {
      const edges = kind.seeds.concat(kind.over);
      for (const part of partsOf(graph, suspects, edges, realTime)) {
        if (realTime && isTold(found, name, part)) continue;
        const steps = new CycleSearch(graph, { ...kind, realTime }, part, cores).shortest();
        if (steps !== undefined) found.push(named(steps));
      }
    }
  }
  return found.length > 0 ? found : [anyCycle(graph, suspects, cores)];
}

/** When all searches by name took too much work: a component is never passed over. */
function anyCycle(graph: Graph, suspects: readonly number[], cores: Int32Array): Cycle {
  const kind: Kind = { seeds: ALL, over: ALL, realTime: true, isAgain: false };
  const steps = new CycleSearch(graph, kind, suspects, cores).shortest();
  if (steps === undefined) throw new Error('a component of the graph has no cycle');
  return named(steps);
}

function isTold(found: readonly Cycle[], name: CycleName, part: readonly number[]): boolean {
  const nodes = new Set(part);
  const told = found.filter(({ steps }) => nodes.has((steps[0] as Step).from));
  return told.some((cycle) => cycle.name === name || (name === 'G2' && cycle.name === 'G-single'));
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
