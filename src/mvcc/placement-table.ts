// Which members are to vote in each partition: the truth that the groups follow. It lives in the system group's state.

import { Placement } from '../../proto/gen/placement.js';
import type { NodeId } from '../raft/types.js';
import type { GroupState, StateBatch } from '../storage/types.js';
import { metaKey } from './records.js';

const PLACEMENT = metaKey('placement');

export interface PlacementView {
  /** Voters of each partition; 0: none was decided yet, and every member votes everywhere. */
  readonly replicationFactor: number;
  /** By partition; one that is missing has every member. */
  readonly voters: ReadonlyMap<number, readonly NodeId[]>;
  /** Partitions that do not move for the sake of balance: an operator has moved them. */
  readonly pinned: ReadonlySet<number>;
  /** Grows whenever something of this may have changed; counts from nothing in each life of the process. */
  readonly version: number;
}

export class PlacementTable implements PlacementView {
  replicationFactor = 0;
  voters = new Map<number, readonly NodeId[]>();
  pinned = new Set<number>();
  version = 0;

  load(state: GroupState): void {
    const table = Placement.decode(state.getSync(PLACEMENT) ?? Buffer.alloc(0));
    this.version++;
    this.replicationFactor = table.replicationFactor;
    this.voters = new Map(table.partitions.map((p) => [p.partition, p.voters]));
    this.pinned = new Set(table.partitions.filter((p) => p.pinned).map((p) => p.partition));
  }

  change(batch: StateBatch, change: Placement): void {
    this.version++;
    if (change.replicationFactor > 0) this.replicationFactor = change.replicationFactor;
    for (const { partition, voters, pinned } of change.partitions) {
      this.voters.set(partition, voters);
      if (pinned) this.pinned.add(partition);
      else this.pinned.delete(partition);
    }
    const partitions = [...this.voters].map(([partition, voters]) => ({
      partition,
      voters: [...voters],
      pinned: this.pinned.has(partition),
    }));
    batch.put(PLACEMENT, Placement.encode({ replicationFactor: this.replicationFactor, partitions }));
  }
}
