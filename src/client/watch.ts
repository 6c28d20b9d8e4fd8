// Watches: all of a client share one stream. A lost stream is opened again and every watch goes on
// behind the last revision that it has delivered whole: nothing is lost, nothing comes twice.

import {
  FilterType,
  type WatchCreateRequestInit,
  type WatchRequestInit,
  type WatchResponse,
  WatchService,
} from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import { type Bytes, prefixRange, toBytes } from './bytes.js';
import type { Connection } from './connection.js';
import type { ClientTimer } from './environment.js';
import type { ClientStream } from './stream.js';
import { Watcher, type WatchOwner } from './watcher.js';

export interface WatchOptions {
  /** Deliver everything from this revision on; default: what happens after the watch began. */
  readonly startRevision?: number;
  /** Each event tells the key's version before it. */
  readonly prevKv?: boolean;
  readonly ignorePuts?: boolean;
  readonly ignoreDeletes?: boolean;
  /** Empty batches now and then that tell how far the watch is. */
  readonly progressNotify?: boolean;
  /** Closes the watch when it aborts. */
  readonly signal?: AbortSignal;
}

const REOPEN_MS_MIN = 20;
const REOPEN_MS_MAX = 1_000;

export class Watches {
  readonly #connection: Connection;
  readonly #owner: WatchOwner;
  readonly #watchers = new Set<Watcher>();
  /** Of this stream, by the watch IDs that this side chose. */
  #byId = new Map<number, Watcher>();
  #ids = new Map<Watcher, number>();
  /** Watch IDs whose creation is not answered yet. Creations are answered in their order. */
  #creating: number[] = [];
  #stream: ClientStream<WatchRequestInit> | undefined;
  #opening: AbortController | undefined;
  #reopen: ClientTimer | undefined;
  #nextId = 1;
  #attempt = 0;
  #progressWanted = false;
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#owner = {
      suspend: (watcher) => this.#cancel(watcher),
      restart: (watcher) => this.#start(watcher),
      remove: (watcher) => this.#remove(watcher),
      requestProgress: () => this.#requestProgress(),
    };
  }

  /** Watches one key. */
  key(key: Bytes, options: WatchOptions = {}): Watcher {
    return this.#add({ key: toBytes(key) }, options);
  }

  /** Watches all keys that begin with `prefix`; an empty one means every key. */
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
    const { startRevision, prevKv, progressNotify, signal } = options;
    const request = { ...range, startRevision, prevKv, progressNotify, filters, fragment: true };
    const watcher = new Watcher(this.#owner, request);
    if (signal?.aborted === true) {
      watcher.finish('closed');
      return watcher;
    }
    if (signal !== undefined) {
      const close = (): void => watcher.close();
      signal.addEventListener('abort', close, { once: true });
      // A signal may live much longer than a watch.
      watcher.onFinish(() => signal.removeEventListener('abort', close));
    }
    this.#watchers.add(watcher);
    this.#start(watcher);
    return watcher;
  }

  #start(watcher: Watcher): void {
    if (this.#stream !== undefined) this.#create(this.#stream, watcher);
    else if (this.#reopen === undefined) this.#open();
  }

  #create(stream: ClientStream<WatchRequestInit>, watcher: Watcher): void {
    const watchId = this.#nextId++;
    this.#byId.set(watchId, watcher);
    this.#ids.set(watcher, watchId);
    this.#creating.push(watchId);
    const startRevision = watcher.nextRevision !== 0 ? watcher.nextRevision : undefined;
    stream.send({ createRequest: { ...watcher.request, watchId, startRevision } });
  }

  /** At the server. What is still on its way for the ID is ignored. */
  #cancel(watcher: Watcher): void {
    const watchId = this.#ids.get(watcher);
    watcher.interrupted();
    if (watchId === undefined) return;
    this.#ids.delete(watcher);
    this.#byId.delete(watchId);
    this.#stream?.send({ cancelRequest: { watchId } });
  }

  #remove(watcher: Watcher): void {
    if (!this.#watchers.delete(watcher)) return;
    this.#cancel(watcher);
    if (this.#watchers.size === 0) this.#drop();
  }

  #requestProgress(): void {
    if (this.#stream === undefined) this.#progressWanted = true;
    else this.#stream.send({ progressRequest: {} });
  }

  #open(): void {
    this.#reopen?.cancel();
    this.#reopen = undefined;
    if (this.#opening !== undefined || this.#watchers.size === 0) return;
    const opening = new AbortController();
    this.#opening = opening;
    const handlers = {
      onMessage: (response: WatchResponse) => this.#receive(response),
      onEnd: () => this.#lost(),
    };
    this.#connection.stream(WatchService.watch, handlers, opening.signal).then(
      (stream) => {
        if (opening.signal.aborted) stream.close();
        else this.#opened(stream);
      },
      () => {
        if (!opening.signal.aborted) this.#lost();
      },
    );
  }

  #opened(stream: ClientStream<WatchRequestInit>): void {
    this.#opening = undefined;
    this.#stream = stream;
    for (const watcher of this.#watchers) {
      if (!watcher.isSuspended) this.#create(stream, watcher);
    }
    if (!this.#progressWanted) return;
    this.#progressWanted = false;
    stream.send({ progressRequest: {} });
  }

  #receive(response: WatchResponse): void {
    this.#attempt = 0;
    let id = response.watchId;
    if (response.created) {
      // A watch that is refused at its creation is answered under the ID -1.
      const asked = this.#creating.shift();
      if (response.canceled && id === -1 && asked !== undefined) id = asked;
    } else if (id === -1) {
      this.#progressed(response);
      return;
    }
    const watcher = this.#byId.get(id);
    if (watcher?.receive(response) !== true) return;
    this.#byId.delete(id);
    this.#ids.delete(watcher);
    this.#watchers.delete(watcher);
    if (this.#watchers.size === 0) this.#drop();
  }

  #progressed({ header, events }: WatchResponse): void {
    if (header === undefined || events.length > 0) return;
    for (const watcher of this.#ids.keys()) watcher.progressed(header);
  }

  #forgetStream(): void {
    this.#stream = undefined;
    this.#opening = undefined;
    this.#byId = new Map();
    this.#ids = new Map();
    this.#creating = [];
  }

  #lost(): void {
    this.#forgetStream();
    if (this.#closed || this.#watchers.size === 0) return;
    for (const watcher of this.#watchers) watcher.interrupted();
    const pauseMs = Math.min(REOPEN_MS_MAX, REOPEN_MS_MIN * 2 ** Math.min(this.#attempt++, 8));
    const { environment } = this.#connection;
    this.#reopen = environment.after(pauseMs * (0.5 + environment.random() / 2), () => this.#open());
  }

  #drop(): void {
    this.#reopen?.cancel();
    this.#reopen = undefined;
    this.#opening?.abort();
    this.#stream?.close();
    this.#forgetStream();
  }

  close(): void {
    this.#closed = true;
    for (const watcher of [...this.#watchers]) watcher.finish('closed');
    this.#watchers.clear();
    this.#drop();
  }
}
