import type { Mutant } from '../types.js';

const SEQUENCER = 'src/sequencer/sequencer.ts';
const NUMBERING = 'src/multiraft/numbering.ts';
const READS = 'src/multiraft/group-reads.ts';
const SNAPSHOTS = 'src/txn/snapshot-reads.ts';

/** Mistakes in what makes one order of many partitions; rules of docs/design/partitions.md in brackets. */
export const sequencerMutants: readonly Mutant[] = [
  {
    name: 'revisions-beyond-the-bound',
    layer: 'sequencer',
    what: 'The sequencer hands out revisions beyond the bound that stands in the log (A1): its successor hands them out again.',
    patches: [
      {
        file: SEQUENCER,
        find: '    while (office.counter + count > office.bound) await this.#raise(office, count);\n',
        replace: '',
      },
      {
        file: SEQUENCER,
        find: '      this.#raise(this.#office, 0).catch(() => {});\n',
        replace: '',
      },
      {
        file: SEQUENCER,
        find: '    if (office.bound - office.counter < limits.revisionStride / 2) this.#raise(office, 0).catch(() => {});\n',
        replace: '    if (office.counter === limits.revisionStride) this.#raise(office, 0).catch(() => {});\n',
      },
    ],
    hint: { workloads: ['revision', 'register'], faults: ['crashLeader', 'crash', 'moveLeader'], partitions: 4 },
  },
  {
    name: 'sequencer-not-confirmed',
    layer: 'sequencer',
    what: 'The sequencer answers without asking a quorum whether it still leads (A2): a deposed one numbers a write below others that were acknowledged before.',
    patches: [
      {
        file: SEQUENCER,
        find: '    await this.#options.system.confirmLeadership();\n',
        replace: '    await Promise.resolve();\n',
      },
    ],
    hint: {
      workloads: ['revision', 'append'],
      faults: ['isolateLeader', 'isolate', 'oneWay', 'freeze'],
      partitions: 4,
    },
  },
  {
    name: 'answer-to-another-ask',
    layer: 'sequencer',
    what: 'A leader takes the answer to an ask that it has given up (B2): the writes get into the log twice.',
    patches: [
      {
        file: NUMBERING,
        find: '    if (this.#ask !== ask) return;\n    // B3',
        replace: '    // B3',
      },
    ],
    hint: { workloads: ['register', 'revision'], faults: ['block'], partitions: 4 },
  },
  {
    name: 'claim-without-asks',
    layer: 'sequencer',
    what: 'A claim does not wait for writes whose revisions are on their way (B4.2b): a snapshot lacks one that a later one shows before others.',
    patches: [
      {
        file: READS,
        find: '    if (numbering.whenSettled(finish)) waiting++;\n',
        replace: '    numbering.whenSettled(() => {});\n',
      },
    ],
    hint: { workloads: ['append', 'watch'], faults: ['delay', 'oneWay', 'slowDisk'], partitions: 4 },
  },
  {
    name: 'claim-without-the-tail',
    layer: 'sequencer',
    what: 'A claim waits for what is committed, not for the whole log of its leader (B4.2a): a snapshot lacks a write below its revision.',
    patches: [
      {
        file: READS,
        find: '    let reached = raft.lastIndex;\n',
        replace: '    let reached = raft.commit;\n',
      },
    ],
    hint: { workloads: ['append', 'watch'], faults: ['delay', 'slowDisk', 'oneWay'], partitions: 4 },
  },
  {
    name: 'snapshot-at-what-is-known',
    layer: 'sequencer',
    what: 'A range over partitions is read at the newest revision that the serving node knows, not at one asked for after the request came (C3): it misses what was acknowledged elsewhere.',
    patches: [
      {
        file: SNAPSHOTS,
        find: '  const revision = await clock.current();\n',
        replace: '  const revision = clock.known;\n',
      },
    ],
    hint: { workloads: ['append', 'set'], faults: ['delay', 'isolate', 'clientsCut'], partitions: 4 },
  },
  {
    name: 'parts-at-different-moments',
    layer: 'sequencer',
    what: 'Each partition of a range is read as it is when its turn comes, not at the common revision: the answer was never true.',
    patches: [
      {
        file: 'src/mvcc/store.ts',
        find: 'revision: revision < this.revision ? revision : 0 }',
        replace: 'revision: Math.min(revision, 0) }',
      },
    ],
    hint: { workloads: ['append', 'bank'], faults: ['delay', 'slowDisk', 'oneWay'], partitions: 4 },
  },
];
