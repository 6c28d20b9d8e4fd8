// Events of a watch inside the node, for a reader that takes them one at a time.

import type { MvccEvent } from '../mvcc/types.js';
import type { Subscription, SubscriptionRange } from '../watch/types.js';
import type { CoordinationServices } from './services.js';

export interface QueuedEvent {
  readonly revision: number;
  readonly event: MvccEvent;
}

export class EventQueue {
  readonly #subscription: Subscription;
  readonly #signal: AbortSignal;
  readonly #max: number;
  #events: QueuedEvent[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  /** Keeps the newest `max` events: a reader that is slower misses older ones. */
  constructor(watch: CoordinationServices['watch'], range: SubscriptionRange, max: number, signal: AbortSignal) {
    this.#signal = signal;
    this.#max = max;
    signal.addEventListener('abort', this.#end);
    this.#subscription = watch.subscribe(range, {
      event: (revision, event) => {
        if (this.#events.length === this.#max) this.#events.shift();
        this.#events.push({ revision, event });
        this.#wake?.();
      },
      compacted: () => this.#end(),
    });
    if (signal.aborted) this.#end();
  }

  /** The next event; undefined when the history is compacted away or the signal was aborted. */
  async next(): Promise<QueuedEvent | undefined> {
    while (this.#events.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#events.shift();
  }

  close(): void {
    this.#subscription.close();
    this.#signal.removeEventListener('abort', this.#end);
  }

  readonly #end = (): void => {
    this.#ended = true;
    this.#wake?.();
  };
}
