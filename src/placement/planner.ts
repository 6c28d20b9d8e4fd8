// What the placement driver writes into the table next: the target is where replicas should be, the table is what was
// decided so far, and the groups' configurations are where they are. Pure, so that each driver goes on where the last
// one stopped.

import type { PartitionReplicasInit, PlacementInit } from '../../proto/gen/placement.js';
import { limits } from '../limits.js';
import type { PlacementView } from '../mvcc/placement-table.js';
import { isJoint } from '../raft/conf-change.js';
import type { ConfState, NodeId } from '../raft/types.js';
import { type Place, targetOf } from './target.js';

/** A member that may hold replicas. */
export interface PlaceState extends Place {
  /** For longer than the grace time: its replicas go elsewhere, if there is an elsewhere. */
  readonly down: boolean;
}

export interface PartitionState {
  readonly number: number;
  readonly conf: ConfState;
}

export interface PlannerView {
  readonly table: Pick<PlacementView, 'replicationFactor' | 'voters' | 'pinned'>;
  readonly places: readonly PlaceState[];
  readonly partitions: readonly PartitionState[];
  /** For a table that has none yet. */
  readonly replicationFactor: number;
  readonly avoid?: (partition: number, member: NodeId) => boolean;
}

/** Whether a group has become what the table says of it. */
export function isSettled(conf: ConfState, voters: readonly NodeId[]): boolean {
  return !isJoint(conf) && conf.voters.length === voters.length && voters.every((id) => conf.voters.includes(id));
}

/** Those that may be chosen: who is down only where there would be too few without. */
export function eligible(places: readonly PlaceState[], replicationFactor: number): readonly PlaceState[] {
  const up = places.filter((p) => !p.down);
  const few = Math.min(replicationFactor, places.length) - up.length;
  return few > 0 ? [...up, ...places.filter((p) => p.down).slice(0, few)] : up;
}

export function targetsOf(view: PlannerView, replicationFactor: number): Map<number, NodeId[]> {
  const { places, partitions, table, avoid } = view;
  return targetOf({
    places: eligible(places, replicationFactor),
    partitions: partitions.map((p) => p.number),
    replicationFactor,
    pinned: table.pinned,
    current: new Map(partitions.map(({ number, conf }) => [number, table.voters.get(number) ?? conf.voters])),
    ...(avoid === undefined ? {} : { avoid }),
  });
}

/** The next change of the table; undefined: nothing is to be done now. */
export function nextPlacement(view: PlannerView): PlacementInit | undefined {
  const { table, partitions, places } = view;
  if (places.length === 0) return undefined;
  if (table.replicationFactor === 0) return { replicationFactor: view.replicationFactor, partitions: [] };
  const targets = targetsOf(view, table.replicationFactor);
  const undecided = partitions.filter(({ number }) => !table.voters.has(number));
  if (undecided.length > 0) {
    return { partitions: undecided.map(({ number }) => ({ partition: number, voters: targets.get(number) ?? [] })) };
  }
  const lost = partitions.flatMap((p) => withoutLost(p, view));
  if (lost.length > 0) return { partitions: lost };
  const moving = partitions.filter(({ number, conf }) => !isSettled(conf, table.voters.get(number) ?? []));
  const may = new Set(places.filter((p) => !p.down).map((p) => p.id));
  const due = partitions
    .filter((p) => !moving.includes(p))
    .map(({ number }) => ({ number, from: table.voters.get(number) ?? [], to: targets.get(number) ?? [] }))
    .filter(({ from, to }) => !sameSet(from, to))
    // Those that miss a replica first.
    .sort((a, b) => missing(b.from, may) - missing(a.from, may) || a.number - b.number)
    .slice(0, Math.max(0, limits.replicaMovesMax - moving.length));
  if (due.length === 0) return undefined;
  return { partitions: due.map(({ number, from, to }) => ({ partition: number, voters: oneStep(from, to, may) })) };
}

/** Who was to come and has left meanwhile: nobody waits for that one. */
function withoutLost({ number, conf }: PartitionState, { table, places }: PlannerView): PartitionReplicasInit[] {
  const voters = table.voters.get(number) ?? [];
  const left = voters.filter((id) => places.some((p) => p.id === id) || conf.voters.includes(id));
  return isJoint(conf) || left.length === voters.length || left.length === 0
    ? []
    : [{ partition: number, voters: left }];
}

const sameSet = (a: readonly NodeId[], b: readonly NodeId[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));
const missing = (ids: readonly NodeId[], may: ReadonlySet<NodeId>): number => ids.filter((id) => !may.has(id)).length;

/** One replica at a time: one comes, or one goes, or one for another. */
export function oneStep(from: readonly NodeId[], to: readonly NodeId[], may: ReadonlySet<NodeId>): NodeId[] {
  const comes = to.find((id) => !from.includes(id));
  const going = from.filter((id) => !to.includes(id));
  const goes = going.find((id) => !may.has(id)) ?? going[0];
  const next = from.filter((id) => id !== goes);
  return comes === undefined ? next : [...next, comes].sort((a, b) => (a < b ? -1 : 1));
}
