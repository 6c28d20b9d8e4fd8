// Who must come before whom: the dependencies of transactions on each other (Adya, "Weak Consistency", 1999).

import type { Committed, Order, Orders } from './append-orders.js';
import type { Txn, Writers } from './append-txns.js';

/** `ww`: the next version. `wr`: read from. `rw`: read what came before (an anti-dependency). */
export type Dependency = 'ww' | 'wr' | 'rw';

export interface Edge {
  readonly kind: Dependency;
  readonly to: number;
  readonly key: string;
  /** `ww`: appended by `from`. `wr`: read by `to`. `rw`: the last that `from` read, if any. */
  readonly left: number | undefined;
  /** `ww`: appended by `to`. `rw`: appended by `to`, and not read by `from`. */
  readonly right: number | undefined;
}

/**
 * The nodes of transactions come first. Those after them are groups: an `rw` edge to a group is one to
 * each of its members, which the edges of the group lead to.
 */
export interface Dependencies {
  readonly txns: readonly Txn[];
  /** Whether the transaction certainly took effect. */
  readonly committed: readonly boolean[];
  /** By node. */
  readonly edges: readonly (readonly Edge[])[];
}

export function dependenciesOf(txns: readonly Txn[], orders: Orders, writers: Writers): Dependencies {
  const committed = txns.map((txn) => isCommitted(txn, orders));
  const edges: Edge[][] = txns.map(() => []);
  const add = (from: number, edge: Edge): void => {
    if (from !== edge.to) edges[from]?.push(edge);
  };
  const unobserved = unobservedOf(txns, committed, orders);
  for (const [key, order] of orders) addVersions(add, key, order, unobserved.get(key) ?? []);
  const groups = new Map([...unobserved].map(([key, appends]) => [key, new Group(key, appends, edges)]));
  for (const txn of txns) {
    for (const [key, list] of outerReads(txn)) {
      const order = orders.get(key) as Order;
      if (!order.has(list)) continue;
      const last = list.at(-1);
      const writer = last === undefined ? undefined : writers.get(key)?.get(last)?.txn;
      if (writer !== undefined && writer.operation.type !== 'fail')
        add(writer.node, { kind: 'wr', to: txn.node, key, left: last, right: undefined });
      const next = order.next[list.length];
      if (next !== undefined) add(txn.node, { kind: 'rw', to: next.txn.node, key, left: last, right: next.element });
      else groups.get(key)?.addReader(txn.node, last);
    }
  }
  return { txns, committed, edges };
}

/** Also one without an answer, when one of its elements was read: transactions take effect as a whole. */
function isCommitted(txn: Txn, orders: Orders): boolean {
  const { type } = txn.operation;
  if (type !== 'info') return type === 'ok';
  return txn.micros.some((micro) => micro.f === 'append' && orders.get(micro.key)?.seen.has(micro.element) === true);
}

/** By key: appends that took effect and that no read shows. So they come after all that were read. */
function unobservedOf(txns: readonly Txn[], committed: readonly boolean[], orders: Orders): Map<string, Committed[]> {
  const unobserved = new Map<string, Committed[]>();
  for (const txn of txns) {
    if (committed[txn.node] !== true) continue;
    for (const micro of txn.micros) {
      if (micro.f === 'r' || orders.get(micro.key)?.seen.has(micro.element) === true) continue;
      const appends = unobserved.get(micro.key) ?? [];
      unobserved.set(micro.key, appends);
      if (appends.at(-1)?.txn !== txn) appends.push({ element: micro.element, txn });
    }
  }
  return unobserved;
}

type Add = (from: number, edge: Edge) => void;

function addVersions(add: Add, key: string, order: Order, unobserved: readonly Committed[]): void {
  let before: Committed | undefined;
  const follow = ({ element, txn }: Committed): void => {
    if (before === undefined) return;
    add(before.txn.node, { kind: 'ww', to: txn.node, key, left: before.element, right: element });
  };
  for (const [at, element] of order.list.entries()) {
    const here = order.next[at];
    if (here?.element !== element) continue;
    follow(here);
    before = here;
  }
  for (const append of unobserved) follow(append);
}

/** Of each key, the first list that was read before the transaction appended to it: what others left. */
function outerReads({ micros }: Txn): Map<string, readonly number[]> {
  const lists = new Map<string, readonly number[]>();
  const own = new Set<string>();
  for (const micro of micros) {
    if (micro.f === 'append') own.add(micro.key);
    else if (micro.list !== undefined && !own.has(micro.key) && !lists.has(micro.key)) lists.set(micro.key, micro.list);
  }
  return lists;
}

/**
 * The transactions with unobserved appends to a key. Whoever read the last version came before all of
 * them, except itself; edges from each reader to each would be too many. So there are two groups for each
 * bit of their positions, those that have it and those that do not: what differs from the reader's own
 * position in some bit is all the others.
 */
class Group {
  readonly #key: string;
  readonly #positions = new Map<number, number>();
  readonly #edges: Edge[][];
  /** By bit: the nodes of those without it, and of those with it. */
  readonly #nodes: (readonly [number, number])[] = [];

  constructor(key: string, appends: readonly Committed[], edges: Edge[][]) {
    this.#key = key;
    this.#edges = edges;
    const members = appends.map(({ txn, element }, position): Edge => {
      this.#positions.set(txn.node, position);
      return { kind: 'rw', to: txn.node, key, left: undefined, right: element };
    });
    for (let bit = 0; bit === 0 || 1 << bit < members.length; bit++) {
      const without = edges.push(members.filter((_, position) => (position & (1 << bit)) === 0)) - 1;
      const having = edges.push(members.filter((_, position) => (position & (1 << bit)) !== 0)) - 1;
      this.#nodes.push([without, having]);
    }
  }

  addReader(reader: number, last: number | undefined): void {
    const add = (to: number): void => {
      this.#edges[reader]?.push({ kind: 'rw', to, key: this.#key, left: last, right: undefined });
    };
    const position = this.#positions.get(reader);
    if (position === undefined) for (const node of this.#nodes[0] ?? []) add(node);
    else for (const [bit, [without, having]] of this.#nodes.entries()) add((position >> bit) & 1 ? without : having);
  }
}
