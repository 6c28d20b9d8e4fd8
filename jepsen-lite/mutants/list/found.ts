// Mistakes that Hexkeep had, and that the simulation found: planted again.

import type { Mutant } from '../types.js';

export const foundMutants: readonly Mutant[] = [
  {
    name: 'demoted-leader-leaves-at-once',
    layer: 'raft',
    what: 'A leader that has removed itself steps down at once: the others may need its vote until they know of the change, and its longer log refuses them.',
    hint: { world: 'core' },
    patches: [
      {
        file: 'src/raft/raft.ts',
        find: 'if (best !== NO_NODE) this.transferLeadership(best);',
        replace: 'if (best !== NO_NODE) this.#becomeFollower(this.#term, NO_NODE);',
      },
      {
        file: 'src/raft/raft.ts',
        find: '      if (free && !this.#isVoter()) this.#campaignForOthers();\n',
        replace: '',
      },
    ],
  },
  {
    name: 'campaign-before-change-applied',
    layer: 'raft',
    what: 'A member campaigns although it knows of a committed change of the membership that it has not applied: it may win by votes that do not count any more.',
    hint: { world: 'core' },
    patches: [
      {
        file: 'src/raft/raft.ts',
        find: 'return !this.#log.hasConfChange(this.#applied + 1, this.#commit);',
        replace: 'return this.#commit >= this.#applied;',
      },
    ],
  },
  {
    name: 'outcome-decided-by-snapshot',
    layer: 'multiraft',
    what: 'A command that was placed before a snapshot took the place of the log counts as lost and is placed again, though the snapshot may hold its effect: it takes effect twice.',
    patches: [
      {
        file: 'src/multiraft/group.ts',
        find: '    this.#proposals.superseded(errors.timeoutConnectionLost);\n',
        replace: '',
      },
    ],
    hint: {
      workloads: ['register', 'revision'],
      faults: ['oneWay', 'moveLeader'],
      shortLog: true,
    },
  },
  {
    name: 'left-place-comes-back',
    layer: 'client',
    what: 'Nobody looks out for the first attempt to enter a queue, which may take effect when the place is left already: a key that nobody owns keeps all others waiting.',
    patches: [
      {
        file: 'src/client/candidates.ts',
        find: 'if (place.uncertain) this.#ghosts.expect(',
        replace: 'if (place.uncertain && place.leaving) this.#ghosts.expect(',
      },
    ],
    hint: { workloads: ['lock', 'election'], faults: ['isolate', 'freeze', 'oneWay', 'delay', 'crash'] },
  },
  {
    name: 'place-given-up-once',
    layer: 'client',
    what: 'Giving up a place in a queue is tried once: when that fails, the others wait until the session ends.',
    patches: [
      {
        file: 'src/client/candidates.ts',
        find: 'void this.#persist(place.session, () => this.#vacate(place, candidate, {}));',
        replace: '',
      },
    ],
    hint: {
      workloads: ['lock', 'election'],
      faults: ['isolateLeader', 'crashAll', 'crashSome', 'halves', 'clientsCut'],
    },
  },
  {
    name: 'ghost-of-claimed-name-kept',
    layer: 'client',
    what: 'An attempt to enter a queue that takes effect between the removal of the place and its answer is taken for a place of the session itself: it stays, and keeps all others waiting.',
    patches: [
      {
        file: 'src/client/ghosts.ts',
        find: '    for (const token of seen) if (token > revision) void this.#remove({ key, token }, session);\n',
        replace: '',
      },
      {
        file: 'src/client/candidates.ts',
        find: 'if (kv === undefined) return this.#leave(place, key, revision);',
        replace: 'if (kv === undefined || kv.createRevision > 0) return this.#leave(place, key, revision);',
      },
    ],
    hint: {
      workloads: ['lock', 'election'],
      faults: ['isolate', 'freeze', 'oneWay', 'delay', 'crash', 'isolateLeader', 'clientsCut'],
    },
  },
  {
    name: 'session-comes-back',
    layer: 'client',
    what: 'A session whose time is over lives again when a renewal is answered before its timer has fired: what was not given up meanwhile stays.',
    patches: [
      {
        file: 'src/client/session.ts',
        find: 'if (this.#connection.environment.nowMs() >= this.#endsAtMs) {',
        replace: 'if (this.#connection.environment.nowMs() >= Number.MAX_VALUE) {',
      },
    ],
    hint: { workloads: ['lock', 'election'], faults: ['freezeClient', 'wildDrift', 'freeze', 'delay', 'clientsCut'] },
  },
  {
    name: 'unwritten-entry-dropped',
    layer: 'storage',
    what: 'Entries of the log are dropped from memory before they are on disk: read again, they are missing, or the disk still has those that they replaced.',
    patches: [
      {
        file: 'src/storage/entry-cache.ts',
        find: 'if (this.length === 0 || this.#first > this.#written) return false;',
        replace: 'if (this.length === 0 || this.#first < 0) return false;',
      },
    ],
    hint: { workloads: ['register', 'set'], faults: ['isolateLeader', 'slowDisk', 'crash'] },
  },
  {
    name: 'transaction-open-too-late',
    layer: 'txn',
    what: 'A transaction whose coordinator has lost its leadership is noted as open under the next one: nobody ends it, and claims wait for ever.',
    patches: [
      {
        file: 'src/txn/open-txns.ts',
        find: 'if (term === this.#term) this.#ids.add(id);',
        replace: 'if (term > 0) this.#ids.add(id);',
      },
    ],
    hint: { workloads: ['watch', 'append'], faults: ['freeze', 'block', 'oneWay', 'majorityRing'], partitions: 4 },
  },
  {
    name: 'late-refusal-believed',
    layer: 'multiraft',
    what: 'A refusal that comes late, of an attempt that is void, puts a command back that was placed again meanwhile: it takes effect twice.',
    patches: [
      {
        file: 'src/multiraft/proposals.ts',
        find: 'if (!this.#pending.has(pending.request) || pending.term !== term) continue;',
        replace: 'if (!this.#pending.has(pending.request) || term < 0) continue;',
      },
    ],
    hint: { workloads: ['watch'], faults: ['isolate', 'isolateLeader', 'halves'], partitions: 4 },
  },
  {
    name: 'answered-on-another-stream',
    layer: 'multiraft',
    what: 'A call between nodes is answered on whatever stream there is when the answer is known: a caller that has started anew meanwhile takes it for the answer to another call.',
    patches: [
      {
        file: 'src/multiraft/peer.ts',
        find: 'if (link === undefined || this.#link !== link) return;',
        replace: 'if (link === undefined || this.#link === undefined) return;',
      },
    ],
    hint: { partitions: 4 },
  },
];
