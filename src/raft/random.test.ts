import { describe, expect, it } from 'vitest';
import { TestCluster } from './testing/cluster.js';

const SEEDS = Number(process.env['HEXKEEP_RAFT_SEEDS'] ?? 150);
const FIRST = Number(process.env['HEXKEEP_RAFT_FIRST'] ?? 1);
const STEPS_PER_NODE = 1_500;

const calm = { loss: 0.02, duplicate: 0.02, crash: 0, confChange: 0, compact: 0 };
const wild = { loss: 0.1, duplicate: 0.05, crash: 0.008, confChange: 0, compact: 0.3 };
const moving = { loss: 0.05, duplicate: 0.05, crash: 0.004, confChange: 0.5, compact: 0.5 };

const late = { ...moving, lag: 0.9 };

const stranded = { loss: 0.01, duplicate: 0.02, crash: 0.0005, confChange: 0, compact: 0, strand: 0.03 };

function explore(
  name: string,
  size: number,
  faults: ConstructorParameters<typeof TestCluster>[2],
  [first, seeds] = [FIRST, SEEDS],
): void {
  it(`${name}: ${seeds} seeds of ${size} nodes keep every safety property, then agree`, { timeout: 600_000 }, () => {
    let committed = 0;
    let reads = 0;
    for (let seed = first; seed < first + seeds; seed++) {
      const cluster = new TestCluster(seed, size, faults);
      try {
        cluster.run(STEPS_PER_NODE * size);
        const before = cluster.committed.size;
        cluster.settle(150);
        const leaders = [...cluster.members.values()].filter((m) => m.core.role === 'leader');
        expect(leaders.length).toBeGreaterThan(0);
        const leader = leaders.reduce((a, b) => (a.core.term > b.core.term ? a : b));
        for (const id of leader.conf.voters) expect(cluster.members.get(id)?.applied).toBe(leader.applied);
        expect(leader.applied).toBe(cluster.committed.size);
        committed += before;
        reads += cluster.readsAnswered;
      } catch (error) {
        throw new Error(`seed ${seed} (${name}, ${size} nodes): ${(error as Error).message}`, { cause: error });
      }
    }
    // A cluster that never gets anything done would keep every safety property, too.
    expect(committed / seeds).toBeGreaterThan(10);
    expect(reads / seeds).toBeGreaterThan(1);
  });
}

describe('random schedules', () => {
  explore('calm', 3, calm);
  explore('crashes, loss and snapshots', 3, wild);
  explore('crashes, loss and snapshots', 5, wild);
  explore('leaders left alone', 5, stranded);
  explore('membership changes', 3, moving);
  explore('membership changes that are applied late', 3, late);
  // A leader that had removed itself stepped down; nobody else knew that the change was committed, and all others
  // counted on its vote, which its longer log refused them.
  explore('a demoted leader knows more than the others', 3, moving, [6973, 1]);
});
