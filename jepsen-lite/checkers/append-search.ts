// The shortest cycle of one kind in one component of the graph of dependencies.

import type { Dependencies, Dependency, Edge } from './append-dependencies.js';

export interface Graph extends Dependencies {
  /** Real time, by node: whom it came before, without what follows from that. */
  readonly after: readonly (readonly number[])[];
}

/** Which cycles are looked for. */
export interface Kind {
  /** One edge of these, … */
  readonly seeds: readonly Dependency[];
  /** … and a way back over these; without any, straight back by real time. */
  readonly over: readonly Dependency[];
  /** Whether real time leads on as well. */
  readonly realTime: boolean;
  /** Whether the way back has an `rw` edge of its own. */
  readonly isAgain: boolean;
}

export type Step = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'rt' }
  | (Edge & { readonly kind: Dependency })
);

/** Edges looked at in one pass, before what has been found is good enough. */
const WORK_MAX = 5_000_000;

/** Most cycles are short: looking for those first spares long searches. */
const LENGTHS = [2, 3, Number.POSITIVE_INFINITY];

/** A transaction that the search has come to. */
interface Visit {
  readonly parent: Visit | undefined;
  readonly step: Step;
  /** Edges since the beginning, with the seed. */
  readonly length: number;
  /** Whether the way back may end: it has the edge that it must have. */
  readonly isFit: boolean;
}

export class CycleSearch {
  readonly #graph: Graph;
  readonly #kind: Kind;
  readonly #inPart: Uint8Array;
  /** Transactions of the component, in the order of their invocations. */
  readonly #members: readonly number[];
  readonly #cores: Int32Array;
  /** The search that came to a node last: by node, once it was fit, and before. */
  readonly #fit: Int32Array;
  readonly #unfit: Int32Array;
  #search = 0;
  #work = 0;

  /** `cores`: by node, its component by `ww`, `wr` and real time; 0 when it is in none. */
  constructor(graph: Graph, kind: Kind, part: readonly number[], cores: Int32Array) {
    const size = graph.edges.length;
    this.#graph = graph;
    this.#kind = kind;
    this.#inPart = new Uint8Array(size);
    for (const node of part) this.#inPart[node] = 1;
    this.#members = part.filter((node) => node < graph.txns.length);
    this.#cores = cores;
    this.#fit = new Int32Array(size);
    this.#unfit = new Int32Array(size);
  }

