// Names cycles of dependencies as Adya does ("Weak Consistency", 1999): G0, G1c, G-single, G2; with
// `-realtime` where one edge is that of real time.

import type { Json } from '../history/types.js';
import type { Txn } from './append-txns.js';
import type { Findings } from './findings.js';
import type { EdgeKind, Graph, Step } from './graph.js';

const DATA: readonly EdgeKind[] = ['ww', 'wr', 'rw'];

/** Without real time first: what shows without it is the graver mistake. A component is told of once. */
export function addCycles(graph: Graph, txns: readonly Txn[], findings: Findings): void {
  const told = new Set<number>();
  for (const withTime of [false, true]) {
    const time: EdgeKind[] = withTime ? ['rt'] : [];
    for (const component of graph.components(new Set([...DATA, ...time]))) {
      if (component.some((node) => told.has(node))) continue;
      const cycle = worst(graph, component, time);
      if (cycle === undefined) continue;
      for (const node of component) told.add(node);
      tell(cycle, txns, findings);
    }
  }
}

/** The gravest kind of cycle in a component, and of that kind a short one. */
function worst(graph: Graph, component: readonly number[], time: readonly EdgeKind[]): Step[] | undefined {
  const within = new Set(component);
  const through = (first: EdgeKind, rest: readonly EdgeKind[]): Step[] | undefined => {
    const kinds = new Set([...rest, ...time]);
    let best: Step[] | undefined;
    for (const from of component) {
      for (const edge of graph.out(from)) {
        if (edge.kind !== first || !within.has(edge.to)) continue;
        const back = graph.path(edge.to, from, kinds, within);
        if (back !== undefined && (best === undefined || back.length + 1 < best.length))
          best = [{ from, ...edge }, ...back];
        if (best?.length === 2) return best;
      }
    }
    return best;
  };
  return through('ww', ['ww']) ?? through('wr', ['ww', 'wr']) ?? through('rw', ['ww', 'wr']) ?? through('rw', DATA);
}

function nameOf(steps: readonly Step[]): string {
  const count = (kind: EdgeKind): number => steps.filter((s) => s.kind === kind).length;
  const anti = count('rw');
  const name = anti > 1 ? 'G2' : anti === 1 ? 'G-single' : count('wr') > 0 ? 'G1c' : 'G0';
  return count('rt') > 0 ? `${name}-realtime` : name;
}

function tell(cycle: readonly Step[], txns: readonly Txn[], findings: Findings): void {
  const steps = withoutInstants(cycle, txns.length);
  const members = steps.map((step) => step.from);
  const label = new Map([...members].sort((a, b) => a - b).map((node, i) => [node, `T${i + 1}`]));
  const indexOf = (node: number): number => (txns[node] as Txn).operation.index;
  const words = steps.map((s) => `${label.get(s.from)} before ${label.get(s.to)} (${s.why})`);
  const edges: Json = steps.map((s) => ({ from: indexOf(s.from), to: indexOf(s.to), kind: s.kind, why: s.why }));
  findings.add(
    nameOf(steps),
    `no order is possible: ${words.join(', ')}`,
    [...new Set(members)].map(indexOf).sort((a, b) => a - b),
    { edges },
  );
}

/** Ways over instants become one edge of real time. */
function withoutInstants(cycle: readonly Step[], txns: number): Step[] {
  const begin = cycle.findIndex((step) => step.from < txns);
  const turned = [...cycle.slice(begin), ...cycle.slice(0, begin)];
  const steps: Step[] = [];
  let open: Step | undefined;
  for (const step of turned) {
    const first: Step = open ?? step;
    if (step.to >= txns) open = first;
    else {
      steps.push({ ...first, to: step.to });
      open = undefined;
    }
  }
  return steps;
}
