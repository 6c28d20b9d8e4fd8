// Waiting for one's turn: a candidate waits for the deletion of the one right before it, and of no
// other, so that a release wakes one waiter.

import { errors } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import { canceled } from './failure.js';
import { getLocal } from './kv.js';
import { PrefixIndex, type Queued } from './prefix-index.js';
import type { CoordinationServices } from './services.js';

export interface Candidate {
  readonly group: GroupHandle;
  readonly prefix: Uint8Array;
  readonly key: Uint8Array;
  /** Tells this candidature from a later one under the same key. */
  readonly createRevision: number;
}

export class TurnQueue {
  readonly #watch: CoordinationServices['watch'];
  readonly #indexes = new Map<GroupHandle, PrefixIndex>();
  #waiting = 0;

  constructor(watch: CoordinationServices['watch']) {
    this.#watch = watch;
  }

  /** The keys under a prefix, oldest first, as applied on this node. */
  #queue({ group, prefix }: Candidate): readonly Queued[] | Promise<readonly Queued[]> {
    let index = this.#indexes.get(group);
    if (index === undefined) {
      index = new PrefixIndex(group);
      this.#indexes.set(group, index);
    }
    return index.keys(prefix);
  }

  async #leads(candidate: Candidate): Promise<boolean> {
    const first = (await this.#queue(candidate))[0];
    return first?.createRevision === candidate.createRevision && Buffer.compare(first.key, candidate.key) === 0;
  }

  /**
   * Resolves when the candidate is the first under `prefix`: with `enteredRevision` if it was so at
   * once, else with the revision at which it was seen; undefined when its key is gone. Rejects with
   * RpcError: canceled when `signal` is aborted, tooManyRequests when limits.turnWaitersMax wait on
   * this node.
   */
  async first(candidate: Candidate, enteredRevision: number, signal: AbortSignal): Promise<number | undefined> {
    const { group } = candidate;
    let isFirst = await this.#leads(candidate);
    let revision = enteredRevision;
    if (!isFirst) {
      await this.#wait(candidate, signal);
      // The wait may have been long, and this node behind: the lease may be gone already.
      await group.readIndex();
      revision = group.store.revision;
      isFirst = await this.#leads(candidate);
    }
    if (signal.aborted) throw canceled();
    return isFirst ? revision : undefined;
  }

  /**
   * Until, in the state applied on this node, no key that was created before the candidate's is left.
   * None can come back: later keys have later create revisions.
   */
  async #wait(candidate: Candidate, signal: AbortSignal): Promise<void> {
    const { group, createRevision } = candidate;
    for (;;) {
      if (signal.aborted) throw canceled();
      const before = (await this.#queue(candidate)).findLast((k) => k.createRevision < createRevision);
      if (before === undefined) return;
      if (this.#waiting >= limits.turnWaitersMax) throw errors.tooManyRequests();
      this.#waiting++;
      try {
        await this.#deletion(group, Buffer.from(before.key), before.createRevision, signal);
      } finally {
        this.#waiting--;
      }
    }
  }

  /** Resolves when `key` may have been deleted since it was created at `createRevision`. */
  #deletion(group: GroupHandle, key: Uint8Array, createRevision: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => settle(() => reject(canceled()));
      const settle = (how: () => void): void => {
        subscription.close();
        signal.removeEventListener('abort', aborted);
        how();
      };
      const range = { key, rangeEnd: Buffer.alloc(0), startRevision: 0 };
      const subscription = this.#watch.subscribe(range, {
        event: (_revision, event) => {
          if (event.type === 'delete') settle(resolve);
        },
        compacted: () => settle(resolve),
      });
      signal.addEventListener('abort', aborted);
      if (signal.aborted) return aborted();
      // Subscribed first, looked second: a deletion in between is seen by one or the other.
      getLocal(group, key).then(
        (now) => {
          if (now?.createRevision !== createRevision) settle(resolve);
        },
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}
