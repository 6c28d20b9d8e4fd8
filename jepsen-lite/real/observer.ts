// Asks every node again and again what it takes itself for: who leads, and what changed when.

import { Client } from '../../src/client/index.js';
import type { NodeChange, NodeRole } from '../report/types.js';
import { sleep } from './wait.js';

const ASK_EVERY_MS = 100;
const ASK_MS = 500;

export interface Observed {
  readonly names: readonly string[];
  /** `host:port`, on a way that cuts of clients do not hit. */
  address(name: string): string;
  /** False also for one that never ran. */
  isRunning(name: string): boolean;
  isPaused(name: string): boolean;
}

interface View {
  readonly role: NodeRole;
  readonly term: number;
  readonly id: bigint;
}

export class Observer {
  readonly changes: NodeChange[] = [];
  readonly #cluster: Observed;
  readonly #nowMs: () => number;
  readonly #clients: ReadonlyMap<string, Client>;
  readonly #views = new Map<string, View>();
  readonly #loops: Promise<void>[] = [];
  #closed = false;

  constructor(cluster: Observed, nowMs: () => number) {
    this.#cluster = cluster;
    this.#nowMs = nowMs;
    const clientOf = (n: string): Client => new Client({ endpoints: [cluster.address(n)], callTimeoutMs: ASK_MS });
    this.#clients = new Map(cluster.names.map((n) => [n, clientOf(n)]));
  }

  start(): void {
    for (const name of this.#cluster.names) this.#loops.push(this.#watch(name));
  }

  /** For calls to exactly this node. */
  client(name: string): Client {
    return this.#clients.get(name) as Client;
  }

  /** The node that leads by its own word; the one of the highest term if several do. */
  get leader(): string | undefined {
    let found: { readonly name: string; readonly term: number } | undefined;
    for (const [name, { role, term }] of this.#views) {
      if (role === 'leader' && term >= (found?.term ?? 0)) found = { name, term };
    }
    return found?.name;
  }

  /** Zero while it was never reached. */
  memberId(name: string): bigint {
    return this.#views.get(name)?.id ?? 0n;
  }

  async #watch(name: string): Promise<void> {
    while (!this.#closed) {
      this.#note(name, await this.#look(name));
      await sleep(ASK_EVERY_MS);
    }
  }

  async #look(name: string): Promise<View> {
    const last = this.#views.get(name) ?? { role: 'down', term: 0, id: 0n };
    if (!this.#cluster.isRunning(name)) return { ...last, role: 'down' };
    if (this.#cluster.isPaused(name)) return { ...last, role: 'frozen' };
    try {
      const { leader, raftTerm, header } = await this.client(name).maintenance.status({ timeoutMs: ASK_MS });
      const id = header?.memberId ?? 0n;
      const role = leader === 0n ? 'candidate' : leader === id ? 'leader' : 'follower';
      return { role, term: Number(raftTerm), id };
    } catch {
      // It starts, or is busy: what was known of it before is all that is known.
      if (!this.#cluster.isRunning(name)) return { ...last, role: 'down' };
      return this.#cluster.isPaused(name) ? { ...last, role: 'frozen' } : last;
    }
  }

  #note(name: string, view: View): void {
    const last = this.#views.get(name);
    this.#views.set(name, view);
    if (last !== undefined && last.role === view.role && last.term === view.term) return;
    this.changes.push({ atMs: this.#nowMs(), node: name, role: view.role, term: view.term });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const client of this.#clients.values()) client.close();
    await Promise.all(this.#loops);
  }
}
