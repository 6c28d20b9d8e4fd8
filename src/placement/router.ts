// Routing to the groups of a node. With one group every key is its own; the slot table replaces
// this when there are more.

import { invariant } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { Router } from './types.js';

/** `groups` by ascending ID; the first is the system group. Exactly one is routed to so far. */
export function createRouter(groups: readonly GroupHandle[]): Router {
  const [system] = groups;
  invariant(system !== undefined && groups.length === 1, `a router for ${groups.length} groups was asked for`);
  return {
    groups,
    system,
    forKey: () => system,
    forRange: () => groups,
    forLease: () => system,
  };
}
