// Watches: all of a client share one stream. A lost stream is opened again and every watch goes on
// behind the last revision that it has delivered whole: nothing is lost, nothing comes twice.

import type { Event } from '../../proto/gen/kv.js';
import {
  FilterType,
  type WatchCreateRequestInit,
  type WatchRequestInit,
  type WatchResponse,
  WatchService,
} from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import { type Bytes, toBytes } from './bytes.js';
import type { ClientStream, Connection } from './connection.js';
import { prefixRange } from './kv.js';

export interface WatchOptions {
  /** Deliver everything from this revision on; default: what happens after the watch began. */
  readonly startRevision?: number;
  readonly prevKv?: boolean;
  readonly ignorePuts?: boolean;
  readonly ignoreDeletes?: boolean;
  /** Empty batches now and then that tell how far the watch is. */
  readonly progressNotify?: boolean;
  readonly signal?: AbortSignal;
}

/** Changes of one or several whole revisions, in order. */
export interface WatchBatch {
  /** Everything at or below this revision has been delivered. */
  readonly revision: number;
  readonly events: readonly Event[];
}

/** History that the watch needs is compacted away: read the keys again, then watch from there. */
export class WatchCompactedError extends RpcError {
  /** The oldest revision that can still be watched is one above this. */
  readonly compactRevision: number;

  constructor(compactRevision: number) {
    super(Code.outOfRange, 'etcdserver: mvcc: required revision has been compacted');
    this.compactRevision = compactRevision;
  }
}

const REOPEN_MIN_MS = 20;
const REOPEN_MAX_MS = 1_000;
/** Batches that a watch holds for a consumer that is slow; beyond it the shared stream is paused. */
const QUEUED_BATCHES_MAX = 1_024;

export class Watcher implements AsyncIterable<WatchBatch> {
  readonly #owner: Watches;
  readonly create: WatchCreateRequestInit;
  /** Revision that the next stream has to start from; 0 until the first `created`. */
  nextRevision: number;
  #queue: WatchBatch[] = [];
  #wake: (() => void) | undefined;
  #end: RpcError | 'closed' | undefined;
  #fragments: Event[] = [];
  #created: (() => void) | undefined;
  /** Resolves when the server has confirmed the watch: later changes will be seen. */
  readonly ready: Promise<void>;

  constructor(owner: Watches, create: WatchCreateRequestInit) {
    this.#owner = owner;
    this.create = create;
    this.nextRevision = create.startRevision ?? 0;
    this.ready = new Promise((resolve) => {
      this.#created = resolve;
    });
  }

  get isFull(): boolean {
    return this.#queue.length >= QUEUED_BATCHES_MAX;
  }

  /** Handles a response of its own; true when the watch is over. */
  receive(response: WatchResponse): boolean {
    const revision = response.header?.revision ?? 0;
    if (response.created) {
      if (this.nextRevision === 0) this.nextRevision = revision + 1;
      this.#created?.();
    }
    if (response.canceled) {
      const { compactRevision, cancelReason } = response;
      this.finish(
        compactRevision > 0
          ? new WatchCompactedError(compactRevision)
          : new RpcError(Code.canceled, cancelReason || 'etcdserver: watch canceled'),
      );
      return true;
    }
    if (response.created) return false;
    for (const event of response.events) this.#fragments.push(event);
    if (response.fragment) return false;
    const events = this.#fragments;
    this.#fragments = [];
    const last = events.at(-1)?.kv?.modRevision ?? revision;
    // A stream that was opened again can not bring back what was delivered; this says so.
    if (events.length > 0 && last < this.nextRevision) return false;
    this.nextRevision = Math.max(this.nextRevision, last + 1);
    if (events.length > 0 || this.create.progressNotify === true)
      this.#push({ revision: Math.max(last, revision), events });
    return false;
  }

  /** The stream is lost in the middle of a fragmented response: it will come again whole. */
  interrupted(): void {
    this.#fragments = [];
  }

