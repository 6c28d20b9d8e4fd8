// Follows the cells' leadership and the assignments live, to measure how long takeovers take.

import { type Client, type Event, EventType } from '../../src/client/index.js';
import { segments } from './keys.js';

interface Candidacy {
  readonly revision: number;
  readonly dispatcher: string;
}

interface Open {
  readonly fault: string;
  readonly sinceMs: number;
}

/** How long after a node's end a gap between assignments is put down to it. */
const NODE_FAULT_MS = 4_000;

export class Observer {
  readonly #cells = new Map<string, Map<string, Candidacy>>();
  /** Cells whose leader was hit by a fault, and have no new one yet. */
  readonly #open = new Map<string, Open>();
  readonly #asked = new Map<string, number>();
  readonly #awaited = new Map<string, () => void>();
  #nodeFault: Open | undefined;
  #lastAssignedMs = 0;
  /** From the fault until the cell had a new leader, in milliseconds, by kind of fault. */
  readonly takeovers = new Map<string, number[]>();
  /** For each node killed, the longest time without an assignment that followed, in milliseconds. */
  readonly stalls = new Map<string, number[]>();
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
    else if (key.startsWith('rides/')) this.#ride(key.slice('rides/'.length));
    else if (key.startsWith('assigned/')) this.#assignment(key.slice('assigned/'.length));
  }

  #ride(name: string): void {
    this.rides++;
    this.#asked.set(name, performance.now());
    const leader = this.leaderOf(name.split('/')[0] as string);
    if (leader !== undefined) this.#awaited.get(leader)?.();
  }

  #assignment(name: string): void {
    const now = performance.now();
    this.assigned++;
    this.waits.push(now - (this.#asked.get(name) ?? now));
    this.#asked.delete(name);
    const fault = this.#nodeFault;
    if (fault !== undefined) {
      const stalls = this.stalls.get(fault.fault) as number[];
      const gap = now - Math.max(this.#lastAssignedMs, fault.sinceMs);
      stalls.push(Math.max(stalls.pop() ?? 0, gap));
      if (now - fault.sinceMs > NODE_FAULT_MS) this.#nodeFault = undefined;
    }
    this.#lastAssignedMs = now;
  }

  /** Undefined while nobody stands for the cell. */
  leaderOf(cell: string): string | undefined {
    let best: Candidacy | undefined;
    for (const c of this.#cells.get(cell)?.values() ?? [])
      if (best === undefined || c.revision < best.revision) best = c;
    return best?.dispatcher;
  }

  cellsOf(dispatcher: string): string[] {
    return [...this.#cells.keys()].filter((cell) => this.leaderOf(cell) === dispatcher);
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
    if (event.type === EventType.PUT && kv !== undefined) {
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

  /** A fault is about to hit `dispatcher`: its cells are without a leader until somebody takes over. */
  faultAt(dispatcher: string, fault: string): number {
    const cells = this.cellsOf(dispatcher);
    for (const cell of cells) this.#open.set(cell, { fault, sinceMs: performance.now() });
    return cells.length;
  }

  /** A node is about to be killed. */
  nodeFault(fault: string): void {
    this.#nodeFault = { fault, sinceMs: performance.now() };
    this.stalls.set(fault, [...(this.stalls.get(fault) ?? []), 0]);
  }

  /** The next request in a cell that `dispatcher` leads. */
  nextRideOf(dispatcher: string): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited.set(dispatcher, () => {
        this.#awaited.delete(dispatcher);
        resolve();
      });
    });
  }
}
