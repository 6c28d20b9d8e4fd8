import { describe, expect, it } from 'vitest';
import { SimDisk } from '../runtime/sim/disk.js';
import { SimWorld } from '../runtime/sim/world.js';
import { openStateStore } from './state-store.js';
import type { GroupState, StateStore } from './types.js';

const b = (text: string): Buffer => Buffer.from(text);

class Machine {
  readonly world: SimWorld;
  readonly disk: SimDisk;
  store!: StateStore;
  state!: GroupState;

  constructor(seed = 1) {
    this.world = new SimWorld(seed);
    this.disk = new SimDisk(this.world);
  }

  async open(): Promise<this> {
    this.store = await openStateStore({ disk: this.disk }, 'state');
    this.state = await this.store.openGroup(1);
    return this;
  }

  async reopen(): Promise<this> {
    this.disk.crash();
    return this.open();
  }

  run<T>(promise: Promise<T>): Promise<T> {
    return this.world.wait(promise, 1_000);
  }

  async put(pairs: Record<string, string>, index: number): Promise<void> {
    const batch = this.state.batch();
    for (const [key, value] of Object.entries(pairs)) batch.put(b(key), b(value));
    await this.run(this.state.commit(batch, { index, term: 1 }));
  }

  async contents(state: Pick<GroupState, 'iterate'> = this.state): Promise<Record<string, string>> {
    const iterator = state.iterate({ lt: Buffer.from([0xff]) });
    const out: Record<string, string> = {};
    for (let batch = await iterator.nextMany(9); batch.length > 0; batch = await iterator.nextMany(9)) {
      for (const [key, value] of batch) out[Buffer.from(key).toString()] = Buffer.from(value).toString();
    }
    return out;
  }
}

describe('the state of a group', () => {
  it('moves with its applied position, also through crashes', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const m = await new Machine(seed).open();
      const commits = 1 + m.world.random.below(8);
      for (let i = 1; i <= commits; i++) await m.put({ last: `v${i}`, [`k${i}`]: 'x' }, i);
      await m.reopen();
      const at = m.state.appliedIndex;
      const found = await m.contents();
      expect(found['last'], `seed ${seed}`).toBe(at === 0 ? undefined : `v${at}`);
      expect(Object.keys(found).filter((k) => k.startsWith('k'))).toHaveLength(at);
    }
  });

  it('is whole up to the last sync', async () => {
    const m = await new Machine(3).open();
    await m.put({ a: '1' }, 1);
    await m.put({ a: '2' }, 2);
    await m.run(m.state.sync());
    await m.put({ a: '3' }, 3);
    await m.reopen();
    expect(m.state.appliedIndex).toBeGreaterThanOrEqual(2);
  });

  it('refuses to go back', async () => {
    const m = await new Machine().open();
    await m.put({ a: '1' }, 5);
    await expect(m.put({ a: '2' }, 4)).rejects.toThrow('applied index would go from 5 to 4');
  });

  it('of one group is not seen by another', async () => {
    const m = await new Machine().open();
    const other = await m.store.openGroup(2);
    await m.put({ a: '1' }, 1);
    expect(other.getSync(b('a'))).toBeUndefined();
    expect(await m.contents(other)).toEqual({});
  });

  it('is frozen in a snapshot, with its position', async () => {
    const m = await new Machine().open();
    await m.put({ a: '1' }, 1);
    const view = m.state.snapshot();
    await m.put({ a: '2' }, 2);
    expect([view.appliedIndex, view.appliedTerm]).toEqual([1, 1]);
    expect(await m.contents(view)).toEqual({ a: '1' });
    expect(Buffer.from(view.getSync(b('a')) as Uint8Array).toString()).toBe('1');
    await view.close();
  });

  it('is replaced as a whole, or not at all', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const m = await new Machine(seed).open();
      await m.put({ old: '1', both: 'old' }, 3);
      await m.run(m.state.sync());
      const replacement = m.state.replace();
      const work = (async () => {
        await replacement.put([
          [b('both'), b('new')],
          [b('new'), b('1')],
        ]);
        await replacement.finish({ index: 9, term: 2 });
      })();
      work.catch(() => {});
      await m.world.advance(m.world.random.float() * 4);
      await m.reopen();
      await m.world.advance(50);
      const found = await m.contents();
      if (m.state.appliedIndex === 9) expect(found, `seed ${seed}`).toEqual({ both: 'new', new: '1' });
      else expect([m.state.appliedIndex, found], `seed ${seed}`).toEqual([3, { old: '1', both: 'old' }]);
    }
  });

  it('goes on in the new generation, and the old one leaves nothing behind', async () => {
    const m = await new Machine().open();
    await m.put({ old: '1' }, 1);
    const replacement = m.state.replace();
    await m.run(replacement.put([[b('new'), b('1')]]));
    await m.run(replacement.finish({ index: 7, term: 2 }));
    await m.put({ more: '1' }, 8);
    await m.world.advance(50);
    await m.run(m.state.sync());
    await m.reopen();
    expect(await m.contents()).toEqual({ new: '1', more: '1' });
    await m.store.close();
    const store = await m.disk.openStore('state');
    const iterator = store.iterate({});
    const keys: string[] = [];
    for (let batch = await iterator.nextMany(9); batch.length > 0; batch = await iterator.nextMany(9)) {
      keys.push(...batch.map(([key]) => Buffer.from(key).subarray(8).toString('latin1')));
    }
    expect(keys).not.toContain('old');
  });

  it('keeps the present one when a replacement is given up', async () => {
    const m = await new Machine().open();
    await m.put({ a: '1' }, 1);
    const replacement = m.state.replace();
    await m.run(replacement.put([[b('a'), b('2')]]));
    await m.run(replacement.abort());
    await m.world.advance(50);
    expect(await m.contents()).toEqual({ a: '1' });
    const second = m.state.replace();
    await m.run(second.put([[b('c'), b('3')]]));
    await m.run(second.finish({ index: 2, term: 1 }));
    expect(await m.contents()).toEqual({ c: '3' });
  });
});
