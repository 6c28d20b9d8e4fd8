// One run: cluster, dispatchers, rides, faults, proof, and cleaning up whatever became of it.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalCluster } from '../../cli/kvctl/cluster/local-cluster.js';
import { Client, op, when } from '../../src/client/index.js';
import { ConfigError } from '../../src/errors.js';
import { cityCells } from './city.js';
import { FAULTS, inject, type Scene } from './faults.js';
import { Fleet } from './fleet.js';
import { rideKey } from './keys.js';
import { Observer } from './observer.js';
import type { Options } from './options.js';
import { prove } from './proof.js';
import { report } from './report.js';
import { generator, type Ride, rideStream } from './rides.js';
import { Screen } from './screen.js';

/** Quiet time around each fault, so that its effects are told from those of the next. */
const FAULT_GAP_MS = 3_000;
/** The last fault begins no later than that before the end. */
const LAST_FAULT_MS = 6_000;
const SETTLE_MS = 30_000;
const POLL_MS = 100;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function waitFor(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited ${SETTLE_MS / 1_000} s in vain: ${what}`);
    await pause(POLL_MS);
  }
}

export class Demo {
  readonly #options: Options;
  readonly #screen = new Screen();
  readonly #cells: string[];
  readonly #observer = new Observer();
  readonly #random: () => number;
  #folder: string | undefined;
  #cluster: LocalCluster | undefined;
  #client: Client | undefined;
  #fleet: Fleet | undefined;
  #cleaning: Promise<void> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#cells = cityCells(options.cells);
    this.#random = generator(options.seed ^ 0x5eed);
  }

  /** True when the claim was proven. */
  async run(): Promise<boolean> {
    const endpoints = await this.#endpoints();
    const client = new Client({ endpoints });
    this.#client = client;
    const revision = (await client.kv.prefix('', { countOnly: true })).header?.revision ?? 0;
    if (revision > 1)
      throw new ConfigError('the demo proves its claim from the whole history: give it an empty cluster');
    // Should it break, nothing more is counted, and the waits below end the run.
    const following = this.#observer
      .follow(client, revision + 1)
      .catch((error: Error) => this.#screen.say(`watch: ${error.message}`));
    const fleet = new Fleet(this.#options.dispatchers, endpoints, this.#cells);
    this.#fleet = fleet;
    fleet.start();
    this.#screen.say(
      `${this.#cells.length} cells of Vienna, ${fleet.names.length} dispatchers, ${endpoints.length} nodes`,
    );
    await waitFor('every cell has a leader', () => this.#observer.ledCells === this.#cells.length);
    this.#screen.say('every cell has a leader; rides begin');
    await this.#traffic(client, fleet);
    await waitFor('every ride is assigned', () => this.#observer.assigned >= this.#observer.rides);
    await fleet.stop();
    this.#screen.clear();
    const proof = await prove(client);
    client.close();
    await following;
    process.stdout.write(`\n${report(this.#observer, fleet, proof, this.#options.seed)}`);
    return proof.violations.length === 0;
  }

  async #endpoints(): Promise<string[]> {
    const { endpoints, nodes } = this.#options;
    if (endpoints !== undefined) return endpoints.split(',');
    this.#folder = mkdtempSync(join(tmpdir(), 'hexkeep-demo-'));
    this.#screen.say(`starting ${nodes} nodes in ${this.#folder}`);
    this.#cluster = await LocalCluster.up(this.#folder, { nodes, basePort: 0 });
    return this.#cluster.endpoints;
  }

  /** Rides at a steady rate, and one fault after the other. */
  async #traffic(client: Client, fleet: Fleet): Promise<void> {
    const { seconds, seed, rate } = this.#options;
    const began = performance.now();
    const end = began + seconds * 1_000;
    const faults = this.#faults(end - LAST_FAULT_MS, fleet);
    const stream = rideStream(seed, new Set(this.#cells));
    const asked: Promise<void>[] = [];
    for (let n = 1; performance.now() < end; n++) {
      asked.push(this.#ask(client, stream.next().value));
      const { rides, assigned } = this.#observer;
      const [now, running] = [performance.now(), fleet.running.length];
      this.#screen.progress(
        (now - began) / (end - began),
        `${Math.max(0, Math.ceil((end - now) / 1_000))} s · ${rides} rides · ${assigned} assigned · ${rides - assigned} waiting · ${running} dispatchers · ${fleet.refused} stale writes refused`,
      );
      await pause(began + (n * 1_000) / rate - now);
    }
    await faults;
    await Promise.all(asked);
  }

  /** A request is repeated until it is stored; the condition makes the repetition harmless. */
  async #ask(client: Client, ride: Ride): Promise<void> {
    const key = rideKey(ride.cell, ride.id);
    const deadline = performance.now() + SETTLE_MS;
    for (;;) {
      try {
        await client.kv
          .txn()
          .if(when.missing(key))
          .do(op.put(key, JSON.stringify(ride)))
          .commit();
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
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
      random: this.#random,
    };
    await pause(FAULT_GAP_MS);
    for (let i = 0; performance.now() < until; i++) {
      await inject(FAULTS[i % FAULTS.length] as (typeof FAULTS)[number], scene);
      await pause(FAULT_GAP_MS);
    }
  }

  async #leadingNode(): Promise<string | undefined> {
    const client = this.#client as Client;
    const [status, members] = await Promise.all([client.maintenance.status(), client.cluster.members()]);
    return members.find((m) => m.ID === status.leader)?.name;
  }

  /** The last complaints of the dispatchers, for the case that a run fails. */
  get troubles(): readonly string[] {
    return this.#fleet?.troubles ?? [];
  }

  /** Ends every process and removes every file, however far the run came. May be called again. */
  cleanUp(): Promise<void> {
    this.#cleaning ??= this.#clean();
    return this.#cleaning;
  }

  async #clean(): Promise<void> {
    this.#screen.clear();
    await this.#fleet?.stop();
    this.#client?.close();
    const folder = this.#folder;
    if (folder === undefined) return;
    // While it is still starting, its record tells what runs.
    const record = existsSync(join(folder, 'cluster.json'));
    const cluster = this.#cluster ?? (record ? LocalCluster.open(folder) : undefined);
    await cluster?.down(true);
    rmSync(folder, { recursive: true, force: true });
  }
}
