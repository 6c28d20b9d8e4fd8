// Carries a schedule of faults out on a real cluster, and ends every one of them.

import type { Client } from '../../src/client/index.js';
import { SimRandom } from '../../src/runtime/sim/random.js';
import type { FaultBand } from '../report/types.js';
import type { NodeDisk } from './disk/types.js';
import type { PlannedFault } from './faults.js';
import type { Release } from './network/types.js';
import type { Observer } from './observer.js';
import { type Pair, partition, shuffled } from './partitions.js';
import type { Target } from './target.js';
import { becomes, sleep } from './wait.js';

/** History that a compaction leaves, in revisions. */
const KEPT_REVISIONS = 40;
const CALL_MS = 2_000;
/** A node whose disk has failed may need so long until it ends. */
const GRACE_MS = 5_000;
const RESTART_MS = 300;

/** What was done, for the reader, and what ends it. */
interface Begun {
  readonly what: string;
  /** Resolves to what is to be added to `what`. */
  readonly end?: () => Promise<unknown>;
}

interface Open {
  finish(): Promise<void>;
}

export interface NemesisOptions {
  readonly target: Target;
  readonly observer: Observer;
  /** Ms since the workloads began. */
  readonly nowMs: () => number;
  /** Machines of clients. */
  readonly machines: () => readonly string[];
  /** Of the cluster: a node that ended by itself without a reason, a fault that could not be carried out. */
  readonly onFailure: (why: string) => void;
}

export class Nemesis {
  readonly bands: FaultBand[] = [];
  readonly #options: NemesisOptions;
  readonly #target: Target;
  readonly #open = new Set<Open>();
  /** Nodes whose disk is failing: they may end by themselves, and are started again after. */
  readonly #sick = new Set<string>();
  /** Until when a node whose disk works again may still end for what it met before. */
  readonly #recoveringUntilMs = new Map<string, number>();
  #healed = false;

