// Where the replicas of all partitions should be: a pure function of the members and of where the replicas are, so that
// nothing moves that need not.
//
// What counts, in this order:
// 1. Every partition has as many voters as the replication factor says, or as there are members.
// 2. Two of them share a zone only if no zone without one has a member to offer.
// 3. Members differ by one replica at most, as far as the zones allow that.
// 4. As few replicas move as possible. What can be chosen then, the ring chooses.

import type { NodeId } from '../raft/types.js';
import { Ring } from './ring.js';

export interface Place {
  readonly id: NodeId;
  /** Empty: none, which is a zone like any other. */
  readonly zone: string;
}

export interface TargetOptions {
  /** Who may hold replicas. */
  readonly places: readonly Place[];
  readonly partitions: readonly number[];
  readonly replicationFactor: number;
  /** By partition: who holds it now. */
  readonly current: ReadonlyMap<number, readonly NodeId[]>;
  /** What does not move for the sake of balance alone. */
  readonly pinned?: ReadonlySet<number>;
  /** What must not be for now: a replica that could not be brought there. */
  readonly avoid?: (partition: number, member: NodeId) => boolean;
}

export function targetOf(options: TargetOptions): Map<number, NodeId[]> {
  return new Assignment(options).run();
}

class Assignment {
  readonly #options: TargetOptions;
  readonly #factor: number;
  readonly #zones: ReadonlyMap<NodeId, string>;
  readonly #orders = new Map<number, NodeId[]>();
  readonly #held = new Map<number, Set<NodeId>>();
  readonly #loads = new Map<NodeId, number>();

  constructor(options: TargetOptions) {
    const { places, partitions, current, replicationFactor } = options;
    this.#options = options;
    this.#factor = Math.min(replicationFactor, places.length);
    this.#zones = new Map(places.map(({ id, zone }) => [id, zone]));
    for (const { id } of places) this.#loads.set(id, 0);
    const ring = new Ring(places.map(({ id }) => id));
    for (const partition of partitions) {
      this.#orders.set(partition, ring.order(partition));
      this.#held.set(partition, new Set());
      for (const id of current.get(partition) ?? []) if (this.#zones.has(id)) this.#give(partition, id);
    }
  }

  run(): Map<number, NodeId[]> {
    for (const partition of this.#held.keys()) this.#fill(partition);
    for (const partition of this.#held.keys()) this.#shrink(partition);
    for (const partition of this.#held.keys()) this.#spread(partition);
    while (this.#balance());
    const ascending = (ids: Iterable<NodeId>): NodeId[] => [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return new Map([...this.#held].map(([partition, ids]) => [partition, ascending(ids)]));
  }

  #give(partition: number, id: NodeId): void {
    this.#held.get(partition)?.add(id);
    this.#loads.set(id, this.#load(id) + 1);
  }

  #take(partition: number, id: NodeId): void {
    this.#held.get(partition)?.delete(id);
    this.#loads.set(id, this.#load(id) - 1);
  }

  #load(id: NodeId): number {
    return this.#loads.get(id) ?? 0;
  }

  #holders(partition: number): ReadonlySet<NodeId> {
    return this.#held.get(partition) ?? new Set();
  }

  /** Replicas of a partition beside `except` in the zone of `id`. */
  #inZoneOf(partition: number, id: NodeId, except?: NodeId): number {
    let count = 0;
    for (const other of this.#holders(partition)) {
      if (other !== except && other !== id && this.#zones.get(other) === this.#zones.get(id)) count++;
    }
    return count;
  }

  #candidates(partition: number): NodeId[] {
    const free = (this.#orders.get(partition) ?? []).filter((id) => !this.#holders(partition).has(id));
    const may = free.filter((id) => this.#options.avoid?.(partition, id) !== true);
    // Rather a place that was to be avoided than none.
    return may.length > 0 ? may : free;
  }

  #fill(partition: number): void {
    while (this.#holders(partition).size < this.#factor) {
      const rank = (id: NodeId): number => this.#inZoneOf(partition, id) * 1e9 + this.#load(id);
      const best = lowest(this.#candidates(partition), rank);
      if (best === undefined) return;
      this.#give(partition, best);
    }
  }

  #shrink(partition: number): void {
    while (this.#holders(partition).size > this.#factor) {
      const order = this.#orders.get(partition) ?? [];
      const rank = (id: NodeId): number => -this.#inZoneOf(partition, id) * 1e9 - this.#load(id);
      // The least preferred of equals.
      const worst = lowest(
        [...order].reverse().filter((id) => this.#holders(partition).has(id)),
        rank,
      );
      if (worst === undefined) return;
      this.#take(partition, worst);
    }
  }

  /** Moves replicas out of zones that they share, where another zone has room. */
  #spread(partition: number): void {
    for (;;) {
      const crowded = [...this.#holders(partition)].filter((id) => this.#inZoneOf(partition, id) > 0);
      const from = lowest(crowded, (id) => -this.#load(id));
      if (from === undefined) return;
      const free = this.#candidates(partition).filter((id) => this.#inZoneOf(partition, id, from) === 0);
      const to = lowest(free, (id) => this.#load(id));
      if (to === undefined) return;
      this.#take(partition, from);
      this.#give(partition, to);
    }
  }

  /** One move from a member that has two more than another one, if zones allow any. */
  #balance(): boolean {
    const byLoad = [...this.#loads.keys()].sort((a, b) => this.#load(a) - this.#load(b) || (a < b ? -1 : 1));
    for (const to of byLoad) {
      for (const from of [...byLoad].reverse()) {
        if (this.#load(from) - this.#load(to) < 2) break;
        const partition = this.#movable(from, to);
        if (partition === undefined) continue;
        this.#take(partition, from);
        this.#give(partition, to);
        return true;
      }
    }
    return false;
  }

  /** The partition for which the new place is preferred most. */
  #movable(from: NodeId, to: NodeId): number | undefined {
    const may = [...this.#held.keys()].filter(
      (partition) =>
        this.#holders(partition).has(from) &&
        !this.#holders(partition).has(to) &&
        this.#options.pinned?.has(partition) !== true &&
        this.#options.avoid?.(partition, to) !== true &&
        this.#inZoneOf(partition, to, from) <= this.#inZoneOf(partition, from),
    );
    return lowest(may, (partition) => this.#orders.get(partition)?.indexOf(to) ?? 0);
  }
}

/** The first of those with the lowest rank. */
function lowest<T>(items: readonly T[], rank: (item: T) => number): T | undefined {
  let best: T | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const itemRank = rank(item);
    if (itemRank >= bestRank) continue;
    best = item;
    bestRank = itemRank;
  }
  return best;
}
