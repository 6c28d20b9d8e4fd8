import type { Event } from '../../proto/gen/kv.js';
import { EventType, type KeyValue } from '../../proto/gen/kv.js';
import { type Client, op, prefixEnd, WatchCompactedError, type Watcher } from '../../src/client/index.js';
import { checkWatch } from '../checkers/watch.js';
import type { History, Json } from '../history/types.js';
import { observed, operate } from './operate.js';
import type { Worker, Workload, World } from './types.js';

const WRITERS = 4;
const WATCHERS = 2;
const KEYS = 6;
/** Of the keys of a cluster with several partitions: they lie in different ones, and one range holds them all. */
const PLACES = 4;
const WATCHING = 20_000;
/** How long a watcher may take to see everything once the cluster is whole. */
const CATCH_UP_MS = 15_000;

/** Of the writes, with several partitions: how many may have keys in more than one. */
const SPREADS = 0.2;
/** Of the writers' steps, with several partitions: how many ask a watcher's server for its progress. */
const ASKS = 0.1;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
/** All keys begin with it. */
const prefixOf = ({ partitions }: World): string => (partitions > 1 ? 'watch-' : 'watch/');

export const watch: Workload = {
  name: 'watch',
  what: 'two watchers of all keys: every event once, in order, transactions whole, equal to the state',
  create: (world) => new WatchRun(world),
};

class WatchRun {
  readonly workers = WRITERS;
  readonly #world: World;
  readonly #prefix: string;
  readonly #clients: Client[];
  readonly #watchers: Watching[];
  readonly #end = new AbortController();
  #values = 0;

  constructor(world: World) {
    this.#world = world;
    this.#prefix = prefixOf(world);
    this.#clients = Array.from({ length: WRITERS }, (_, i) => world.client(`c${i}`));
    this.#watchers = Array.from(
      { length: WATCHERS },
      (_, i) => new Watching(world, i, world.client(`c${WRITERS + i}`), this.#end.signal),
    );
  }

