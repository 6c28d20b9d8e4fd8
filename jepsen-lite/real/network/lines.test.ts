import { describe, expect, it } from 'vitest';
import { type Lines, OverlappingFaults } from './lines.js';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A network whose changes take as long as the test says, and that minds their order. */
function setup() {
  const pending: (() => void)[] = [];
  const done: string[] = [];
  const change = async (what: string): Promise<void> => {
    await new Promise<void>((resolve) => pending.push(resolve));
    done.push(what);
  };
  const lines: Lines = {
    setCut: (from, to, cut) => change(`${from}>${to} ${cut ? 'cut' : 'open'}`),
    setDelay: (from, to, ms) => change(`${from}>${to} ${ms} ms`),
  };
  /** Ends the changes that are under way, the last one first, until there are none. */
  const finish = async (): Promise<void> => {
    await settled();
    while (pending.length > 0) {
      for (const end of pending.splice(0).reverse()) end();
      await settled();
    }
  };
  return { faults: new OverlappingFaults(lines), done, finish };
}

describe('overlapping faults', () => {
  it('cut a line once, and open it when the last of them ends', async () => {
    const { faults, done, finish } = setup();
    const both = Promise.all([faults.cutOneWay('a', 'b'), faults.cutOneWay('a', 'b')]);
    await finish();
    const [one, two] = await both;
    void one();
    await finish();
    expect(done).toEqual(['a>b cut']);
    void two();
    void two();
    await finish();
    expect(done).toEqual(['a>b cut', 'a>b open']);
  });

  it('change a line in their own order, however long each change takes', async () => {
    const { faults, done, finish } = setup();
    const first = faults.cutOneWay('a', 'b');
    await finish();
    const release = await first;
    const ended = release();
    const second = faults.cutOneWay('a', 'b');
    await finish();
    await ended;
    expect(done).toEqual(['a>b cut', 'a>b open', 'a>b cut']);
    void (await second)();
    await finish();
    expect(done.at(-1)).toBe('a>b open');
  });

  it('delay by the longest of them', async () => {
    const { faults, done, finish } = setup();
    const both = Promise.all([faults.delay('a', 'b', 5), faults.delay('a', 'b', 50)]);
    await finish();
    const [, long] = await both;
    void long();
    await finish();
    expect(done.filter((what) => what.startsWith('a>b')).at(-1)).toBe('a>b 5 ms');
  });

  it('all end with heal', async () => {
    const { faults, done, finish } = setup();
    const cut = faults.cut('a', 'b');
    await finish();
    await cut;
    const healed = faults.heal();
    await finish();
    await healed;
    expect(done.slice(-2)).toEqual(['a>b open', 'b>a open']);
  });
});
