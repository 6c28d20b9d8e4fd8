// Calls and returns of operations in the order of the history, as a doubly linked list out of which an
// operation is taken when it takes effect, and put back when the search gives that up.

import type { Operation } from '../history/types.js';

/** Stands before all nodes. The others are numbered from 1 in the order of the history. */
const HEAD = 0;

export class Timeline {
  readonly #operations: readonly Operation[];
  readonly #next: Int32Array;
  readonly #prev: Int32Array;
  /** Of a node: which operation it is the call of; -1 for returns. */
  readonly #callOf: Int32Array;
  /** Of a call: the node of its return, if it has one. */
  readonly #returnOf: Int32Array;
  readonly #index: Float64Array;

  /** Operations without a known end have no return in the list. */
  constructor(operations: readonly Operation[]) {
    const marks = operations.flatMap(({ type, index, endIndex }, at) => {
      const call = { index, at, isCall: true };
      return type === 'ok' ? [call, { index: endIndex, at, isCall: false }] : [call];
    });
    marks.sort((a, b) => a.index - b.index);
    const size = marks.length + 2;
    this.#operations = operations;
    this.#next = Int32Array.from({ length: size }, (_, i) => i + 1);
    this.#prev = Int32Array.from({ length: size }, (_, i) => i - 1);
    this.#callOf = new Int32Array(size).fill(-1);
    this.#returnOf = new Int32Array(size).fill(-1);
    this.#index = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.#number(marks);
  }

  #number(marks: readonly { readonly index: number; readonly at: number; readonly isCall: boolean }[]): void {
    const callAt = new Int32Array(this.#operations.length);
    marks.forEach(({ index, at, isCall }, before) => {
      const node = before + 1;
      this.#index[node] = index;
      if (isCall) {
        this.#callOf[node] = at;
        callAt[at] = node;
      } else this.#returnOf[callAt[at] as number] = node;
    });
  }

  get isEmpty(): boolean {
    return this.#next[HEAD] === this.#next.length - 1;
  }

  /** The node of each call in front of the first return. */
  calls(): number[] {
    const found: number[] = [];
    let node = this.#next[HEAD] as number;
    for (; this.#callOf[node] !== -1; node = this.#next[node] as number) found.push(node);
    return found;
  }

  /** The node of each call that happened before the given index of the history. */
  callsBefore(index: number): number[] {
    const found: number[] = [];
    let node = this.#next[HEAD] as number;
    for (; (this.#index[node] as number) < index; node = this.#next[node] as number) found.push(node);
    return found;
  }

  /** The index in the history of the first return. */
  firstReturn(): number {
    let node = this.#next[HEAD] as number;
    while (this.#callOf[node] !== -1) node = this.#next[node] as number;
    return this.#index[node] as number;
  }

  /** Which operation a call is of: its place in the list that was given, and the operation. */
  placeOf(call: number): number {
    return this.#callOf[call] as number;
  }

  operationOf(call: number): Operation {
    return this.#operations[this.#callOf[call] as number] as Operation;
  }

  /**
   * The name of the set of operations that are out of the list, where `last` is the last call of those. All
   * returns are behind that, so the calls in front of it that are left (as many as there were processes, at
   * most) say it all.
   */
  nameUpTo(last: number): string {
    let name = `${last}`;
    for (let node = this.#next[HEAD] as number; node < last; node = this.#next[node] as number) name += `,${node}`;
    return name;
  }

  takeOut(call: number): void {
    this.#unlink(call);
    const end = this.#returnOf[call] as number;
    if (end !== -1) this.#unlink(end);
  }

  /** Calls are put back in the opposite order to that in which they were taken out. */
  putBack(call: number): void {
    const end = this.#returnOf[call] as number;
    if (end !== -1) this.#link(end);
    this.#link(call);
  }

  #unlink(node: number): void {
    const [prev, next] = [this.#prev[node] as number, this.#next[node] as number];
    this.#next[prev] = next;
    this.#prev[next] = prev;
  }

  #link(node: number): void {
    this.#next[this.#prev[node] as number] = node;
    this.#prev[this.#next[node] as number] = node;
  }
}
