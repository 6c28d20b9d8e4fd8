// Whatever the clients' speed, compactions, snapshots and cancels: each watch's stream is the full
// history of its range from its start on, without a gap or a repeat, up to where it was cancelled.

import { describe, expect, it } from 'vitest';
import { FilterType } from '../../proto/gen/rpc.js';
import type { Random } from '../../src/runtime/ports.js';
import { FakeCluster } from '../../test/fakes/group.js';
import { seeded, turn } from '../../test/fakes/scheduler.js';
import type { FakeStore } from '../../test/fakes/store.js';
import { checkProgress, checkWatch, type ExpectedWatch } from '../../test/fakes/watch-check.js';
import { WatchClient } from '../../test/fakes/watch-client.js';
import { limits } from '../limits.js';
import { createWatchHub } from './hub.js';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
/** Large enough for buffers to overflow. */
const VALUE = Buffer.alloc(90 * 1024, 'v');

class Run {
  readonly cluster = new FakeCluster();
  readonly store: FakeStore = this.cluster.leader.store;
  readonly hub = createWatchHub({
    router: this.cluster.leader.router,
    runtime: this.cluster.leader.host.runtime,
    progressIntervalMs: 50,
  });
  readonly clients: { client: WatchClient; watches: ExpectedWatch[]; nextId: number }[] = [];
  readonly random: Random;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.store.historyDelay = async () => {
      for (let i = this.random.below(3); i > 0; i--) await turn();
      if (this.random.below(3) === 0) this.write();
    };
    for (let i = 0; i < 4; i++) this.clients.push({ client: new WatchClient(this.hub), watches: [], nextId: 1 });
  }

  key(): string {
    return KEYS[this.random.below(KEYS.length)]!;
  }

  write(): void {
    const changes = [];
    for (let i = this.random.below(4); i >= 0; i--) {
      const key = this.key();
      const value = this.random.below(4) === 0 ? VALUE : 'small';
      changes.push(this.random.below(4) === 0 ? { del: key } : { put: key, value });
    }
    this.store.commit(changes);
  }

  watch(): void {
    const to = this.clients[this.random.below(this.clients.length)]!;
    const { revision } = this.store;
    const key = this.key();
    const end = [undefined, '\0', 'd', 'z'][this.random.below(4)];
    const expected: ExpectedWatch = {
      id: to.nextId++,
      key,
      end: end === 'd' && key >= 'd' ? 'z' : end,
      start: [0, 1 + this.random.below(revision), revision + this.random.below(10)][this.random.below(3)]!,
      prevKv: this.random.below(2) === 0,
      fragment: this.random.below(2) === 0,
      filters: [[], [], [FilterType.NOPUT], [FilterType.NODELETE]][this.random.below(4)]!,
    };
    const { id, start, end: rangeEnd, prevKv, fragment, filters } = expected;
    const options = { watchId: id, startRevision: start, prevKv, fragment, filters, progressNotify: true };
    to.client.create(key, rangeEnd === undefined ? options : { ...options, end: rangeEnd });
    to.watches.push({ ...expected, start: start === 0 ? revision + 1 : start });
  }

  async step(): Promise<void> {
    const c = this.clients[this.random.below(this.clients.length)]!;
    const dice = this.random.below(100);
    if (dice < 45) this.write();
    else if (dice < 60) this.watch();
    else if (dice < 70) c.client.drain(1 + this.random.below(6));
    else if (dice < 73) c.client.room = Math.min(c.client.room, 1 + this.random.below(3));
    else if (dice < 76) c.client.cancel(1 + this.random.below(Math.max(1, c.nextId)));
    else if (dice < 80) c.client.progress();
    else if (dice < 82) this.compact();
    else if (dice < 84) this.store.installSnapshot(() => this.write());
    else if (dice < 92) await turn();
    else await this.cluster.scheduler.advance(this.random.below(30));
  }

  compact(): void {
    const { compactRevision, revision } = this.store;
    if (revision > compactRevision)
      this.store.compact(compactRevision + 1 + this.random.below(revision - compactRevision));
  }
}

describe('every watch gets the history of its range', () => {
  for (let block = 0; block < 8; block++) {
    it(`seeds ${block * 15 + 1} to ${block * 15 + 15}`, async () => {
      for (let seed = block * 15 + 1; seed <= block * 15 + 15; seed++) {
        const run = new Run(seed);
        let slow = 0;
        for (let i = 0; i < 250; i++) {
          await run.step();
          slow = Math.max(slow, run.hub.slowWatchers);
        }
        run.store.historyDelay = () => Promise.resolve();
        for (const { client } of run.clients) client.drain(Number.POSITIVE_INFINITY);
        await run.cluster.scheduler.advance(500);
        expect(run.hub.slowWatchers).toBe(0);
        expect(slow).toBeGreaterThan(0);
        for (const { client, watches } of run.clients) {
          for (const w of watches) checkWatch(run.store, w, client.received);
          checkProgress(watches, client.received);
        }
        run.hub.close();
        expect(run.hub.watchers).toBe(0);
      }
    });
  }

  it('with thousands of watches', async () => {
    const run = new Run(99);
    for (let i = 0; i < 3_000; i++) run.watch();
    for (let i = 0; i < 30; i++) run.write();
    await run.cluster.scheduler.advance(100);
    for (const { client, watches } of run.clients) for (const w of watches) checkWatch(run.store, w, client.received);
    expect(limits.watchesPerStreamMax).toBeGreaterThan(3_000);
  });
});
