// List-append in the manner of Elle (Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from
// Experimental Observations", 2020): lists only grow, so each read tells the whole version order of its
// key; from that follow the dependencies between transactions, and cycles of them are anomalies.

import { pair } from '../history/pair.js';
import type { History } from '../history/types.js';
import { addCycles } from './append-cycles.js';
import { checkReads, list, type Txn, txnsOf, type Writer, writersOf } from './append-txns.js';
import { Findings } from './findings.js';
import { Graph } from './graph.js';
import type { Verdict } from './types.js';

export function checkAppend(history: History): Verdict {
  const findings = new Findings();
  const all = txnsOf(pair(history), findings);
  const writers = writersOf(all);
  checkReads(all, writers, findings);
  const orders = versionOrders(all, findings);
  const txns = all.filter((txn) => txn.operation.type === 'ok' || isObserved(txn, orders));
  const { graph, nodes } = dependencies(txns, orders, writers);
  addRealTime(graph, nodes, txns);
  addCycles(graph, txns, findings);
  return findings.verdict('append', { transactions: all.length, keys: orders.size });
}

/** Of each key, the longest list that was read. Every other one must be a beginning of it. */
function versionOrders(txns: readonly Txn[], findings: Findings): Map<string, readonly number[]> {
  const longest = new Map<string, { readonly elements: readonly number[]; readonly txn: Txn }>();
  for (const txn of txns) {
    for (const [key, elements] of txn.reads) {
      if (elements.length > (longest.get(key)?.elements.length ?? -1)) longest.set(key, { elements, txn });
    }
  }
  for (const txn of txns) {
    for (const [key, elements] of txn.reads) {
      const order = longest.get(key);
      if (order === undefined || elements.every((element, i) => element === order.elements[i])) continue;
      findings.add('incompatible-order', `${key} was read as ${list(elements)} and as ${list(order.elements)}`, [
        txn.operation.index,
        order.txn.operation.index,
      ]);
    }
  }
  return new Map([...longest].map(([key, { elements }]) => [key, elements]));
}

const isObserved = (txn: Txn, orders: ReadonlyMap<string, readonly number[]>): boolean =>
  txn.operation.type === 'info' &&
  [...txn.appends].some(([key, elements]) => elements.some((element) => orders.get(key)?.includes(element) === true));

function dependencies(
  txns: readonly Txn[],
  orders: ReadonlyMap<string, readonly number[]>,
  writers: ReadonlyMap<string, ReadonlyMap<number, Writer>>,
): { graph: Graph; nodes: Map<Txn, number> } {
  const graph = new Graph();
  const nodes = new Map(txns.map((txn) => [txn, graph.addNode()]));
  const nodeOf = (key: string, element: number | undefined): number | undefined => {
    const writer = element === undefined ? undefined : writers.get(key)?.get(element);
    return writer === undefined ? undefined : nodes.get(writer.txn);
  };
  for (const [key, order] of orders) {
    for (let i = 1; i < order.length; i++) {
      const [a, b] = [nodeOf(key, order[i - 1]), nodeOf(key, order[i])];
      if (a !== undefined && b !== undefined)
        graph.addEdge(a, b, 'ww', `${order[i]} was appended to ${key} after ${order[i - 1]}`);
    }
  }
  const unseen = unseenAppends(txns, orders);
  for (const txn of txns) {
    const node = nodes.get(txn) as number;
    for (const [key, elements] of txn.reads) {
      const order = orders.get(key) ?? [];
      const from = nodeOf(key, elements.at(-1));
      if (from !== undefined) graph.addEdge(from, node, 'wr', `${elements.at(-1)} in ${key} was read`);
      const next = order[elements.length];
      const to = nodeOf(key, next);
      if (to !== undefined) graph.addEdge(node, to, 'rw', `${key} was read without ${next}`);
      if (elements.length < order.length) continue;
      // Acknowledged and never read: appended after everything that was.
      for (const { element, writer } of unseen.get(key) ?? []) {
        graph.addEdge(node, nodes.get(writer) as number, 'rw', `${key} was read without ${element}`);
      }
    }
  }
  return { graph, nodes };
}

function unseenAppends(
  txns: readonly Txn[],
  orders: ReadonlyMap<string, readonly number[]>,
): Map<string, { element: number; writer: Txn }[]> {
  const seen = new Map([...orders].map(([key, order]) => [key, new Set(order)]));
  const unseen = new Map<string, { element: number; writer: Txn }[]>();
  for (const txn of txns) {
    if (txn.operation.type !== 'ok') continue;
    for (const [key, elements] of txn.appends) {
      for (const element of elements) {
        if (seen.get(key)?.has(element) === true) continue;
        unseen.set(key, [...(unseen.get(key) ?? []), { element, writer: txn }]);
      }
    }
  }
  return unseen;
}

/**
 * What ended before another began came first. Instants stand between the transactions, so that the edges
 * stay as many as the transactions: an end leads to its instant, instants to later ones, those to beginnings.
 */
function addRealTime(graph: Graph, nodes: ReadonlyMap<Txn, number>, txns: readonly Txn[]): void {
  const marks: { readonly index: number; readonly node: number; readonly isEnd: boolean }[] = [];
  for (const txn of txns) {
    const node = nodes.get(txn) as number;
    marks.push({ index: txn.operation.index, node, isEnd: false });
    if (Number.isFinite(txn.operation.endIndex)) marks.push({ index: txn.operation.endIndex, node, isEnd: true });
  }
  marks.sort((a, b) => a.index - b.index);
  let instant: number | undefined;
  for (const { node, isEnd } of marks) {
    if (!isEnd) {
      if (instant !== undefined) graph.addEdge(instant, node, 'rt', 'it had ended before the next began');
      continue;
    }
    const now = graph.addNode();
    graph.addEdge(node, now, 'rt', 'it had ended before the next began');
    if (instant !== undefined) graph.addEdge(instant, now, 'rt', 'later');
    instant = now;
  }
}
