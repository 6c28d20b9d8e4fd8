// Directed graphs with kinds of edges: strongly connected components, and shortest cycles.

/** What an edge says of two transactions: version order, read-from, anti-dependency, real time. */
export type EdgeKind = 'ww' | 'wr' | 'rw' | 'rt';

export interface Edge {
  readonly to: number;
  readonly kind: EdgeKind;
  /** Why, for a reader. */
  readonly why: string;
}

export interface Step extends Edge {
  readonly from: number;
}

export class Graph {
  readonly #out: Edge[][] = [];

  addNode(): number {
    return this.#out.push([]) - 1;
  }

  get size(): number {
    return this.#out.length;
  }

  addEdge(from: number, to: number, kind: EdgeKind, why: string): void {
    if (from !== to) this.#out[from]?.push({ to, kind, why });
  }

  out(node: number): readonly Edge[] {
    return this.#out[node] ?? [];
  }

  /** Components of more than one node, using only edges of `kinds` (Tarjan 1972, without recursion). */
  components(kinds: ReadonlySet<EdgeKind>): number[][] {
    const index = new Int32Array(this.size).fill(-1);
    const low = new Int32Array(this.size);
    const at = new Int32Array(this.size);
    const onStack = new Uint8Array(this.size);
    const stack: number[] = [];
    const found: number[][] = [];
    let next = 0;
    for (let root = 0; root < this.size; root++) {
      if (index[root] !== -1) continue;
      const path = [root];
      while (path.length > 0) {
        const node = path.at(-1) as number;
        if (index[node] === -1) {
          index[node] = low[node] = next++;
          stack.push(node);
          onStack[node] = 1;
        }
        const edge = this.out(node)[(at[node] as number)++];
        if (edge !== undefined) {
          if (!kinds.has(edge.kind)) continue;
          if (index[edge.to] === -1) path.push(edge.to);
          else if (onStack[edge.to] === 1) low[node] = Math.min(low[node] as number, index[edge.to] as number);
          continue;
        }
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[node] as number);
        if (low[node] === index[node]) take(node, stack, onStack, found);
      }
    }
    return found;
  }

  /** The shortest way from one node to another inside `within`, over edges of `kinds`. */
  path(from: number, to: number, kinds: ReadonlySet<EdgeKind>, within: ReadonlySet<number>): Step[] | undefined {
    const cameBy = new Map<number, Step>();
    const queue = [from];
    for (let head = 0; head < queue.length; head++) {
      const node = queue[head] as number;
      for (const edge of this.out(node)) {
        if (!kinds.has(edge.kind) || !within.has(edge.to) || cameBy.has(edge.to)) continue;
        cameBy.set(edge.to, { from: node, ...edge });
        if (edge.to === to) return walkBack(from, to, cameBy);
        queue.push(edge.to);
      }
    }
    return undefined;
  }
}

function take(node: number, stack: number[], onStack: Uint8Array, found: number[][]): void {
  const component: number[] = [];
  for (;;) {
    const member = stack.pop() as number;
    onStack[member] = 0;
    component.push(member);
    if (member === node) break;
  }
  if (component.length > 1) found.push(component.reverse());
}

function walkBack(from: number, to: number, cameBy: ReadonlyMap<number, Step>): Step[] {
  const steps: Step[] = [];
  for (let node = to; ; ) {
    const step = cameBy.get(node) as Step;
    steps.push(step);
    node = step.from;
    if (node === from) return steps.reverse();
  }
}
