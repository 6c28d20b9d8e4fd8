// One simulated run: a safety phase with faults, then everything is healed and must work again.

import type { Client } from '../../src/client/index.js';
import { sleep } from '../../src/runtime/sleep.js';
import { SimNemesis } from '../nemesis/sim.js';
import type { FaultKind } from '../nemesis/types.js';
import type { NodeChange, NodeRole, RunResult, WorkloadResult } from '../report/types.js';
import { Driver } from '../workloads/driver.js';
import { workloadNamed } from '../workloads/index.js';
import { settled } from '../workloads/settled.js';
import type { WorkloadRun, World } from '../workloads/types.js';
import { SimCluster } from './cluster.js';
import { outliveOne } from './outlive.js';
import type { Plan } from './plan.js';
import { withLimits } from './tight-limits.js';
import { Trace, type TraceLine } from './trace.js';
import { simWorld } from './world.js';

/** Bounds of simulated time, in ms. */
const START_MS = 20_000;
/** After everything is healed: elections, reconnects and snapshots included. */
const HEAL_MS = 20_000;
const LAST_CALLS_MS = 30_000;
const FINISH_MS = 90_000;
const HASH_MS = 20_000;
const REPLACE_AFTER_MS = 2_500;
const WATCH_ROLES_MS = 25;

export interface RunOptions {
  readonly onTrace?: TraceLine;
}

interface Running {
  readonly name: string;
  readonly world: World;
  readonly run: WorkloadRun;
  readonly driver: Driver;
}

export async function runPlan(plan: Plan, options: RunOptions = {}): Promise<RunResult> {
  const run = new SimRun(plan, options);
  const strays = (error: unknown): void => run.fail(`an error that nobody caught: ${(error as Error)?.stack ?? error}`);
  process.on('unhandledRejection', strays);
  process.on('uncaughtException', strays);
  try {
    return await withLimits(plan.limits ?? {}, () => run.run());
  } finally {
    process.off('unhandledRejection', strays);
    process.off('uncaughtException', strays);
  }
}

async function hashAt(client: Client, revision: number): Promise<string> {
  // A linearizable read: the member has everything that was acknowledged.
  await client.kv.get('compare');
  const { hash, compactRevision } = await client.maintenance.hashKv(revision);
  return `${hash} above ${compactRevision}`;
}

class SimRun {
  readonly #plan: Plan;
  readonly #cluster: SimCluster;
  readonly #trace: Trace | undefined;
  readonly #failures: string[] = [];
  readonly #changes: NodeChange[] = [];
  #beginMs = 0;
  #nemesis: SimNemesis | undefined;

  constructor(plan: Plan, options: RunOptions) {
    this.#plan = plan;
    this.#trace = options.onTrace === undefined ? undefined : new Trace(options.onTrace);
    // Plans that were kept from before there were partitions have one.
    const { snapshotCount, catchUpEntries, partitions = 1 } = plan;
    // Members come and go faster than would be wise: what protects data must not depend on the advice of etcd's flag.
    const config = {
      snapshotCount,
      catchUpEntries,
      partitions,
      strictReconfigCheck: false,
      replaceAfterMs: REPLACE_AFTER_MS,
    };
    this.#cluster = new SimCluster(plan.seed, plan.nodes, config, this.#trace?.clusterEvents);
    this.#trace?.attach(this.#cluster);
  }

