// Is a history linearizable? The search of Wing and Gong ("Testing and Verifying Concurrent Objects",
// 1993) with Lowe's memoisation ("Testing for linearizability", 2017): depth first over the orders in
// which operations may have taken effect, never twice through the same set of operations and state.

import type { Operation } from '../history/types.js';

/** A sequential object. States are compared by `key`. */
export interface Model<State> {
  readonly init: State;
  /** The state after the operation, or undefined where the operation could not have had its answer. */
  step(state: State, operation: Operation): State | undefined;
  key(state: State): string | number;
}

export type Search =
  | { readonly result: 'linearizable'; readonly steps: number }
  | { readonly result: 'unknown'; readonly steps: number }
  /** `stuck`: the operations that no order could get beyond, at the furthest point that was reached. */
  | { readonly result: 'violation'; readonly steps: number; readonly stuck: readonly number[] };

interface Node {
  /** Of a call: its operation; of a return too. */
  readonly at: number;
  /** The return of a call; undefined for returns, and for calls that never return. */
  match: Node | undefined;
  readonly isCall: boolean;
  prev: Node | undefined;
  next: Node | undefined;
}

/**
 * Operations that failed are left out by the caller. Those of type `info` may take effect at any time
 * after they began, or never. `steps` counts applications of the model, at most `stepsMax`.
 */
export function search<State>(model: Model<State>, operations: readonly Operation[], stepsMax: number): Search {
  const head = listOf(operations);
  const done = new Bits(operations.length);
  const seen = new Map<string, Set<string | number>>();
  const stack: { readonly call: Node; readonly state: State }[] = [];
  const mustReturn = operations.reduce((n, o) => n + (o.type === 'ok' ? 1 : 0), 0);
  let state = model.init;
  let returned = 0;
  let steps = 0;
  let furthest = -1;
  let stuck: number[] = [];
  let entry = head.next;
  while (returned < mustReturn) {
    if (entry?.isCall === true) {
      const operation = operations[entry.at] as Operation;
      if (steps++ >= stepsMax) return { result: 'unknown', steps };
      const after = model.step(state, operation);
      if (after !== undefined && isNew(seen, done.with(entry.at), model.key(after))) {
        stack.push({ call: entry, state });
        state = after;
        done.set(entry.at);
        if (operation.type === 'ok') returned++;
        lift(entry);
        entry = head.next;
        continue;
      }
      entry = entry.next;
      continue;
    }
    // A return whose call has not taken effect, or the end: this order leads nowhere.
    if (returned > furthest) {
      furthest = returned;
      stuck = open(head, operations);
    }
    const last = stack.pop();
    if (last === undefined) return { result: 'violation', steps, stuck };
    state = last.state;
    done.clear(last.call.at);
    if (operations[last.call.at]?.type === 'ok') returned--;
    unlift(last.call);
    entry = last.call.next;
  }
  return { result: 'linearizable', steps };
}

/** Calls and returns in the order of the history, as a doubly linked list. */
function listOf(operations: readonly Operation[]): Node {
  const marks: { readonly index: number; readonly node: Node }[] = [];
  operations.forEach((operation, at) => {
    const call: Node = { at, match: undefined, isCall: true, prev: undefined, next: undefined };
    marks.push({ index: operation.index, node: call });
    if (operation.type !== 'ok') return;
    call.match = { at, match: undefined, isCall: false, prev: undefined, next: undefined };
    marks.push({ index: operation.endIndex, node: call.match });
  });
  marks.sort((a, b) => a.index - b.index);
  const head: Node = { at: -1, match: undefined, isCall: false, prev: undefined, next: undefined };
  let last = head;
  for (const { node } of marks) {
    last.next = node;
    node.prev = last;
    last = node;
  }
  return head;
}

function take(node: Node): void {
  if (node.prev !== undefined) node.prev.next = node.next;
  if (node.next !== undefined) node.next.prev = node.prev;
}

function putBack(node: Node): void {
  if (node.prev !== undefined) node.prev.next = node;
  if (node.next !== undefined) node.next.prev = node;
}

function lift(call: Node): void {
  take(call);
  if (call.match !== undefined) take(call.match);
}

function unlift(call: Node): void {
  if (call.match !== undefined) putBack(call.match);
  putBack(call);
}

/** Calls that had begun when the first return in the list came, and had not taken effect. */
function open(head: Node, operations: readonly Operation[]): number[] {
  const found: number[] = [];
  let node = head.next;
  for (; node?.isCall === true; node = node.next) found.push((operations[node.at] as Operation).index);
  return found;
}

function isNew(seen: Map<string, Set<string | number>>, set: string, key: string | number): boolean {
  const states = seen.get(set);
  if (states === undefined) {
    seen.set(set, new Set([key]));
    return true;
  }
  if (states.has(key)) return false;
  states.add(key);
  return true;
}

/**
 * A set of operations. Those before a point have nearly all taken effect and those behind it not, so the
 * name of a set is where its first gap is and what lies between that and its last member.
 */
class Bits {
  readonly #bits: Uint8Array;
  #first = 0;
  #end = 0;

  constructor(size: number) {
    this.#bits = new Uint8Array(size + 1);
  }

  set(at: number): void {
    this.#bits[at] = 1;
    while (this.#bits[this.#first] === 1) this.#first++;
    this.#end = Math.max(this.#end, at + 1);
  }

  clear(at: number): void {
    this.#bits[at] = 0;
    this.#first = Math.min(this.#first, at);
    while (this.#end > 0 && this.#bits[this.#end - 1] === 0) this.#end--;
  }

  /** The name of this set with one more. */
  with(at: number): string {
    this.#bits[at] = 1;
    let first = this.#first;
    while (this.#bits[first] === 1) first++;
    const end = Math.max(this.#end, at + 1);
    let name = `${first}-${end}:`;
    for (let from = first; from < end; from += 30) {
      let word = 0;
      for (let i = from; i < Math.min(end, from + 30); i++) word = (word << 1) | (this.#bits[i] as number);
      name += `${word},`;
    }
    this.#bits[at] = 0;
    return name;
  }
}