  /** Undefined when there is none, or none was found before the work became too much. */
  shortest(): Step[] | undefined {
    const lengths = this.#kind.over.length === 0 ? [2] : LENGTHS;
    for (const length of lengths) {
      const found = this.#shortestUpTo(length);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #shortestUpTo(lengthMax: number): Step[] | undefined {
    let best: Step[] | undefined;
    this.#work = 0;
    for (const from of this.#members) {
      for (const edge of this.#graph.edges[from] ?? []) {
        if (!this.#kind.seeds.includes(edge.kind)) continue;
        if (this.#work > WORK_MAX) return best;
        best = this.#close(from, edge, best === undefined ? lengthMax : best.length - 1) ?? best;
        if (best?.length === 2) return best;
      }
    }
    return best;
  }

  /** By breadth: from where the seed leads to, back to where it comes from. */
  #close(target: number, seed: Edge, lengthMax: number): Step[] | undefined {
    this.#search++;
    const queue: Visit[] = [];
    const later = this.#laterOf(target);
    for (const step of this.#steps(target, seed)) this.#arrive(queue, target, undefined, step);
    // A search for a second `rw` edge may come to the group of the seed again, by that edge.
    if (this.#kind.isAgain) this.#fit[seed.to] = 0;
    for (let head = 0; head < queue.length; head++) {
      const visit = queue[head] as Visit;
      if (visit.length >= lengthMax) return undefined;
      const arrive = (step: Step): Visit | undefined => this.#arrive(queue, target, visit, step);
      const end = this.#leave(visit, target, visit.length + 1 === lengthMax, later, arrive);
      if (end !== undefined) return stepsTo(end);
    }
    return undefined;
  }

  /** One step on from a visit; only to the target when `isLast`. */
  #leave(
    { step: { to: node }, isFit }: Visit,
    target: number,
    isLast: boolean,
    later: Later,
    arrive: (step: Step) => Visit | undefined,
  ): Visit | undefined {
    for (const edge of this.#graph.edges[node] ?? []) {
      this.#work++;
      if (!this.#kind.over.includes(edge.kind)) continue;
      for (const step of this.#steps(node, edge)) {
        if (isLast && step.to !== target) continue;
        const end = arrive(step);
        if (end !== undefined) return end;
      }
    }
    if (!this.#kind.realTime) return undefined;
    const { endIndex } = this.#operation(node);
    if (endIndex < this.#operation(target).index) return arrive({ kind: 'rt', from: node, to: target });
    if (isLast) return undefined;
    const layer = isFit ? 'fit' : 'unfit';
    for (; later[layer] > 0; later[layer]--) {
      const to = this.#members[later[layer] - 1] as number;
      this.#work++;
      if (this.#operation(to).index < endIndex) break;
      arrive({ kind: 'rt', from: node, to });
    }
    return undefined;
  }

  /** Returns the visit when the cycle is closed. */
  #arrive(queue: Visit[], target: number, parent: Visit | undefined, step: Step): Visit | undefined {
    const { to } = step;
    if (this.#inPart[to] !== 1) return undefined;
    const isFit = parent === undefined ? !this.#kind.isAgain : parent.isFit || step.kind === 'rw';
    const visit: Visit = { parent, step, length: (parent?.length ?? 0) + 1, isFit };
    if (to === target) return isFit && isSimple(visit) ? visit : undefined;
    const visited = isFit ? this.#fit : this.#unfit;
    if (visited[to] === this.#search || !this.#mayLeadTo(to, target)) return undefined;
    visited[to] = this.#search;
    queue.push(visit);
    return undefined;
  }

  /** Edges to groups are edges to their members; a group is entered once on the way. */
  #steps(from: number, edge: Edge): Step[] {
    if (edge.to < this.#graph.txns.length) return [{ ...edge, from }];
    if (this.#inPart[edge.to] !== 1 || this.#fit[edge.to] === this.#search) return [];
    this.#fit[edge.to] = this.#search;
    const members = this.#graph.edges[edge.to] ?? [];
    this.#work += members.length;
    return members.map((member) => ({ ...member, from, left: edge.left }));
  }

  /**
   * Without `rw` edges, what began after the target had ended leads back to it only inside of a core:
   * the target came before it, so both ways make a cycle.
   */
  #mayLeadTo(node: number, target: number): boolean {
    if (this.#kind.over.includes('rw')) return true;
    const core = this.#cores[target];
    return this.#operation(node).index < this.#operation(target).endIndex || (core !== 0 && core === this.#cores[node]);
  }

  /** Members from these positions on need not be come to by real time again, or never. */
  #laterOf(target: number): Later {
    const all = this.#kind.over.includes('rw') || this.#cores[target] !== 0;
    const at = all ? this.#members.length : this.#firstAfter(this.#operation(target).endIndex);
    return { fit: at, unfit: at };
  }

  /** Position of the first member that began after `index`. */
  #firstAfter(index: number): number {
    let [low, high] = [0, this.#members.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#operation(this.#members[middle] as number).index > index) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #operation(node: number): { readonly index: number; readonly endIndex: number } {
    return (this.#graph.txns[node] as Dependencies['txns'][number]).operation;
  }
}

/** Positions in the members; they only fall, so a search comes to each member by real time once. */
interface Later {
  fit: number;
  unfit: number;
}

function stepsTo(end: Visit): Step[] {
  const steps: Step[] = [];
  for (let visit: Visit | undefined = end; visit !== undefined; visit = visit.parent) steps.push(visit.step);
  return steps.reverse();
}

/** A way that passes a transaction before and after it became fit is two cycles, not one. */
function isSimple(end: Visit): boolean {
  const steps = stepsTo(end);
  return new Set(steps.map(({ to }) => to)).size === steps.length;
}