  #push(batch: WatchBatch): void {
    this.#queue.push(batch);
    this.#wake?.();
  }

  finish(reason: RpcError | 'closed'): void {
    this.#end ??= reason;
    this.#created?.();
    this.#wake?.();
  }

  close(): void {
    this.finish('closed');
    this.#owner.remove(this);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchBatch> {
    try {
      for (;;) {
        const batch = this.#queue.shift();
        if (batch !== undefined) {
          if (this.#queue.length === QUEUED_BATCHES_MAX - 1) this.#owner.resume();
          yield batch;
          continue;
        }
        if (this.#end === 'closed') return;
        if (this.#end !== undefined) throw this.#end;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    } finally {
      this.close();
    }
  }
}

export class Watches {
  readonly #connection: Connection;
  readonly #watchers = new Set<Watcher>();
  #byId = new Map<number, Watcher>();
  #stream: ClientStream<WatchRequestInit> | undefined;
  #nextId = 1;
  #attempt = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Watches one key. */
  key(key: Bytes, options: WatchOptions = {}): Watcher {
    return this.#add({ key: toBytes(key) }, options);
  }

  /** Watches all keys that begin with `prefix`. */
  prefix(prefix: Bytes, options: WatchOptions = {}): Watcher {
    return this.#add(prefixRange(prefix), options);
  }

  /** Watches [key, end). */
  range(key: Bytes, end: Bytes, options: WatchOptions = {}): Watcher {
    return this.#add({ key: toBytes(key), rangeEnd: toBytes(end) }, options);
  }

  #add(range: WatchCreateRequestInit, options: WatchOptions): Watcher {
    if (this.#closed) throw new RpcError(Code.canceled, 'the client is closed');
    const filters: FilterType[] = [];
    if (options.ignorePuts === true) filters.push(FilterType.NOPUT);
    if (options.ignoreDeletes === true) filters.push(FilterType.NODELETE);
    const { startRevision, prevKv, progressNotify } = options;
    const watcher = new Watcher(this, { ...range, startRevision, prevKv, progressNotify, filters, fragment: true });
    this.#watchers.add(watcher);
    options.signal?.addEventListener('abort', () => watcher.close(), { once: true });
    if (this.#stream !== undefined) this.#create(watcher);
    else if (this.#timer === undefined) this.#open();
    return watcher;
  }

  remove(watcher: Watcher): void {
    if (!this.#watchers.delete(watcher)) return;
    for (const [id, w] of this.#byId) {
      if (w !== watcher) continue;
      this.#byId.delete(id);
      this.#stream?.send({ cancelRequest: { watchId: id } });
    }
    if (this.#watchers.size === 0) this.#drop();
  }

  resume(): void {
    if ([...this.#watchers].every((w) => !w.isFull)) this.#stream?.resume();
  }

  #open(): void {
    this.#timer = undefined;
    if (this.#closed || this.#watchers.size === 0) return;
    this.#byId = new Map();
    try {
      this.#stream = this.#connection.stream(WatchService.watch, {
        onMessage: (response) => this.#receive(response),
        onEnd: () => this.#lost(),
      });
    } catch (error) {
      for (const watcher of this.#watchers) watcher.finish(error as RpcError);
      return;
    }
    for (const watcher of this.#watchers) this.#create(watcher);
  }

  #create(watcher: Watcher): void {
    const watchId = this.#nextId++;
    this.#byId.set(watchId, watcher);
    const startRevision = watcher.nextRevision > 0 ? watcher.nextRevision : undefined;
    this.#stream?.send({ createRequest: { ...watcher.create, watchId, startRevision } });
  }

  #receive(response: WatchResponse): void {
    this.#attempt = 0;
    const watcher = this.#byId.get(response.watchId) ?? this.#refused(response);
    if (watcher === undefined) return;
    if (watcher.receive(response)) {
      this.#byId.delete(response.watchId);
      this.#watchers.delete(watcher);
    } else if (watcher.isFull) this.#stream?.pause();
  }

  /** A watch that was refused at creation is answered under no ID: creations are answered in order. */
  #refused(response: WatchResponse): Watcher | undefined {
    if (!response.canceled || response.watchId !== -1) return undefined;
    return [...this.#byId.values()].find((w) => w.nextRevision === 0);
  }

  #lost(): void {
    this.#stream = undefined;
    if (this.#closed) return;
    for (const watcher of this.#watchers) watcher.interrupted();
    const cap = Math.min(REOPEN_MAX_MS, REOPEN_MIN_MS * 2 ** Math.min(this.#attempt++, 8));
    this.#timer = setTimeout(() => this.#open(), cap * (0.5 + Math.random() / 2));
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stream?.close();
    this.#stream = undefined;
  }

  close(): void {
    this.#closed = true;
    for (const watcher of [...this.#watchers]) watcher.finish('closed');
    this.#watchers.clear();
    this.#drop();
  }
}
