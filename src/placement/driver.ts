// The placement driver: runs wherever the system group's leader is, and decides by writing the placement table. The
// groups' own leaders carry it out (reconfigurer.ts).

import { Placement as PlacementChange, type PlacementInit } from '../../proto/gen/placement.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import { CommandKind } from '../mvcc/types.js';
import { isJoint } from '../raft/conf-change.js';
import type { NodeId } from '../raft/types.js';
import type { Runtime } from '../runtime/ports.js';
import { isSettled, nextPlacement, type PlannerView } from './planner.js';

export interface DriverOptions {
  /** Of the partitions. */
  readonly groups: readonly GroupHandle[];
  readonly system: GroupHandle;
  readonly self: NodeId;
  readonly runtime: Pick<Runtime, 'clock' | 'logger'>;
  /** For a cluster that has decided on none yet. */
  readonly replicationFactor: number;
  /** A member that is down for so long is replaced. */
  readonly replaceAfterMs: number;
  readonly isConnected: (id: NodeId) => boolean;
}

interface Move {
  /** What the table says, to tell one move from the next. */
  readonly voters: readonly NodeId[];
  readonly sinceMs: number;
}

/** What of this is in memory only may be lost with the driver: the next one waits a little longer, no more. */
export class PlacementDriver {
  readonly #options: DriverOptions;
  readonly #downSince = new Map<NodeId, number>();
  readonly #moves = new Map<number, Move>();
  /** Until when a replica is not to be tried again there, by `partition/member`. */
  readonly #quarantine = new Map<string, number>();
  /** What was seen when there was nothing to do. */
  #idle: readonly unknown[] | undefined;
  #term = 0;
  #writing = false;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** What it goes by now. */
  view(): PlannerView {
    const { groups, system, replicationFactor } = this.#options;
    const { members, leaving, zones } = system.store.memberTable;
    const now = this.#now();
    return {
      table: system.store.placement,
      places: [...members.values()]
        .filter((m) => !m.isLearner && !leaving.has(m.ID))
        .map((m) => ({ id: m.ID, zone: zones.get(m.ID) ?? '', down: this.#isDown(m.ID, now) })),
      partitions: groups.map((group) => ({ number: group.id, conf: group.store.confState })),
      replicationFactor,
      ...(this.#quarantine.size === 0 ? {} : { avoid: this.#avoid(now) }),
    };
  }

  #avoid(now: number): (partition: number, member: NodeId) => boolean {
    return (partition, member) => (this.#quarantine.get(`${partition}/${member}`) ?? 0) > now;
  }

  /** What could not be brought somewhere may be tried there again. */
  forgive(): void {
    this.#quarantine.clear();
    this.#idle = undefined;
  }

  /** To be called again and again while this node leads the system group. */
  look(): void {
    const { system } = this.#options;
    const { term } = system.leadership;
    if (term !== this.#term) this.#begin(term);
    this.#watchMembers();
    if (this.#writing) return;
    const stuck = this.#stuck();
    const view = this.view();
    // Working the target out costs milliseconds: not ten times a second for nothing.
    const seen = seenIn(view, system.store.placement.version, system.store.memberTable.version);
    if (stuck === undefined && this.#idle !== undefined && sameItems(this.#idle, seen)) return;
    const change = stuck ?? nextPlacement(view);
    this.#idle = change === undefined ? seen : undefined;
    if (change !== undefined) this.#write(change, term);
  }

  #begin(term: number): void {
    this.#term = term;
    this.#downSince.clear();
    this.#moves.clear();
    this.#idle = undefined;
  }

  #watchMembers(): void {
    const { system, self, isConnected } = this.#options;
    for (const id of this.#downSince.keys()) if (!system.store.members.has(id)) this.#downSince.delete(id);
    for (const id of system.store.members.keys()) {
      if (id === self || isConnected(id)) this.#downSince.delete(id);
      else if (!this.#downSince.has(id)) this.#downSince.set(id, this.#now());
    }
  }

  #isDown(id: NodeId, now: number): boolean {
    const since = this.#downSince.get(id);
    return since !== undefined && now - since >= this.#options.replaceAfterMs;
  }

  /** A move that has not come to its end in time is taken back, and not tried again for a while. */
  #stuck(): PlacementInit | undefined {
    const { groups, system } = this.#options;
    const now = this.#now();
    for (const { id, store } of groups) {
      const voters = system.store.placement.voters.get(id);
      const { confState } = store;
      if (voters === undefined || isSettled(confState, voters)) {
        this.#moves.delete(id);
        continue;
      }
      const move = this.#moves.get(id);
      if (move === undefined || move.voters !== voters) this.#moves.set(id, { voters, sinceMs: now });
      else if (now - move.sinceMs >= limits.replicaMoveTimeoutMs && !isJoint(confState)) {
        const coming = voters.filter((member) => !confState.voters.includes(member));
        if (coming.length === 0) continue;
        this.#takeBack(id, coming, now);
        return { partitions: [{ partition: id, voters: [...confState.voters] }] };
      }
    }
    return undefined;
  }

  #takeBack(partition: number, coming: readonly NodeId[], now: number): void {
    for (const [key, until] of this.#quarantine) if (until <= now) this.#quarantine.delete(key);
    for (const member of coming) this.#quarantine.set(`${partition}/${member}`, now + limits.replicaQuarantineMs);
    this.#moves.delete(partition);
    const members = coming.map((id) => id.toString(16));
    this.#options.runtime.logger.warn({ partition, members }, 'a replica did not catch up in time: its move is undone');
  }

  #write(change: PlacementInit, term: number): void {
    this.#writing = true;
    const shown = (change.partitions ?? []).map(
      ({ partition, voters }) => `${partition}: ${(voters ?? []).map((id) => id.toString(16)).join(' ')}`,
    );
    this.#options.runtime.logger.info({ partitions: shown }, 'placing replicas');
    this.#options.system
      .propose(CommandKind.place, PlacementChange.encode(change), undefined, term)
      // Whoever leads next decides anew.
      .catch(() => {})
      .finally(() => {
        this.#writing = false;
      });
  }

  #now(): number {
    return this.#options.runtime.clock.monotonicMs();
  }
}

/** Everything that a decision depends on; who may be tried again some time is looked at together with the rest. */
function seenIn(view: PlannerView, placement: number, members: number): unknown[] {
  const down = view.places.map((p) => p.down);
  const { avoid } = view;
  const avoided =
    avoid === undefined ? [] : view.partitions.flatMap(({ number }) => view.places.map((p) => avoid(number, p.id)));
  return [placement, members, ...down, ...avoided, ...view.partitions.map((p) => p.conf)];
}

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);
