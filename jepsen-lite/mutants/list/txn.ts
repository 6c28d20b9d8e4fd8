import type { Mutant } from '../types.js';

const COORDINATOR = 'src/txn/coordinator.ts';
/** Transactions over partitions, and reads that show half of one. */
const BOTH = ['bank', 'append'];
const partitions = 3;

/** Mistakes in transactions over partitions: rules of docs/design/partitions.md left out, one by one. */
export const txnMutants: readonly Mutant[] = [
  {
    name: 'revision-before-prepared',
    layer: 'txn',
    what: 'The commit revision is asked for before all partitions are prepared (E5): one of them commits something newer first, and refuses its half.',
    patches: [
      {
        file: COORDINATOR,
        find: '    await this.#freeze(txn);\n',
        replace: '    const early = revisions.take(1);\n    early.catch(() => {});\n    await this.#freeze(txn);\n',
      },
      { file: COORDINATOR, find: 'this.#bounded(revisions.take(1));', replace: 'this.#bounded(early);' },
    ],
    hint: { workloads: BOTH, faults: ['delay'], partitions },
  },
  {
    name: 'prepared-partition-writes',
    layer: 'txn',
    what: 'A prepared partition goes on numbering writes (E4): the transaction was evaluated without them, and overwrites them.',
    patches: [
      {
        file: 'src/multiraft/numbering.ts',
        find: 'if (!this.#open || this.#held || this.#ask',
        replace: 'if (!this.#open || this.#ask',
      },
    ],
    hint: { workloads: BOTH, faults: ['delay'], partitions },
  },
  {
    name: 'prepared-forgotten-by-leader',
    layer: 'txn',
    what: 'The next leader of a prepared partition lets writes go on (E7): the transaction was evaluated without them.',
    patches: [
      {
        file: 'src/multiraft/group.ts',
        find: 'this.numbering?.open(raft.term, this.store.revision, this.store.txns.prepared !== undefined);',
        replace: 'this.numbering?.open(raft.term, this.store.revision);',
      },
    ],
    hint: { workloads: BOTH, faults: ['moveLeader', 'crashLeader', 'isolateLeader', 'delay'], partitions },
  },
  {
    name: 'abort-after-decision',
    layer: 'txn',
    what: 'A decision that does not commit soon is taken back although it is in the log (E6): it commits after the others were told to abort.',
    patches: [
      {
        file: COORDINATOR,
        find: 'payload, UNTIL_LEADERSHIP_ENDS, name.term, revision)',
        replace: 'payload, 50, name.term, revision)',
      },
    ],
    hint: { workloads: BOTH, faults: ['delay', 'slowDisk', 'block', 'freeze'], partitions },
  },
  {
    name: 'no-record-before-barrier',
    layer: 'txn',
    what: 'A coordinator answers "no record" before everything in its log is applied (E8): the decision is there, and commits after the asker has aborted.',
    patches: [
      {
        file: COORDINATOR,
        find: '    if (term === 0) throw errors.noLeader();\n    await group.confirmLeadership();\n    if (this.#term !== term) throw errors.leaderChanged();\n',
        replace: '    if (term < 0) throw errors.noLeader();\n',
      },
    ],
    hint: { workloads: BOTH, faults: ['isolateLeader', 'freeze', 'slowDisk'], partitions, safetySeconds: 20 },
  },
  {
    name: 'claim-ignores-open-txns',
    layer: 'txn',
    what: 'A claim does not wait for transactions that are open (B4.2c): a snapshot shows one half of a transaction and not the other.',
    patches: [
      {
        file: 'src/multiraft/group-reads.ts',
        find: '    if (this.#host.openWork()?.whenFinished(finish) === true) waiting++;\n',
        replace: '',
      },
    ],
    hint: { workloads: BOTH, faults: ['delay'], partitions },
  },
  {
    name: 'decision-forgotten-early',
    layer: 'txn',
    what: 'A decision is forgotten before every participant has applied it (E9): one that asks is told that there is none, and aborts.',
    patches: [
      {
        file: 'src/txn/delivery.ts',
        find: '    await Promise.all(decision.parts.map((part) => this.#tell(decision, part, term)));\n',
        replace: '    void Promise.all(decision.parts.map((part) => this.#tell(decision, part, term)));\n',
      },
    ],
    hint: { workloads: BOTH, faults: ['crashLeader', 'moveLeader', 'isolate', 'freeze'], partitions },
  },
  {
    name: 'evaluated-on-old-replica',
    layer: 'txn',
    what: 'A transaction is evaluated before this node has applied what the partitions were prepared at: comparisons hold that should not.',
    patches: [
      {
        file: COORDINATOR,
        find: '    await Promise.all(frozen.map(([id, index]) => appliedOf(id).reach(index, left())));\n',
        replace: '    appliedOf(frozen.length);\n',
      },
    ],
    hint: { workloads: BOTH, faults: ['delay', 'slowDisk', 'block'], partitions },
  },
];
