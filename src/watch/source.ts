// Where the events of a feed come from: one group's store, or (merged-source.ts) those of all partitions.

import type { GroupHandle } from '../multiraft/types.js';
import type { RevisionEvents } from '../mvcc/types.js';
import type { Timers } from '../runtime/ports.js';
import { Claim } from './claim.js';

export interface FeedSource {
  /** For the log. */
  readonly id: number | 'all';
  /**
   * Nothing at or below it is still to be announced, and all of it is in history. Never goes back; changes only
   * just before `onEvents`, `onAdvance` or `onReset` tells of it.
   */
  readonly revision: number;
  /** The newest revision that this node knows of: a watch from now on begins behind it. */
  readonly present: number;
  readonly compactRevision: number;
  /** Of [from, to], which is at or below `revision`. As MvccStore.history. */
  history(from: number, to: number, eventsMax: number, prevKv: boolean): Promise<RevisionEvents[]>;
  onEvents(fn: (events: RevisionEvents) => void): void;
  /** `revision` moved without an event. */
  onAdvance(fn: (revision: number) => void): void;
  onCompact(fn: (revision: number) => void): void;
  /** What happened since the last event is to be had from history only, and a read under way is void. */
  onReset(fn: () => void): void;
  /** The first watcher is there. */
  begin(): void;
  /** The last one is gone. */
  end(): void;
  /** Sees to it that `revision` comes to `at`, which this node knows to have been handed out. */
  demand(at: number): void;
}

/** One group: its log is in revision order, so that each event is announced when it is applied (D3). */
export class GroupSource implements FeedSource {
  readonly #group: GroupHandle;
  /** Undefined: the group numbers its writes itself, and knows no revisions of others. */
  readonly #claim: Claim | undefined;
  readonly #advanceListeners: ((revision: number) => void)[] = [];

  constructor(group: GroupHandle, timers: Timers, sequenced: boolean) {
    this.#group = group;
    if (!sequenced) return;
    const claim = new Claim(group, timers, () => {
      for (const listener of this.#advanceListeners) listener(claim.resolved);
    });
    this.#claim = claim;
    group.store.onEvents(({ revision }) => claim.applied(revision));
  }

  get id(): number {
    return this.#group.id;
  }

  get revision(): number {
    return Math.max(this.#group.store.revision, this.#claim?.resolved ?? 0);
  }

  get present(): number {
    return this.revision;
  }

  get compactRevision(): number {
    return this.#group.store.compactRevision;
  }

  history(from: number, to: number, eventsMax: number, prevKv: boolean): Promise<RevisionEvents[]> {
    return this.#group.store.history(from, to, eventsMax, prevKv);
  }

  onEvents(fn: (events: RevisionEvents) => void): void {
    this.#group.store.onEvents(fn);
  }

  onAdvance(fn: (revision: number) => void): void {
    this.#advanceListeners.push(fn);
  }

  onCompact(fn: (revision: number) => void): void {
    this.#group.store.onCompact(fn);
  }

  onReset(fn: () => void): void {
    this.#group.store.onReset(fn);
  }

  begin(): void {}

  end(): void {
    this.#claim?.drop();
  }

  demand(at: number): void {
    this.#claim?.want(at);
  }
}
