// Which voter stands for election first: for each of a node's many groups another one.

import type { NodeId } from '../raft/types.js';

/** Of one replica. */
export interface Candidacy {
  readonly group: number;
  readonly self: NodeId;
  readonly voters: readonly NodeId[];
  isUp(peer: NodeId): boolean;
}

/** Between two voters that stand one after the other: time enough for the first one to ask for votes. */
const TURN_TICKS = 2;

/**
 * Ticks until this node stands after the leader's stream broke: one connected voter after the other. Among many groups,
 * some would be split in the first election if chance alone kept voters apart.
 */
export function ticksToStand({ group, self, voters, isUp }: Candidacy): number {
  const first = voters.length === 0 ? 0 : group % voters.length;
  const inTurn = [...voters.slice(first), ...voters.slice(0, first)].filter((id) => id === self || isUp(id));
  return 1 + TURN_TICKS * Math.max(0, inTurn.indexOf(self));
}

/**
 * After a start of the whole cluster nobody need wait for an election timeout: one of the voters stands as soon as it is
 * connected to a majority. Where the others have a leader, pre-vote keeps it.
 */
export function isFirstToStand({ group, self, voters, isUp }: Candidacy): boolean {
  const connected = voters.filter((id) => id === self || isUp(id));
  return voters[group % voters.length] === self && connected.length * 2 > voters.length;
}
