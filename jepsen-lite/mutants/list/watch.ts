import type { Mutant } from '../types.js';

const CATCH_UP = 'src/watch/catch-up.ts';
const FEED = 'src/watch/group-feed.ts';

/** Mistakes in which events a watch is given. */
export const watchMutants: readonly Mutant[] = [
  {
    name: 'watch-skips-at-compaction',
    layer: 'watch',
    what: 'A watch whose history is compacted away goes on behind the compaction instead of ending: it misses events and is not told.',
    patches: [
      {
        file: CATCH_UP,
        find: 'if (watcher.nextRevision < this.#feed.group.store.compactRevision) this.#cancel(watcher);\n    else this.kick();',
        replace: 'watcher.advance(this.#feed.group.store.compactRevision);\n    this.kick();',
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
];
