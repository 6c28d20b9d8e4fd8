import type { EventType, HistoryEvent, Json } from './types.js';

/** Writes a history down while it happens. */
export class Recorder {
  readonly events: HistoryEvent[] = [];
  readonly #nowNs: () => number;
  readonly #onEvent: ((event: HistoryEvent) => void) | undefined;

  /** `nowNs` must never go back. */
  constructor(nowNs: () => number, onEvent?: (event: HistoryEvent) => void) {
    this.#nowNs = nowNs;
    this.#onEvent = onEvent;
  }

  add(type: EventType, process: number | 'nemesis', f: string, value: Json, error?: string): void {
    const event: HistoryEvent = {
      index: this.events.length,
      type,
      process,
      f,
      value,
      timeNs: this.#nowNs(),
      ...(error === undefined ? {} : { error }),
    };
    this.events.push(event);
    this.#onEvent?.(event);
  }
}
