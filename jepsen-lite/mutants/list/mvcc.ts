import type { Mutant } from '../types.js';

const STORE = 'src/mvcc/store.ts';

/** Mistakes in the state machine. */
export const mvccMutants: readonly Mutant[] = [
  {
    name: 'snapshot-behind-its-index',
    layer: 'mvcc',
    what: 'A snapshot claims the visible position but holds what is on disk: its receiver never gets the last entries.',
    patches: [
      {
        file: STORE,
        find: 'const { view } = await this.#view();\n    const { appliedIndex, appliedTerm } = view;',
        replace: 'const view = this.#state.snapshot();\n    const { appliedIndex, appliedTerm } = this;',
      },
    ],
    hint: { workloads: ['register', 'set'], faults: ['crash', 'isolate'] },
  },
  {
    name: 'old-write-ends-after-snapshot',
    layer: 'mvcc',
    what: 'The state is replaced while a write of the old one is under way: when that ends, it sets the applied position back.',
    patches: [
      {
        file: STORE,
        find: '    if (this.#suspended) return Promise.resolve();\n',
        replace: '',
      },
      {
        file: STORE,
        find: '    this.#suspended = true;\n    this.#flushTimer?.cancel();\n    this.#flushTimer = undefined;\n    await this.#writing;',
        replace: '    this.#suspended = true;',
      },
    ],
    hint: { workloads: ['register', 'set'], faults: ['crash', 'isolate', 'slowDisk'] },
  },
  {
    name: 'cache-survives-snapshot',
    layer: 'mvcc',
    what: 'Versions in memory are kept when a snapshot replaces the state: reads of this member go on with old values.',
    patches: [
      {
        file: STORE,
        find: '    this.#versions.clear();\n',
        replace: '',
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['isolate', 'isolateLeader'] },
  },
  {
    name: 'revision-used-twice',
    layer: 'mvcc',
    what: 'The revision counter goes to disk one write later than the changes: after a crash the member gives revisions out again.',
    patches: [
      {
        file: STORE,
        find: 'putCounters(batch, this.#counters);',
        replace: 'putCounters(this.#batch, this.#counters);',
      },
    ],
    hint: { workloads: ['revision', 'watch'], faults: ['crash', 'crashLeader'] },
  },
  {
    name: 'attachments-not-restored',
    layer: 'mvcc',
    what: 'Which keys hang on a lease is not read back after a restart: when the lease ends, they stay on this member.',
    patches: [
      {
        file: STORE,
        find: '    await this.#each(attachmentRange, (key) => this.#leases.loadedKey(leaseOfKey(key), keyOfAttachment(key)));\n',
        replace: '    await this.#each(attachmentRange, (key) => void keyOfAttachment(key));\n',
      },
    ],
    hint: { workloads: ['lease'], faults: ['crash', 'crashLeader'] },
  },
  {
    name: 'deleted-key-stays-on-disk',
    layer: 'mvcc',
    what: 'A key that was written and later deleted counts as one that never was on disk: it is back after a restart.',
    patches: [
      {
        file: 'src/mvcc/versions.ts',
        find: '  written(): void {\n    this.#dirty.clear();\n    this.#born.clear();',
        replace: '  written(): void {\n    this.#dirty.clear();',
      },
    ],
    hint: { workloads: ['register', 'watch'], faults: ['crash', 'crashAll'] },
  },
  {
    name: 'compaction-removes-last-version',
    layer: 'mvcc',
    what: 'Compaction removes the change that wrote the newest version below it: what it was cannot be told any more once it is overwritten.',
    patches: [
      {
        file: 'src/mvcc/compaction.ts',
        find: "if (type === 'delete' && revision < to) {",
        replace: 'if (revision < to) {',
      },
    ],
    hint: { workloads: ['watch', 'register'], faults: ['compact'] },
  },
  {
    name: 'hash-ignores-deletes',
    layer: 'mvcc',
    what: 'The hash of the history leaves deletions out: members that differ in one look the same.',
    patches: [
      {
        file: 'src/mvcc/hash.ts',
        find: 'const at = revisionOfChange(key);',
        replace: "const at = revisionOfChange(key);\n        if (decodeChange(at, value).type === 'delete') continue;",
      },
    ],
    hint: { workloads: ['watch'], faults: ['crash'] },
  },
  {
    name: 'hash-follows-removal',
    layer: 'mvcc',
    what: 'The hash begins where history has been removed instead of where it is compacted: members that are equal look different.',
    patches: [
      {
        file: STORE,
        find: 'hash: await hashState(view, compactRevision, hashRevision)',
        replace: 'hash: await hashState(view, this.#counters.removedRevision, hashRevision)',
      },
    ],
    hint: { workloads: ['register'], faults: ['compact', 'crash'] },
  },
  {
    name: 'previous-value-too-old',
    layer: 'mvcc',
    what: 'A watch that catches up is given the version before the part of history that it reads, not the one before the change.',
    patches: [
      {
        file: 'src/mvcc/history.ts',
        find: 'await readPrevious(view, kv.key, revision, subOfChange(key))',
        replace: 'await readPrevious(view, kv.key, from, Math.min(0, subOfChange(key)))',
      },
    ],
    hint: { workloads: ['watch'], faults: ['clientsCut', 'reset', 'crash'] },
  },
];
