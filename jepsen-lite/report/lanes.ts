// Which row of a workload a process is drawn in.

import type { Operation } from '../history/types.js';

/** A process from its first operation to the end of its last one. */
interface Life {
  readonly process: number;
  readonly startMs: number;
  endMs: number;
  /** It only tells of what it saw, at one moment each. */
  isObserver: boolean;
}

export interface Lanes {
  /** Names of the rows. */
  readonly names: readonly string[];
  readonly of: (process: number) => number;
}

/** A process that has ended leaves its row to the next one that begins. Observers share the last row. */
export function lanesOf(
  operations: readonly { readonly operation: Operation; readonly startMs: number; readonly endMs: number }[],
): Lanes {
  const lives = new Map<number, Life>();
  for (const { operation, startMs, endMs } of operations) {
    const { process } = operation;
    const life = lives.get(process) ?? { process, startMs, endMs, isObserver: true };
    life.endMs = Math.max(life.endMs, endMs);
    life.isObserver &&= endMs === startMs;
    lives.set(process, life);
  }
  const clients = [...lives.values()].filter((life) => !life.isObserver);
  const lanes: { readonly first: number; freeFromMs: number; readonly processes: number[] }[] = [];
  for (const { process, startMs, endMs } of clients) {
    const free = lanes.find((lane) => lane.freeFromMs <= startMs);
    if (free === undefined) lanes.push({ first: process, freeFromMs: endMs, processes: [process] });
    else {
      free.freeFromMs = endMs;
      free.processes.push(process);
    }
  }
  lanes.sort((a, b) => a.first - b.first);
  const laneOf = new Map(lanes.flatMap(({ processes }, lane) => processes.map((process) => [process, lane])));
  const names = lanes.map(({ first }) => `client ${first}`);
  return {
    names: clients.length < lives.size ? [...names, 'observed'] : names,
    of: (process) => laneOf.get(process) ?? names.length,
  };
}