  constructor(options: NemesisOptions) {
    this.#options = options;
    this.#target = options.target;
    options.target.onEnded((name, how, lastLines) => this.#ended(name, how, lastLines));
  }

  /** Resolves when all of it was begun, or at `heal`. Ends of faults come by themselves. */
  async run(faults: readonly PlannedFault[]): Promise<void> {
    for (const fault of faults) {
      while (!this.#healed && this.#options.nowMs() < fault.atMs) await sleep(10);
      if (this.#healed) return;
      await this.#carryOut(fault);
    }
  }

  async #carryOut(fault: PlannedFault): Promise<void> {
    const { nowMs, onFailure } = this.#options;
    const startMs = nowMs();
    let begun: Begun | undefined;
    try {
      begun = await this.#begin(fault, new SimRandom(fault.seed));
    } catch (error) {
      onFailure(`${fault.kind} could not be carried out: ${(error as Error).message}`);
    }
    if (begun === undefined) return;
    const { what, end } = begun;
    const at = this.bands.length;
    this.bands.push({ kind: fault.kind, startMs, endMs: startMs + fault.forMs, what });
    let finishing: Promise<void> | undefined;
    const open: Open = {
      finish: () => {
        finishing ??= (async () => {
          clearTimeout(timer);
          const more = await end?.().catch((error: Error) => {
            onFailure(`${fault.kind} could not be ended: ${error.message}`);
          });
          this.bands[at] = {
            kind: fault.kind,
            startMs,
            endMs: nowMs(),
            what: what + (typeof more === 'string' ? more : ''),
          };
          this.#open.delete(open);
        })();
        return finishing;
      },
    };
    this.#open.add(open);
    const timer = setTimeout(() => void open.finish(), Math.max(0, startMs + fault.forMs - nowMs()));
  }

  /** Ends every fault and begins no other; starts nodes that are down. */
  async heal(): Promise<void> {
    this.#healed = true;
    await Promise.all([...this.#open].map((open) => open.finish()));
    await this.#target.network?.heal();
    for (const name of this.#target.names) {
      await this.#target.processes?.resume(name);
      await this.#target.processes?.start(name);
    }
  }

  #ended(name: string, how: string, lastLines: string): void {
    if (this.#sick.has(name)) return;
    if (this.#options.nowMs() < (this.#recoveringUntilMs.get(name) ?? 0)) {
      setTimeout(() => void this.#target.processes?.start(name), RESTART_MS);
      return;
    }
    this.#options.onFailure(`${name} ended by itself (${how}):\n${lastLines}`);
  }

  #begin(fault: PlannedFault, random: SimRandom): Promise<Begun | undefined> {
    const { names } = this.#target;
    switch (fault.kind) {
      case 'kill':
        return this.#kill(this.#pick(random));
      case 'killLeader':
        return this.#kill(this.#leaderOr(random));
      case 'killAll':
        return this.#kill(names);
      case 'pause':
        return this.#pause(this.#pick(random));
      case 'pauseLeader':
        return this.#pause(this.#leaderOr(random));
      case 'isolate':
        return this.#isolate(shuffled(names, random)[0] as string);
      case 'isolateLeader':
        return this.#isolate(this.#options.observer.leader ?? (names[0] as string));
      case 'halves':
      case 'majorityRing':
      case 'bridge':
        return this.#cut(partition(fault.kind, names, random));
      case 'oneWay':
        return this.#oneWay(random);
      case 'delay':
        return this.#delay(random);
      case 'clientsCut':
        return this.#cutClients(random);
      case 'slowDisk':
        return this.#slowDisk(random);
      case 'failSync':
      case 'fullDisk':
        return this.#failDisk(fault.kind, random);
      case 'powerLoss':
        return this.#powerLoss(random);
      case 'moveLeader':
        return this.#moveLeader(random);
      case 'compact':
        return this.#compact();
    }
  }

  /** A node that runs, if there is one. */
  #pick(random: SimRandom): string[] {
    const { names } = this.#target;
    const fit = names.filter((n) => this.#target.isRunning(n) && !this.#target.isPaused(n) && !this.#sick.has(n));
    return shuffled(fit, random).slice(0, 1);
  }

  #leaderOr(random: SimRandom): string[] {
    const { leader } = this.#options.observer;
    return leader !== undefined && this.#target.isRunning(leader) ? [leader] : this.#pick(random);
  }

  async #kill(names: readonly string[]): Promise<Begun | undefined> {
    const { processes } = this.#target;
    const victims = names.filter((n) => this.#target.isRunning(n));
    if (processes === undefined || victims.length === 0) return undefined;
    await Promise.all(victims.map((n) => processes.kill(n)));
    return { what: victims.join(', '), end: () => this.#startAll(victims) };
  }

  async #startAll(names: readonly string[]): Promise<void> {
    const { processes } = this.#target;
    // One with a failing disk is started when that is repaired.
    await Promise.all(names.filter((n) => !this.#sick.has(n)).map((n) => processes?.start(n)));
  }

  async #pause([victim]: readonly string[]): Promise<Begun | undefined> {
    const { processes } = this.#target;
    if (processes === undefined || victim === undefined || this.#target.isPaused(victim)) return undefined;
    await processes.pause(victim);
    return { what: victim, end: () => processes.resume(victim) };
  }

  #isolate(victim: string): Promise<Begun | undefined> {
    const others = this.#target.names.filter((n) => n !== victim);
    return this.#cut(
      others.map((n): Pair => [victim, n]),
      `${victim} from ${others.join(', ')}`,
    );
  }

  async #cut(pairs: readonly Pair[], what = pairs.map(([a, b]) => `${a}|${b}`).join(', ')) {
    const { network } = this.#target;
    if (network === undefined || pairs.length === 0) return undefined;
    return releasing(what, await Promise.all(pairs.map(([a, b]) => network.cut(a, b))));
  }

  async #oneWay(random: SimRandom): Promise<Begun | undefined> {
    const { network, names } = this.#target;
    if (network === undefined) return undefined;
    const [one = '', ...others] = shuffled(names, random);
    const outgoing = random.float() < 0.5;
    const releases = others.map((n) => (outgoing ? network.cutOneWay(one, n) : network.cutOneWay(n, one)));
    return releasing(outgoing ? `what ${one} sends` : `what is sent to ${one}`, await Promise.all(releases));
  }

  async #delay(random: SimRandom): Promise<Begun | undefined> {
    const { network, names } = this.#target;
    if (network === undefined) return undefined;
    const [one = '', ...others] = shuffled(names, random);
    const ms = Math.round(5 * 10 ** (random.float() * 2));
    return releasing(`${one}, by ${ms} ms`, await Promise.all(others.map((n) => network.delay(one, n, ms))));
  }

