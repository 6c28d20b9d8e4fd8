// Kinds of faults that real clusters can be given.

import type { FaultKind } from '../nemesis/types.js';

/** What a kind of fault needs of the cluster. */
export type Need = 'processes' | 'network' | 'delays' | 'doors' | 'disks' | 'nothing';

export interface RealFault {
  readonly what: string;
  /** The simulated kind that does the same. */
  readonly like: FaultKind;
  readonly needs: Need;
  /** How often it is drawn. */
  readonly weight: number;
  /** How long it lasts in ms: at least, and how much longer at most. */
  readonly forMs: readonly [least: number, spread: number];
}

const kind = (
  like: FaultKind,
  needs: Need,
  weight: number,
  forMs: readonly [number, number],
  what: string,
): RealFault => ({ like, needs, weight, forMs, what });

export const REAL_FAULTS = {
  kill: kind('crash', 'processes', 8, [50, 4_000], 'one process is killed (SIGKILL)'),
  killLeader: kind('crashLeader', 'processes', 8, [50, 4_000], 'the process of the leader is killed'),
  killAll: kind('crashAll', 'processes', 2, [50, 1_500], 'all processes are killed at once'),
  pause: kind('freeze', 'processes', 4, [300, 5_000], 'one process stands still (SIGSTOP)'),
  pauseLeader: kind('freeze', 'processes', 4, [300, 5_000], 'the process of the leader stands still'),
  isolate: kind('isolate', 'network', 5, [500, 6_000], 'one node is cut off from all others'),
  isolateLeader: kind('isolateLeader', 'network', 6, [500, 6_000], 'the leader is cut off from all others'),
  halves: kind('halves', 'network', 3, [500, 6_000], 'the nodes are cut into a majority and a minority'),
  majorityRing: kind('majorityRing', 'network', 3, [1_000, 6_000], 'every node sees a majority, no two see the same'),
  bridge: kind('bridge', 'network', 3, [1_000, 6_000], 'two halves that see each other only through one node'),
  oneWay: kind('oneWay', 'network', 4, [500, 5_000], 'what one node sends is lost; the other way works'),
  delay: kind('delay', 'delays', 4, [500, 5_000], 'messages of one node take longer'),
  clientsCut: kind('clientsCut', 'doors', 4, [500, 5_000], 'some clients can not reach some nodes'),
  slowDisk: kind('slowDisk', 'disks', 4, [500, 5_000], 'syncs of one disk take long'),
  failSync: kind('failSync', 'disks', 3, [300, 3_000], 'syncs of one disk fail; the node may end by itself'),
  fullDisk: kind('fullDisk', 'disks', 2, [300, 3_000], 'one disk is full; the node may end by itself'),
  powerLoss: kind('crashAll', 'disks', 4, [50, 2_000], 'machines lose power, with what was not synced'),
  moveLeader: kind('moveLeader', 'nothing', 4, [0, 0], 'leadership is handed over on request'),
  compact: kind('compact', 'nothing', 4, [0, 0], 'history is compacted'),
} as const satisfies Readonly<Record<string, RealFault>>;

export type RealFaultKind = keyof typeof REAL_FAULTS;

export const REAL_FAULT_KINDS = Object.keys(REAL_FAULTS) as readonly RealFaultKind[];

/** One fault of a schedule. */
export interface PlannedFault {
  readonly kind: RealFaultKind;
  /** When it begins, in ms since the workloads began. */
  readonly atMs: number;
  /** How long it lasts; 0 for what happens at a moment. */
  readonly forMs: number;
  /** Decides everything else about it. */
  readonly seed: number;
}
