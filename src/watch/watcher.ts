// One watch: what it wants, how far it has come, and who receives its events.

import { invariant } from '../errors.js';
import type { MvccEvent } from '../mvcc/types.js';
import type { GroupFeed } from './group-feed.js';
import type { KeySpan } from './key-range.js';

/**
 * - `synced`: gets its events in the turn in which they are applied.
 * - `lagging`: reads them from history; goes back to `synced` when it has caught up.
 * - `closed`: gets nothing any more.
 */
export type WatcherState = 'synced' | 'lagging' | 'closed';

/** Who takes the events of a set of watchers: a client's stream, or a subscription inside the node. */
export interface Receiver {
  event(watcher: Watcher, revision: number, event: MvccEvent): void;
  /** Whether events of history may come; asked between revisions only. */
  readonly hasRoom: boolean;
  /** Asked after a live event: too much waits, its watchers must fall back to history. */
  readonly overflowing: boolean;
  /** The watcher has been closed because its history is compacted away. */
  compacted(watcher: Watcher, compactRevision: number): void;
  /** The watcher went from lagging to synced. */
  caughtUp(watcher: Watcher): void;
  /** A feed that the receiver waits for has moved on. */
  advanced(): void;
  readonly watchers: Iterable<Watcher>;
  /** How many of them are lagging. Kept by CatchUp. */
  lagging: number;
}

export interface WatcherOptions {
  readonly span: KeySpan;
  readonly startRevision: number;
  readonly prevKv: boolean;
  readonly noPut: boolean;
  readonly noDelete: boolean;
}

export class Watcher {
  readonly id: number;
  readonly feed: GroupFeed;
  readonly receiver: Receiver;
  readonly key: string;
  readonly end: string | undefined;
  readonly prevKv: boolean;
  readonly #noPut: boolean;
  readonly #noDelete: boolean;
  state: WatcherState = 'lagging';
  /**
   * Invariant: events below this revision are delivered or not wanted, and none at or above it was
   * delivered when the watcher was last lagging. A synced watcher's real position is the feed's
   * last revision + 1, or this if it is greater (a start in the future).
   */
  nextRevision: number;
  /** Revision of the newest event delivered. */
  #deliveredRevision = 0;

  constructor(id: number, feed: GroupFeed, receiver: Receiver, options: WatcherOptions) {
    this.id = id;
    this.feed = feed;
    this.receiver = receiver;
    this.key = options.span.key;
    this.end = options.span.end;
    this.prevKv = options.prevKv;
    this.#noPut = options.noPut;
    this.#noDelete = options.noDelete;
    this.nextRevision = options.startRevision;
  }

  /** Hands an event of its range over, unless a filter drops it. */
  deliver(revision: number, event: MvccEvent): void {
    invariant(
      revision >= this.nextRevision && revision >= this.#deliveredRevision,
      `watch: revision ${revision} again, after ${this.#deliveredRevision} (next ${this.nextRevision})`,
    );
    if (event.type === 'put' ? this.#noPut : this.#noDelete) return;
    this.#deliveredRevision = revision;
    this.receiver.event(this, revision, event);
  }

  /** Everything below `revision` is done with. */
  advance(revision: number): void {
    if (revision > this.nextRevision) this.nextRevision = revision;
    invariant(this.nextRevision > this.#deliveredRevision, 'watch: position behind a delivered event');
  }
}
