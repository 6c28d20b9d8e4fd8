// All watches of a node.

import { errors, invariant } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { Router } from '../placement/types.js';
import type { Runtime, Timer } from '../runtime/ports.js';
import { GroupFeed } from './group-feed.js';
import { watchSpan } from './key-range.js';
import { MergedSource } from './merged-source.js';
import { GroupSource } from './source.js';
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
  /** With a sequencer: the newest revision that this node knows to have been handed out. */
  readonly known?: (() => number) | undefined;
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
  readonly #known: (() => number) | undefined;
  readonly #feeds = new Map<number, GroupFeed>();
  /** Of the watches over several partitions; made for the first of them. */
  #mergedFeed: GroupFeed | undefined;
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
    this.#known = options.known;
    for (const group of options.router.groups) this.#feedOf(group);
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
    return count + (this.#mergedFeed?.lagging ?? 0);
  }

  open(sink: WatchSink): WatchStream {
    const stream = new Stream(this, sink);
    this.#streams.add(stream);
    return stream;
  }

  subscribe(range: SubscriptionRange, listener: SubscriptionListener): Subscription {
    const span = watchSpan(range.key, range.rangeEnd);
    if (span === undefined) throw errors.watchRangeEmpty();
    const [group, ...others] = this.#router.forRange(range.key, range.rangeEnd);
    if (group === undefined || others.length > 0) throw errors.watchSeveralGroups();
    const feed = this.#feedOf(group);
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
    this.#mergedFeed?.close();
  }

  // StreamHost

  feedFor(key: Uint8Array, rangeEnd: Uint8Array): GroupFeed {
    const groups = this.#router.forRange(key, rangeEnd);
    const [group] = groups;
    if (group !== undefined && groups.length === 1) return this.#feedOf(group);
    this.#mergedFeed ??= this.#mergeAll();
    return this.#mergedFeed;
  }

  known(): number {
    return this.#known?.() ?? 0;
  }

  revision(): number {
    let revision = this.known();
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

  #feedOf(group: GroupHandle): GroupFeed {
    let feed = this.#feeds.get(group.id);
    if (feed === undefined) {
      feed = new GroupFeed(new GroupSource(group, this.#runtime.timers, this.#known !== undefined), this.#runtime);
      this.#feeds.set(group.id, feed);
    }
    return feed;
  }

  #mergeAll(): GroupFeed {
    const known = this.#known;
    invariant(known !== undefined, 'watch: several partitions without a sequencer');
    return new GroupFeed(new MergedSource(this.#router.groups, this.#runtime.timers, known), this.#runtime);
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
