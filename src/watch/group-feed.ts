// The events of one group, or of all partitions as one, to the watchers of their keys.
//
// Hand-over: a watcher is either in the live index, and then gets every revision above
// `lastRevision` in the turn in which it is applied, or it is lagging, and then reads history up to
// `lastRevision`. It changes sides only inside one turn, when its next revision is exactly the one
// that its new side gives next: no gap, no repeat. Watcher.deliver and #join assert it.

import { invariant } from '../errors.js';
import type { RevisionEvents } from '../mvcc/types.js';
import type { Runtime } from '../runtime/ports.js';
import { CatchUp } from './catch-up.js';
import { latin1 } from './key-range.js';
import type { FeedSource } from './source.js';
import type { Receiver, Watcher } from './watcher.js';
import { WatcherIndex } from './watcher-index.js';

export class GroupFeed {
  readonly source: FeedSource;
  readonly #live = new WatcherIndex();
  readonly #catchUp: CatchUp;
  /** The live watchers have been given everything at or below it. */
  #lastRevision: number;
  #size = 0;
  /** Who wants to know when `lastRevision` has moved. */
  #waiting = new Set<Receiver>();
  readonly #matched: Watcher[] = [];
  readonly #overflowed = new Set<Receiver>();

  constructor(source: FeedSource, runtime: Pick<Runtime, 'timers' | 'logger'>) {
    this.source = source;
    this.#lastRevision = source.revision;
    this.#catchUp = new CatchUp(this, runtime);
    source.onEvents((events) => this.#onEvents(events));
    source.onAdvance((revision) => this.#onAdvance(revision));
    source.onCompact((revision) => this.#catchUp.cancelCompacted(revision));
    source.onReset(() => this.#onReset());
  }

  get lastRevision(): number {
    return this.#lastRevision;
  }

  /** A watch from now on begins behind it. */
  get present(): number {
    return Math.max(this.#lastRevision, this.source.present);
  }

  get lagging(): number {
    return this.#catchUp.size;
  }

  /** Puts a new watcher where its start revision belongs; one below the compaction is cancelled. */
  add(watcher: Watcher): void {
    if (this.#size++ === 0) this.source.begin();
    if (watcher.nextRevision > this.#lastRevision) this.join(watcher);
    else this.#lag(watcher);
  }

  remove(watcher: Watcher): void {
    if (watcher.state !== 'closed' && --this.#size === 0) {
      this.source.end();
      this.#waiting.clear();
    }
    if (watcher.state === 'synced') this.#live.remove(watcher);
    else if (watcher.state === 'lagging') this.#catchUp.remove(watcher);
    watcher.state = 'closed';
  }

  /** A receiver has room again. */
  resume(): void {
    this.#catchUp.kick();
  }

  /** Tells `receiver` when `lastRevision` has moved, once, and sees to it that it comes to `at`. */
  whenAt(at: number, receiver: Receiver): void {
    this.#waiting.add(receiver);
    this.source.demand(at);
  }

  close(): void {
    this.#catchUp.close();
    this.source.end();
  }

  /** To the live side. The watcher is on no side now. */
  join(watcher: Watcher): void {
    invariant(watcher.nextRevision > this.#lastRevision, 'watch: joined the live side with history still to read');
    watcher.state = 'synced';
    this.#live.add(watcher);
  }

  #lag(watcher: Watcher): void {
    watcher.state = 'lagging';
    this.#catchUp.add(watcher);
  }

  #onEvents(batch: RevisionEvents): void {
    const { revision, events } = batch;
    invariant(revision > this.#lastRevision, `watch: revision ${revision} after ${this.#lastRevision}`);
    this.#lastRevision = revision;
    this.#tellWaiting();
    this.#catchUp.note(batch);
    if (this.#live.size === 0) return;
    const matched = this.#matched;
    for (const event of events) {
      matched.length = 0;
      this.#live.match(latin1(event.kv.key), matched);
      for (const watcher of matched) {
        // A callback of an earlier event may have closed it, or opened it for the next revision.
        if (watcher.state !== 'synced' || watcher.nextRevision > revision) continue;
        watcher.deliver(revision, event);
        if (watcher.receiver.overflowing) this.#overflowed.add(watcher.receiver);
      }
    }
    matched.length = 0;
    if (this.#overflowed.size > 0) this.#fallBehind();
  }

  #onAdvance(revision: number): void {
    if (revision <= this.#lastRevision) return;
    this.#lastRevision = revision;
    this.#tellWaiting();
  }

  #tellWaiting(): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const receiver of waiting) receiver.advanced();
  }

  /** Only after a whole revision: all watchers of the receiver then stand at the same next one. */
  #fallBehind(): void {
    for (const receiver of this.#overflowed) {
      for (const watcher of receiver.watchers) {
        if (watcher.feed === this && watcher.state === 'synced') this.#leave(watcher, this.#lastRevision + 1);
      }
    }
    this.#overflowed.clear();
  }

  #leave(watcher: Watcher, nextRevision: number): void {
    this.#live.remove(watcher);
    watcher.advance(nextRevision);
    this.#lag(watcher);
  }

  /** A snapshot replaced the store: what lies between is to be had from history only. */
  #onReset(): void {
    const next = this.#lastRevision + 1;
    const { revision } = this.source;
    invariant(revision >= this.#lastRevision, `watch: snapshot at ${revision} is behind ${this.#lastRevision}`);
    this.#lastRevision = revision;
    this.#catchUp.restart();
    for (const watcher of this.#live.all()) {
      if (watcher.nextRevision <= revision) this.#leave(watcher, next);
    }
    this.#catchUp.cancelCompacted(this.source.compactRevision);
    this.#tellWaiting();
  }
}
