// A watch inside the node: events go to a function in the turn in which they are applied.

import type { MvccEvent } from '../mvcc/types.js';
import type { Subscription, SubscriptionListener } from './types.js';
import type { Receiver, Watcher } from './watcher.js';

export class LocalSubscription implements Subscription, Receiver {
  readonly hasRoom = true;
  readonly overflowing = false;
  readonly watchers: Watcher[] = [];
  lagging = 0;
  readonly #listener: SubscriptionListener;
  readonly #closed: () => void;

  constructor(listener: SubscriptionListener, closed: () => void) {
    this.#listener = listener;
    this.#closed = closed;
  }

  start(watcher: Watcher): void {
    this.watchers.push(watcher);
    watcher.feed.add(watcher);
  }

  close(): void {
    const watcher = this.watchers.pop();
    if (watcher === undefined) return;
    watcher.feed.remove(watcher);
    this.#closed();
  }

  event(_watcher: Watcher, revision: number, event: MvccEvent): void {
    this.#listener.event(revision, event);
  }

  compacted(_watcher: Watcher, compactRevision: number): void {
    this.watchers.pop();
    this.#closed();
    this.#listener.compacted(compactRevision);
  }

  caughtUp(): void {}

  advanced(): void {}
}
