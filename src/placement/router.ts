// Routing to the groups of a node.

import { invariant } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { RoutingRule } from './slots.js';
import { SlotMap } from './slots.js';
import type { Router } from './types.js';

/** `groups`: of the partitions, by number. `system`: with one partition there is none of its own. */
export function createRouter(
  groups: readonly GroupHandle[],
  system: GroupHandle | undefined = groups[0],
  rules: readonly RoutingRule[] = [],
): Router {
  invariant(system !== undefined && groups.length > 0, 'a router without groups was asked for');
  const slots = new SlotMap(groups.length, rules);
  const numbered = (partition: number): GroupHandle => groups[partition - 1] as GroupHandle;
  return {
    slots,
    groups,
    system,
    forKey: (key) => numbered(slots.partitionOf(key)),
    forRange: (key, rangeEnd) => {
      const partition = slots.partitionOfRange(key, rangeEnd);
      return partition === undefined ? groups : [numbered(partition)];
    },
    forLease: (id) => numbered(Number(BigInt.asUintN(64, id) % BigInt(groups.length)) + 1),
  };
}
