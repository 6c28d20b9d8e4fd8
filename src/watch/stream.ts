// The watches of one client stream (FACTS of etcd's Watch service: ids, order of created, canceled
// and events, progress).

import { FilterType, type WatchCreateRequest, type WatchRequest } from '../../proto/gen/rpc.js';
import { errors } from '../errors.js';
import { limits } from '../limits.js';
import type { MvccEvent } from '../mvcc/types.js';
import type { GroupFeed } from './group-feed.js';
import { watchSpan } from './key-range.js';
import { Outbox } from './outbox.js';
import { response } from './response.js';
import type { WatchSink, WatchStream } from './types.js';
import { type Receiver, Watcher } from './watcher.js';

/** The watch_id of responses that belong to no watch. */
const NO_WATCH = -1;

/** What a stream needs of its hub. */
export interface StreamHost {
  /** The feed of the groups that hold the range. */
  feedFor(key: Uint8Array, rangeEnd: Uint8Array): GroupFeed;
  /** Newest revision of any group, for answers about no watch. */
  revision(): number;
  /** With a sequencer: what this node knows to have been handed out; else 0, which every feed has reached. */
  known(): number;
  /** Calls stream.flush() once, later in this turn. */
  schedule(stream: Stream): void;
  opened(watcher: Watcher): void;
  closed(watcher: Watcher): void;
  streamClosed(stream: Stream): void;
  nowMs(): number;
}

interface Watch {
  readonly watcher: Watcher;
  readonly fragment: boolean;
  readonly progressNotify: boolean;
  /** Monotonic time of the last message of this watch. */
  lastSentMs: number;
  /** A progress notification is due once the feed has come to this revision. */
  progressAt: number | undefined;
}

export class Stream implements WatchStream, Receiver {
  readonly #host: StreamHost;
  readonly #sink: WatchSink;
  readonly #outbox: Outbox;
  readonly #byId = new Map<number, Watch>();
  readonly #byWatcher = new Map<Watcher, Watch>();
  #nextId = 0;
  /**
   * A progress request waits until all watches are synced and have come to this revision; several make one answer.
   * Undefined: there is none.
   */
  #progressAt: number | undefined;
  /** Of the newest request that came meanwhile, if it has to be told more: its turn is next, so that none starves. */
  #progressNext: number | undefined;
  #closed = false;
  lagging = 0;
  /** Kept by the hub: is in its list of streams to flush. */
  scheduled = false;

  constructor(host: StreamHost, sink: WatchSink) {
    this.#host = host;
    this.#sink = sink;
    this.#outbox = new Outbox(sink);
  }

  /** Number of open watches. */
  get size(): number {
    return this.#byId.size;
  }

