// Watchers of a feed that are behind read history together.
//
// Rounds: the watcher that waited longest names the revision to read from; one chunk of history
// serves every watcher that stands inside it; all that were served go to the end of the queue. One
// round at a time, each in a turn of its own, so that writers and live watchers go on between them.
//
// Events applied while a chunk is being read are noted, and follow the chunk in the same turn:
// otherwise a watcher would never catch up with a writer that is faster than one read.

import { Code, RpcError } from '../errors.js';
import { limits } from '../limits.js';
import type { RevisionEvents } from '../mvcc/types.js';
import type { Runtime } from '../runtime/ports.js';
import type { GroupFeed } from './group-feed.js';
import { latin1 } from './key-range.js';
import type { Receiver, Watcher } from './watcher.js';
import { WatcherIndex } from './watcher-index.js';

const RETRY_MS = 100;

/** What happened to a receiver within one round. */
interface Admission {
  /** The revision that it has room for. */
  admitted: number;
  /** The revision that it had no room for; it gets nothing from there on in this round. */
  stalledAt: number;
}

interface Chunk {
  readonly from: number;
  /** Every event in [from, covered] is in `batches`. */
  readonly covered: number;
  readonly batches: readonly RevisionEvents[];
  readonly prevKv: boolean;
}

export class CatchUp {
  readonly #feed: GroupFeed;
  readonly #runtime: Pick<Runtime, 'timers' | 'logger'>;
  readonly #index = new WatcherIndex();
  /** In the order in which they are to be served. */
  readonly #queue = new Set<Watcher>();
  #running = false;
  #closed = false;
  /** Raised when what is being read has lost its meaning. */
  #epoch = 0;
  /** Events applied since the read under way began; undefined: none under way, or too many. */
  #tail: RevisionEvents[] | undefined;
  #tailEvents = 0;

  constructor(feed: GroupFeed, runtime: Pick<Runtime, 'timers' | 'logger'>) {
    this.#feed = feed;
    this.#runtime = runtime;
  }

  get size(): number {
    return this.#queue.size;
  }

