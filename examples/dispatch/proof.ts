// Replays the history of the store, which nobody can have embellished, and checks every assignment:
// written once, and under the token of whoever led the cell at that very revision.

import type { Client, Event } from '../../src/client/index.js';
import { type Assignment, segments } from './keys.js';

export interface Proof {
  readonly rides: number;
  readonly assigned: number;
  readonly leaderChanges: number;
  /** Empty when the claim holds. */
  readonly violations: string[];
}

/** Candidacies of a cell: create revision by key. The smallest leads. */
type Queue = Map<string, number>;

export class Replay {
  readonly #queues = new Map<string, Queue>();
  readonly #assigned = new Set<string>();
  readonly #rides = new Set<string>();
  readonly violations: string[] = [];
  leaderChanges = 0;

  apply(event: Event): void {
    const kv = event.kv;
    if (kv === undefined) return;
    const key = Buffer.from(kv.key).toString('utf8');
    if (key.startsWith('cells/')) this.#candidacy(key, event);
    else if (key.startsWith('rides/')) this.#rides.add(key.slice('rides/'.length));
    else if (key.startsWith('assigned/')) this.#assignment(key, event);
  }

  #leader(cell: string): number {
    return Math.min(...(this.#queues.get(cell)?.values() ?? []), Number.POSITIVE_INFINITY);
  }

  #candidacy(key: string, event: Event): void {
    const { cell } = segments(Buffer.from(key));
    const before = this.#leader(cell);
    const queue = this.#queues.get(cell) ?? new Map();
    this.#queues.set(cell, queue);
    if (event.type === 0) queue.set(key, event.kv?.createRevision ?? 0);
    else queue.delete(key);
    const after = this.#leader(cell);
    if (after !== before && Number.isFinite(after)) this.leaderChanges++;
  }

  #assignment(key: string, event: Event): void {
    const { cell, rest } = segments(Buffer.from(key));
    const name = `${cell}/${rest}`;
    if (event.type !== 0 || event.kv === undefined) {
      this.violations.push(`${name}: its assignment was deleted`);
      return;
    }
    if (this.#assigned.has(name) || event.kv.version !== 1) this.violations.push(`${name}: assigned twice`);
    this.#assigned.add(name);
    if (!this.#rides.has(name)) this.violations.push(`${name}: assigned, but never asked for`);
    const { token, dispatcher } = JSON.parse(Buffer.from(event.kv.value).toString('utf8')) as Assignment;
    const leader = this.#leader(cell);
    if (token !== leader) {
      this.violations.push(
        `${name}: ${dispatcher} wrote with token ${token} while ${leader} led, at revision ${event.kv.modRevision}`,
      );
    }
  }

  get result(): Proof {
    for (const ride of this.#rides) if (!this.#assigned.has(ride)) this.violations.push(`${ride}: never assigned`);
    return {
      rides: this.#rides.size,
      assigned: this.#assigned.size,
      leaderChanges: this.leaderChanges,
      violations: this.violations,
    };
  }
}

/** Reads the whole history up to now from the store. */
export async function prove(client: Client): Promise<Proof> {
  const now = (await client.kv.prefix('', { limit: 1, keysOnly: true })).header?.revision ?? 0;
  const replay = new Replay();
  if (now <= 1) return replay.result;
  // The end is known by progress notices too, but a last event at `now` is the surest sign.
  for await (const batch of client.watch.prefix('', { startRevision: 2 })) {
    for (const event of batch.events) if ((event.kv?.modRevision ?? 0) <= now) replay.apply(event);
    if (batch.revision >= now) break;
  }
  return replay.result;
}
