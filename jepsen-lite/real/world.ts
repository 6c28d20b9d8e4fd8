// The real world as workloads see it.

import { Client, type ConnectionOptions } from '../../src/client/index.js';
import type { SimRandom } from '../../src/runtime/sim/random.js';
import { Recorder } from '../history/recorder.js';
import type { HistoryEvent } from '../history/types.js';
import type { FaultKind } from '../nemesis/types.js';
import type { World } from '../workloads/types.js';
import type { Target } from './target.js';
import { sleep } from './wait.js';

const CLIENT_CALL_MS = 4_000;

export class Clients {
  readonly #target: Target;
  readonly #clients: Client[] = [];
  readonly #machines = new Set<string>();

  constructor(target: Target) {
    this.#target = target;
  }

  get machines(): readonly string[] {
    return [...this.#machines];
  }

  client(machine: string, options: Partial<ConnectionOptions> = {}): Client {
    this.#machines.add(machine);
    const client = new Client({ callTimeoutMs: CLIENT_CALL_MS, ...this.#target.access(machine), ...options });
    this.#clients.push(client);
    return client;
  }

  close(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }
}

export interface WorldOptions {
  readonly clients: Clients;
  readonly workload: string;
  readonly random: SimRandom;
  readonly faults: ReadonlySet<FaultKind>;
  readonly nowMs: () => number;
  readonly onEvent: (event: HistoryEvent) => void;
}

/** The world of one workload: machines and chance of its own. */
export function realWorld(options: WorldOptions): World {
  const { clients, workload, random, faults, nowMs, onEvent } = options;
  return {
    random,
    nowMs,
    sleep,
    recorder: new Recorder(() => Math.round(nowMs() * 1e6), onEvent),
    client: (machine, connection) => clients.client(`${workload}-${machine}`, connection),
    partitions: 1,
    faults,
    // No fault stops machines of clients: they live in this process.
    machineSleep: (_machine, ms) => sleep(ms),
  };
}