  request(request: WatchRequest): void {
    if (this.#closed) return;
    if (request.createRequest !== undefined) this.#create(request.createRequest);
    else if (request.cancelRequest !== undefined) this.#cancel(request.cancelRequest.watchId);
    else if (request.progressRequest !== undefined) this.#wantProgress(this.#host.known());
    else return;
    if (this.#outbox.controls > limits.watchStreamControlsMax) this.#giveUp();
    else this.#host.schedule(this);
  }

  drained(): void {
    this.#outbox.unblock();
    this.flush();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { watcher } of [...this.#byId.values()]) this.#drop(watcher);
    this.#host.streamClosed(this);
  }

  // Receiver

  get watchers(): Iterable<Watcher> {
    return this.#byWatcher.keys();
  }

  get hasRoom(): boolean {
    return !this.#outbox.blocked && this.#outbox.bytes < limits.watchStreamBufferBytesMax / 2;
  }

  get overflowing(): boolean {
    const max = this.#outbox.blocked ? limits.watchBlockedStreamBufferBytesMax : limits.watchStreamBufferBytesMax;
    return this.#outbox.bytes > max;
  }

  event(watcher: Watcher, revision: number, event: MvccEvent): void {
    this.#outbox.event(watcher, revision, event, this.#byWatcher.get(watcher)?.fragment ?? false);
    this.#host.schedule(this);
  }

  compacted(watcher: Watcher, compactRevision: number): void {
    this.#forget(watcher);
    const message = response(watcher.id, 0);
    message.canceled = true;
    message.compactRevision = compactRevision;
    this.#outbox.control(message);
    this.#host.schedule(this);
  }

  caughtUp(_watcher: Watcher): void {
    if (this.#progressAt !== undefined) this.#host.schedule(this);
  }

  advanced(): void {
    this.#host.schedule(this);
  }

  // For the hub

  /** Sends what waits; then lets lagging watches go on if there is room. */
  flush(): void {
    if (this.#closed) return;
    this.#answerProgress();
    const now = this.#host.nowMs();
    this.#outbox.flush((watcher) => {
      const watch = this.#byWatcher.get(watcher);
      if (watch !== undefined) watch.lastSentMs = now;
    });
    if (this.lagging > 0 && this.hasRoom) this.#resume();
  }

  /** A progress notification to a watch that asked for them, is synced and has been idle for the interval. */
  notifyProgress(watcher: Watcher, intervalMs: number): void {
    const watch = this.#byWatcher.get(watcher);
    if (watch === undefined || watcher.state !== 'synced' || this.#outbox.blocked || this.#outbox.holds(watcher))
      return;
    const now = this.#host.nowMs();
    if (now - watch.lastSentMs < intervalMs) return;
    const { feed } = watcher;
    watch.progressAt ??= this.#host.known();
    if (feed.lastRevision < watch.progressAt) {
      feed.whenAt(watch.progressAt, this);
      return;
    }
    watch.progressAt = undefined;
    watch.lastSentMs = now;
    this.#outbox.progress(response(watcher.id, feed.lastRevision));
    this.#host.schedule(this);
  }

  #create(request: WatchCreateRequest): void {
    const span = watchSpan(request.key, request.rangeEnd);
    if (span === undefined) return this.#refuse('mvcc: watcher range is empty');
    if (request.watchId !== 0 && this.#byId.has(request.watchId)) {
      return this.#refuse('mvcc: duplicate watch ID provided on the WatchStream');
    }
    if (this.#byId.size >= limits.watchesPerStreamMax) return this.#refuse(errors.tooManyRequests().message);
    const feed = this.#host.feedFor(request.key.length === 0 ? Buffer.of(0) : request.key, request.rangeEnd);
    const watcher = new Watcher(request.watchId === 0 ? this.#assignId() : request.watchId, feed, this, {
      span,
      // A negative start is taken as 0 (etcd 3.4).
      startRevision: request.startRevision > 0 ? request.startRevision : feed.present + 1,
      prevKv: request.prevKv,
      noPut: request.filters.includes(FilterType.NOPUT),
      noDelete: request.filters.includes(FilterType.NODELETE),
    });
    const { fragment, progressNotify } = request;
    const watch: Watch = { watcher, fragment, progressNotify, lastSentMs: this.#host.nowMs(), progressAt: undefined };
    this.#byId.set(watcher.id, watch);
    this.#byWatcher.set(watcher, watch);
    if (progressNotify) this.#host.opened(watcher);
    const created = response(watcher.id, feed.present);
    created.created = true;
    this.#outbox.control(created);
    feed.add(watcher);
  }

  #assignId(): number {
    while (this.#byId.has(this.#nextId)) this.#nextId++;
    return this.#nextId++;
  }

  #refuse(reason: string): void {
    const message = response(NO_WATCH, this.#host.revision());
    message.created = true;
    message.canceled = true;
    message.cancelReason = reason;
    this.#outbox.control(message);
  }

  /** Cancelling an unknown id: silence. */
  #cancel(id: number): void {
    const watch = this.#byId.get(id);
    if (watch === undefined) return;
    this.#drop(watch.watcher);
    const message = response(id, watch.watcher.feed.lastRevision);
    message.canceled = true;
    this.#outbox.control(message);
  }

  #drop(watcher: Watcher): void {
    watcher.feed.remove(watcher);
    this.#forget(watcher);
  }

  #forget(watcher: Watcher): void {
    const watch = this.#byWatcher.get(watcher);
    if (watch === undefined) return;
    this.#byWatcher.delete(watcher);
    this.#byId.delete(watcher.id);
    if (watch.progressNotify) this.#host.closed(watcher);
  }

  #wantProgress(at: number): void {
    if (this.#progressAt === undefined) this.#progressAt = at;
    else if (at > this.#progressAt) this.#progressNext = at;
  }

  /**
   * Everything up to the revision told is in front of the answer in the outbox: all watches are
   * synced, and the live side queues events in the turn in which the revision becomes the last.
   */
  #answerProgress(): void {
    const at = this.#progressAt;
    if (at === undefined || this.lagging > 0) return;
    let revision = Number.MAX_SAFE_INTEGER;
    let behind = false;
    for (const { feed } of this.#byWatcher.keys()) {
      revision = Math.min(revision, feed.lastRevision);
      if (feed.lastRevision >= at) continue;
      behind = true;
      feed.whenAt(at, this);
    }
    if (behind) return;
    const next = this.#progressNext;
    this.#progressAt = next !== undefined && next > revision ? next : undefined;
    this.#progressNext = undefined;
    if (this.#progressAt !== undefined) this.#host.schedule(this);
    this.#outbox.progress(response(NO_WATCH, this.#byWatcher.size === 0 ? this.#host.revision() : revision));
  }

  #resume(): void {
    let last: GroupFeed | undefined;
    for (const watcher of this.#byWatcher.keys()) {
      if (watcher.state !== 'lagging' || watcher.feed === last) continue;
      last = watcher.feed;
      last.resume();
    }
  }

  #giveUp(): void {
    this.close();
    this.#sink.fail?.(errors.tooManyRequests());
  }
}
