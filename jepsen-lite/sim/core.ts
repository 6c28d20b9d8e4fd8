// Replicas of the consensus core alone, on random schedules with changes of membership: thousands of steps
// a second, every safety property of the thesis (figure 3.2) checked after each of them.

import { type Faults, TestCluster } from '../../src/raft/testing/cluster.js';
import { SimRandom } from '../../src/runtime/sim/random.js';
import type { SeedSummary } from './summary.js';

const STEPS_PER_NODE = 1_500;
const SETTLE_ROUNDS = 150;
/** Leaders that are left alone: what the rules about entries of earlier terms are for. Needs five nodes. */
const STRANDED: Faults = { loss: 0.01, duplicate: 0.02, crash: 0.0005, confChange: 0, compact: 0, strand: 0.03 };
const STRANDED_SHARE = 0.4;

/**
 * A state machine that stands still while the membership changes: its member would campaign by a configuration
 * that is long replaced.
 */
const STALLED: Faults = {
  loss: 0.02,
  duplicate: 0.02,
  crash: 0,
  confChange: 0.9,
  compact: 0.1,
  lag: 0.1,
  stall: 0.002,
};
const STALLED_SHARE = 0.15;

/** Steps of the core have no times; a tick stands for this. */
const STEP_MS = 2;

const SHAPES: readonly Faults[] = [
  { loss: 0.02, duplicate: 0.02, crash: 0, confChange: 0, compact: 0 },
  { loss: 0.1, duplicate: 0.05, crash: 0.008, confChange: 0, compact: 0.3 },
  { loss: 0.05, duplicate: 0.05, crash: 0.004, confChange: 0.5, compact: 0.5 },
  { loss: 0.05, duplicate: 0.05, crash: 0.004, confChange: 0.5, compact: 0.5, lag: 0.9 },
];

export function runCore(seed: number): SeedSummary {
  const begin = performance.now();
  const random = new SimRandom(seed);
  const any = SHAPES[random.below(SHAPES.length)] as Faults;
  const stranded = random.float() < STRANDED_SHARE;
  const nodes = stranded || random.float() < 0.3 ? 5 : 3;
  const stalled = !stranded && random.float() < STALLED_SHARE;
  const shape = stranded ? STRANDED : stalled ? STALLED : any;
  const cluster = new TestCluster(seed, nodes, shape);
  let problem: string | undefined;
  try {
    cluster.run(STEPS_PER_NODE * nodes);
    cluster.settle(SETTLE_ROUNDS);
    problem = disagreement(cluster);
  } catch (error) {
    problem = (error as Error).message;
  }
  const anomaly = { seed, workload: 'core', checker: 'core', name: 'unsafe', message: problem ?? '' };
  return {
    seed,
    valid: problem === undefined,
    anomalies: problem === undefined ? [] : [anomaly],
    simulatedMs: STEPS_PER_NODE * nodes * STEP_MS,
    realMs: performance.now() - begin,
    operations: { core: { ok: cluster.committed.size + cluster.readsAnswered, fail: 0, info: 0 } },
    faults: { membership: cluster.confChanges, snapshot: cluster.snapshots },
  };
}

/** When all faults have ended, all voters have applied the same. */
function disagreement(cluster: TestCluster): string | undefined {
  const leaders = [...cluster.members.values()].filter((m) => m.core.role === 'leader');
  if (leaders.length === 0) return 'nobody leads after all faults have ended';
  const leader = leaders.reduce((a, b) => (a.core.term > b.core.term ? a : b));
  const behind = leader.conf.voters.filter((id) => cluster.members.get(id)?.applied !== leader.applied);
  if (behind.length > 0) return `members ${behind.join(', ')} have not applied what the leader has`;
  return leader.applied === cluster.committed.size ? undefined : 'the leader has not applied what was committed';
}
