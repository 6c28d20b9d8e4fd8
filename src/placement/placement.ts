// Brings the groups of this node to what the tables say, wherever this node leads; and, at the system group's leader,
// ends removals of members. All of it can be taken over at any point: the tables and the groups' own configurations
// hold everything that there is to know.

import { limits } from '../limits.js';
import { encodeMemberChange, MemberAction } from '../mvcc/member-table.js';
import { CommandKind } from '../mvcc/types.js';
import { membersOf } from '../raft/conf-change.js';
import type { ConfState, NodeId } from '../raft/types.js';
import type { Runtime, Timer } from '../runtime/ports.js';
import { type DriverOptions, PlacementDriver } from './driver.js';
import { PlacementOperations } from './operations.js';
import { type PlacedGroup, Reconfigurer } from './reconfigurer.js';
import { wantedOf } from './wanted.js';

export interface PlacementOptions extends Omit<DriverOptions, 'groups' | 'system' | 'runtime'> {
  readonly groups: readonly PlacedGroup[];
  readonly system: PlacedGroup;
  readonly runtime: Runtime;
  /** Between two looks, in ms. */
  readonly intervalMs: number;
  /** An assertion does not hold: the node must stop. */
  readonly fail: (error: unknown) => void;
}

interface Driven {
  readonly group: PlacedGroup;
  readonly reconfigurer: Reconfigurer;
  /** The state in which nothing was left to do; undefined: look. */
  done: Seen | undefined;
}

interface Seen {
  readonly conf: ConfState;
  readonly members: number;
  readonly placement: number;
  readonly term: number;
}

export class Placement {
  readonly #options: PlacementOptions;
  readonly #driven: readonly Driven[];
  /** Those of the partitions, without the system group. */
  readonly #partitions: readonly PlacedGroup[];
  /** Undefined with one partition, which every member has. */
  readonly driver: PlacementDriver | undefined;
  readonly operations: PlacementOperations;
  readonly #timer: Timer;
  /** When this node first saw that a member leaves. */
  readonly #leavingSince = new Map<NodeId, number>();
  #ending = false;
  #kicked = false;

  constructor(options: PlacementOptions) {
    const { groups, system, self, runtime } = options;
    this.#options = options;
    this.#partitions = groups.filter((group) => group !== system);
    this.#driven = [system, ...this.#partitions].map((group) => ({
      group,
      reconfigurer: new Reconfigurer(group, self, runtime.logger),
      done: undefined,
    }));
    this.driver =
      this.#partitions.length > 0 ? new PlacementDriver({ ...options, groups: this.#partitions }) : undefined;
    this.operations = new PlacementOperations({ ...options, driver: this.driver });
    this.#timer = runtime.timers.every(options.intervalMs, () => this.#look());
  }

  close(): void {
    this.#timer.cancel();
  }

  /** Looks at the end of this turn instead of a moment later. */
  kick(): void {
    if (this.#kicked) return;
    this.#kicked = true;
    this.#options.runtime.timers.defer(() => {
      this.#kicked = false;
      this.#look();
    });
  }

  #look(): void {
    try {
      this.#driveAll();
    } catch (error) {
      this.close();
      this.#options.fail(error);
    }
  }

  #driveAll(): void {
    for (const driven of this.#driven) this.#drive(driven);
    if (!this.#options.system.leadership.ready) return;
    this.driver?.look();
    this.#endRemovals();
  }

  #drive(driven: Driven): void {
    const { group } = driven;
    if (!group.leadership.ready) return;
    const { memberTable, placement } = this.#options.system.store;
    for (const id of this.#leavingSince.keys()) if (!memberTable.leaving.has(id)) this.#leavingSince.delete(id);
    const conf = group.store.confState;
    const now = { conf, members: memberTable.version, placement: placement.version, term: group.leadership.term };
    if (driven.done !== undefined && same(driven.done, now) && memberTable.leaving.size === 0) return;
    const isSystem = group === this.#options.system;
    const placed = isSystem ? undefined : placement.voters.get(group.id);
    // Who leaves votes on until another one is to vote instead, and follows the tables for as long as it may have to
    // hand something over by them.
    const keep = (id: NodeId): boolean =>
      isSystem
        ? this.#drains(id) || this.#partitions.some((p) => votesIn(p.store.confState, id))
        : placed?.includes(id) === true;
    const wanted = wantedOf({ conf, table: memberTable, placed, keep, leaversLearn: !isSystem });
    driven.done = driven.reconfigurer.step(wanted) ? now : undefined;
  }

  /** Its clients are still on their way to others. */
  #drains(id: NodeId): boolean {
    const { runtime, self, isConnected } = this.#options;
    const now = runtime.clock.monotonicMs();
    const since = this.#leavingSince.get(id) ?? now;
    this.#leavingSince.set(id, since);
    return (id === self || isConnected(id)) && now - since < limits.leaverDrainMs;
  }

  #endRemovals(): void {
    const { system } = this.#options;
    const isGone = (id: NodeId): boolean =>
      !membersOf(system.store.confState).has(id) && !this.#partitions.some((p) => votesIn(p.store.confState, id));
    const gone = [...system.store.memberTable.leaving].find(isGone);
    if (gone === undefined || this.#ending) return;
    this.#ending = true;
    const { term } = system.leadership;
    system
      .propose(CommandKind.changeMember, encodeMemberChange(MemberAction.remove, { ID: gone }), undefined, term)
      // Whoever leads next finds it still to be done.
      .catch(() => {})
      .finally(() => {
        this.#ending = false;
      });
  }
}

const votesIn = (conf: ConfState, id: NodeId): boolean => conf.voters.includes(id) || conf.votersOutgoing.includes(id);

const same = (a: Seen, b: Seen): boolean =>
  a.conf === b.conf && a.members === b.members && a.placement === b.placement && a.term === b.term;
