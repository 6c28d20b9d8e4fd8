// The writes of one group, at its leader, between their arrival and the log: each takes a revision from the
// sequencer, and they are appended in the order of their revisions (rules B1 to B3 of docs/design/partitions.md).

import { limits } from '../limits.js';
import { stamp } from '../mvcc/command.js';
import type { ProposeResult } from '../raft/types.js';
import type { Timer } from '../runtime/ports.js';

/** Resolves to the first of `count` consecutive revisions, which nobody else gets. May reject, or never settle. */
export type AskRevisions = (count: number) => Promise<number>;

/** `refused`: certain not to be in any log. `full`: the same, and trying again at once would not help. */
export type Placement = 'placed' | 'refused' | 'full';

export interface NumberingHost {
  readonly ask: AskRevisions;
  /** Appends at the leader of `term`; refuses in any other. */
  append(term: number, data: readonly Uint8Array[]): ProposeResult;
  after(ms: number, fn: () => void): Timer;
}

interface Item {
  readonly commands: readonly Uint8Array[];
  readonly done: (placement: Placement) => void;
}

/** What was asked for. Its identity is the name of the ask: an answer to any other is dropped (B2). */
interface Ask {
  readonly items: readonly Item[];
  readonly timer: Timer;
  /** Told the index of its last entry once that is appended; 0 when the ask is void. */
  readonly settled: ((index: number) => void)[];
}

export class Numbering {
  readonly #host: NumberingHost;
  #term = 0;
  /** The no-op of the term is applied: the revision below is the highest in the log, its tail included. */
  #open = false;
  /** Invariant while open: no entry of this log has a higher revision (B3). */
  #highest = 0;
  #queue: Item[] = [];
  #queuedBytes = 0;
  #ask: Ask | undefined;
  /** While true nothing is asked for, and what comes is queued (E2, E4). */
  #held = false;
  /** Who holds, while an ask from before is outstanding. */
  #quiet: (() => void) | undefined;

  constructor(host: NumberingHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#queue.length;
  }

  /** This node leads in `term`, or (0) does not lead: what another leadership left is void. */
  lead(term: number): void {
    if (term === this.#term) return;
    this.#term = term;
    this.#open = false;
    this.#held = false;
    this.#quiet = undefined;
    const asked = this.#voidAsk();
    const left = [...asked, ...this.#queue];
    this.#queue = [];
    this.#queuedBytes = 0;
    for (const item of left) item.done('refused');
  }

  /**
   * The barrier of the term is applied, and with it every revision up to `highest` of this log. `held`: as after
   * `hold`, since the log says so.
   */
  open(term: number, highest: number, held = false): void {
    if (this.#open || term !== this.#term) return;
    this.#open = true;
    this.#highest = highest;
    this.#held = held;
    this.#pump();
  }

  /**
   * From now on writes of this leadership wait. Calls back when nothing is asked for any more: what was, is in the
   * log, or waits too. Never calls back if the leadership ends before.
   */
  hold(term: number, fn: () => void): void {
    if (term !== this.#term) return;
    this.#held = true;
    if (this.#ask === undefined) fn();
    else this.#quiet = fn;
  }

  /** Ends `hold`. `revision`: of the entry that went into the log meanwhile; 0: none did. */
  release(term: number, revision: number): void {
    if (term !== this.#term) return;
    this.#held = false;
    this.#highest = Math.max(this.#highest, revision);
    this.#pump();
  }

  #pumpOrPause(): void {
    const quiet = this.#quiet;
    this.#quiet = undefined;
    if (quiet !== undefined) quiet();
    else this.#pump();
  }

  /** All of `commands` go into the log of this leadership together, or none of them. */
  add(commands: readonly Uint8Array[], done: (placement: Placement) => void): void {
    if (this.#term === 0) return done('refused');
    if (this.#queuedBytes > limits.uncommittedBytesMax) return done('full');
    this.#queue.push({ commands, done });
    for (const command of commands) this.#queuedBytes += command.length;
    this.#pump();
  }

  /**
   * B4.2b: calls back when what is asked for now is in the log (with the index of its last entry) or void (0).
   * False: nothing is asked for.
   */
  whenSettled(fn: (index: number) => void): boolean {
    if (this.#ask === undefined) return false;
    this.#ask.settled.push(fn);
    return true;
  }

  /** B1: only for writes that wait already. B2: one ask at a time. */
  #pump(): void {
    if (!this.#open || this.#held || this.#ask !== undefined || this.#queue.length === 0) return;
    const items = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    const timer = this.#host.after(limits.revisionAskTimeoutMs, () => this.#askAgain(ask));
    const ask: Ask = { items, timer, settled: [] };
    this.#ask = ask;
    const count = items.reduce((sum, item) => sum + item.commands.length, 0);
    this.#host.ask(count).then(
      (first) => this.#answered(ask, first),
      () => {}, // The timer sees to it: without a sequencer there is no hurry.
    );
  }

  /** B5: so that reads, which wait for what is asked for, go on without a sequencer. */
  #askAgain(ask: Ask): void {
    if (this.#ask !== ask) return;
    this.#putBack(this.#voidAsk());
    this.#pumpOrPause();
  }

  #putBack(items: readonly Item[]): void {
    this.#queue = [...items, ...this.#queue];
    for (const item of items) for (const command of item.commands) this.#queuedBytes += command.length;
  }

  #voidAsk(): readonly Item[] {
    const ask = this.#ask;
    if (ask === undefined) return [];
    this.#ask = undefined;
    ask.timer.cancel();
    for (const settled of ask.settled) settled(0);
    return ask.items;
  }

  #answered(ask: Ask, first: number): void {
    if (this.#ask !== ask) return;
    // B3: an entry of this log has a higher one already; those are lost, and others are asked for.
    if (first <= this.#highest) return this.#askAgain(ask);
    this.#ask = undefined;
    ask.timer.cancel();
    let next = first;
    const data = ask.items.flatMap((item) => item.commands.map((command) => stamp(command, next++)));
    const outcome = this.#host.append(this.#term, data);
    if (outcome.ok) this.#highest = next - 1;
    const index = outcome.ok ? outcome.firstIndex + data.length - 1 : 0;
    for (const settled of ask.settled) settled(index);
    const placement = outcome.ok ? 'placed' : outcome.reason === 'uncommittedFull' ? 'full' : 'refused';
    for (const item of ask.items) item.done(placement);
    this.#pumpOrPause();
  }
}
