// One watch as its consumer sees it: batches in order, each revision whole, nothing lost, nothing twice.

import type { Event } from '../../proto/gen/kv.js';
import type { ResponseHeader, WatchCreateRequestInit, WatchResponse } from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';

/** Changes of one or several whole revisions, in order. */
export interface WatchBatch {
  /** Everything at or below this revision has been delivered. */
  readonly revision: number;
  /** Empty: a progress notification. */
  readonly events: readonly Event[];
  /** As the server sent it. */
  readonly header: ResponseHeader | undefined;
}

/** History that the watch needs is compacted away: read the keys again, then watch from there. */
export class WatchCompactedError extends RpcError {
  /** The newest revision that is compacted away for watches: they can begin one above it. */
  readonly compactRevision: number;
  /** Of the response that said so. */
  readonly header: ResponseHeader | undefined;

  constructor(compactRevision: number, header?: ResponseHeader) {
    super(Code.outOfRange, 'etcdserver: mvcc: required revision has been compacted');
    this.compactRevision = compactRevision;
    this.header = header;
  }
}

/**
 * What a watch holds for a consumer that is slow. Beyond it the watch is cancelled at the server and
 * begun again, where it stopped, once half of it has been consumed: other watches of the client go on.
 */
const QUEUED_EVENTS_MAX = 8_192;
const QUEUED_BYTES_MAX = 16 * 1024 * 1024;
/** Overhead that an event without key and value is counted with. */
const EVENT_BYTES = 64;

/** How a watcher moves its watch; implemented by Watches. */
export interface WatchOwner {
  /** Its queue is full: cancel it at the server. */
  suspend(watcher: Watcher): void;
  /** Its queue has room again. */
  restart(watcher: Watcher): void;
  remove(watcher: Watcher): void;
  requestProgress(): void;
}

/**
 * States: starting (no confirmation yet), running, suspended (its queue is full), over. Iterate over it
 * once; ending the loop closes it. The iteration throws WatchCompactedError, or RpcError when the
 * server refuses the watch; lost connections it survives.
 */
export class Watcher implements AsyncIterable<WatchBatch> {
  readonly #owner: WatchOwner;
  /** What it watches, as asked of the server; `startRevision` in it is only that of the first time. */
  readonly request: WatchCreateRequestInit;
  #nextRevision: number;
  #queue: WatchBatch[] = [];
  #queuedEvents = 0;
  #queuedBytes = 0;
  #suspended = false;
  #end: RpcError | 'closed' | undefined;
  #wake: (() => void) | undefined;
  #pieces: Event[] = [];
  #confirm: (() => void) | undefined;
  #finished: (() => void) | undefined;
  /** Resolves when the server has confirmed the watch, or it is over: changes made later will be seen. */
  readonly ready: Promise<void>;

  constructor(owner: WatchOwner, request: WatchCreateRequestInit) {
    this.#owner = owner;
    this.request = request;
    this.#nextRevision = request.startRevision ?? 0;
    this.ready = new Promise((resolve) => {
      this.#confirm = resolve;
    });
  }

  /** The revision from which the watch has to go on when its stream is lost; 0: not known yet. */
  get nextRevision(): number {
    return this.#nextRevision;
  }

  get isSuspended(): boolean {
    return this.#suspended;
  }

