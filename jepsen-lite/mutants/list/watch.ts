import type { Mutant } from '../types.js';

const CATCH_UP = 'src/watch/catch-up.ts';
const FEED = 'src/watch/group-feed.ts';
const MERGED = 'src/watch/merged-source.ts';

/** Mistakes in which events a watch is given. */
export const watchMutants: readonly Mutant[] = [
  {
    name: 'watch-skips-at-compaction',
    layer: 'watch',
    what: 'A watch whose history is compacted away goes on behind the compaction instead of ending: it misses events and is not told.',
    patches: [
      {
        file: CATCH_UP,
        find: 'if (watcher.nextRevision < this.#feed.source.compactRevision) this.#cancel(watcher);\n    else this.kick();',
        replace: 'watcher.advance(this.#feed.source.compactRevision);\n    this.kick();',
      },
      {
        file: CATCH_UP,
        find: 'if (watcher.nextRevision < compactRevision) this.#cancel(watcher);',
        replace: 'watcher.advance(compactRevision);',
      },
    ],
    hint: { workloads: ['watch'], faults: ['compact', 'clientsCut'] },
  },
  {
    name: 'watch-splits-transaction',
    layer: 'watch',
    what: 'A part of history may end in the middle of a revision: the rest of that transaction is never delivered.',
    patches: [
      {
        file: 'src/mvcc/history.ts',
        find: '        if (last?.revision !== revision) {\n          if (total >= eventsMax) return out;',
        replace: '        if (total >= eventsMax) return out;\n        if (last?.revision !== revision) {',
      },
    ],
    hint: { workloads: ['watch'], faults: ['clientsCut', 'freezeClient', 'crash'] },
  },
  {
    name: 'watch-joins-one-too-early',
    layer: 'watch',
    what: 'A watch that still needs the newest revision goes to the live side: it never gets that one.',
    patches: [
      {
        file: FEED,
        find: 'if (watcher.nextRevision > this.#lastRevision) this.join(watcher);',
        replace: 'if (watcher.nextRevision >= this.#lastRevision) this.join(watcher);',
      },
      {
        file: FEED,
        find: 'invariant(watcher.nextRevision > this.#lastRevision, ',
        replace: 'invariant(watcher.nextRevision >= this.#lastRevision, ',
      },
    ],
    hint: { workloads: ['watch'], faults: ['reset', 'crash'] },
  },
  {
    name: 'watch-loses-what-came-meanwhile',
    layer: 'watch',
    what: 'What is applied while a watch reads history is not added to it: the watch goes live behind events that it never got.',
    patches: [
      {
        file: CATCH_UP,
        find: 'batches: [...batches, ...this.#tail], prevKv };',
        replace: 'batches: [...batches], prevKv };',
      },
    ],
    hint: { workloads: ['watch'], faults: ['reset', 'crash', 'clientsCut'] },
  },
  {
    name: 'watch-skips-at-snapshot',
    layer: 'watch',
    what: 'Live watches of a member whose state a snapshot replaced stay live: they miss everything between the two states.',
    patches: [
      {
        file: FEED,
        find: 'if (watcher.nextRevision <= revision) this.#leave(watcher, next);',
        replace: 'watcher.advance(Math.max(next, revision + 1));',
      },
    ],
    hint: { workloads: ['watch'], faults: ['isolate', 'isolateLeader', 'halves'] },
  },
  {
    name: 'watch-ends-response-in-revision',
    layer: 'watch',
    what: 'Events are sent one by one as they come instead of a revision at a time: a client that goes on behind the last one misses the rest of its transaction.',
    patches: [
      {
        file: 'src/watch/outbox.ts',
        find: 'if (open.revision === revision || open.bytes < limits.requestBytesMax) {',
        replace: 'if (open.events.length < 16 && open.bytes < limits.requestBytesMax) {',
      },
    ],
    hint: { workloads: ['watch'], faults: ['clientsCut', 'reset', 'crash'] },
  },
  {
    name: 'merge-does-not-wait',
    layer: 'watch',
    what: 'A watch over partitions is given a revision when one partition has resolved it: another comes behind with an older one.',
    patches: [
      {
        file: MERGED,
        find: 'return Math.min(...this.#parts.map(({ claim }) => claim.resolved));',
        replace: 'return Math.max(...this.#parts.map(({ claim }) => claim.resolved));',
      },
    ],
    hint: { workloads: ['watch'], partitions: 4 },
  },
  {
    name: 'merge-cuts-transaction',
    layer: 'watch',
    what: 'Of the events of a revision all but the first are put in line a turn later: they come in another response than the first, if at all.',
    patches: [
      {
        file: MERGED,
        find: 'part.waiting.push(batch);',
        replace:
          'const [first, ...rest] = batch.events;\n      if (first !== undefined) part.waiting.push({ revision: batch.revision, events: [first] });\n      if (rest.length > 0)\n        this.#timers.defer(() => void part.waiting.push({ revision: batch.revision, events: rest }));',
      },
      {
        file: FEED,
        find: 'invariant(revision > this.#lastRevision, `watch: revision',
        replace: 'invariant(revision >= this.#lastRevision, `watch: revision',
      },
    ],
    hint: { workloads: ['watch'], partitions: 4 },
  },
  {
    name: 'merge-begins-without-gap',
    layer: 'watch',
    what: 'The first watch over partitions of a node takes what comes from now on for all that is missing: what one of them had applied before is never delivered.',
    patches: [
      {
        file: MERGED,
        find: '    // What was applied while nobody watched was not kept.\n    this.#openGap(this.#newest);\n',
        replace: '    this.demand(this.#newest);\n',
      },
    ],
    hint: { workloads: ['watch'], partitions: 4, faults: ['clientsCut', 'reset', 'crash'] },
  },
  {
    name: 'merge-reads-gap-too-early',
    layer: 'watch',
    what: 'A gap is read from history before all partitions have resolved what lies in it: what a slower one has of it is never delivered.',
    patches: [
      {
        file: MERGED,
        find: 'if (this.#gapEnd > this.#revision && resolved >= this.#gapEnd) {',
        replace: 'if (this.#gapEnd > this.#revision) {',
      },
    ],
    hint: { workloads: ['watch'], partitions: 4, faults: ['clientsCut', 'reset', 'crash', 'delay'] },
  },
  {
    name: 'merge-skips-at-snapshot',
    layer: 'watch',
    what: 'Nothing is read from history when a snapshot replaces the state of a partition: what lay between its old and its new state is never delivered.',
    patches: [
      {
        file: MERGED,
        find: '    if (this.#open) this.#openGap(part.group.store.revision);\n',
        replace: '    part.claim.resolved = part.group.store.revision;\n',
      },
    ],
    // Logs of four partitions grow slowly: it takes a while until a member is sent a snapshot of one.
    hint: {
      workloads: ['watch', 'register'],
      faults: ['isolate', 'halves'],
      partitions: 4,
      shortLog: true,
      safetySeconds: 60,
    },
  },
  {
    name: 'progress-overtakes-events',
    layer: 'watch',
    what: 'An answer to a progress request tells the newest revision that the node knows, not one up to which everything has been delivered: a client that goes on behind it misses events.',
    patches: [
      {
        file: 'src/watch/stream.ts',
        find: '    if (behind) return;\n',
        replace: '',
      },
      {
        file: 'src/watch/stream.ts',
        find: 'this.#byWatcher.size === 0 ? this.#host.revision() : revision));',
        replace: 'this.#host.revision()));',
      },
    ],
    hint: { workloads: ['watch'], partitions: 4 },
  },
];
