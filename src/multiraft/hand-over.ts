// A planned stop costs the cluster no election: everything that the node leads is handed over first, at once, each group
// to the voter that leads least by then.

import { NO_NODE, type NodeId } from '../raft/types.js';
import type { Liveness } from './liveness.js';
import type { Spreadable } from './spread.js';

export interface HandOverHost {
  readonly self: NodeId;
  readonly groups: Iterable<Spreadable>;
  /** Undefined: not connected. */
  liveness(node: NodeId): Liveness | undefined;
}

export interface Transfer {
  readonly group: Spreadable;
  readonly to: NodeId;
}

/** Groups that nobody else could lead now are left out. */
export function planHandOver(host: HandOverHost): Transfer[] {
  const leading = new Map<NodeId, number>();
  const leads = (node: NodeId): number => leading.get(node) ?? host.liveness(node)?.leading ?? 0;
  const transfers: Transfer[] = [];
  for (const group of host.groups) {
    if (!group.leadership.isLeader) continue;
    const { conf, progress } = group.status();
    const reached = (node: NodeId): number => progress.get(node)?.match ?? 0;
    const able = conf.voters.filter((node) => node !== host.self && canLead(host.liveness(node)));
    // Who lacks something has to be given it first, while the group waits.
    const furthest = Math.max(...able.map(reached));
    let to: NodeId = NO_NODE;
    for (const node of able) {
      if (reached(node) === furthest && (to === NO_NODE || leads(node) < leads(to))) to = node;
    }
    if (to === NO_NODE) continue;
    leading.set(to, leads(to) + 1);
    transfers.push({ group, to });
  }
  return transfers;
}

const canLead = (liveness: Liveness | undefined): boolean =>
  liveness !== undefined && liveness.heardTicks > 0 && !liveness.leaving;
