// The geo-cell dispatch demo: a city's cells, each led by one dispatcher under a lease; rides that only
// a cell's leader may assign; faults all the while; and the proof at the end.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { LocalCluster } from '../../cli/kvctl/cluster/local-cluster.js';
import { Client } from '../../src/client/index.js';
import { ConfigError } from '../../src/errors.js';
import { cityCells } from './city.js';
import { FAULTS, inject, type Scene } from './faults.js';
import { Fleet } from './fleet.js';
import { rideKey } from './keys.js';
import { Observer } from './observer.js';
import { type Proof, prove } from './proof.js';
import { report } from './report.js';
import { rideStream } from './rides.js';

interface Options {
  readonly seconds: number;
  readonly seed: number;
  readonly cells: number;
  readonly dispatchers: number;
  readonly rate: number;
  readonly nodes: number;
  readonly endpoints?: string;
}

const FAULT_EVERY_MS = 6_000;
const SETTLE_MS = 30_000;
const POLL_MS = 100;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('write a positive whole number');
  return value;
}

/** One line that is rewritten on a terminal; elsewhere only events are printed. */
class Screen {
  #status = '';

  status(text: string): void {
    this.#status = text;
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${text}`);
  }

  say(line: string): void {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${line}\n${this.#status}`);
    else process.stdout.write(`${line}\n`);
  }
}

async function waitFor(what: string, timeoutMs: number, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`timed out: ${what}`);
    await pause(POLL_MS);
  }
}

class Demo {
  readonly #options: Options;
  readonly #screen = new Screen();
  readonly #cells: string[];
  readonly #observer = new Observer();
  #folder: string | undefined;
  #cluster: LocalCluster | undefined;
  #client: Client | undefined;
  #fleet: Fleet | undefined;
  #random = 1;

  constructor(options: Options) {
    this.#options = options;
    this.#cells = cityCells(options.cells);
    this.#random = options.seed;
  }

  async run(): Promise<boolean> {
    const endpoints = await this.#endpoints();
    const client = new Client({ endpoints });
    this.#client = client;
    const from = ((await client.kv.prefix('', { limit: 1, keysOnly: true })).header?.revision ?? 0) + 1;
    if (from > 2) throw new ConfigError('the demo proves its claim from the whole history: it needs an empty cluster');
    const following = this.#observer.follow(client, from).catch(() => {});
    const fleet = new Fleet(this.#options.dispatchers, endpoints, this.#cells);
    this.#fleet = fleet;
    fleet.start();
    this.#screen.say(
      `${this.#cells.length} cells of Vienna, ${fleet.names.length} dispatchers, ${endpoints.length} nodes`,
    );
    await waitFor('every cell has a leader', SETTLE_MS, () => this.#observer.ledCells === this.#cells.length);
    this.#screen.say('every cell has a leader; rides begin');
    await this.#traffic(client, fleet);
    await waitFor('every ride is assigned', SETTLE_MS, () => this.#observer.assigned >= this.#observer.rides);
    this.#screen.status('');
    const proof: Proof = await prove(client);
    client.close();
    await following;
    process.stdout.write(`\n${report(this.#observer, fleet, proof, this.#options.seed)}`);
    return proof.violations.length === 0;
  }

  async #endpoints(): Promise<string[]> {
    if (this.#options.endpoints !== undefined) return this.#options.endpoints.split(',');
    this.#folder = mkdtempSync(join(tmpdir(), 'hexkeep-demo-'));
    this.#screen.say(`starting ${this.#options.nodes} nodes in ${this.#folder}`);
    this.#cluster = await LocalCluster.up(this.#folder, { nodes: this.#options.nodes, basePort: 0 });
    return this.#cluster.endpoints;
  }

  /** Rides at a steady rate, and a fault every few seconds. */
  async #traffic(client: Client, fleet: Fleet): Promise<void> {
    const end = Date.now() + this.#options.seconds * 1_000;
    const faults = this.#faults(end - FAULT_EVERY_MS, fleet);
    const stream = rideStream(this.#options.seed, new Set(this.#cells));
    const puts: Promise<void>[] = [];
    while (Date.now() < end) {
      puts.push(this.#ask(client, stream.next().value));
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1_000));
      const { rides, assigned } = this.#observer;
      this.#screen.status(`${left} s left · ${rides} rides · ${assigned} assigned · ${fleet.running} dispatchers`);
      await pause(1_000 / this.#options.rate);
    }
    await faults;
    await Promise.all(puts);
  }

  /** A request is repeated until it is stored: the same key and value, so twice does no harm. */
  async #ask(client: Client, ride: { id: string; cell: string }): Promise<void> {
    for (;;) {
      try {
        await client.kv
          .txn()
          .if({ key: Buffer.from(rideKey(ride.cell, ride.id)), target: 0, result: 0, version: 0 })
          .do({
            requestPut: { key: Buffer.from(rideKey(ride.cell, ride.id)), value: Buffer.from(JSON.stringify(ride)) },
          })
          .commit();
        return;
      } catch {
        await pause(POLL_MS);
      }
    }
  }

  async #faults(until: number, fleet: Fleet): Promise<void> {
    const scene: Scene = {
      fleet,
      observer: this.#observer,
      cluster: this.#cluster,
      leader: () => this.#leadingNode(),
      say: (line) => this.#screen.say(line),
      random: () => this.#next(),
    };
    for (let i = 0; Date.now() < until; i++) {
      await pause(FAULT_EVERY_MS / 2);
      await inject(FAULTS[i % FAULTS.length] as (typeof FAULTS)[number], scene);
      await pause(FAULT_EVERY_MS / 2);
    }
  }

  #next(): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    return this.#random / 4294967296;
  }

  async #leadingNode(): Promise<string | undefined> {
    const client = this.#client as Client;
    const [status, members] = await Promise.all([client.maintenance.status(), client.cluster.members()]);
    return members.find((m) => m.ID === status.leader)?.name;
  }

  async cleanUp(): Promise<void> {
    await this.#fleet?.stop();
    this.#client?.close();
    await this.#cluster?.down(true);
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

const program = new Command('dispatch')
  .description('Leads the H3 cells of a city under faults, and proves that no ride was assigned twice')
  .option('--seconds <n>', 'how long rides are asked for', positive, 50)
  .option('--seed <n>', 'seed of rides and faults', positive, 1)
  .option('--cells <n>', 'cells of the city, the inner ones first', positive, 80)
  .option('--dispatchers <n>', 'dispatcher processes', positive, 5)
  .option('--rate <n>', 'rides a second', positive, 25)
  .option('--nodes <n>', 'nodes of the cluster that it starts', positive, 3)
  .option('--endpoints <list>', 'use this empty cluster, and break no node of it');

const demo = new Demo(program.parse().opts<Options>());
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted) process.exit(130);
    interrupted = true;
    void demo.cleanUp().then(() => process.exit(130));
  });
}
try {
  const proven = await demo.run();
  await demo.cleanUp();
  process.exit(proven ? 0 : 1);
} catch (error) {
  process.stdout.write(`\ndispatch: ${error instanceof Error ? error.message : String(error)}\n`);
  await demo.cleanUp();
  process.exit(interrupted ? 130 : 2);
}
