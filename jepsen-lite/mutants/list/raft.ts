import type { Mutant } from '../types.js';

const RAFT = 'src/raft/raft.ts';

/** Mistakes in the consensus core. */
export const raftMutants: readonly Mutant[] = [
  {
    name: 'vote-not-persisted',
    layer: 'raft',
    what: 'A vote for somebody else is not written down: after a crash the node votes again, and a term may have two leaders.',
    patches: [
      {
        file: RAFT,
        find: '      softState,\n      hardState,\n      entries,',
        replace:
          '      softState,\n      hardState: hardState && { ...hardState, vote: hardState.vote === this.id ? this.id : NO_NODE },\n      entries,',
      },
    ],
    hint: { world: 'core' },
  },
  {
    name: 'vote-ignores-log',
    layer: 'raft',
    what: 'A vote is granted without comparing logs: a node that lacks committed entries becomes leader, and they are lost.',
    patches: [
      {
        file: RAFT,
        find: 'const grant = free && this.#log.isUpToDate(m.index, m.logTerm);',
        replace: 'const grant = free;',
      },
    ],
    hint: { workloads: ['register'], faults: ['halves', 'crashLeader'] },
  },
  {
    name: 'transfer-ignores-log',
    layer: 'raft',
    what: 'Leadership is transferred at once, and its votes are granted without comparing logs: the successor lacks committed entries.',
    patches: [
      {
        file: RAFT,
        find: 'const grant = free && this.#log.isUpToDate(m.index, m.logTerm);',
        replace: 'const grant = free && (m.force || this.#log.isUpToDate(m.index, m.logTerm));',
      },
      {
        file: RAFT,
        find: 'if (this.#replication.reached(this.#transferee) === this.#log.lastIndex) {',
        replace: 'if (this.#replication.reached(this.#transferee) > 0) {',
      },
    ],
    hint: { world: 'core' },
  },
  {
    name: 'own-entries-counted-early',
    layer: 'raft',
    what: 'The leader counts its own entries before they are on its disk: what one follower has is committed, and a crash of the leader undoes it.',
    patches: [
      {
        file: 'src/raft/replication.ts',
        find: 'return id === this.#config.id ? this.#log.durable : ',
        replace: 'return id === this.#config.id ? this.#log.lastIndex : ',
      },
    ],
    hint: { world: 'core' },
  },
  {
    name: 'acknowledged-before-persisted',
    layer: 'raft',
    what: 'A follower acknowledges entries before they are on its disk: they are committed, and a crash undoes them.',
    patches: [
      {
        file: RAFT,
        find: 'this.#sendAfterPersist(message(MessageType.appendResponse, leader, this.#term, { index }));',
        replace: 'this.#emit(message(MessageType.appendResponse, leader, this.#term, { index }));',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['slowDisk', 'crashAll', 'crashSome'] },
  },
  {
    name: 'read-without-quorum',
    layer: 'raft',
    what: 'A leader answers reads without asking a quorum whether it still leads: a deposed one answers with old values.',
    patches: [
      {
        file: 'src/raft/read-index.ts',
        find: 'if (isQuorum(conf, (id) => round.acks.has(id))) last = i;',
        replace: 'if (isQuorum(conf, () => round.acks.size > 0)) last = i;',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['isolateLeader', 'halves', 'freeze'] },
  },
  {
    name: 'read-before-noop',
    layer: 'raft',
    what: 'A new leader answers reads before an entry of its term is committed: its commit index may be behind what was acknowledged.',
    patches: [
      {
        file: RAFT,
        find: "(thesis 6.4, step 1).\n    if (this.#commit < this.#noopIndex) return refuse('noopPending');",
        replace: '(thesis 6.4, step 1).',
      },
    ],
    hint: { workloads: ['register'], faults: ['isolateLeader'] },
  },
  {
    name: 'noop-missing',
    layer: 'raft',
    what: 'A new leader appends no entry of its own term and takes what it knows as committed for everything: reads miss what was acknowledged.',
    patches: [
      {
        file: RAFT,
        find: 'this.#append(EntryType.normal, NO_DATA);\n    this.#noopIndex = this.#log.lastIndex;',
        replace: 'this.#noopIndex = this.#commit;',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['crashAll', 'crashSome', 'crashLeader'] },
  },
  {
    name: 'old-term-committed-by-counting',
    layer: 'raft',
    what: 'An entry of an earlier term counts as committed once a majority has it, before the no-op, which comes with the first heartbeat: a later leader may still replace it (figure 8 of the Raft paper).',
    patches: [
      {
        file: RAFT,
        find: 'if (index <= this.#commit || this.#log.term(index) !== this.#term) return;',
        replace: 'if (index <= this.#commit || this.#log.term(index) === undefined) return;',
      },
      {
        file: RAFT,
        find: 'this.#append(EntryType.normal, NO_DATA);\n    this.#noopIndex = this.#log.lastIndex;',
        replace: 'this.#noopIndex = this.#log.lastIndex + 1;',
      },
      {
        file: RAFT,
        find: '      this.#heartbeatElapsed = 0;\n      this.#replication',
        replace:
          '      this.#heartbeatElapsed = 0;\n      if (this.#log.lastIndex < this.#noopIndex) this.#append(EntryType.normal, NO_DATA);\n      this.#replication',
      },
    ],
    hint: { world: 'core' },
  },
  {
    name: 'joint-configuration-skipped',
    layer: 'raft',
    what: 'Several members change at once, as soon as the leader appends the change, without a joint configuration: the old and the new majority need not share a member.',
    patches: [
      {
        file: 'src/raft/conf-change.ts',
        find: 'const joint = changes.length > 1;',
        replace: 'const joint = false as boolean;',
      },
      {
        file: RAFT,
        find: '    this.#append(EntryType.confChange, data);\n',
        replace:
          '    this.#append(EntryType.confChange, data);\n    this.#conf = changeConf(this.#conf, data);\n    this.#replication?.configure(this.#conf);\n',
      },
    ],
    hint: { world: 'core' },
  },
  {
    name: 'stale-term-accepted',
    layer: 'raft',
    what: 'Appends of an earlier term are obeyed: a deposed leader goes on, beside its successor.',
    patches: [
      {
        file: RAFT,
        find: '} else if (m.term < this.#term) {',
        replace: '} else if (m.term < this.#term && m.type !== MessageType.append) {',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['isolateLeader', 'freeze', 'delay'] },
  },
  {
    name: 'second-change-before-first-applied',
    layer: 'raft',
    what: 'A configuration change is accepted while an earlier one is not applied: two leaders may count different majorities.',
    patches: [
      {
        file: RAFT,
        find: "if (this.#pendingConf > this.#applied) return refuse('confChangePending');\n",
        replace: '',
      },
      {
        file: RAFT,
        find: "(the bug of single-server changes, raft-dev 2015).\n    if (this.#commit < this.#noopIndex) return refuse('noopPending');",
        replace: '(the bug of single-server changes, raft-dev 2015).',
      },
    ],
    hint: { world: 'core' },
  },
  {
    name: 'conflicting-entries-kept',
    layer: 'raft',
    what: 'A follower keeps its own entries where they conflict with the leader, and acknowledges those of the leader: replicas apply different commands.',
    patches: [
      {
        file: RAFT,
        find: 'if (own === entry.term) continue;',
        replace: 'if (own !== undefined) continue;',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['isolateLeader', 'halves', 'freeze'] },
  },
  {
    name: 'previous-entry-not-compared',
    layer: 'raft',
    what: 'A follower takes entries behind a previous one of another term: what differs before them is never found.',
    patches: [
      {
        file: RAFT,
        find: 'if (this.#log.term(m.index) !== m.logTerm) {',
        replace: 'if (m.index > this.#log.lastIndex) {',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['isolateLeader', 'halves', 'freeze'] },
  },
  {
    name: 'heartbeat-commits-unknown-entries',
    layer: 'raft',
    what: 'Heartbeats carry the commit index beyond what a follower is known to share: it commits entries that nobody else has.',
    patches: [
      {
        file: 'src/raft/replication.ts',
        find: '{ commit: Math.min(to.match, commit), context }',
        replace: '{ commit, context }',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['isolateLeader', 'halves', 'freeze'] },
  },
  {
    name: 'reads-forgotten-on-stepping-down',
    layer: 'raft',
    what: 'A leader that steps down forgets whom it owes an answer about its leadership: who waits, such as the end of leases, waits for ever.',
    patches: [
      {
        file: RAFT,
        find: 'for (const context of this.#reads.drop()) this.#readsDropped.push(context);',
        replace: 'this.#reads.drop();',
      },
    ],
    hint: { workloads: ['lease'], faults: ['isolateLeader', 'moveLeader'] },
  },
  {
    name: 'old-snapshot-installed',
    layer: 'raft',
    what: 'A snapshot that comes late is installed although the log holds all of it, and more: what was acknowledged since is gone from this member.',
    hint: { world: 'core' },
    patches: [
      {
        file: RAFT,
        find: 'if (meta.index <= this.#commit || this.#log.installing !== undefined)',
        replace: 'if (this.#log.installing !== undefined && meta.index > 0)',
      },
      {
        file: RAFT,
        find: 'if (this.#log.term(meta.index) === meta.term) {',
        replace: 'if (this.#log.lastIndex < 0) {',
      },
    ],
  },
];
