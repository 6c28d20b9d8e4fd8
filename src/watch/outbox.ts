// What waits to be sent on one stream, in order. Events of a watch that come while others wait join
// the response that is already there, so that a turn makes few messages.

import type { Event } from '../../proto/gen/kv.js';
import type { WatchResponse } from '../../proto/gen/rpc.js';
import { invariant } from '../errors.js';
import { limits } from '../limits.js';
import type { MvccEvent } from '../mvcc/types.js';
import { eventBytes, fragments, response, toWireEvent } from './response.js';
import type { WatchSink } from './types.js';
import type { Watcher } from './watcher.js';

interface EventsItem {
  readonly watcher: Watcher;
  readonly fragment: boolean;
  readonly events: Event[];
  /** Newest revision in it; all events of that revision will be in it too. */
  revision: number;
  bytes: number;
}

type Item = EventsItem | WatchResponse;

const isEvents = (item: Item): item is EventsItem => 'watcher' in item;

export class Outbox {
  readonly #sink: WatchSink;
  #items: Item[] = [];
  /** Position in #items of the first that is not sent. */
  #sent = 0;
  /** Pieces of the item that is being sent. */
  #pieces: WatchResponse[] = [];
  /** The item that further events of a watcher join. */
  readonly #open = new Map<Watcher, EventsItem>();
  #bytes = 0;
  #controls = 0;
  #blocked = false;

  constructor(sink: WatchSink) {
    this.#sink = sink;
  }

  get blocked(): boolean {
    return this.#blocked;
  }

  /** Bytes of events that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Responses without events that wait. */
  get controls(): number {
    return this.#controls;
  }

  get empty(): boolean {
    return this.#sent === this.#items.length && this.#pieces.length === 0;
  }

  /** Whether events of the watcher wait. */
  holds(watcher: Watcher): boolean {
    return this.#open.has(watcher);
  }

  event(watcher: Watcher, revision: number, event: MvccEvent, fragment: boolean): void {
    const wire = toWireEvent(event, watcher.prevKv);
    const bytes = eventBytes(wire);
    this.#bytes += bytes;
    const open = this.#open.get(watcher);
    if (open !== undefined) {
      invariant(revision >= open.revision, `watch: revision ${revision} queued behind ${open.revision}`);
      // A new response begins only between revisions.
      if (open.revision === revision || open.bytes < limits.requestBytesMax) {
        open.events.push(wire);
        open.revision = revision;
        open.bytes += bytes;
        return;
      }
    }
    const item: EventsItem = { watcher, fragment, events: [wire], revision, bytes };
    this.#open.set(watcher, item);
    this.#items.push(item);
  }

  control(message: WatchResponse): void {
    this.#controls++;
    this.#items.push(message);
  }

  /**
   * Tells that everything up to the message's revision is delivered. Events that come later may not
   * join a response before it: a client sets its position to that revision on reading it.
   */
  progress(message: WatchResponse): void {
    this.#open.clear();
    this.control(message);
  }

  unblock(): void {
    this.#blocked = false;
  }

  /** Sends until nothing is left or the transport is full. `sentEvents` is called for each watcher whose events went. */
  flush(sentEvents: (watcher: Watcher) => void): void {
    while (!this.#blocked) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        if (!this.#sink.send(piece)) this.#blocked = true;
        continue;
      }
      const item = this.#items[this.#sent];
      if (item === undefined) break;
      this.#sent++;
      if (isEvents(item)) {
        this.#take(item);
        sentEvents(item.watcher);
      } else {
        this.#controls--;
        this.#pieces.push(item);
      }
    }
    if (this.#sent === this.#items.length) {
      this.#items.length = 0;
      this.#sent = 0;
    } else if (this.#sent > 1_000 && this.#sent * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#sent);
      this.#sent = 0;
    }
  }

  #take(item: EventsItem): void {
    this.#bytes -= item.bytes;
    if (this.#open.get(item.watcher) === item) this.#open.delete(item.watcher);
    if (item.fragment) {
      this.#pieces = fragments(item.watcher.id, item.revision, item.events, limits.requestBytesMax);
      return;
    }
    const message = response(item.watcher.id, item.revision);
    message.events = item.events;
    this.#pieces.push(message);
  }
}
