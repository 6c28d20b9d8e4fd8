// The events of all partitions as one sequence of revisions.
//
// Revision x is released when every partition has resolved a revision at or above it: nothing at or below x can
// come any more, so that all of it is there (D2 of docs/design/partitions.md). What waits for that is kept here.
//
// Where live events have been missed (before the first watcher came, when a snapshot replaced a partition's state,
// when too much waited) there is a gap: once everything in it is resolved, its watchers read it from history.

import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { MvccEvent, RevisionEvents } from '../mvcc/types.js';
import type { Timers } from '../runtime/ports.js';
import { Claim } from './claim.js';
import { mvccEventBytes } from './response.js';
import type { FeedSource } from './source.js';

interface Part {
  readonly group: GroupHandle;
  readonly claim: Claim;
  /** Events that wait, in revision order. Invariant: all are above `#gapEnd` and above `#revision`. */
  waiting: RevisionEvents[];
}

type Listener<T> = (value: T) => void;

export class MergedSource implements FeedSource {
  readonly id = 'all';
  readonly #parts: readonly Part[];
  readonly #timers: Timers;
  readonly #known: () => number;
  /** Whether there are watchers: else nothing is kept and nothing is asked. */
  #open = false;
  /** Invariant: at most every part's `claim.resolved`. */
  #revision: number;
  /**
   * What was applied above `#revision` and at or below this is in history only. Invariant: while open, everything
   * that is applied above both waits in its part.
   */
  #gapEnd: number;
  #waitingBytes = 0;
  /** The highest revision that waits to be resolved. */
  #wanted = 0;
  #scheduled = false;
  readonly #onEvents: Listener<RevisionEvents>[] = [];
  readonly #onAdvance: Listener<number>[] = [];
  readonly #onCompact: Listener<number>[] = [];
  readonly #onReset: (() => void)[] = [];

  /** `known`: the newest revision that this node knows to have been handed out. */
  constructor(groups: readonly GroupHandle[], timers: Timers, known: () => number) {
    this.#timers = timers;
    this.#known = known;
    this.#parts = groups.map((group): Part => {
      const part = { group, claim: new Claim(group, timers, () => this.#schedule()), waiting: [] };
      group.store.onEvents((batch) => this.#applied(part, batch));
      group.store.onCompact(() => this.#compacted());
      group.store.onReset(() => this.#replaced(part));
      return part;
    });
    this.#revision = this.#resolved;
    this.#gapEnd = this.#revision;
  }

  get revision(): number {
    return this.#revision;
  }

  get present(): number {
    return Math.max(this.#known(), this.#revision, this.compactRevision, this.#newest);
  }

  get compactRevision(): number {
    return Math.max(...this.#parts.map(({ group }) => group.store.compactRevision));
  }

  async history(from: number, to: number, eventsMax: number, prevKv: boolean): Promise<RevisionEvents[]> {
    const answers = await Promise.all(this.#parts.map(({ group }) => group.store.history(from, to, eventsMax, prevKv)));
    // A part that was cut says nothing of what comes behind: neither does the whole.
    let covered = to;
    for (const batches of answers) {
      const last = batches.at(-1);
      const events = batches.reduce((sum, batch) => sum + batch.events.length, 0);
      if (last !== undefined && events >= eventsMax) covered = Math.min(covered, last.revision);
    }
    return merged(answers.map((batches) => batches.filter(({ revision }) => revision <= covered)));
  }

  onEvents(fn: Listener<RevisionEvents>): void {
    this.#onEvents.push(fn);
  }

  onAdvance(fn: Listener<number>): void {
    this.#onAdvance.push(fn);
  }

  onCompact(fn: Listener<number>): void {
    this.#onCompact.push(fn);
  }

  onReset(fn: () => void): void {
    this.#onReset.push(fn);
  }

  begin(): void {
    this.#open = true;
    // What was applied while nobody watched was not kept.
    this.#openGap(this.#newest);
  }

  end(): void {
    this.#open = false;
    this.#wanted = 0;
    this.#waitingBytes = 0;
    for (const part of this.#parts) {
      part.waiting = [];
      part.claim.drop();
    }
  }

  demand(at: number): void {
    if (!this.#open || at <= this.#wanted) return;
    this.#wanted = at;
    this.#schedule();
  }

  get #resolved(): number {
    return Math.min(...this.#parts.map(({ claim }) => claim.resolved));
  }

  /** Of all that is applied here. */
  get #newest(): number {
    return Math.max(...this.#parts.map(({ group }) => group.store.revision));
  }

  #applied(part: Part, batch: RevisionEvents): void {
    part.claim.applied(batch.revision);
    if (!this.#open) return;
    if (batch.revision > this.#gapEnd) {
      part.waiting.push(batch);
      for (const event of batch.events) this.#waitingBytes += mvccEventBytes(event);
      // A part resolves nothing for long: let the watchers read it all from history then.
      if (this.#waitingBytes > limits.watchMergeBufferBytesMax) this.#openGap(this.#newest);
    }
    this.demand(batch.revision);
    this.#schedule();
  }

  #compacted(): void {
    for (const listener of this.#onCompact) listener(this.compactRevision);
  }

  /** A snapshot: what the part had between its old state and this one was not announced. */
  #replaced(part: Part): void {
    if (this.#open) this.#openGap(part.group.store.revision);
    for (const listener of this.#onReset) listener();
  }

  #openGap(end: number): void {
    this.#gapEnd = Math.max(this.#gapEnd, end);
    this.#waitingBytes = 0;
    for (const part of this.#parts) {
      part.waiting = part.waiting.filter(({ revision }) => revision > this.#gapEnd);
      for (const { events } of part.waiting) for (const event of events) this.#waitingBytes += mvccEventBytes(event);
    }
    this.demand(this.#gapEnd);
    this.#schedule();
  }

  /** Once a turn: then this node knows all revisions that were applied in it, and claims cover them. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#timers.defer(() => {
      this.#scheduled = false;
      if (this.#open) this.#release();
    });
  }

  #release(): void {
    const resolved = this.#resolved;
    if (this.#gapEnd > this.#revision && resolved >= this.#gapEnd) {
      this.#revision = this.#gapEnd;
      for (const listener of this.#onReset) listener();
    }
    // A gap is in the way of everything behind it. With its history compacted away the last watcher may have gone.
    if (this.#open && resolved > this.#revision && this.#gapEnd <= this.#revision) this.#releaseTo(resolved);
    for (const { claim } of this.#parts) if (this.#wanted > claim.resolved) claim.want(this.#wanted);
  }

  #releaseTo(resolved: number): void {
    const ready = this.#parts.map((part) => {
      const behind = part.waiting.findIndex(({ revision }) => revision > resolved);
      return part.waiting.splice(0, behind < 0 ? part.waiting.length : behind);
    });
    for (const batch of merged(ready)) {
      for (const event of batch.events) this.#waitingBytes -= mvccEventBytes(event);
      this.#revision = batch.revision;
      for (const listener of this.#onEvents) listener(batch);
    }
    this.#revision = resolved;
    for (const listener of this.#onAdvance) listener(resolved);
  }
}

/** In revision order, each revision once: a transaction over partitions has events in several of the lists. */
function merged(lists: readonly (readonly RevisionEvents[])[]): RevisionEvents[] {
  const out: { revision: number; events: readonly MvccEvent[] }[] = [];
  for (const { revision, events } of lists.flat().sort((a, b) => a.revision - b.revision)) {
    const last = out.at(-1);
    if (last?.revision === revision) last.events = [...last.events, ...events];
    else out.push({ revision, events });
  }
  return out;
}
