// A consistent-hash ring of members: each stands at many points of a circle, a partition at one, and the members are
// preferred in the order in which one meets them from there on (Karger et al. 1997). Who comes or goes changes the
// order only where it stands.

import { createHash } from 'node:crypto';
import type { NodeId } from '../raft/types.js';

/** Points of one member: enough that shares differ by a few per cent. */
export const POINTS_PER_MEMBER = 128;

export interface RingPoint {
  /** In [0, 2^32). */
  readonly at: number;
  readonly member: NodeId;
}

const hash = (text: string): number => createHash('sha1').update(text).digest().readUInt32BE(0);

export class Ring {
  readonly points: readonly RingPoint[];
  readonly #members: number;

  constructor(members: readonly NodeId[]) {
    this.#members = members.length;
    this.points = members
      .flatMap((member) =>
        Array.from({ length: POINTS_PER_MEMBER }, (_, i) => ({ at: hash(`${member.toString(16)}/${i}`), member })),
      )
      .sort((a, b) => a.at - b.at || (a.member < b.member ? -1 : 1));
  }

  /** Where a partition stands. */
  static positionOf(partition: number): number {
    return hash(`partition ${partition}`);
  }

  /** Every member, by preference for this partition. */
  order(partition: number): NodeId[] {
    const start = this.#firstAt(Ring.positionOf(partition));
    const found = new Set<NodeId>();
    for (let i = 0; i < this.points.length && found.size < this.#members; i++) {
      found.add((this.points[(start + i) % this.points.length] as RingPoint).member);
    }
    return [...found];
  }

  #firstAt(position: number): number {
    let [low, high] = [0, this.points.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.points[middle] as RingPoint).at < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