  fail(why: string): void {
    if (!this.#failures.includes(why)) this.#failures.push(why);
  }

  async run(): Promise<RunResult> {
    const realBegin = performance.now();
    let workloads: WorkloadResult[] = [];
    try {
      workloads = await this.#phases();
    } catch (error) {
      this.fail((error as Error).message);
    }
    this.#cluster.closeClients();
    return this.#result(workloads, performance.now() - realBegin);
  }

  async #phases(): Promise<WorkloadResult[]> {
    const { world } = this.#cluster;
    for (const name of this.#cluster.names) void this.#cluster.start(name);
    await world.until('the cluster starts', START_MS, () => this.#isWhole());
    this.#beginMs = world.nowMs;
    this.#watchRoles();
    const running = await this.#prepare();
    this.#nemesis = new SimNemesis(this.#cluster, (band, begins) => this.#trace?.fault(band, begins));
    this.#nemesis.schedule(this.#plan.faults);
    for (const { driver } of running) driver.start();
    await world.advance(this.#plan.safetyMs);
    this.#nemesis.heal();
    const isDone = (): boolean => this.#nemesis?.idle === true && this.#isWhole();
    await this.#bounded('every node serves again after healing', HEAL_MS, isDone);
    await this.#bounded('every replica comes to its place', HEAL_MS, () => this.#cluster.isPlaced);
    await this.#ends('the last operations', LAST_CALLS_MS, Promise.all(running.map(({ driver }) => driver.stop())));
    await this.#ends('the last reads', FINISH_MS, Promise.all(running.map(({ run }) => run.finish())));
    await this.#compareMembers();
    this.#cluster.closeClients();
    await outliveOne(this.#cluster).catch((error: Error) => this.fail(error.message));
    return running.map((one) => this.#judge(one));
  }

  async #prepare(): Promise<Running[]> {
    const kinds: ReadonlySet<FaultKind> = new Set(this.#plan.faults.map((f) => f.kind));
    const running = this.#plan.workloads.map((name) => {
      const world = simWorld(this.#cluster, name, kinds, (event) => this.#trace?.operation(name, event));
      const run = workloadNamed(name).create(world);
      return { name, world, run, driver: new Driver(world, run) };
    });
    await this.#ends('preparing', START_MS, Promise.all(running.map(({ run }) => run.prepare())));
    return running;
  }

  #isWhole(): boolean {
    return this.#cluster.leader !== undefined && this.#cluster.names.every((name) => this.#cluster.serves(name));
  }

  /** Notes a failure if something does not come to pass in time. */
  async #bounded(what: string, limitMs: number, holds: () => boolean): Promise<void> {
    await this.#cluster.world.until(what, limitMs, holds).catch((error: Error) => this.fail(error.message));
  }

  async #ends(what: string, limitMs: number, promise: Promise<unknown>): Promise<void> {
    let settled = false;
    promise.then(
      () => {
        settled = true;
      },
      (error: Error) => {
        settled = true;
        this.fail(`${what}: ${error.message}`);
      },
    );
    await this.#bounded(`${what} end`, limitMs, () => settled);
  }

  /** The same history and the same state everywhere, whatever each has physically removed so far. */
  async #compareMembers(): Promise<void> {
    const { names } = this.#cluster;
    const clients = names.map((name) => this.#cluster.client(`hash-${name}`, { endpoints: [`${name}:2379`] }));
    let found: readonly string[] | undefined;
    const comparing = this.#changeAndCompact(clients[0] as Client).then(async (revision) => {
      found = await Promise.all(clients.map((client) => hashAt(client, revision)));
    });
    await this.#ends('comparing the members', HASH_MS, comparing);
    for (const machine of this.#cluster.nodes.values()) machine.disk.slowness = 1;
    if (found !== undefined && new Set(found).size > 1) {
      this.fail(`members differ: ${names.map((n, i) => `${n} ${found?.[i]}`).join(', ')}`);
    }
  }

  /**
   * Puts a key, deletes it, sees that the hash tells, and compacts while disks differ in speed. Resolves to the
   * revision at which members are to be compared.
   */
  async #changeAndCompact(client: Client): Promise<number> {
    const { world, nodes } = this.#cluster;
    const pause = { sleep: (ms: number) => sleep(world, ms) };
    const put = await settled(pause, () => client.kv.put('compare', '1'));
    const before = await hashAt(client, put.revision);
    const { revision } = await settled(pause, () => client.kv.delete('compare'));
    // An open outcome, repeated, finds nothing to delete any more.
    if (revision > put.revision && (await hashAt(client, revision)) === before) {
      this.fail(`the hash is the same at revisions ${put.revision} and ${revision}, with a deletion between them`);
    }
    const random = world.randomOf('comparing');
    for (const machine of nodes.values()) machine.disk.slowness = 1 + random.below(100);
    // Compacted by an attempt whose outcome was open: as good.
    await settled(pause, () => client.kv.compact(put.revision)).catch(() => {});
    return revision;
  }

  #judge({ name, world, run, driver }: Running): WorkloadResult {
    if (driver.error !== undefined) this.fail(`workload ${name}: ${driver.error.stack}`);
    const history = world.recorder.events;
    return { name, history, verdicts: run.check(history) };
  }

  #watchRoles(): void {
    const last = new Map<string, string>();
    const look = (): void => {
      for (const name of this.#cluster.names) {
        const [role, term] = this.#roleOf(name);
        if (last.get(name) === `${role} ${term}`) continue;
        last.set(name, `${role} ${term}`);
        this.#changes.push({ atMs: this.#cluster.world.nowMs - this.#beginMs, node: name, role, term });
      }
      const wrong = this.#cluster.emptyVoter;
      if (wrong !== undefined) this.fail(wrong);
      this.#cluster.world.after(WATCH_ROLES_MS, look);
    };
    look();
  }

  #roleOf(name: string): [NodeRole, number] {
    const status = this.#cluster.status(name);
    if (status === undefined) return ['down', 0];
    if (this.#cluster.machine(name).isFrozen) return ['frozen', status.term];
    const { role, term } = status;
    return [role === 'leader' || role === 'follower' ? role : 'candidate', term];
  }

  #result(workloads: WorkloadResult[], realMs: number): RunResult {
    const failures = [...this.#cluster.failures, ...this.#failures];
    const verdicts = workloads.flatMap((w) => w.verdicts);
    return {
      mode: 'sim',
      title: `seed ${this.#plan.seed}`,
      seed: this.#plan.seed,
      nodes: this.#cluster.names,
      workloads,
      faults: this.#nemesis?.bands ?? [],
      nodeChanges: this.#changes,
      failures,
      runMs: this.#cluster.world.nowMs,
      realMs,
      valid: failures.length === 0 && verdicts.every((v) => v.valid === true),
      again: `npx jepsen-lite replay ${this.#plan.seed}`,
    };
  }
}
