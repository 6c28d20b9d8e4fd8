import { describe, expect, it } from 'vitest';
import type { Entry } from '../raft/types.js';
import { SimDisk } from '../runtime/sim/disk.js';
import { SimWorld } from '../runtime/sim/world.js';
import { openLogStore, type StoredLog } from './log-store.js';
import { entryKey } from './records.js';
import type { GroupLog } from './types.js';

const entry = (index: number, term: number, text = `e${index}.${term}`): Entry => ({
  index,
  term,
  type: 0,
  data: Buffer.from(text),
});
const entries = (from: number, to: number, term: number): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => entry(from + i, term));
const conf = { voters: [1n, 2n], learners: [3n], votersOutgoing: [], learnersNext: [], autoLeave: false };
const write = (list: readonly Entry[]) => ({ entries: list, hardState: undefined, snapshot: undefined });

class Machine {
  readonly world: SimWorld;
  readonly disk: SimDisk;
  store!: StoredLog;
  log!: GroupLog;

  readonly #recentBytesMax: number | undefined;

  constructor(seed = 1, recentBytesMax?: number) {
    this.#recentBytesMax = recentBytesMax;
    this.world = new SimWorld(seed);
    this.disk = new SimDisk(this.world);
  }

  async open(): Promise<this> {
    const clock = { monotonicMs: () => this.world.nowMs, wallMs: () => 0 };
    this.store = await openLogStore({ disk: this.disk, clock }, 'log', this.#recentBytesMax);
    this.log = await this.store.openGroup(1);
    return this;
  }

  async reopen(): Promise<this> {
    this.disk.crash();
    return this.open();
  }

  /** Submits and runs the world until it is on disk. */
  async append(list: readonly Entry[]): Promise<void> {
    let done = false;
    this.log.submit(write(list), true, () => {
      done = true;
    });
    await this.world.until('the write', 1_000, () => done, 1);
  }

  texts(from = this.log.firstIndex, to = this.log.lastIndex): string[] {
    return this.log.entries(from, to + 1, 1e9).map((e) => Buffer.from(e.data).toString());
  }
}

describe('a log', () => {
  it('is read back after a restart: entries, terms, hard state', async () => {
    const m = await new Machine().open();
    await m.append(entries(1, 3, 1));
    await m.append(entries(4, 5, 3));
    m.log.submit(
      { entries: [], hardState: { term: 4, vote: 0xffffffffffffffffn, commit: 5 }, snapshot: undefined },
      true,
      () => {},
    );
    await m.world.advance(100);
    await m.reopen();
    expect([m.log.firstIndex, m.log.lastIndex]).toEqual([1, 5]);
    expect(m.texts()).toEqual(['e1.1', 'e2.1', 'e3.1', 'e4.3', 'e5.3']);
    expect([0, 1, 3, 4, 5, 6].map((i) => m.log.term(i))).toEqual([0, 1, 1, 3, 3, undefined]);
    expect(m.log.hardState).toEqual({ term: 4, vote: 0xffffffffffffffffn, commit: 5 });
    expect(await m.store.groups()).toEqual([1]);
  });

  it('shows what was submitted before it is on disk', async () => {
    const m = await new Machine().open();
    m.log.submit(write(entries(1, 2, 1)), true, () => {});
    expect(m.log.lastIndex).toBe(2);
    expect(m.texts()).toEqual(['e1.1', 'e2.1']);
  });

  it('shows it also when nothing may be kept in memory', async () => {
    const m = await new Machine(1, 0).open();
    m.log.submit(write(entries(1, 6, 1)), true, () => {});
    expect(m.texts()).toEqual(['e1.1', 'e2.1', 'e3.1', 'e4.1', 'e5.1', 'e6.1']);
    await m.world.advance(100);
    // The disk still has what these replace, also when the first of the two writes is done.
    m.log.submit(write(entries(4, 6, 2)), true, () => {});
    m.log.submit(write(entries(5, 5, 3)), true, () => {});
    const now = ['e1.1', 'e2.1', 'e3.1', 'e4.2', 'e5.3'];
    for (let ms = 0; ms < 20; ms++, await m.world.advance(1)) expect(m.texts()).toEqual(now);
    await m.reopen();
    expect(m.texts()).toEqual(now);
  });

  it('shows what comes behind a snapshot also when nothing may be kept in memory', async () => {
    const m = await new Machine(1, 0).open();
    m.log.submit(write(entries(1, 12, 1)), true, () => {});
    const snapshot = { index: 9, term: 3, confState: conf, id: 4 };
    m.log.submit({ entries: [], hardState: undefined, snapshot }, true, () => {});
    m.log.submit(write(entries(10, 11, 3)), true, () => {});
    for (let ms = 0; ms < 20; ms++, await m.world.advance(1)) expect(m.texts()).toEqual(['e10.3', 'e11.3']);
  });

  it('replaces a suffix that conflicts, and nothing of the old one comes back', async () => {
    const m = await new Machine().open();
    await m.append(entries(1, 6, 1));
    await m.append(entries(3, 4, 2));
    expect(m.texts()).toEqual(['e1.1', 'e2.1', 'e3.2', 'e4.2']);
    await m.reopen();
    expect(m.texts()).toEqual(['e1.1', 'e2.1', 'e3.2', 'e4.2']);
    expect(m.log.term(5)).toBeUndefined();
  });

  it('is cut at its beginning, and remembers where', async () => {
    const m = await new Machine().open();
    await m.append(entries(1, 2_500, 1));
    m.log.truncatePrefix({ index: 2_400, term: 1, confState: conf, id: 0 });
    expect([m.log.firstIndex, m.log.term(2_400), m.log.term(2_399)]).toEqual([2_401, 1, undefined]);
    await m.world.advance(500);
    await m.reopen();
    expect([m.log.firstIndex, m.log.lastIndex]).toEqual([2_401, 2_500]);
    expect(m.log.snapshot()).toMatchObject({ index: 2_400, term: 1, confState: conf });
    expect(() => m.log.entries(2_400, 2_402, 1e9)).toThrow('not in the log');
  });

  it('starts anew behind a snapshot', async () => {
    const m = await new Machine().open();
    await m.append(entries(1, 5, 1));
    m.log.submit(
      { entries: [], hardState: undefined, snapshot: { index: 9, term: 3, confState: conf, id: 4 } },
      true,
      () => {},
    );
    await m.append(entries(10, 11, 3));
    await m.reopen();
    expect([m.log.firstIndex, m.log.lastIndex, m.log.term(9)]).toEqual([10, 11, 3]);
  });

  it('keeps groups apart', async () => {
    const m = await new Machine().open();
    const other = await m.store.openGroup(70_000);
    await m.append(entries(1, 3, 1));
    other.submit(write(entries(1, 2, 9)), true, () => {});
    await m.world.advance(50);
    await m.reopen();
    expect(m.log.lastIndex).toBe(3);
    expect((await m.store.openGroup(70_000)).term(2)).toBe(9);
    expect(await m.store.groups()).toEqual([1, 70_000]);
  });

  it('cuts a read by bytes, but never to none', async () => {
    const m = await new Machine().open();
    await m.append(entries(1, 4, 1));
    expect(m.log.entries(1, 5, 9).map((e) => e.index)).toEqual([1, 2]);
    expect(m.log.entries(2, 5, 0).map((e) => e.index)).toEqual([2]);
  });
});

describe('a damaged log', () => {
  const tamper = async (m: Machine, change: (put: (index: number, value: Uint8Array | undefined) => void) => void) => {
    await m.store.close();
    const raw = await m.disk.openStore('log');
    const batch = raw.batch();
    change((index, value) =>
      value === undefined ? batch.del(entryKey(1, index)) : batch.put(entryKey(1, index), value),
    );
    const written = batch.write({ sync: true });
    await m.world.advance(10);
    await written;
    await raw.close();
  };

  it('with a hole is refused, and says which entry is missing', async () => {
    const m = await new Machine().open();
    await m.append(entries(1, 5, 1));
    await tamper(m, (put) => put(3, undefined));
    await expect(m.open()).rejects.toThrow('log entry 3 is missing: the next one stored is 4');
  });

  it('with a changed record is refused', async () => {
    const m = await new Machine().open();
    await m.append(entries(1, 5, 1));
    await tamper(m, (put) => put(2, Buffer.from('not what was written here')));
    await expect(m.open()).rejects.toThrow('log entry 2 is damaged');
  });

  it('with a record at the place of another is refused', async () => {
    const m = await new Machine().open();
    await m.append(entries(1, 5, 1));
    const raw = await m.store.close().then(() => m.disk.openStore('log'));
    const misplaced = raw.getSync(entryKey(1, 4)) as Uint8Array;
    await raw.close();
    await m.open();
    await tamper(m, (put) => put(2, misplaced));
    await expect(m.open()).rejects.toThrow('log entry 2 is damaged');
  });

  it('that lost its end is refused: entries that were committed are gone', async () => {
    const m = await new Machine().open();
    await m.append(entries(1, 5, 1));
    m.log.submit({ entries: [], hardState: { term: 1, vote: 1n, commit: 5 }, snapshot: undefined }, true, () => {});
    await m.world.advance(10);
    await tamper(m, (put) => put(5, undefined));
    await expect(m.open()).rejects.toThrow('its end is lost');
  });
});

describe('the write queue', () => {
  it('puts everything that waits into one write, and reports each after it', async () => {
    const m = await new Machine().open();
    const synced: number[] = [];
    m.store.onSynced((ms) => synced.push(ms));
    const done: number[] = [];
    for (let i = 1; i <= 20; i++) m.log.submit(write([entry(i, 1)]), true, () => done.push(i));
    expect(done).toEqual([]);
    await m.world.advance(50);
    expect(done).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    // The first alone, the nineteen that came meanwhile together.
    expect(synced).toHaveLength(2);
  });

  it('after a failed write reports nothing more as written, and says so once', async () => {
    const m = await new Machine().open();
    const failures: string[] = [];
    m.store.onFailure((error) => failures.push(error.message));
    const done: number[] = [];
    await m.append([entry(1, 1)]);
    m.disk.failure = new Error('no space left on the device');
    for (let i = 2; i <= 5; i++) m.log.submit(write([entry(i, 1)]), true, () => done.push(i));
    await m.world.advance(50);
    m.disk.failure = undefined;
    m.log.submit(write([entry(6, 1)]), true, () => done.push(6));
    await m.world.advance(50);
    expect(done).toEqual([]);
    expect(failures).toEqual(['no space left on the device']);
    await expect(m.store.flush()).rejects.toThrow('no space left');
  });

  it('loses nothing that was reported, wherever a crash comes', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const m = await new Machine(seed).open();
      const { random } = m.world;
      const text = (list: readonly Entry[]): string => list.map((e) => `${e.index}.${e.term}`).join(' ');
      let state: Entry[] = [];
      let term = 1;
      for (let round = 0; round < 4; round++) {
        // What the log was after each write; after a crash it must be one of those, and none before the last reported.
        const states = [text(state)];
        let reported = 0;
        for (let i = 0; i < 12; i++) {
          const back = random.float() < 0.2 ? random.below(Math.min(4, state.length + 1)) : 0;
          if (back > 0) term++;
          const from = state.length - back + 1;
          const list = entries(from, from + random.below(3), term);
          state = [...state.slice(0, from - 1), ...list];
          const number = states.push(text(state)) - 1;
          m.log.submit(write(list), true, () => {
            reported = number;
          });
          await m.world.advance(random.float() * 1.5);
        }
        await m.reopen();
        state = [...m.log.entries(1, m.log.lastIndex + 1, 1e9)];
        expect(states.slice(reported), `seed ${seed}`).toContain(text(state));
      }
    }
  });
});
