// Whatever partitions are slow, cannot resolve, get snapshots or are compacted, and however fast clients are: each
// watch's stream is the full history of its range, in the order of the revisions, each of them whole.

import { describe, expect, it } from 'vitest';
import type { Random } from '../../src/runtime/ports.js';
import { type FakePartition, FakePartitions } from '../../test/fakes/partitions.js';
import { seeded, turn } from '../../test/fakes/scheduler.js';
import { checkProgress, checkWatch, type ExpectedWatch } from '../../test/fakes/watch-check.js';
import { WatchClient } from '../../test/fakes/watch-client.js';
import { createWatchHub } from './hub.js';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
/** Large enough for the buffers of clients to overflow. */
const VALUE = Buffer.alloc(90 * 1024, 'v');

class Run {
  readonly cluster = new FakePartitions(3);
  readonly hub = createWatchHub({
    router: this.cluster.router,
    runtime: this.cluster.host.runtime,
    known: () => this.cluster.known,
    progressIntervalMs: 50,
  });
  readonly clients: { client: WatchClient; watches: ExpectedWatch[]; open: Set<number>; nextId: number }[] = [];
  readonly random: Random;

  constructor(seed: number) {
    this.random = seeded(seed);
    for (const { store } of this.cluster.partitions) {
      store.historyDelay = async () => {
        for (let i = this.random.below(3); i > 0; i--) await turn();
        if (this.random.below(3) === 0) this.write();
      };
    }
    this.connect();
  }

  connect(): void {
    for (let i = 0; i < 3; i++) {
      this.clients.push({ client: new WatchClient(this.hub), watches: [], open: new Set(), nextId: 1 });
    }
  }

  pick<T>(from: readonly T[]): T {
    return from[this.random.below(from.length)] as T;
  }

  get partition(): FakePartition {
    return this.pick(this.cluster.partitions);
  }

  /** Keys of one partition, or of several in one transaction. */
  write(): void {
    const changes = new Map<FakePartition, ({ put: string; value: string | Uint8Array } | { del: string })[]>();
    const spread = this.random.below(3) === 0;
    const { partition } = this;
    for (let i = this.random.below(4); i >= 0; i--) {
      const to = spread ? this.partition : partition;
      const own = KEYS.filter((_, at) => this.cluster.partitions[at % 3] === to);
      const [key, value] = [this.pick(own), this.random.below(4) === 0 ? VALUE : 'small'];
      changes.set(to, [...(changes.get(to) ?? []), this.random.below(4) === 0 ? { del: key } : { put: key, value }]);
    }
    this.cluster.transaction([...changes]);
    if (this.random.below(3) > 0) for (const to of changes.keys()) to.apply();
  }

  watch(): void {
    const to = this.pick(this.clients);
    const { known } = this.cluster;
    const key = this.pick(KEYS);
    const end = this.pick([undefined, '\0', 'd', 'z']);
    const start = this.pick([0, 1 + this.random.below(known), known + this.random.below(10)]);
    const watch: ExpectedWatch = {
      id: to.nextId++,
      key,
      end: end === 'd' && key >= 'd' ? 'z' : end,
      // What one partition alone has not applied yet would come too (D3).
      start: start === 0 && end === undefined ? known + 1 : start,
      prevKv: this.random.below(2) === 0,
      fragment: this.random.below(2) === 0,
      filters: [],
    };
    const { id, end: rangeEnd, prevKv, fragment } = watch;
    const options = { watchId: id, startRevision: watch.start, prevKv, fragment, progressNotify: true };
    to.client.create(key, rangeEnd === undefined ? options : { ...options, end: rangeEnd });
    to.watches.push({ ...watch, start: watch.start === 0 ? known + 1 : watch.start });
    to.open.add(id);
  }

  async step(): Promise<void> {
    const c = this.pick(this.clients);
    const { partition } = this;
    const dice = this.random.below(100);
    if (dice < 38) this.write();
    else if (dice < 50) this.watch();
    else if (dice < 60) partition.apply(1 + this.random.below(3));
    else if (dice < 67) c.client.drain(1 + this.random.below(6));
    else if (dice < 70) c.client.room = Math.min(c.client.room, 1 + this.random.below(3));
    else if (dice < 74) this.cancel(c);
    else if (dice < 77) c.client.progress();
    else if (dice < 79) this.compact();
    else if (dice < 81) partition.installSnapshot();
    else if (dice < 84) partition.failure = partition.failure === undefined ? new Error('no leader') : undefined;
    else if (dice < 92) await turn();
    else await this.cluster.scheduler.advance(this.random.below(60));
  }

  /** One of them, or now and then all of them: then nobody watches for a moment. */
  cancel(c: Run['clients'][number]): void {
    const all = this.random.below(8) === 0;
    for (const { client, open } of all ? this.clients : [c]) {
      for (const id of all ? [...open] : [...open].slice(0, 1)) {
        client.cancel(id);
        open.delete(id);
      }
    }
  }

  get compactRevision(): number {
    return Math.max(...this.cluster.partitions.map(({ store }) => store.compactRevision));
  }

  compact(): void {
    const { compactRevision } = this;
    const to = compactRevision + 1 + this.random.below(Math.max(1, this.cluster.known - compactRevision));
    if (to > this.cluster.known) return;
    for (const { store } of this.cluster.partitions) store.compact(to);
  }

  /** Everything is applied and resolved, and everybody reads. */
  async finish(): Promise<void> {
    for (const partition of this.cluster.partitions) {
      partition.failure = undefined;
      partition.store.historyDelay = () => Promise.resolve();
      partition.apply();
    }
    for (const { client } of this.clients) client.drain(Number.POSITIVE_INFINITY);
    await this.cluster.scheduler.advance(500);
  }
}

describe('every watch over partitions gets the history of its range', () => {
  for (let block = 0; block < 4; block++) {
    it(`seeds ${block * 15 + 1} to ${block * 15 + 15}`, async () => {
      for (let seed = block * 15 + 1; seed <= block * 15 + 15; seed++) {
        const run = new Run(seed);
        for (let i = 0; i < 250; i++) await run.step();
        await run.finish();
        expect(run.hub.slowWatchers).toBe(0);
        const { log } = run.cluster;
        for (const { client, watches } of run.clients) {
          for (const w of watches) checkWatch({ log, compactRevision: run.compactRevision }, w, client.received);
          checkProgress(watches, client.received);
        }
        run.hub.close();
        expect(run.hub.watchers).toBe(0);
      }
    });
  }
});