  add(watcher: Watcher): void {
    this.#queue.add(watcher);
    this.#index.add(watcher);
    watcher.receiver.lagging++;
    if (watcher.nextRevision < this.#feed.source.compactRevision) this.#cancel(watcher);
    else this.kick();
  }

  remove(watcher: Watcher): void {
    this.#queue.delete(watcher);
    this.#index.remove(watcher);
    watcher.receiver.lagging--;
  }

  close(): void {
    this.#closed = true;
  }

  /** A live revision, seen also here. */
  note(batch: RevisionEvents): void {
    if (this.#tail === undefined) return;
    this.#tailEvents += batch.events.length;
    if (this.#tailEvents > limits.watchCatchUpEvents) this.#tail = undefined;
    else this.#tail.push(batch);
  }

  /** The store was replaced while a read may be under way. */
  restart(): void {
    this.#epoch++;
  }

  /** A watch from the compaction's own revision still finds everything: only what is below is gone. */
  cancelCompacted(compactRevision: number): void {
    // The read under way may have missed what was removed under it.
    this.#epoch++;
    for (const watcher of [...this.#queue]) if (watcher.nextRevision < compactRevision) this.#cancel(watcher);
  }

  kick(): void {
    if (this.#running || this.#closed || this.#next() === undefined) return;
    this.#running = true;
    this.#runtime.timers.defer(() => void this.#round());
  }

  #cancel(watcher: Watcher): void {
    this.#feed.remove(watcher);
    watcher.receiver.compacted(watcher, this.#feed.source.compactRevision);
  }

  #next(): Watcher | undefined {
    for (const watcher of this.#queue) if (watcher.receiver.hasRoom) return watcher;
    return undefined;
  }

  async #round(): Promise<void> {
    const head = this.#closed ? undefined : this.#next();
    let delayMs = 0;
    if (head !== undefined) {
      try {
        const chunk = await this.#read(head.nextRevision);
        if (chunk !== undefined && !this.#closed) this.#serve(chunk);
      } catch (error) {
        delayMs = this.#readFailed(head, error);
      }
    }
    this.#running = false;
    if (delayMs === 0) this.kick();
    else this.#runtime.timers.after(delayMs, () => this.kick());
  }

  async #read(from: number): Promise<Chunk | undefined> {
    const { source } = this.#feed;
    const to = this.#feed.lastRevision;
    const epoch = ++this.#epoch;
    const prevKv = this.#wantsPrevKv();
    this.#tail = [];
    this.#tailEvents = 0;
    try {
      const batches = from > to ? [] : await source.history(from, to, limits.watchCatchUpEvents, prevKv);
      if (epoch !== this.#epoch) return undefined;
      // Only an empty answer, or one that reaches `to`, says that nothing else is there.
      const covered = batches.at(-1)?.revision ?? to;
      if (covered < to || this.#tail === undefined) return { from, covered, batches, prevKv };
      return { from, covered: this.#feed.lastRevision, batches: [...batches, ...this.#tail], prevKv };
    } catch (error) {
      // Compacted or replaced meanwhile: the error speaks of a position that may be nobody's any more.
      if (epoch !== this.#epoch) return undefined;
      throw error;
    } finally {
      this.#tail = undefined;
    }
  }

  #wantsPrevKv(): boolean {
    for (const watcher of this.#queue) if (watcher.prevKv) return true;
    return false;
  }

  #takesPart(watcher: Watcher, chunk: Chunk): boolean {
    const { nextRevision } = watcher;
    return nextRevision >= chunk.from && nextRevision <= chunk.covered && (chunk.prevKv || !watcher.prevKv);
  }

  #serve(chunk: Chunk): void {
    const admissions = new Map<Receiver, Admission>();
    const matched: Watcher[] = [];
    for (const { revision, events } of chunk.batches) {
      for (const event of events) {
        matched.length = 0;
        this.#index.match(latin1(event.kv.key), matched);
        for (const watcher of matched) {
          if (watcher.state !== 'lagging' || watcher.nextRevision > revision) continue;
          if (this.#takesPart(watcher, chunk) && admit(admissions, watcher.receiver, revision)) {
            watcher.deliver(revision, event);
          }
        }
      }
    }
    for (const watcher of [...this.#queue]) {
      if (watcher.nextRevision > this.#feed.lastRevision) {
        // Fell behind and nothing has happened since, or starts in the future: back as soon as it has room.
        if (watcher.receiver.hasRoom) this.#requeue(watcher);
        continue;
      }
      if (!this.#takesPart(watcher, chunk)) continue;
      watcher.advance(
        Math.min(chunk.covered + 1, admissions.get(watcher.receiver)?.stalledAt ?? Number.MAX_SAFE_INTEGER),
      );
      this.#requeue(watcher);
    }
  }

  #requeue(watcher: Watcher): void {
    if (watcher.nextRevision <= this.#feed.lastRevision) {
      this.#queue.delete(watcher);
      this.#queue.add(watcher);
      return;
    }
    this.remove(watcher);
    this.#feed.join(watcher);
    watcher.receiver.caughtUp(watcher);
  }

  /** Milliseconds to wait before the next round. */
  #readFailed(head: Watcher, error: unknown): number {
    if (error instanceof RpcError && error.code === Code.outOfRange) {
      // A store may keep the compaction's own revision or not: it knows.
      const { compactRevision } = this.#feed.source;
      for (const watcher of [...this.#queue]) if (watcher.nextRevision <= compactRevision) this.#cancel(watcher);
      if (head.state !== 'lagging') return 0;
    }
    this.#runtime.logger.warn(
      { err: error, group: this.#feed.source.id },
      'watch: cannot read history, will try again',
    );
    return RETRY_MS;
  }
}

/** Room is asked for once a revision, so that a revision goes to a receiver whole or not at all. */
function admit(admissions: Map<Receiver, Admission>, receiver: Receiver, revision: number): boolean {
  let admission = admissions.get(receiver);
  if (admission === undefined) {
    admission = { admitted: 0, stalledAt: Number.MAX_SAFE_INTEGER };
    admissions.set(receiver, admission);
  }
  if (admission.stalledAt <= revision) return false;
  if (admission.admitted === revision) return true;
  if (!receiver.hasRoom) {
    admission.stalledAt = revision;
    return false;
  }
  admission.admitted = revision;
  return true;
}