  async #cutClients(random: SimRandom): Promise<Begun | undefined> {
    const { network, doors, names } = this.#target;
    if (network === undefined || doors === undefined) return undefined;
    if (random.float() < 0.4) {
      const node = shuffled(names, random)[0] as string;
      return releasing(`all clients from ${node}`, [await network.cutClients(node)]);
    }
    const machines = this.#options.machines().filter(() => random.float() < 0.5);
    const nodes = names.filter(() => random.float() < 0.6);
    if (machines.length === 0 || nodes.length === 0) return undefined;
    const set = async (cut: boolean): Promise<void> => {
      for (const machine of machines) {
        for (const node of nodes) {
          await doors.setCut(machine, node, cut);
          await doors.setCut(node, machine, cut);
        }
      }
    };
    await set(true);
    return { what: `${machines.join(', ')} from ${nodes.join(', ')}`, end: () => set(false) };
  }

  #diskOf(random: SimRandom): readonly [string, NodeDisk] | undefined {
    const [name] = this.#pick(random);
    const disk = name === undefined ? undefined : this.#target.disks?.disk(name);
    return name === undefined || disk === undefined ? undefined : [name, disk];
  }

  async #slowDisk(random: SimRandom): Promise<Begun | undefined> {
    const found = this.#diskOf(random);
    if (found === undefined) return undefined;
    const [name, disk] = found;
    const ms = Math.round(10 ** (1 + random.float() * 2));
    disk.slow(ms);
    return { what: `${name}, syncs take ${ms} ms longer`, end: async () => disk.slow(0) };
  }

  async #failDisk(kind: 'failSync' | 'fullDisk', random: SimRandom): Promise<Begun | undefined> {
    const found = this.#diskOf(random);
    // With two failing disks a majority would rightly be gone.
    if (found === undefined || this.#sick.size > 0) return undefined;
    const [name, disk] = found;
    const set = (fails: boolean): void => (kind === 'failSync' ? disk.failSyncs(fails) : disk.full(fails));
    const { nowMs } = this.#options;
    const failedBefore = disk.failedSyncs;
    this.#sick.add(name);
    set(true);
    const end = async (): Promise<string> => {
      // A node syncs nothing while nobody leads: without a sync that fails this would be no fault.
      if (kind === 'failSync') await becomes(() => disk.failedSyncs > failedBefore, GRACE_MS);
      set(false);
      const what = kind === 'failSync' ? await this.#afterFailedSyncs(name, disk.failedSyncs - failedBefore) : '';
      this.#recoveringUntilMs.set(name, nowMs() + GRACE_MS);
      this.#sick.delete(name);
      const ended = !this.#target.isRunning(name);
      // A kernel drops what it could not write.
      if (kind === 'failSync' && ended) await this.#target.disks?.powerLoss(name, () => random.float());
      await this.#target.processes?.start(name);
      return what || (ended ? ', which ended' : ', which went on');
    };
    return { what: name, end };
  }

  /** No node may go on after a sync that failed; one that had nothing to sync may. */
  async #afterFailedSyncs(name: string, failed: number): Promise<string> {
    if (failed === 0) return ', which had nothing to sync';
    if (await becomes(() => !this.#target.isRunning(name), GRACE_MS)) return `, which ended after ${failed}`;
    // A process that stands still cannot end; it does when it goes on.
    if (this.#target.isPaused(name)) return `, which stands still after ${failed}`;
    this.#options.onFailure(`${name} goes on, though ${failed} of its syncs failed`);
    return `, which went on after ${failed}`;
  }

  /** Of one machine, or of all. */
  async #powerLoss(random: SimRandom): Promise<Begun | undefined> {
    const { disks, names } = this.#target;
    if (disks === undefined) return undefined;
    const victims = random.float() < 0.6 ? names : shuffled(names, random).slice(0, 1);
    const lost = await Promise.all(victims.map((n) => disks.powerLoss(n, () => random.float())));
    const what = victims.map((n, i) => `${n} (${lost[i]})`).join(', ');
    return { what, end: () => this.#startAll(victims) };
  }

  async #moveLeader(random: SimRandom): Promise<Begun | undefined> {
    const { observer } = this.#options;
    const { leader } = observer;
    const [to] = shuffled(
      this.#target.names.filter((n) => n !== leader && observer.memberId(n) !== 0n),
      random,
    );
    if (leader === undefined || to === undefined) return undefined;
    const { maintenance } = observer.client(leader);
    const done = await succeeds(maintenance.moveLeader(observer.memberId(to), { timeoutMs: CALL_MS }));
    return { what: `${leader} to ${to}${done ? '' : ' (refused)'}` };
  }

  async #compact(): Promise<Begun | undefined> {
    const { observer } = this.#options;
    const client: Client = observer.client(observer.leader ?? (this.#target.names[0] as string));
    const status = await client.maintenance.status({ timeoutMs: CALL_MS }).catch(() => undefined);
    const revision = (status?.header?.revision ?? 0) - KEPT_REVISIONS;
    if (revision < 1) return undefined;
    const done = await succeeds(client.kv.compact(revision, { timeoutMs: CALL_MS }));
    return { what: `up to revision ${revision}${done ? '' : ' (no answer)'}` };
  }
}

const succeeds = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );

const releasing = (what: string, releases: readonly Release[]): Begun => ({
  what,
  end: async () => {
    for (const release of releases) await release();
  },
});
