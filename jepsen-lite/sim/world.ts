import type { ConnectionOptions } from '../../src/client/index.js';
import type { SimRandom } from '../../src/runtime/sim/random.js';
import { sleep } from '../../src/runtime/sleep.js';
import { Recorder } from '../history/recorder.js';
import type { HistoryEvent } from '../history/types.js';
import type { FaultKind } from '../nemesis/types.js';
import type { World } from '../workloads/types.js';
import type { SimCluster } from './cluster.js';

/** The simulated world as one workload sees it: machines, keys and chance of its own. */
export function simWorld(
  cluster: SimCluster,
  workload: string,
  faults: ReadonlySet<FaultKind>,
  onEvent?: (event: HistoryEvent) => void,
): World {
  const { world } = cluster;
  const random: SimRandom = world.randomOf(`workload ${workload}`);
  const beginMs = world.nowMs;
  const nameOf = (machine: string): string => `${workload}-${machine}`;
  return {
    random,
    nowMs: () => world.nowMs - beginMs,
    sleep: (ms) => sleep(world, ms),
    recorder: new Recorder(() => Math.round((world.nowMs - beginMs) * 1e6), onEvent),
    client: (machine: string, options?: Partial<ConnectionOptions>) => cluster.client(nameOf(machine), options),
    partitions: cluster.partitions,
    faults,
    machineSleep: (machine, ms) => sleep(cluster.machine(nameOf(machine)).runtime().timers, ms),
  };
}
