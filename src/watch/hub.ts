// All watches of a node.

import { errors } from '../errors.js';
import { limits } from '../limits.js';
import type { Router } from '../placement/types.js';
import type { Runtime, Timer } from '../runtime/ports.js';
import { GroupFeed } from './group-feed.js';
import { watchSpan } from './key-range.js';
import { Stream, type StreamHost } from './stream.js';
import { LocalSubscription } from './subscription.js';
import type {
  Subscription,
  SubscriptionListener,
  SubscriptionRange,
  WatchHub,
  WatchSink,
  WatchStream,
} from './types.js';
import { Watcher } from './watcher.js';

export interface WatchHubOptions {
  readonly router: Router;
  readonly runtime: Pick<Runtime, 'clock' | 'timers' | 'logger'>;
  /** Silence of a watch with progress_notify before it is told its progress; default limits.watchProgressIntervalMs. */
  readonly progressIntervalMs?: number;
}

/** Create it in the turn in which the groups' stores are opened: it takes every event from then on. */
export function createWatchHub(options: WatchHubOptions): WatchHub {
  return new Hub(options);
}

/** Parts of the progress interval at which idle watches are looked for. */
const PROGRESS_LOOKS = 8;

class Hub implements WatchHub, StreamHost {
  readonly #router: Router;
  readonly #runtime: WatchHubOptions['runtime'];
  readonly #feeds = new Map<number, GroupFeed>();
  readonly #streams = new Set<Stream>();
  readonly #subscriptions = new Set<LocalSubscription>();
  /** Watches of streams that asked for progress notifications. */
  readonly #notified = new Set<Watcher>();
  readonly #progressIntervalMs: number;
  readonly #progressTimer: Timer;
  #dirty: Stream[] = [];

  constructor(options: WatchHubOptions) {
    this.#router = options.router;
    this.#runtime = options.runtime;
    this.#progressIntervalMs = options.progressIntervalMs ?? limits.watchProgressIntervalMs;
    for (const group of options.router.groups) this.#feeds.set(group.id, new GroupFeed(group, options.runtime));
    const lookMs = Math.max(1, this.#progressIntervalMs / PROGRESS_LOOKS);
    this.#progressTimer = options.runtime.timers.every(lookMs, () => this.#notifyProgress());
  }

  get streams(): number {
    return this.#streams.size;
  }

  get watchers(): number {
    let count = this.#subscriptions.size;
    for (const stream of this.#streams) count += stream.size;
    return count;
  }

  get slowWatchers(): number {
    let count = 0;
    for (const feed of this.#feeds.values()) count += feed.lagging;
    return count;
  }

  open(sink: WatchSink): WatchStream {
    const stream = new Stream(this, sink);
    this.#streams.add(stream);
    return stream;
  }

  subscribe(range: SubscriptionRange, listener: SubscriptionListener): Subscription {
    const span = watchSpan(range.key, range.rangeEnd);
    if (span === undefined) throw errors.watchRangeEmpty();
    const feed = this.feedFor(range.key, range.rangeEnd);
    if (feed === undefined) throw errors.watchSeveralGroups();
    const startRevision = range.startRevision > 0 ? range.startRevision : feed.lastRevision + 1;
    const subscription = new LocalSubscription(listener, () => this.#subscriptions.delete(subscription));
    this.#subscriptions.add(subscription);
    subscription.start(
      new Watcher(0, feed, subscription, { span, startRevision, prevKv: false, noPut: false, noDelete: false }),
    );
    return subscription;
  }

  close(): void {
    this.#progressTimer.cancel();
    for (const stream of [...this.#streams]) stream.close();
    for (const subscription of [...this.#subscriptions]) subscription.close();
    for (const feed of this.#feeds.values()) feed.close();
  }

  // StreamHost

  feedFor(key: Uint8Array, rangeEnd: Uint8Array): GroupFeed | undefined {
    const [group, ...others] = this.#router.forRange(key, rangeEnd);
    if (group === undefined || others.length > 0) return undefined;
    let feed = this.#feeds.get(group.id);
    if (feed === undefined) {
      feed = new GroupFeed(group, this.#runtime);
      this.#feeds.set(group.id, feed);
    }
    return feed;
  }

  revision(): number {
    let revision = 0;
    for (const feed of this.#feeds.values()) revision = Math.max(revision, feed.lastRevision);
    return revision;
  }

  schedule(stream: Stream): void {
    if (stream.scheduled) return;
    stream.scheduled = true;
    this.#dirty.push(stream);
    if (this.#dirty.length === 1) this.#runtime.timers.defer(() => this.#flush());
  }

  opened(watcher: Watcher): void {
    this.#notified.add(watcher);
  }

  closed(watcher: Watcher): void {
    this.#notified.delete(watcher);
  }

  streamClosed(stream: Stream): void {
    this.#streams.delete(stream);
  }

  nowMs(): number {
    return this.#runtime.clock.monotonicMs();
  }

  #flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const stream of dirty) {
      stream.scheduled = false;
      stream.flush();
    }
  }

  #notifyProgress(): void {
    for (const watcher of this.#notified) {
      if (watcher.receiver instanceof Stream) watcher.receiver.notifyProgress(watcher, this.#progressIntervalMs);
    }
  }
}
