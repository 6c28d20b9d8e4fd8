// Strongly connected components (Tarjan, "Depth-First Search and Linear Graph Algorithms", 1972).

export type Successors = (node: number) => readonly number[];

/** A node whose successors are being visited. */
interface Frame {
  readonly node: number;
  readonly successors: readonly number[];
  next: number;
}

/**
 * The components of more than one node among `nodes`, in ascending order, and so their nodes. Nodes are numbered from
 * 0 to `size` - 1; successors that are not among `nodes` are passed over. Recursion would overflow the
 * stack on long histories, so the path is kept by hand.
 */
export function components(size: number, nodes: readonly number[], successors: Successors): number[][] {
  const search = new Search(size, nodes, successors);
  for (const node of nodes) search.visit(node);
  return search.found.sort((a, b) => (a[0] as number) - (b[0] as number));
}

const OUTSIDE = -2;
const NEW = -1;

class Search {
  readonly found: number[][] = [];
  readonly #successors: Successors;
  /** Order of discovery, NEW, or OUTSIDE. */
  readonly #order: Int32Array;
  /** The earliest node on the stack that is known to be reachable. */
  readonly #low: Int32Array;
  readonly #onStack: Uint8Array;
  readonly #stack: number[] = [];
  #discovered = 0;

  constructor(size: number, nodes: readonly number[], successors: Successors) {
    this.#successors = successors;
    this.#order = new Int32Array(size).fill(OUTSIDE);
    this.#low = new Int32Array(size);
    this.#onStack = new Uint8Array(size);
    for (const node of nodes) this.#order[node] = NEW;
  }

  visit(root: number): void {
    if (this.#order[root] !== NEW) return;
    const path = [this.#discover(root)];
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const to = frame.successors[frame.next++];
      if (to === undefined) {
        path.pop();
        this.#leave(frame.node, path.at(-1)?.node);
      } else if (this.#order[to] === NEW) {
        path.push(this.#discover(to));
      } else if (this.#onStack[to] === 1) {
        this.#lower(frame.node, this.#order[to] as number);
      }
    }
  }

  #discover(node: number): Frame {
    this.#order[node] = this.#low[node] = this.#discovered++;
    this.#onStack[node] = 1;
    this.#stack.push(node);
    return { node, successors: this.#successors(node), next: 0 };
  }

  #lower(node: number, to: number): void {
    if (to < (this.#low[node] as number)) this.#low[node] = to;
  }

  #leave(node: number, parent: number | undefined): void {
    const low = this.#low[node] as number;
    if (parent !== undefined) this.#lower(parent, low);
    if (low !== this.#order[node]) return;
    const component = this.#stack.splice(this.#stack.lastIndexOf(node));
    for (const member of component) this.#onStack[member] = 0;
    if (component.length > 1) this.found.push(component.sort((a, b) => a - b));
  }
}
