// Is a history linearizable? The search of Wing and Gong ("Testing and Verifying Concurrent Objects",
// 1993) with Lowe's memoisation ("Testing for linearizability", 2017): depth first over the orders in
// which operations may have taken effect, never twice through the same set of operations and state.

import type { Operation } from '../history/types.js';
import { OpenOperations } from './linearizable-open.js';
import { Timeline } from './linearizable-timeline.js';
import { Visited } from './linearizable-visited.js';

/** A sequential object. */
export interface Model<State> {
  readonly init: State;
  /** The state after the operation, or undefined where the operation could not have had its answer. */
  step(state: State, operation: Operation): State | undefined;
  /** Equal, written out, exactly for equal states. */
  key(state: State): string | number;
  /** True for operations that change no state, whichever. */
  isRead(operation: Operation): boolean;
}

export interface Search {
  /** `unknown`: not decided within the steps that were allowed. */
  readonly result: 'linearizable' | 'violation' | 'unknown';
  /** Applications of the model. */
  readonly steps: number;
}

/**
 * Operations of type `ok` take effect between their invocation and their end. Those of type `info` take
 * effect at any time after their invocation or never; when they have an `endIndex` all the same, the caller
 * knows that nothing would come of it after that. Those of type `fail` are left out.
 */
export function search<State>(model: Model<State>, operations: readonly Operation[], stepsMax: number): Search {
  return new DepthFirst(model, operations, stepsMax).run();
}

/** An operation that may take effect next, and the state after it. */
interface Option<State> {
  readonly call: number;
  readonly isOpen: boolean;
  readonly state: State;
}

/** A point of the search. */
interface Point<State> {
  readonly state: State;
  /** Of the operations that have ended and took effect: the last call. */
  readonly last: number;
  /** The open operations that took effect. */
  readonly open: bigint;
  /** What to try next; undefined until it was looked for. */
  options: Option<State>[] | undefined;
  /** Whether open operations are among the options, or need not be. */
  isWhole: boolean;
  /** The option that is being tried. */
  tried: Option<State> | undefined;
}

class OutOfSteps extends Error {}

class DepthFirst<State> {
  readonly #model: Model<State>;
  readonly #stepsMax: number;
  readonly #ended: Timeline;
  readonly #opens: OpenOperations;
  readonly #visited = new Visited();
  #steps = 0;

  constructor(model: Model<State>, operations: readonly Operation[], stepsMax: number) {
    this.#model = model;
    this.#stepsMax = stepsMax;
    this.#ended = new Timeline(operations.filter((o) => o.type === 'ok'));
    this.#opens = new OpenOperations(operations.filter((o) => o.type === 'info'));
  }

  run(): Search {
    try {
      return { result: this.#isLinearizable() ? 'linearizable' : 'violation', steps: this.#steps };
    } catch (error) {
      if (error instanceof OutOfSteps) return { result: 'unknown', steps: this.#steps };
      throw error;
    }
  }

  #isLinearizable(): boolean {
    const path = [this.#point(this.#model.init, 0, 0n)];
    while (!this.#ended.isEmpty) {
      const point = path.at(-1);
      if (point === undefined) return false;
      if (point.tried !== undefined) this.#undo(point);
      const option = this.#nextOption(point);
      if (option === undefined) path.pop();
      else {
        const next = this.#after(point, option);
        if (next !== undefined) path.push(next);
      }
    }
    return true;
  }

  #point(state: State, last: number, open: bigint): Point<State> {
    return { state, last, open, options: undefined, isWhole: false, tried: undefined };
  }

  /** Goes on to the point that the option leads to, unless it is known. */
  #after(point: Point<State>, option: Option<State>): Point<State> | undefined {
    const { call, isOpen, state } = option;
    const last = isOpen ? point.last : Math.max(point.last, call);
    const open = isOpen ? point.open | this.#opens.bitOf(call) : point.open;
    (isOpen ? this.#opens.timeline : this.#ended).takeOut(call);
    point.tried = option;
    const useful = this.#opens.useful(open, this.#ended.firstReturn());
    if (this.#visited.add(this.#ended.nameUpTo(last), this.#model.key(state), useful)) {
      return this.#point(state, last, open);
    }
    this.#undo(point);
    return undefined;
  }

  #undo(point: Point<State>): void {
    const { call, isOpen } = point.tried as Option<State>;
    (isOpen ? this.#opens.timeline : this.#ended).putBack(call);
    point.tried = undefined;
  }

  /** Open operations come last: mostly they are not needed. */
  #nextOption(point: Point<State>): Option<State> | undefined {
    point.options ??= this.#endedOptions(point);
    if (point.options.length === 0 && !point.isWhole) {
      point.isWhole = true;
      point.options = this.#openOptions(point);
    }
    return point.options.pop();
  }

  /** From the last to the first. */
  #endedOptions(point: Point<State>): Option<State>[] {
    const options: Option<State>[] = [];
    for (const call of this.#ended.calls()) {
      const operation = this.#ended.operationOf(call);
      const state = this.#step(point.state, operation);
      if (state === undefined) continue;
      const option = { call, isOpen: false, state };
      // A read that fits may as well take effect now: there is nothing else to try.
      if (this.#model.isRead(operation)) {
        point.isWhole = true;
        return [option];
      }
      options.push(option);
    }
    return options.reverse();
  }

  #openOptions(point: Point<State>): Option<State>[] {
    const options: Option<State>[] = [];
    const key = this.#model.key(point.state);
    for (const call of this.#opens.choices(this.#ended.firstReturn())) {
      const state = this.#step(point.state, this.#opens.timeline.operationOf(call));
      if (state === undefined || this.#model.key(state) === key) continue;
      options.push({ call, isOpen: true, state });
    }
    return options;
  }

  #step(state: State, operation: Operation): State | undefined {
    if (this.#steps >= this.#stepsMax) throw new OutOfSteps();
    this.#steps++;
    return this.#model.step(state, operation);
  }
}
