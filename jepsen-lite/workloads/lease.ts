import type { Client } from '../../src/client/index.js';
import { Code, RpcError } from '../../src/errors.js';
import { checkLease } from '../checkers/lease.js';
import type { History, Json } from '../history/types.js';
import { NoEffect, operate } from './operate.js';
import type { Worker, Workload, World } from './types.js';

const WORKERS = 5;
const TTL_SECONDS = 2;
/** Of the renewals, those that come about when the lease ends. */
const LAST_MOMENT = 0.15;
/** How much clocks may differ in rate within the bound that is promised: two of them, both ways. */
const RATE_BOUND = 0.045;
/** After the last possible renewal, healed: a new leader grants a full TTL, elections take their time. */
const SLACK_MS = 12_000;

/** How many different places its keys go to, besides the first: partitions, if there are several. */
const PLACES = 6;

/** What a worker does with its present lease. */
interface Held {
  readonly id: bigint;
  /** Those whose attachment was tried, and of them those that were attached. */
  readonly keys: string[];
  readonly attached: string[];
  /** Renewals and looks that are still to come; then it lets the lease run out, or revokes it. */
  left: number;
  over: boolean;
}

export const lease: Workload = {
  name: 'lease',
  what: 'leases with keys are kept alive, revoked, or let run out: never early, and their keys go with them',
  create: (world) => new LeaseRun(world),
};

class LeaseRun {
  readonly workers = WORKERS;
  readonly #world: World;
  readonly #clients: Client[];
  readonly #held: (Held | undefined)[] = [];
  readonly #all: Held[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#clients = Array.from({ length: WORKERS }, (_, i) => world.client(`c${i}`));
  }

  async prepare(): Promise<void> {}

  async step(worker: Worker): Promise<void> {
    const { random } = this.#world;
    const held = this.#held[worker.number];
    if (held === undefined) await this.#grant(worker);
    else if (random.float() < 0.3) await this.#attachSomewhere(worker, held);
    else if (held.left-- > 0) await (random.float() < 0.5 ? this.#keepAlive : this.#look).call(this, worker, held);
    else if (!held.over) await this.#letGo(worker, held);
    else await this.#look(worker, held);
    await this.#world.sleep(random.below(250));
  }

  async #grant(worker: Worker): Promise<void> {
    const client = this.#clients[worker.number] as Client;
    const id = BigInt(this.#all.length + 1) * 1_000n + BigInt(worker.number);
    const held: Held = { id, keys: [], attached: [], left: this.#world.random.below(10), over: false };
    this.#all.push(held);
    const name = String(id);
    const granted = await operate(
      this.#world,
      worker,
      'grant',
      { lease: name, ttlMs: TTL_SECONDS * 1_000 },
      'write',
      async () => {
        const { ttlSeconds } = await client.lease.grant(TTL_SECONDS, { id });
        return { lease: name, ttlMs: ttlSeconds * 1_000 };
      },
    );
    if (granted === undefined) return;
    if (await this.#attach(worker, held, `lease/${id}`)) this.#held[worker.number] = held;
  }

  async #attach(worker: Worker, held: Held, key: string): Promise<boolean> {
    const client = this.#clients[worker.number] as Client;
    const input = { lease: String(held.id), key };
    held.keys.push(key);
    const attached = await operate(this.#world, worker, 'attach', input, 'write', async () => {
      const { revision } = await client.kv.put(key, 'x', { lease: held.id });
      return { ...input, revision };
    });
    if (attached !== undefined) held.attached.push(key);
    return attached !== undefined;
  }

  /** Also to the lease of another worker, who may be ending it right now. */
  async #attachSomewhere(worker: Worker, own: Held): Promise<void> {
    const { random } = this.#world;
    const other = this.#held[random.below(WORKERS)];
    const held = random.float() < 0.4 && other !== undefined ? other : own;
    await this.#attach(worker, held, `lease-${random.below(PLACES)}/${held.id}-${held.keys.length}`);
  }

  async #keepAlive(worker: Worker, held: Held): Promise<void> {
    const client = this.#clients[worker.number] as Client;
    const name = String(held.id);
    const { random } = this.#world;
    // At the last moment, now and then: while the end is being decided.
    if (random.float() < LAST_MOMENT) await this.#world.sleep(TTL_SECONDS * 1_000 - 150 + random.below(300));
    const answer = await operate(this.#world, worker, 'keepalive', { lease: name }, 'write', async () => {
      const ttlSeconds = await client.lease.keepAliveOnce(held.id, 1_500);
      return { lease: name, ttlMs: ttlSeconds * 1_000 };
    });
    if (answer === undefined || (answer as { ttlMs: number }).ttlMs > 0) return;
    held.left = 0;
    held.over = true;
  }

  async #look(worker: Worker, held: Held): Promise<void> {
    const key = held.attached[this.#world.random.below(held.attached.length)] as string;
    const answer = await this.#check(worker, held, key);
    if (answer !== undefined && !(answer as { present: boolean }).present) this.#held[worker.number] = undefined;
  }

  #check(worker: Worker, held: Held, key: string, final = false): Promise<Json | undefined> {
    const client = this.#clients[worker.number] as Client;
    const input = { lease: String(held.id), key, ...(final && { final }) };
    return operate(this.#world, worker, 'check', input, 'read', async () => {
      const found = await client.kv.get(key);
      return { ...input, present: found !== undefined };
    });
  }

  /** Sometimes revokes it; else looks on while it runs out. */
  async #letGo(worker: Worker, held: Held): Promise<void> {
    held.over = true;
    if (this.#world.random.float() > 0.3) return;
    const client = this.#clients[worker.number] as Client;
    const name = String(held.id);
    await operate(this.#world, worker, 'revoke', { lease: name }, 'write', async () => {
      await client.lease.revoke(held.id).catch((error: unknown) => {
        if (error instanceof RpcError && error.code === Code.notFound) throw new NoEffect('it is gone already');
        throw error;
      });
      return { lease: name };
    });
  }

  /** Nobody renews any more: all of them end, and no key stays. */
  async finish(): Promise<void> {
    await this.#world.sleep(SLACK_MS + TTL_SECONDS * 1_000);
    for (const [i, held] of this.#all.entries()) {
      const worker = { number: i % WORKERS, process: 10_000 + i, retire: () => {} };
      for (const key of held.keys) await this.#check(worker, held, key, true);
    }
  }

  check(history: History) {
    const wild = this.#world.faults.has('wildDrift');
    // With clocks beyond the bound nothing is promised about times; that keys go with their leases is.
    return [checkLease({ slackMs: SLACK_MS, rateBound: wild ? 1 : RATE_BOUND })(history)];
  }
}
