import type { FaultKind } from '../../nemesis/types.js';
import type { Hint, Mutant } from '../types.js';

const NEXT_STEP = 'src/placement/next-step.ts';
const RECONFIGURER = 'src/placement/reconfigurer.ts';
const PLACEMENT = 'src/placement/placement.ts';

const MOVES: readonly FaultKind[] = ['replaceMember', 'extraMember', 'moveReplica', 'refactor'];
const hint = (workload: string, partitions: number, ...faults: FaultKind[]): Hint => ({
  workloads: [workload],
  faults: [...MOVES, ...faults],
  partitions,
});

/** Mistakes in bringing members and replicas in and out. */
export const placementMutants: readonly Mutant[] = [
  {
    name: 'replica-votes-before-it-caught-up',
    layer: 'placement',
    what: 'A new replica votes as soon as it is there, not when it has caught up: a majority may consist of those that have nothing.',
    patches: [
      { file: NEXT_STEP, find: '((id) => caughtUp(id) && active(id));\n  if', replace: '((id) => active(id));\n  if' },
    ],
    hint: hint('register', 1, 'crash'),
  },
  {
    name: 'caught-up-by-an-old-leadership',
    layer: 'placement',
    what: 'Whether a replica has caught up is measured by nothing in the first look of a leadership: one without any state votes.',
    patches: [{ file: RECONFIGURER, find: 'if (term !== status.term) return false;', replace: '' }],
    hint: hint('register', 3, 'crashLeader', 'moveLeader', 'slowDisk'),
  },
  {
    name: 'old-replica-goes-first',
    layer: 'placement',
    what: 'The old replica is removed while the new one still catches up: copies are missing meanwhile.',
    patches: [
      {
        file: NEXT_STEP,
        find: 'if (promising.length > 0 && ready === undefined) return WAIT;',
        replace: '',
      },
    ],
    hint: hint('register', 3, 'crash'),
  },
  {
    name: 'removed-replica-still-votes',
    layer: 'placement',
    what: 'A leader goes on counting by the configuration with which it was elected: replicas that were removed make its majorities.',
    patches: [
      {
        file: 'src/raft/raft.ts',
        find: '    this.#conf = changeConf(this.#conf, entry.data);\n',
        replace:
          "    const changed = changeConf(this.#conf, entry.data);\n    if (this.role === 'leader') return changed;\n    this.#conf = changed;\n",
      },
    ],
    hint: hint('register', 3, 'crashLeader', 'isolateLeader'),
  },
  {
    name: 'removal-ends-too-early',
    layer: 'placement',
    what: 'A member counts as gone while groups still count its vote: it stops, and they miss it.',
    patches: [
      {
        file: PLACEMENT,
        find: '!membersOf(system.store.confState).has(id) && !this.#partitions.some((p) => votesIn(p.store.confState, id));',
        replace: 'id > 0n;',
      },
    ],
    hint: hint('register', 3, 'crash', 'isolate'),
  },
  {
    name: 'waits-for-a-replica-that-left',
    layer: 'placement',
    what: 'A replica that was to come to a member that was removed meanwhile is waited for.',
    patches: [
      {
        file: 'src/placement/planner.ts',
        find: 'if (lost.length > 0) return',
        replace: 'if (lost.length > 99) return',
      },
    ],
    hint: hint('register', 3, 'crash', 'isolate'),
  },
];
