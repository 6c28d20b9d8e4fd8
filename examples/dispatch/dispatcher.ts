// One dispatcher, a process of its own: stands for its cells, and assigns the rides of those that it
// leads. Every assignment is a transaction guarded by the leader's token, so that a dispatcher that
// lost its cell without noticing (a long pause, say) can not assign anything any more.

import { Client, type KeyValue, type Leadership, op, type Session, when } from '../../src/client/index.js';
import { type Assignment, assignedKey, electionName, rideKey, segments } from './keys.js';
import type { FromDispatcher, ToDispatcher } from './messages.js';

/** How long a standby waits at the start before it queues behind the preferred dispatcher of a cell. */
const STANDBY_DELAY_MS = 700;
const RETRY_MS = 100;
const SESSION_TTL_SECONDS = 2;
/** Choosing a vehicle takes time: a pause in the middle of it is what makes a write stale. */
const MATCHING_MS = 120;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const tell = (message: FromDispatcher): void => {
  process.send?.(message);
};

class Dispatcher {
  readonly #name: string;
  readonly #client: Client;
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #led = new Map<string, Leadership>();
  /** Rides that are being assigned, by cell. */
  readonly #busy = new Map<string, Set<string>>();
  #vehicle = 0;

  constructor(name: string, endpoints: readonly string[], cells: readonly { cell: string; rank: number }[]) {
    this.#name = name;
    this.#client = new Client({ endpoints, callTimeoutMs: 3_000 });
    this.#ranks = new Map(cells.map(({ cell, rank }) => [cell, rank]));
    for (const { cell } of cells) this.#busy.set(cell, new Set());
  }

  async run(): Promise<void> {
    void this.#followRides();
    for (let first = true; ; first = false) {
      try {
        await this.#serve(await this.#client.lease.session(SESSION_TTL_SECONDS), first);
      } catch (error) {
        this.#trouble('session', error);
      }
      await pause(RETRY_MS);
    }
  }

  #trouble(what: string, error: unknown): void {
    tell({ type: 'trouble', text: `${this.#name}: ${what}: ${error instanceof Error ? error.message : error}` });
  }

  /** Stands for every cell under one session, until that is lost. */
  async #serve(session: Session, first: boolean): Promise<void> {
    const campaigns = [...this.#ranks].map(async ([cell, rank]) => {
      if (first && rank > 0) await pause(STANDBY_DELAY_MS);
      await this.#stand(cell, session);
    });
    await Promise.all(campaigns);
    if (!session.signal.aborted)
      await new Promise<void>((lost) => session.signal.addEventListener('abort', () => lost(), { once: true }));
    this.#led.clear();
  }

  async #stand(cell: string, session: Session): Promise<void> {
    while (!session.signal.aborted) {
      try {
        const leadership = await this.#client.election.campaign(electionName(cell), this.#name, session);
        this.#led.set(cell, leadership);
        await this.#catchUp(cell);
        return;
      } catch (error) {
        if (session.signal.aborted) return;
        this.#trouble(`cell ${cell}`, error);
        await pause(RETRY_MS);
      }
    }
  }

  /** Requests that came while nobody, or somebody else, led the cell. */
  async #catchUp(cell: string): Promise<void> {
    const [rides, assigned] = await Promise.all([
      this.#client.kv.prefix(rideKey(cell, ''), { keysOnly: true }),
      this.#client.kv.prefix(assignedKey(cell, ''), { keysOnly: true }),
    ]);
    const done = new Set(assigned.kvs.map((kv) => segments(kv.key).rest));
    for (const kv of rides.kvs) {
      const ride = segments(kv.key).rest;
      if (!done.has(ride)) void this.#assign(cell, ride);
    }
  }

  async #followRides(): Promise<void> {
    for (;;) {
      try {
        for await (const batch of this.#client.watch.prefix('rides/', { ignoreDeletes: true })) {
          for (const event of batch.events) {
            if (event.kv === undefined) continue;
            const { cell, rest } = segments(event.kv.key);
            if (this.#led.has(cell)) void this.#assign(cell, rest);
          }
        }
      } catch (error) {
        this.#trouble('rides', error);
        await pause(RETRY_MS);
      }
    }
  }

  async #assign(cell: string, ride: string): Promise<void> {
    const busy = this.#busy.get(cell);
    if (busy === undefined || busy.has(ride)) return;
    busy.add(ride);
    try {
      while (await this.#tryAssign(cell, ride)) await pause(RETRY_MS);
    } finally {
      busy.delete(ride);
    }
  }

  /** True when it should be tried again. */
  async #tryAssign(cell: string, ride: string): Promise<boolean> {
    const leadership = this.#led.get(cell);
    if (leadership === undefined) return false;
    await pause(MATCHING_MS);
    const vehicle = `${this.#name}-car-${++this.#vehicle}`;
    const assignment: Assignment = { dispatcher: this.#name, token: leadership.token, vehicle };
    const key = assignedKey(cell, ride);
    try {
      // Deliberately without a look at `leadership.held`: the guard alone has to do.
      const answer = await this.#client.kv
        .txn()
        .if(leadership.guard(), when.missing(key))
        .do(op.put(key, JSON.stringify(assignment)))
        .else(op.get(leadership.key))
        .commit();
      if (!answer.succeeded && !leads(leadership, answer.responses[0]?.responseRange?.kvs[0]))
        tell({ type: 'refused', dispatcher: this.#name, cell, ride, token: leadership.token });
      return false;
    } catch {
      // The outcome is open; the guard and the condition make the repetition harmless.
      return true;
    }
  }
}

/** Whether the leader's key is still the one that was won; if not, the write was a former leader's. */
const leads = (leadership: Leadership, now: KeyValue | undefined): boolean => now?.createRevision === leadership.token;

process.once('message', (start: ToDispatcher) => {
  void new Dispatcher(start.name, start.endpoints, start.cells).run();
});
// The parent is gone: nobody would ever end this process.
process.on('disconnect', () => process.exit(0));
