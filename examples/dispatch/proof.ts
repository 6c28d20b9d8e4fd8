// Replays the history of the store, which nobody can have embellished, and checks every assignment:
// written once, and under the token of whoever led the cell at that very revision.

import { type Client, type Event, EventType } from '../../src/client/index.js';
import { cellOf } from './city.js';
import { type Assignment, segments } from './keys.js';
import type { Ride } from './rides.js';

export interface Proof {
  readonly rides: number;
  readonly assigned: number;
  readonly leaderChanges: number;
  /** Of the whole history. */
  readonly events: number;
  /** Empty when the claim holds. */
  readonly violations: readonly string[];
}

/** Candidacies of a cell: create revision by key. The smallest leads. */
type Queue = Map<string, number>;

const parse = <T>(value: Uint8Array): T => JSON.parse(Buffer.from(value).toString('utf8')) as T;

/** Takes every event of the store in order, from its first revision on. */
export class Replay {
  readonly #queues = new Map<string, Queue>();
  readonly #rides = new Set<string>();
  readonly #assigned = new Set<string>();
  readonly #violations: string[] = [];
  #leaderChanges = 0;
  #events = 0;
  #revision = 0;

  apply(event: Event): void {
    const kv = event.kv;
    if (kv === undefined) return;
    this.#events++;
    if (kv.modRevision < this.#revision) this.#violations.push(`revision ${kv.modRevision} after ${this.#revision}`);
    this.#revision = kv.modRevision;
    const key = Buffer.from(kv.key).toString('utf8');
    if (key.startsWith('cells/')) this.#candidacy(key, event);
    else if (key.startsWith('rides/')) this.#ride(key.slice('rides/'.length), event);
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
    if (event.type === EventType.PUT) queue.set(key, event.kv?.createRevision ?? 0);
    else queue.delete(key);
    const after = this.#leader(cell);
    if (after !== before && Number.isFinite(after)) this.#leaderChanges++;
  }

  #ride(name: string, event: Event): void {
    if (event.type !== EventType.PUT || event.kv?.version !== 1) {
      this.#violations.push(`${name}: the request was changed`);
      return;
    }
    this.#rides.add(name);
    const { cell, pickup } = parse<Ride>(event.kv.value);
    if (!name.startsWith(`${cell}/`) || cellOf(pickup) !== cell)
      this.#violations.push(`${name}: its pickup is in another cell`);
  }

  #assignment(key: string, event: Event): void {
    const { cell, rest } = segments(Buffer.from(key));
    const name = `${cell}/${rest}`;
    if (event.type !== EventType.PUT || event.kv === undefined) {
      this.#violations.push(`${name}: its assignment was deleted`);
      return;
    }
    if (this.#assigned.has(name) || event.kv.version !== 1) this.#violations.push(`${name}: assigned twice`);
    this.#assigned.add(name);
    if (!this.#rides.has(name)) this.#violations.push(`${name}: assigned, but never asked for`);
    const { token, dispatcher } = parse<Assignment>(event.kv.value);
    const leader = this.#leader(cell);
    if (token !== leader) {
      this.#violations.push(
        `${name}: ${dispatcher} wrote with token ${token} while ${leader} led, at revision ${event.kv.modRevision}`,
      );
    }
  }

  result(): Proof {
    const open = [...this.#rides].filter((ride) => !this.#assigned.has(ride));
    return {
      rides: this.#rides.size,
      assigned: this.#assigned.size,
      leaderChanges: this.#leaderChanges,
      events: this.#events,
      violations: [...this.#violations, ...open.map((ride) => `${ride}: never assigned`)],
    };
  }
}

/** Reads the whole history up to now from the store; compares its outcome with what the store holds. */
export async function prove(client: Client): Promise<Proof> {
  const assigned = await client.kv.prefix('assigned/', { countOnly: true });
  const now = assigned.header?.revision ?? 0;
  const replay = new Replay();
  for await (const batch of client.watch.prefix('', { startRevision: 2 })) {
    for (const event of batch.events) if ((event.kv?.modRevision ?? 0) <= now) replay.apply(event);
    // A revision is a write: there is an event at `now`. A header's revision may run ahead of the events.
    if ((batch.events.at(-1)?.kv?.modRevision ?? 0) >= now) break;
  }
  const proof = replay.result();
  if (proof.assigned === assigned.count) return proof;
  const lost = `the store holds ${assigned.count} assignments, its history has ${proof.assigned}`;
  return { ...proof, violations: [...proof.violations, lost] };
}
