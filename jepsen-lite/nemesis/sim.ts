// Carries a schedule of faults out on a simulated cluster, and ends every one of them.

import { SimRandom } from '../../src/runtime/sim/random.js';
import type { FaultBand } from '../report/types.js';
import type { SimCluster } from '../sim/cluster.js';
import { type Mangling, mangler } from './mangle.js';
import { MemberChanges } from './members.js';
import type { Fault, FaultKind } from './types.js';

/** Rates of clocks within what is promised: two of them differ by four hundredths at most. */
const DRIFT = 0.02;
const WILD_DRIFT = 0.6;
/** History that a compaction leaves, in revisions. */
const KEPT_REVISIONS = 40;

/** What ends a fault. */
type End = () => void;

export class SimNemesis {
  readonly bands: FaultBand[] = [];
  readonly #cluster: SimCluster;
  readonly #beginMs: number;
  readonly #onFault: ((band: FaultBand, begins: boolean) => void) | undefined;
  readonly #lost = new Set<string>();
  readonly #mangling: Mangling = { duplicate: 0, reorder: 0, lost: this.#lost };
  readonly #open = new Set<() => void>();
  readonly #members: MemberChanges;
  #healed = false;

  constructor(cluster: SimCluster, onFault?: (band: FaultBand, begins: boolean) => void) {
    this.#cluster = cluster;
    this.#onFault = onFault;
    this.#beginMs = cluster.world.nowMs;
    this.#members = new MemberChanges(cluster);
    const isNode = (name: string): boolean => cluster.nodes.has(name);
    cluster.network.mangle = mangler(this.#mangling, cluster.world.randomOf('mangler'), isNode);
  }

  schedule(faults: readonly Fault[]): void {
    for (const fault of faults) this.#cluster.world.after(fault.atMs, () => this.#begin(fault));
  }

  #begin(fault: Fault): void {
    if (this.#healed) return;
    const random = new SimRandom(fault.seed);
    const started = this.#start(fault.kind, random);
    if (started === undefined) return;
    const [what, end] = started;
    const { world } = this.#cluster;
    const startMs = world.nowMs - this.#beginMs;
    const at = this.bands.length;
    this.bands.push({ kind: fault.kind, startMs, endMs: startMs + fault.forMs, what });
    this.#onFault?.(this.bands[at] as FaultBand, true);
    const finish = (): void => {
      if (!this.#open.delete(finish)) return;
      end?.();
      this.bands[at] = { kind: fault.kind, startMs, endMs: world.nowMs - this.#beginMs, what };
      if (fault.forMs > 0) this.#onFault?.(this.bands[at] as FaultBand, false);
    };
    this.#open.add(finish);
    world.after(fault.forMs, finish);
  }

  /** No change of the membership is under way. */
  get idle(): boolean {
    return this.#members.idle;
  }

  /** Ends every fault, and begins no other. Nodes that are down are started. */
  heal(): void {
    this.#healed = true;
    for (const finish of [...this.#open]) finish();
    const { network, names, nodes } = this.#cluster;
    network.healAll();
    for (const name of names) {
      const machine = nodes.get(name);
      while (machine?.isFrozen === true) machine.thaw();
      if (!this.#cluster.runs(name)) void this.#cluster.start(name);
    }
  }

  #start(kind: FaultKind, random: SimRandom): readonly [what: string, end: End | undefined] | undefined {
    switch (kind) {
      case 'isolate':
        return this.#isolate(this.#any(random));
      case 'isolateLeader':
        return this.#isolate(this.#cluster.leader ?? this.#any(random));
      case 'halves':
      case 'majorityRing':
      case 'bridge':
        return this.#partition(kind, random);
      case 'oneWay':
        return this.#oneWay(random);
      case 'delay':
        return this.#delay(random);
      case 'reset':
        return this.#reset(random);
      case 'duplicate':
      case 'reorder':
        return this.#mangle(kind, random);
      case 'clientsCut':
        return this.#cutClients(random);
      case 'clientsDelay':
        return this.#delayClients(random);
      case 'drift':
      case 'wildDrift':
        return this.#drift(kind === 'drift' ? DRIFT : WILD_DRIFT, random);
      case 'clockJump':
        return this.#jump(random);
      case 'freeze':
        return this.#freeze(random.float() < 0.5 ? this.#any(random) : (this.#cluster.leader ?? this.#any(random)));
      case 'freezeClient':
        return this.#freezeClient(random);
      case 'block':
        return this.#block(random);
      case 'crash':
        return this.#crash([this.#any(random)]);
      case 'crashLeader':
        return this.#crash([this.#cluster.leader ?? this.#any(random)]);
      case 'crashSome':
        return this.#crash(this.#shuffled(random).slice(0, 1 + Math.ceil(this.#cluster.names.length / 2)));
      case 'crashAll':
        return this.#crash(this.#cluster.names);
      case 'slowDisk':
      case 'fullDisk':
      case 'failSync':
      case 'flipBit':
      case 'misdirect':
        return this.#disk(kind, random);
      case 'moveLeader':
        return this.#moveLeader(random);
      case 'compact':
        return this.#compact(random);
      case 'replaceMember':
        return this.#replaceMember(random);
      case 'extraMember':
        return this.#members.extra(random);
      case 'moveReplica':
        return this.#moveReplica(random);
      case 'refactor':
        return this.#refactor(random);
    }
  }

  #any(random: SimRandom): string {
    const { names } = this.#cluster;
    return names[random.below(names.length)] as string;
  }

  #shuffled(random: SimRandom): string[] {
    const names = [...this.#cluster.names];
    for (let i = names.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [names[i], names[j]] = [names[j] as string, names[i] as string];
    }
    return names;
  }

  /** Cuts the pairs, and heals exactly those. */
  #cut(pairs: readonly (readonly [string, string])[]): End {
    const { network } = this.#cluster;
    for (const [a, b] of pairs) network.cut(a, b);
    return () => {
      for (const [a, b] of pairs) network.heal(a, b);
    };
  }

  #isolate(victim: string): readonly [string, End] {
    const others = this.#cluster.names.filter((n) => n !== victim);
    return [`${victim} from ${others.join(', ')}`, this.#cut(others.map((n) => [victim, n] as const))];
  }

  #partition(kind: 'halves' | 'majorityRing' | 'bridge', random: SimRandom): readonly [string, End] {
    const names = this.#shuffled(random);
    const pairs: (readonly [string, string])[] = [];
    const half = Math.floor(names.length / 2);
    for (const [i, a] of names.entries()) {
      for (const [j, b] of names.entries()) {
        if (j <= i) continue;
        const apart = Math.min(j - i, names.length - (j - i));
        // In a ring each one sees its neighbours only; of three, that is everybody, so one pair is cut.
        if (kind === 'majorityRing' && (names.length === 3 ? i === 0 && j === 2 : apart > 1)) pairs.push([a, b]);
        if (kind === 'halves' && i < half && j >= half) pairs.push([a, b]);
        if (kind === 'bridge' && i < half && j > half) pairs.push([a, b]);
      }
    }
    const what = pairs.map(([a, b]) => `${a}|${b}`).join(', ');
    return [what, this.#cut(pairs)];
  }

  #oneWay(random: SimRandom): readonly [string, End] {
    const [from, ...others] = this.#shuffled(random) as [string, ...string[]];
    const outgoing = random.float() < 0.5;
    const ways = others.map((other) => (outgoing ? `${from}>${other}` : `${other}>${from}`));
    for (const way of ways) this.#lost.add(way);
    const what = outgoing ? `what ${from} sends` : `what is sent to ${from}`;
    return [
      what,
      () => {
        for (const way of ways) this.#lost.delete(way);
      },
    ];
  }

  #delay(random: SimRandom): readonly [string, End] {
    const [a, ...others] = this.#shuffled(random) as [string, ...string[]];
    const { network } = this.#cluster;
    const factor = Math.round(3 + 10 ** (random.float() * 2.3));
    const set = (to: number): void => {
      for (const b of others) {
        network.slow(a, b, to);
        network.slow(b, a, to);
      }
    };
    set(factor);
    return [`${a}, ${factor} times`, () => set(1)];
  }

  #reset(random: SimRandom): readonly [string, undefined] {
    const { names, network } = this.#cluster;
    const victim = this.#any(random);
    for (const other of [...names, ...this.#cluster.clientMachines]) network.reset(victim, other);
    return [`all of ${victim}`, undefined];
  }

  #mangle(kind: 'duplicate' | 'reorder', random: SimRandom): readonly [string, End] {
    const chance = 0.05 + random.float() * 0.3;
    this.#mangling[kind] = chance;
    return [
      `${Math.round(chance * 100)} %`,
      () => {
        this.#mangling[kind] = 0;
      },
    ];
  }

  #cutClients(random: SimRandom): readonly [string, End] {
    const clients = this.#cluster.clientMachines.filter(() => random.float() < 0.6);
    // From all of them: a machine without a network. From some: its clients find others.
    const share = random.float() < 0.5 ? 1 : 0.6;
    const nodes = this.#cluster.names.filter(() => random.float() < share);
    const pairs = clients.flatMap((c) => nodes.map((n) => [c, n] as const));
    return [`${clients.join(', ')} from ${nodes.join(', ')}`, this.#cut(pairs)];
  }

  #delayClients(random: SimRandom): readonly [string, End] {
    const { network, names, clientMachines } = this.#cluster;
    const clients = clientMachines.filter(() => random.float() < 0.6);
    const nodes = names.filter(() => random.float() < 0.6);
    const factor = 20 + random.below(5_000);
    const way = ['requests', 'answers', 'both ways'][random.below(3)] as string;
    const set = (to: number): void => {
      for (const client of clients) {
        for (const node of nodes) {
          if (way !== 'answers') network.slow(client, node, to);
          if (way !== 'requests') network.slow(node, client, to);
        }
      }
    };
    set(factor);
    return [`${way} of ${clients.join(', ')} and ${nodes.join(', ')}, ${factor} times`, () => set(1)];
  }