  /** For Watches: a response of its own. True when the watch is over. */
  receive(response: WatchResponse): boolean {
    const revision = response.header?.revision ?? 0;
    if (response.created && !response.canceled) {
      if (this.#nextRevision <= 0) this.#nextRevision = revision + 1;
      this.#confirm?.();
    }
    if (response.canceled) {
      this.finish(cancelError(response));
      return true;
    }
    if (response.created && response.events.length === 0) return false;
    for (const event of response.events) this.#pieces.push(event);
    if (response.fragment) return false;
    const events = this.#pieces;
    this.#pieces = [];
    this.#deliver(events, revision, response.header);
    return false;
  }

  #deliver(events: Event[], revision: number, header: ResponseHeader | undefined): void {
    const last = events.at(-1)?.kv?.modRevision;
    if (last === undefined) {
      // All events up to here were sent before it.
      this.#nextRevision = Math.max(this.#nextRevision, revision + 1);
      if (this.request.progressNotify === true) this.#push({ revision, events, header }, 0);
      return;
    }
    // A server that begins earlier than it was asked to must not make an event come twice.
    const fresh =
      (events[0]?.kv?.modRevision ?? 0) >= this.#nextRevision
        ? events
        : events.filter((event) => (event.kv?.modRevision ?? 0) >= this.#nextRevision);
    if (fresh.length === 0) return;
    this.#nextRevision = last + 1;
    this.#push({ revision: last, events: fresh, header }, sizeOf(fresh));
  }

  /** For Watches: all watches of the stream are at `header.revision`. */
  progressed(header: ResponseHeader): void {
    // Not taken as the point to resume from: in etcd before 3.4.25 this answer can overtake events.
    if (this.#confirmed) this.#push({ revision: header.revision, events: [], header }, 0);
  }

  get #confirmed(): boolean {
    return this.#nextRevision > 0;
  }

  #push(batch: WatchBatch, bytes: number): void {
    this.#queue.push(batch);
    this.#queuedEvents += batch.events.length + 1;
    this.#queuedBytes += bytes;
    this.#wake?.();
    if (!this.#suspended && (this.#queuedEvents > QUEUED_EVENTS_MAX || this.#queuedBytes > QUEUED_BYTES_MAX)) {
      this.#suspended = true;
      this.#owner.suspend(this);
    }
  }

  #take(): WatchBatch | undefined {
    const batch = this.#queue.shift();
    if (batch === undefined) return undefined;
    this.#queuedEvents -= batch.events.length + 1;
    this.#queuedBytes -= sizeOf(batch.events);
    const room = this.#queuedEvents <= QUEUED_EVENTS_MAX / 2 && this.#queuedBytes <= QUEUED_BYTES_MAX / 2;
    if (this.#suspended && room) {
      this.#suspended = false;
      if (this.#end === undefined) this.#owner.restart(this);
    }
    return batch;
  }

  /** For Watches: the stream is gone; what came of a fragmented response will come again, whole. */
  interrupted(): void {
    this.#pieces = [];
  }

  /** For Watches: called when the watch is over. */
  onFinish(fn: () => void): void {
    this.#finished = fn;
  }

  /** For Watches: no more responses will come. What is queued is still delivered, unless it was closed. */
  finish(reason: RpcError | 'closed'): void {
    this.#end ??= reason;
    this.#finished?.();
    this.#finished = undefined;
    if (reason === 'closed') this.#queue = [];
    this.#confirm?.();
    this.#wake?.();
  }

  /**
   * Asks the server for a progress notification on the shared stream: an empty batch comes to every
   * watch of this client once all events before it were sent.
   */
  requestProgress(): void {
    this.#owner.requestProgress();
  }

  /** Ends the watch, and its iteration. */
  close(): void {
    this.finish('closed');
    this.#owner.remove(this);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchBatch> {
    try {
      for (;;) {
        const batch = this.#take();
        if (batch !== undefined) {
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

function sizeOf(events: readonly Event[]): number {
  let bytes = 0;
  for (const { kv, prevKv } of events) {
    bytes += EVENT_BYTES + (kv?.key.length ?? 0) + (kv?.value.length ?? 0) + (prevKv?.value.length ?? 0);
  }
  return bytes;
}

const GRPC_TEXT = /^rpc error: code = (\w+) desc = (.*)$/s;

/** etcd gives the reason as text only. */
function cancelError({ header, compactRevision, cancelReason }: WatchResponse): RpcError {
  if (compactRevision > 0) return new WatchCompactedError(compactRevision, header);
  const [, name, text] = GRPC_TEXT.exec(cancelReason) ?? [];
  if (name === 'PermissionDenied') return new RpcError(Code.permissionDenied, text ?? cancelReason);
  if (cancelReason.startsWith('mvcc: watcher range is empty')) return new RpcError(Code.invalidArgument, cancelReason);
  return new RpcError(Code.canceled, text ?? (cancelReason || 'etcdserver: watch canceled'));
}
