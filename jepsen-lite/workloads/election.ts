import type { Client, Leadership, Session } from '../../src/client/index.js';
import { checkElection } from '../checkers/election.js';
import type { History } from '../history/types.js';
import { observed, operate } from './operate.js';
import { patience } from './patience.js';
import { queueOf } from './queue.js';
import { settled } from './settled.js';
import type { Worker, Workload, World } from './types.js';

const WORKERS = 5;
/** Of the workers: ask who leads instead of standing for election. */
const ASKING = 1;
const ELECTIONS = 2;
const OBSERVERS = 2;
const TTL_SECONDS = 2;
/** How long an election may stay decided when everybody has resigned. */
const LATE_MS = 8_000;
const WITNESSES = 10_000;
const OBSERVING = 20_000;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

export const election: Workload = {
  name: 'election',
  what: 'candidates campaign, lead and resign while others observe: leaders follow each other in order',
  create: (world) => new ElectionRun(world),
};

class ElectionRun {
  readonly workers = WORKERS;
  readonly #world: World;
  readonly #clients: Client[];
  readonly #sessions: (Session | undefined)[] = [];
  readonly #end = new AbortController();
  #campaigns = 0;

  constructor(world: World) {
    this.#world = world;
    this.#clients = Array.from({ length: WORKERS }, (_, i) => world.client(`c${i}`));
  }

  async prepare(): Promise<void> {
    for (let i = 0; i < OBSERVERS; i++) void this.#observe(i, `e${i % ELECTIONS}`, this.#world.client(`c${i}`));
  }

  /** Until the end, whatever happens to connections and members. */
  async #observe(observer: number, name: string, client: Client): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        for await (const { kv, header } of client.election.observations(name, { signal })) {
          observed(this.#world, OBSERVING + observer, 'observe', {
            election: name,
            observer,
            candidate: text(kv.value),
            token: kv.createRevision,
            revision: header?.revision ?? 0,
          });
        }
      } catch {
        await this.#world.sleep(100);
      }
    }
  }

  async step(worker: Worker): Promise<void> {
    const name = `e${this.#world.random.below(ELECTIONS)}`;
    if (worker.number < ASKING) return this.#ask(worker, name);
    const client = this.#clients[worker.number] as Client;
    const session = await this.#session(worker.number, client);
    if (session === undefined) return;
    const candidate = `p${worker.number}-${++this.#campaigns}`;
    let leadership: Leadership | undefined;
    await operate(this.#world, worker, 'campaign', { election: name, candidate }, 'read', async () => {
      leadership = await client.election.campaign(name, candidate, session, { timeoutMs: patience(this.#world) });
      this.#witness(worker, name, leadership);
      return { election: name, candidate, token: leadership.token };
    });
    if (leadership !== undefined) await this.#lead(worker, name, leadership);
  }

  async #session(number: number, client: Client): Promise<Session | undefined> {
    const session = this.#sessions[number];
    if (session?.alive === true) return session;
    this.#sessions[number] = await client.lease.session(TTL_SECONDS).catch(() => undefined);
    return this.#sessions[number];
  }

  #witness(worker: Worker, name: string, held: Leadership): void {
    const value = { election: name, token: held.token };
    const tell = (): void => observed(this.#world, WITNESSES + worker.number, 'lost', value);
    if (held.signal.aborted) tell();
    else held.signal.addEventListener('abort', tell, { once: true });
  }

  async #lead(worker: Worker, name: string, leadership: Leadership): Promise<void> {
    await this.#world.machineSleep(`c${worker.number}`, 20 + this.#world.random.below(200));
    const { token } = leadership;
    await operate(this.#world, worker, 'resign', { election: name, token }, 'write', async () => {
      await leadership.resign();
      return { election: name, token };
    });
  }

  async #ask(worker: Worker, name: string): Promise<void> {
    const client = this.#clients[worker.number] as Client;
    await operate(this.#world, worker, 'leader', { election: name }, 'read', async () => {
      const { header, kvs } = await client.kv.prefix(`${name}/`, { sortBy: 'CREATE', order: 'ascend', limit: 1 });
      const found = kvs[0];
      return {
        election: name,
        candidate: found === undefined ? null : text(found.value),
        token: found?.createRevision ?? null,
        revision: header?.revision ?? 0,
      };
    });
  }

  /** Nobody stands any more, and sessions live: a newcomer leads every election soon. */
  async finish(): Promise<void> {
    this.#end.abort();
    const client = this.#world.client('late');
    const session = await settled(this.#world, () => client.lease.session(TTL_SECONDS));
    for (let i = 0; i < ELECTIONS; i++) {
      const late = { timeoutMs: LATE_MS };
      const leadership = await client.election.campaign(`e${i}`, 'late', session, late).catch(async (error: Error) => {
        const queue = await queueOf(client, `e${i}`);
        throw new Error(`nobody can lead e${i} though all have resigned: ${error.message}; there is ${queue}`);
      });
      // If this fails it goes on in the background.
      await leadership.resign().catch(() => {});
    }
    session.abandon();
    for (const session of this.#sessions) session?.abandon();
  }

  check(history: History) {
    const believes = !this.#world.faults.has('freezeClient') && !this.#world.faults.has('wildDrift');
    const verdicts = [checkElection({ exclusion: false })(history)];
    if (believes) verdicts.push(checkElection({ exclusion: true })(history));
    return verdicts;
  }
}
