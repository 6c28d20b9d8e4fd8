// What a run needs of a cluster of real processes: who is there, how clients reach it, and which
// faults it can be given.

import type { ClientEnvironment } from '../../src/client/index.js';
import type { NodeDisk } from './disk/types.js';
import { type Need, REAL_FAULT_KINDS, REAL_FAULTS, type RealFaultKind } from './faults.js';
import type { ClientDoors } from './network/doors.js';
import type { NetworkFaults } from './network/types.js';
import type { Observed } from './observer.js';

/** Power over the processes of nodes. */
export interface Processes {
  /** Does not wait until it serves; nothing happens if it runs. */
  start(name: string): Promise<void>;
  /** SIGKILL. */
  kill(name: string): Promise<void>;
  pause(name: string): Promise<void>;
  resume(name: string): Promise<void>;
}

export interface Disks {
  disk(name: string): NodeDisk;
  /** Kills the process, and what was not synced is gone. Resolves to what was lost, for a reader. */
  powerLoss(name: string, random: () => number): Promise<string>;
}

export interface Target extends Observed {
  /** For the title of the run: `3 processes in network namespaces`. */
  readonly description: string;
  readonly processes?: Processes;
  readonly network?: NetworkFaults;
  readonly doors?: ClientDoors;
  readonly disks?: Disks;
  /** Why things are missing, for the reader: `disks: there is no C compiler`. */
  readonly limits: readonly string[];
  /** Endpoints and outside world of clients that run on `machine`. */
  access(machine: string): { readonly endpoints: readonly string[]; readonly environment?: ClientEnvironment };
  /** Nodes that ended and nobody asked for it are told here from now on. */
  onEnded(fn: (name: string, how: string, lastLines: string) => void): void;
  /** Starts it, unless it runs already. */
  start(): Promise<void>;
  /** Ends what `start` began. Rejects when something is left behind. */
  close(): Promise<void>;
}

/** Kinds of faults that this cluster can be given. */
export function possibleFaults(target: Target): RealFaultKind[] {
  const has: Readonly<Record<Need, boolean>> = {
    nothing: true,
    processes: target.processes !== undefined,
    network: target.network !== undefined,
    delays: target.network?.canDelay === true,
    doors: target.doors !== undefined,
    disks: target.disks !== undefined,
  };
  return REAL_FAULT_KINDS.filter((kind) => has[REAL_FAULTS[kind].needs]);
}