  #drift(bound: number, random: SimRandom): readonly [string, End] {
    const { names, clientMachines } = this.#cluster;
    const machines = [...names, ...clientMachines].map((name) => this.#cluster.machine(name));
    for (const { clock } of machines) clock.rate = 1 + (random.float() * 2 - 1) * bound;
    return [
      `up to ${bound * 100} %`,
      () => {
        for (const { clock } of machines) clock.rate = 1;
      },
    ];
  }

  #jump(random: SimRandom): readonly [string, undefined] {
    const victim = this.#any(random);
    const hours = Math.round((random.float() * 2 - 1) * 48);
    this.#cluster.machine(victim).clock.wallOffsetMs += hours * 3_600_000;
    return [`${victim} by ${hours} h`, undefined];
  }

  #freeze(name: string): readonly [string, End] {
    const machine = this.#cluster.machine(name);
    const { life } = machine;
    machine.freeze();
    return [
      name,
      () => {
        // Another life is not frozen.
        if (machine.life === life) machine.thaw();
      },
    ];
  }

  #freezeClient(random: SimRandom): readonly [string, End] | undefined {
    const { clientMachines } = this.#cluster;
    const name = clientMachines[random.below(clientMachines.length)];
    return name === undefined ? undefined : this.#freeze(name);
  }

  /** Stands still for a moment again and again. */
  #block(random: SimRandom): readonly [string, End] {
    const name = this.#any(random);
    const { world } = this.#cluster;
    let on = true;
    const again = (): void => {
      if (!on) return;
      const [, thaw] = this.#freeze(name);
      world.after(20 + random.float() * 400, () => {
        thaw();
        world.after(random.float() * 200, again);
      });
    };
    again();
    return [
      name,
      () => {
        on = false;
      },
    ];
  }

  #crash(names: readonly string[]): readonly [string, End] {
    const victims = names.filter((name) => this.#cluster.runs(name));
    for (const name of victims) this.#cluster.crash(name);
    return [
      victims.join(', '),
      () => {
        for (const name of victims) void this.#cluster.start(name);
      },
    ];
  }

  #disk(
    kind: 'slowDisk' | 'fullDisk' | 'failSync' | 'flipBit' | 'misdirect',
    random: SimRandom,
  ): readonly [string, End] | undefined {
    const name = this.#any(random);
    const { disk } = this.#cluster.machine(name);
    if (kind === 'slowDisk') {
      disk.slowness = Math.round(10 ** (1 + random.float() * 2));
      const what = `${name}, ${disk.slowness} times`;
      return [
        what,
        () => {
          disk.slowness = 1;
        },
      ];
    }
    // One sick disk at a time: with two, a majority may rightly be gone for good.
    if (this.#cluster.sick.size > 0) return undefined;
    let repair: End;
    let what = name;
    if (kind === 'fullDisk') {
      disk.failure = new Error('no space left on device');
      repair = () => {
        disk.failure = undefined;
      };
    } else if (kind === 'failSync') {
      disk.syncFailure = new Error('input/output error');
      repair = () => {
        disk.syncFailure = undefined;
      };
    } else if (kind === 'misdirect') {
      disk.misdirected = 10 ** (-3 + random.float() * 2.5);
      repair = () => {
        disk.misdirected = 0;
      };
    } else {
      const damage = disk.flipBit();
      if (damage === undefined) return undefined;
      what = `${name}, ${damage.store}`;
      repair = damage.repair;
    }
    this.#cluster.sick.add(name);
    return [
      what,
      () => {
        repair();
        // What it has read before may still make it stop: it begins anew.
        this.#cluster.crash(name);
        this.#cluster.sick.delete(name);
        void this.#cluster.start(name);
      },
    ];
  }

  #moveLeader(random: SimRandom): readonly [string, undefined] | undefined {
    const { leader } = this.#cluster;
    if (leader === undefined) return undefined;
    const others = this.#cluster.names.filter((n) => n !== leader && this.#cluster.runs(n));
    const to = others[random.below(others.length)];
    const target = to === undefined ? undefined : this.#cluster.node(to)?.services.memberId;
    if (target === undefined) return undefined;
    const group = this.#cluster.node(leader)?.services.router.system;
    group?.transferLeadership(target).catch(() => {});
    return [`${leader} to ${to}`, undefined];
  }

  #replaceMember(random: SimRandom): readonly [string, undefined] | undefined {
    const what = this.#members.replace(random);
    return what === undefined ? undefined : [what, undefined];
  }

  #moveReplica(random: SimRandom): readonly [string, undefined] | undefined {
    const { partitions } = this.#cluster;
    const services = this.#cluster.names.map((n) => this.#cluster.node(n)?.services).find((s) => s !== undefined);
    if (partitions === 1 || services === undefined) return undefined;
    const partition = 1 + random.below(partitions);
    const { members, placement } = services.router.system.store;
    const voters = placement.voters.get(partition) ?? [];
    const others = [...members.keys()].filter((id) => !voters.includes(id));
    const [fromMember, toMember] = [voters, others].map((ids) => ids[random.below(Math.max(1, ids.length))]);
    if (fromMember === undefined || toMember === undefined) return undefined;
    // Refused where it can not be: as good as not asked.
    services.placement.move({ partition, fromMember, toMember }).catch(() => {});
    const name = (id: bigint): string => members.get(id)?.name ?? id.toString(16);
    return [`partition ${partition} from ${name(fromMember)} to ${name(toMember)}`, undefined];
  }

  #refactor(random: SimRandom): readonly [string, undefined] | undefined {
    const services = this.#cluster.names.map((n) => this.#cluster.node(n)?.services).find((s) => s !== undefined);
    if (this.#cluster.partitions === 1 || services === undefined) return undefined;
    const replicationFactor = 1 + random.below(4);
    services.placement.balance({ replicationFactor }).catch(() => {});
    return [`${replicationFactor} vote`, undefined];
  }

  #compact(random: SimRandom): readonly [string, undefined] | undefined {
    const node = this.#cluster.names.map((n) => this.#cluster.node(n)).find((n) => n !== undefined);
    const now = node?.services.router.system.store.revision ?? 0;
    const revision = now - random.below(KEPT_REVISIONS);
    if (revision <= 1) return undefined;
    const client = this.#cluster.client('nemesis');
    client.kv
      .compact(revision)
      .catch(() => {})
      .finally(() => client.close());
    return [`below ${revision}`, undefined];
  }
}
