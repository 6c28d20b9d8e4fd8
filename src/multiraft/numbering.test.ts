import { describe, expect, it } from 'vitest';
import { limits } from '../limits.js';
import { decodeCommand, encodeCommand } from '../mvcc/command.js';
import { CommandKind } from '../mvcc/types.js';
import { Numbering, type Placement } from './numbering.js';

const command = (name: string): Buffer => encodeCommand(CommandKind.put, 1n, 7, Buffer.from(name));
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A leader's side of one group, with a sequencer that answers when the test says so. */
function setup() {
  const asks: { count: number; answer: (first: number) => Promise<void>; fail: () => Promise<void> }[] = [];
  const log: string[] = [];
  const timers: (() => void)[] = [];
  const placements: string[] = [];
  let refuses: 'notLeader' | 'uncommittedFull' | undefined;
  const numbering = new Numbering({
    ask: (count) =>
      new Promise((resolve, reject) => {
        const answer = (first: number): Promise<void> => {
          resolve(first);
          return settled();
        };
        const fail = (): Promise<void> => {
          reject(new Error('no sequencer'));
          return settled();
        };
        asks.push({ count, answer, fail });
      }),
    append: (term, data) => {
      if (refuses !== undefined) return { ok: false, reason: refuses };
      const firstIndex = log.length + 1;
      for (const entry of data) {
        const { revision, payload } = decodeCommand(entry);
        log.push(`${Buffer.from(payload)}@${revision}`);
      }
      return { ok: true, term, firstIndex };
    },
    after: (_ms, fn) => {
      timers.push(fn);
      return { cancel: () => void timers.splice(timers.indexOf(fn), 1) };
    },
  });
  const add = (...names: string[]): void =>
    numbering.add(names.map(command), (placement: Placement) => void placements.push(`${names} ${placement}`));
  return {
    numbering,
    asks,
    log,
    placements,
    add,
    refuse: (reason: typeof refuses) => {
      refuses = reason;
    },
    passAskTimeout: () => [...timers].forEach((fn) => void fn()),
  };
}

function leading() {
  const s = setup();
  s.numbering.lead(3);
  s.numbering.open(3, 10);
  return s;
}

describe('numbering', () => {
  it('asks for what waits, appends it in order, and then asks for what came meanwhile', async () => {
    const { asks, log, placements, add } = leading();
    add('a');
    add('b', 'c');
    expect(asks.map((a) => a.count)).toEqual([1]);
    await asks[0]!.answer(11);
    expect(log).toEqual(['a@11']);
    expect(asks.map((a) => a.count)).toEqual([1, 2]);
    await asks[1]!.answer(20);
    expect(log).toEqual(['a@11', 'b@20', 'c@21']);
    expect(placements).toEqual(['a placed', 'b,c placed']);
  });

  it('asks for nothing before the no-op of its term is applied', async () => {
    const { numbering, asks, log, add } = setup();
    numbering.lead(3);
    add('a');
    expect(asks).toEqual([]);
    numbering.open(3, 10);
    await asks[0]!.answer(11);
    expect(log).toEqual(['a@11']);
  });

  it('B2: drops the answer to an ask that it has given up', async () => {
    const { asks, log, add, passAskTimeout } = leading();
    add('a');
    passAskTimeout();
    expect(asks.length).toBe(2);
    await asks[0]!.answer(11);
    expect(log).toEqual([]);
    await asks[1]!.answer(12);
    expect(log).toEqual(['a@12']);
  });

  it('B3: asks again for what is not above all in the log', async () => {
    const { asks, log, add } = leading();
    add('a');
    await asks[0]!.answer(10);
    expect(log).toEqual([]);
    await asks[1]!.answer(11);
    expect(log).toEqual(['a@11']);
  });

  it('without an answer keeps the order of what came, and waits for the ask to time out', async () => {
    const { asks, log, add, passAskTimeout } = leading();
    add('a');
    await asks[0]!.fail();
    add('b');
    expect(asks.length).toBe(1);
    passAskTimeout();
    expect(asks[1]!.count).toBe(2);
    await asks[1]!.answer(15);
    expect(log).toEqual(['a@15', 'b@16']);
  });

  it('refuses what another leadership has left, and ignores its answers', async () => {
    const { numbering, asks, log, placements, add } = leading();
    add('a');
    add('b');
    numbering.lead(4);
    numbering.open(4, 11);
    expect(placements).toEqual(['a refused', 'b refused']);
    add('c');
    await asks[0]!.answer(12);
    expect(log).toEqual([]);
    await asks[1]!.answer(13);
    expect(log).toEqual(['c@13']);
    numbering.lead(0);
    add('d');
    expect(placements.at(-1)).toBe('d refused');
  });

  it('says why the log took nothing', async () => {
    const { asks, log, placements, add, refuse } = leading();
    refuse('uncommittedFull');
    add('a');
    await asks[0]!.answer(11);
    refuse('notLeader');
    add('b');
    await asks[1]!.answer(12);
    expect(log).toEqual([]);
    expect(placements).toEqual(['a full', 'b refused']);
  });

  it('is full at a bound', () => {
    const { numbering, placements } = setup();
    numbering.lead(3);
    const huge = Buffer.alloc(limits.uncommittedBytesMax + 1);
    numbering.add([huge], (p) => placements.push(`huge ${p}`));
    numbering.add([huge], (p) => placements.push(`another ${p}`));
    expect(placements).toEqual(['another full']);
  });

  it('B4.2b: tells when what is asked for is in the log, or void', async () => {
    const { numbering, asks, add, passAskTimeout } = leading();
    const told: number[] = [];
    const tell = (index: number): void => void told.push(index);
    expect(numbering.whenSettled(tell)).toBe(false);
    add('a', 'b');
    expect(numbering.whenSettled(tell)).toBe(true);
    add('c');
    await asks[0]!.answer(11);
    expect(told).toEqual([2]);
    expect(numbering.whenSettled(tell)).toBe(true);
    passAskTimeout();
    expect(told).toEqual([2, 0]);
    expect(numbering.whenSettled(tell)).toBe(true);
    numbering.lead(0);
    expect(told).toEqual([2, 0, 0]);
  });
});
