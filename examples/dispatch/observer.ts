// Follows the cells' leadership and the assignments live, to measure how long takeovers take.

import type { Client, Event } from '../../src/client/index.js';
import { type Assignment, segments } from './keys.js';

interface Candidacy {
  readonly revision: number;
  readonly dispatcher: string;
}

interface Open {
  readonly fault: string;
  readonly sinceMs: number;
}

export class Observer {
  readonly #cells = new Map<string, Map<string, Candidacy>>();
  /** Cells whose leader was hit by a fault, and have no new one yet. */
  readonly #open = new Map<string, Open>();
  readonly #asked = new Map<string, number>();
  /** Takeover times in milliseconds, by kind of fault. */
  readonly takeovers = new Map<string, number[]>();
  /** Milliseconds from request to assignment. */
  readonly waits: number[] = [];
  rides = 0;
  assigned = 0;

  /** Follows until the client is closed. */
  async follow(client: Client, from: number): Promise<void> {
    for await (const batch of client.watch.prefix('', { startRevision: from })) {
      for (const event of batch.events) this.#apply(event);
    }
  }

  #apply(event: Event): void {
    if (event.kv === undefined) return;
    const key = Buffer.from(event.kv.key).toString('utf8');
    if (key.startsWith('cells/')) this.#candidacy(key, event);
    else if (key.startsWith('rides/')) {
      this.rides++;
      this.#asked.set(key.slice('rides/'.length), performance.now());
    } else if (key.startsWith('assigned/')) {
      this.assigned++;
      const asked = this.#asked.get(key.slice('assigned/'.length));
      if (asked !== undefined) this.waits.push(performance.now() - asked);
      this.lastAssignment = JSON.parse(Buffer.from(event.kv.value).toString('utf8')) as Assignment;
    }
  }

  lastAssignment: Assignment | undefined;

  leaderOf(cell: string): string | undefined {
    let best: Candidacy | undefined;
    for (const c of this.#cells.get(cell)?.values() ?? [])
      if (best === undefined || c.revision < best.revision) best = c;
    return best?.dispatcher;
  }

  get ledCells(): number {
    return [...this.#cells.values()].filter((queue) => queue.size > 0).length;
  }

  #candidacy(key: string, event: Event): void {
    const { cell } = segments(Buffer.from(key));
    const before = this.leaderOf(cell);
    const queue = this.#cells.get(cell) ?? new Map<string, Candidacy>();
    this.#cells.set(cell, queue);
    const kv = event.kv;
    if (event.type === 0 && kv !== undefined) {
      queue.set(key, { revision: kv.createRevision, dispatcher: Buffer.from(kv.value).toString('utf8') });
    } else queue.delete(key);
    const after = this.leaderOf(cell);
    const open = this.#open.get(cell);
    if (open === undefined || after === undefined || after === before) return;
    this.#open.delete(cell);
    const times = this.takeovers.get(open.fault) ?? [];
    this.takeovers.set(open.fault, times);
    times.push(performance.now() - open.sinceMs);
  }

  /** A fault has just hit `dispatcher`: its cells are without a leader until somebody takes over. */
  faultAt(dispatcher: string, fault: string): number {
    let cells = 0;
    for (const cell of this.#cells.keys()) {
      if (this.leaderOf(cell) !== dispatcher) continue;
      cells++;
      this.#open.set(cell, { fault, sinceMs: performance.now() });
    }
    return cells;
  }
}