  async prepare(): Promise<void> {
    for (const watcher of this.#watchers) void watcher.run();
  }

  async step(worker: Worker): Promise<void> {
    const { random, partitions } = this.#world;
    const puts: [string, string][] = [];
    const deletes: string[] = [];
    if (partitions > 1 && random.float() < ASKS) this.#watchers[random.below(WATCHERS)]?.askProgress();
    const place = (): string => (partitions > 1 ? `${random.below(PLACES)}/` : '');
    const one = place();
    const spreads = partitions > 1 && random.float() < SPREADS;
    const keys = { length: 1 + random.below(4) };
    const names = new Set(Array.from(keys, () => `${spreads ? place() : one}k${random.below(KEYS)}`));
    for (const name of names) {
      if (random.float() < 0.7) puts.push([name, `v${++this.#values}`]);
      else deletes.push(name);
    }
    await operate(this.#world, worker, 'write', { puts, deletes }, 'write', () =>
      this.#write(this.#clients[worker.number] as Client, puts, deletes),
    );
  }

  async #write(client: Client, puts: readonly [string, string][], deletes: readonly string[]): Promise<Json> {
    const ops = [
      ...puts.map(([name, value]) => op.put(this.#prefix + name, value)),
      ...deletes.map((name) => op.delete(this.#prefix + name)),
    ];
    const { header, responses } = await client.kv
      .txn()
      .do(...ops)
      .commit();
    const deleted = responses.reduce((sum, r) => sum + (r.responseDeleteRange?.deleted ?? 0), 0);
    const changed = puts.length > 0 || deleted > 0;
    return { puts, deletes, deleted, revision: changed ? (header?.revision ?? 0) : null };
  }

  async finish(): Promise<void> {
    const client = this.#clients[0] as Client;
    const last: Worker = { number: 0, process: 10_000, retire: () => {} };
    const puts: [string, string][] = [[this.#world.partitions > 1 ? '0/end' : 'end', 'end']];
    await operate(this.#world, last, 'write', { puts, deletes: [] }, 'write', () => this.#write(client, puts, []));
    const { header, kvs } = await client.kv.prefix(this.#prefix);
    const revision = header?.revision ?? 0;
    const newest = Math.max(...kvs.map((kv) => kv.modRevision));
    for (let waited = 0; waited < CATCH_UP_MS && this.#watchers.some((w) => w.revision < newest); waited += 100) {
      await this.#world.sleep(100);
    }
    this.#end.abort();
    observed(this.#world, 10_001, 'final', { revision, kvs: kvs.map((kv) => stateOf(kv, this.#prefix)) });
  }

  check(history: History) {
    return [checkWatch(history)];
  }
}

/** One watcher: goes on from where it was, again and again. */
class Watching {
  /** Everything up to here was delivered. */
  revision = 0;
  readonly #world: World;
  readonly #number: number;
  readonly #client: Client;
  readonly #signal: AbortSignal;
  readonly #prefix: string;
  #watching: Watcher | undefined;

  constructor(world: World, number: number, client: Client, signal: AbortSignal) {
    this.#world = world;
    this.#number = number;
    this.#client = client;
    this.#signal = signal;
    this.#prefix = prefixOf(world);
  }

  /** The answer is a batch without events: whatever comes after it must be newer than it tells. */
  askProgress(): void {
    this.#watching?.requestProgress();
  }

  async run(): Promise<void> {
    let begin: 'begin' | 'reset' | undefined = 'begin';
    while (!this.#signal.aborted) {
      try {
        if (begin !== undefined) await this.#readState(begin);
        begin = undefined;
        await this.#follow();
      } catch (error) {
        if (error instanceof WatchCompactedError) begin = 'reset';
        else begin = this.revision === 0 ? 'begin' : undefined;
        await this.#world.sleep(50);
      }
    }
  }

  #tell(f: string, value: { readonly [key: string]: Json }): void {
    observed(this.#world, WATCHING + this.#number, f, { watcher: this.#number, ...value });
  }

  async #readState(f: 'begin' | 'reset'): Promise<void> {
    const { header, kvs } = await this.#client.kv.prefix(this.#prefix);
    const revision = header?.revision ?? 0;
    this.revision = Math.max(this.revision, revision);
    this.#tell(f, { revision, kvs: kvs.map((kv) => stateOf(kv, this.#prefix)) });
  }

  /** Now and then it stops and begins again, to see that nothing is lost or comes twice between. */
  async #follow(): Promise<void> {
    let batches = 1 + this.#world.random.below(60);
    const options = { startRevision: this.revision + 1, prevKv: true, signal: this.#signal };
    const watching = this.#client.watch.range(this.#prefix, prefixEnd(Buffer.from(this.#prefix)), options);
    this.#watching = watching;
    for await (const batch of watching) {
      this.revision = batch.revision;
      this.#tell('events', {
        revision: batch.revision,
        events: batch.events.map((event) => eventOf(event, this.#prefix)),
      });
      if (--batches === 0) break;
    }
  }
}

const nameOf = (kv: KeyValue, prefix: string): string => text(kv.key).slice(prefix.length);

const stateOf = (kv: KeyValue, prefix: string): Json => [
  nameOf(kv, prefix),
  text(kv.value),
  kv.modRevision,
  kv.createRevision,
  kv.version,
];

function eventOf(event: Event, prefix: string): Json {
  const kv = event.kv as KeyValue;
  const isPut = event.type === EventType.PUT;
  const { prevKv } = event;
  return {
    type: isPut ? 'put' : 'delete',
    key: nameOf(kv, prefix),
    value: isPut ? text(kv.value) : null,
    modRevision: kv.modRevision,
    createRevision: kv.createRevision,
    version: kv.version,
    prev: prevKv === undefined ? null : { value: text(prevKv.value), modRevision: prevKv.modRevision },
  };
}
