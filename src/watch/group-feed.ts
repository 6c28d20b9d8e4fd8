// The events of one group, to the watchers of its keys.
//
// Hand-over: a watcher is either in the live index, and then gets every revision above
// `lastRevision` in the turn in which it is applied, or it is lagging, and then reads history up to
// `lastRevision`. It changes sides only inside one turn, when its next revision is exactly the one
// that its new side gives next: no gap, no repeat. Watcher.deliver and #join assert it.

import { invariant } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { RevisionEvents } from '../mvcc/types.js';
import type { Runtime } from '../runtime/ports.js';
import { CatchUp } from './catch-up.js';
import { latin1 } from './key-range.js';
import type { Receiver, Watcher } from './watcher.js';
import { WatcherIndex } from './watcher-index.js';

export class GroupFeed {
  readonly group: GroupHandle;
  readonly #live = new WatcherIndex();
  readonly #catchUp: CatchUp;
  /** Revision of the newest events given to the live watchers. */
  #lastRevision: number;
  readonly #matched: Watcher[] = [];
  readonly #overflowed = new Set<Receiver>();

  constructor(group: GroupHandle, runtime: Pick<Runtime, 'timers' | 'logger'>) {
    this.group = group;
    this.#lastRevision = group.store.revision;
    this.#catchUp = new CatchUp(this, runtime);
    group.store.onEvents((events) => this.#onEvents(events));
    group.store.onCompact((revision) => this.#catchUp.cancelCompacted(revision));
    group.store.onReset(() => this.#onReset());
  }

  get lastRevision(): number {
    return this.#lastRevision;
  }

  get lagging(): number {
    return this.#catchUp.size;
  }

  /** Puts a new watcher where its start revision belongs; one below the compaction is cancelled. */
  add(watcher: Watcher): void {
    if (watcher.nextRevision > this.#lastRevision) this.join(watcher);
    else this.#lag(watcher);
  }

  remove(watcher: Watcher): void {
    if (watcher.state === 'synced') this.#live.remove(watcher);
    else if (watcher.state === 'lagging') this.#catchUp.remove(watcher);
    watcher.state = 'closed';
  }

  /** A receiver has room again. */
  resume(): void {
    this.#catchUp.kick();
  }

  close(): void {
    this.#catchUp.close();
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
    const { revision } = this.group.store;
    invariant(revision >= this.#lastRevision, `watch: snapshot at ${revision} is behind ${this.#lastRevision}`);
    this.#lastRevision = revision;
    this.#catchUp.restart();
    for (const watcher of this.#live.all()) {
      if (watcher.nextRevision <= revision) this.#leave(watcher, next);
    }
    this.#catchUp.cancelCompacted(this.group.store.compactRevision);
  }
}
