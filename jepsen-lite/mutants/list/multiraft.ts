import type { Mutant } from '../types.js';

const GROUP = 'src/multiraft/group.ts';

/** Mistakes in what joins the core, its log, its state and the peers. */
export const multiraftMutants: readonly Mutant[] = [
  {
    name: 'log-not-synced',
    layer: 'multiraft',
    what: 'Entries are acknowledged when they are written but not synced: a power failure takes acknowledged writes with it.',
    patches: [
      {
        file: GROUP,
        find: 'this.#log.submit(write, rd.mustSync && this.#parts.sync, ',
        replace: 'this.#log.submit(write, false, ',
      },
    ],
    hint: { workloads: ['register', 'set'], faults: ['crashAll', 'crashSome'] },
  },
  {
    name: 'log-cut-before-state-synced',
    layer: 'multiraft',
    what: 'The log is cut although the state that holds its effect is not synced: after a crash neither has the entries.',
    patches: [
      {
        file: GROUP,
        find: 'this.#state.sync().then(',
        replace: 'Promise.resolve().then(',
      },
    ],
    hint: { workloads: ['register', 'set'], faults: ['crash', 'crashLeader', 'crashAll'] },
  },
  {
    name: 'proposals-repeated-too-early',
    layer: 'multiraft',
    what: 'Commands are placed again as soon as the leader changes, not when the old ones are known to be void: some are applied twice.',
    patches: [
      {
        file: GROUP,
        find: '      this.#reads.leaderChanged();\n',
        replace: '      this.#reads.leaderChanged();\n      this.#proposals.termApplied(raft.term);\n',
      },
    ],
    hint: { workloads: ['register', 'watch'], faults: ['moveLeader', 'isolateLeader', 'crashLeader'] },
  },
  {
    name: 'lost-call-repeated',
    layer: 'multiraft',
    what: 'A command whose connection to the leader was lost is sent again although the leader may have taken it: it is applied twice.',
    patches: [
      {
        file: GROUP,
        find: 'if (code === 0 || error === CONNECTION_LOST) return;',
        replace: 'if (code === 0) return;',
      },
      {
        file: GROUP,
        find: 'packMany(batch.map((p) => p.data)), (code, error) => {',
        replace: 'packMany(batch.map((p) => p.data)), (code) => {',
      },
    ],
    hint: { workloads: ['register', 'watch'], faults: ['reset', 'isolate'] },
  },
  {
    name: 'read-answered-at-commit',
    layer: 'multiraft',
    what: 'A member answers a read once the index is committed there, though not yet applied: the answer misses what was acknowledged.',
    patches: [
      {
        file: 'src/multiraft/group-reads.ts',
        find: 'this.#reads.confirm(context, point, appliedIndex, appliedTerm);',
        replace: 'this.#reads.confirm(context, point, Math.max(appliedIndex, this.#host.raft.commit), appliedTerm);',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['slowDisk'] },
  },
  {
    name: 'read-joins-round-under-way',
    layer: 'multiraft',
    what: 'A read joins a ReadIndex round that began before it: the index may have been taken before a write that is acknowledged already.',
    patches: [
      {
        file: 'src/multiraft/reads.ts',
        find: 'this.#arriving.push({ deadlineMs, resolve, reject });',
        replace: '(this.#round?.waiters ?? this.#arriving).push({ deadlineMs, resolve, reject });',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['delay', 'block'] },
  },
];
