import type { Client, Session } from '../../src/client/index.js';
import { op } from '../../src/client/index.js';
import { checkLock, type LockCheck } from '../checkers/lock.js';
import type { Json } from '../history/types.js';
import type { Holding } from './holding.js';
import { NoEffect, observed, operate } from './operate.js';
import { patience } from './patience.js';
import { queueOf } from './queue.js';
import { Resource } from './resource.js';
import { byService } from './service-lock.js';
import { settled } from './settled.js';
import type { Random, Worker, Workload, World } from './types.js';

const WORKERS = 5;
const LOCKS = 2;
const TTL_SECONDS = 2;
/** How long a lock may stay taken when everybody has released it. */
const LATE_MS = 8_000;
/** Of a holder's pieces of work. */
const LONG_WORK = 0.05;
/** Processes that tell of lost locks. */
const WITNESSES = 10_000;

export const lock: Workload = {
  name: 'lock',
  what: 'locks with fencing tokens guard resources: no write of a former holder is taken',
  create: (world) => new LockRun(world, { fenced: true, acquire: byLibrary }),
};

export const lockService: Workload = {
  name: 'lock-service',
  what: "the same with the server's own lock service, as other clients use it",
  create: (world) => new LockRun(world, { fenced: true, acquire: byService }),
};

export const unfencedLock: Workload = {
  name: 'lock-unfenced',
  what: 'the same without tokens: a holder that stood still overwrites what its successor did (expected to fail)',
  create: (world) => new LockRun(world, { fenced: false, acquire: byLibrary }),
};

/** Most work is short; what takes longer than a lease is when a holder has to know that it lost its lock. */
const workMs = (random: Random): number =>
  random.float() < LONG_WORK ? 200 + random.below(3_000) : 5 + random.below(60);

interface Style {
  /** Resources compare tokens. */
  readonly fenced: boolean;
  acquire(client: Client, name: string, session: Session, timeoutMs: number): Promise<Holding>;
}

const byLibrary: Style['acquire'] = (client, name, session, timeoutMs) =>
  client.lock.acquire(name, session, { timeoutMs });

interface Place {
  readonly client: Client;
  readonly machine: string;
  session: Session | undefined;
}

class LockRun {
  readonly workers = WORKERS;
  readonly #world: World;
  readonly #style: Style;
  readonly #places: Place[];
  readonly #resources = new Map<string, Resource>();

  constructor(world: World, style: Style) {
    this.#world = world;
    this.#style = style;
    this.#places = Array.from({ length: WORKERS }, (_, i) => {
      const machine = `c${i}`;
      return { client: world.client(machine), machine, session: undefined };
    });
    for (let i = 0; i < LOCKS; i++) this.#resources.set(`lock${i}`, new Resource(style.fenced));
  }

  async prepare(): Promise<void> {}

  async step(worker: Worker): Promise<void> {
    const place = this.#places[worker.number] as Place;
    const session = await this.#session(place);
    if (session === undefined) return;
    const name = `lock${this.#world.random.below(LOCKS)}`;
    let held: Holding | undefined;
    await operate(this.#world, worker, 'acquire', { lock: name }, 'read', async () => {
      held = await this.#style.acquire(place.client, name, session, patience(this.#world));
      this.#witness(worker, name, held);
      return { lock: name, token: held.token };
    });
    if (held === undefined) return;
    await this.#hold(worker, place, name, held);
  }

  async #session(place: Place): Promise<Session | undefined> {
    if (place.session?.alive === true) return place.session;
    place.session = await place.client.lease.session(TTL_SECONDS).catch(() => undefined);
    return place.session;
  }

  /** Notes when the holder is told that it holds it no more. */
  #witness(worker: Worker, name: string, held: Holding): void {
    const tell = (): void =>
      observed(this.#world, WITNESSES + worker.number, 'lost', { lock: name, token: held.token });
    if (held.signal.aborted) tell();
    else held.signal.addEventListener('abort', tell, { once: true });
  }

  async #hold(worker: Worker, place: Place, name: string, held: Holding): Promise<void> {
    const { random } = this.#world;
    for (let writes = 1 + random.below(4); writes > 0 && held.held; writes--) {
      await this.#world.machineSleep(place.machine, workMs(random));
      if (!held.held) break;
      if (this.#style.fenced && random.float() < 0.5) await this.#writeInStore(worker, place, name, held);
      else await this.#writeOutside(worker, place, name, held);
    }
    const { token } = held;
    await operate(this.#world, worker, 'release', { lock: name, token }, 'write', async () => {
      await held.release();
      return { lock: name, token };
    });
  }

  /** A resource that is a key of the store: the transaction compares the token. */
  async #writeInStore(worker: Worker, place: Place, name: string, held: Holding): Promise<void> {
    const input = { lock: `${name} (key)`, token: held.token, fenced: true };
    await operate(this.#world, worker, 'write', input, 'write', async () => {
      const txn = place.client.kv
        .txn()
        .if(held.guard())
        .do(op.put(`guarded/${name}`, String(held.token)));
      const { succeeded, header } = await txn.commit();
      if (!succeeded) throw new NoEffect('stale token');
      return { ...input, order: header?.revision ?? 0 };
    });
  }

  /** A resource outside the store, some way off: the holder may stand still before its write arrives. */
  async #writeOutside(worker: Worker, place: Place, name: string, held: Holding): Promise<void> {
    const input = { lock: name, token: held.token, fenced: this.#style.fenced };
    await operate(this.#world, worker, 'write', input, 'write', async (): Promise<Json> => {
      await this.#world.machineSleep(place.machine, 1 + this.#world.random.below(10));
      const order = this.#resources.get(name)?.write(held.token);
      if (order === undefined) throw new NoEffect('stale token');
      return { ...input, order };
    });
  }

  /** Nobody holds anything any more, and sessions live: whoever comes gets every lock soon. */
  async finish(): Promise<void> {
    const client = this.#world.client('late');
    const session = await settled(this.#world, () => client.lease.session(TTL_SECONDS));
    for (let i = 0; i < LOCKS; i++) {
      const late = { timeoutMs: LATE_MS };
      const held = await client.lock.acquire(`lock${i}`, session, late).catch(async (error: Error) => {
        const queue = await queueOf(client, `lock${i}`);
        throw new Error(
          `lock${i} is not free though all holders have released it: ${error.message}; there is ${queue}`,
        );
      });
      // If this fails it goes on in the background.
      await held.release().catch(() => {});
    }
    session.abandon();
    for (const { session } of this.#places) session?.abandon();
  }

  check(history: Parameters<ReturnType<typeof checkLock>>[0]) {
    const checks: LockCheck[] = ['tokens'];
    if (!this.#style.fenced) checks.push('unfenced');
    // A process that stands still cannot be told that it has lost its lock.
    const believes = !['freezeClient', 'wildDrift'].some((kind) => this.#world.faults.has(kind as 'wildDrift'));
    if (believes) checks.push('exclusion');
    return checks.map((kind) => checkLock(kind)(history));
  }
}
