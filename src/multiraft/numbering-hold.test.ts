import { describe, expect, it } from 'vitest';
import { Scheduler } from '../../test/fakes/scheduler.js';
import { limits } from '../limits.js';
import { decodeCommand, encodeCommand } from '../mvcc/command.js';
import { CommandKind } from '../mvcc/types.js';
import { Numbering } from './numbering.js';

interface Asked {
  readonly count: number;
  readonly answer: (first: number) => void;
}

function setup(highest = 10) {
  const scheduler = new Scheduler();
  const { timers } = scheduler.host().runtime;
  const asks: Asked[] = [];
  /** What is in the log: the revisions of writes. */
  const log: number[] = [];
  const numbering = new Numbering({
    ask: (count) => new Promise((answer) => asks.push({ count, answer })),
    append: (_term, data) => {
      for (const bytes of data) log.push(decodeCommand(bytes).revision);
      return { ok: true, term: 3, firstIndex: log.length };
    },
    after: (ms, fn) => timers.after(ms, fn),
  });
  numbering.lead(3);
  numbering.open(3, highest);
  const write = (): void => {
    const command = encodeCommand(CommandKind.put, 1n, 1, Buffer.from('x'));
    numbering.add([command], () => {});
  };
  return { scheduler, numbering, asks, log, write };
}

describe('writes of a partition that is held', () => {
  it('are not asked for, and are asked for together at the end (E4)', async () => {
    const { scheduler, numbering, asks, log, write } = setup();
    let quiet = false;
    numbering.hold(3, () => {
      quiet = true;
    });
    expect(quiet).toBe(true);
    write();
    write();
    expect(asks).toHaveLength(0);
    numbering.release(3, 50);
    expect(asks.map(({ count }) => count)).toEqual([2]);
    asks[0]?.answer(51);
    await scheduler.settle();
    expect(log).toEqual([51, 52]);
  });

  it('that were asked for before get into the log before it is quiet', async () => {
    const { scheduler, numbering, asks, log, write } = setup();
    write();
    const events: string[] = [];
    numbering.hold(3, () => events.push(`quiet after ${log}`));
    write();
    asks[0]?.answer(11);
    await scheduler.settle();
    expect(events).toEqual(['quiet after 11']);
    expect(asks).toHaveLength(1);
    numbering.release(3, 12);
    expect(asks).toHaveLength(2);
  });

  it('lose an ask that nobody answers, and a late answer is dropped (E4, B2)', async () => {
    const { scheduler, numbering, asks, log, write } = setup();
    write();
    let quiet = false;
    numbering.hold(3, () => {
      quiet = true;
    });
    await scheduler.advance(limits.revisionAskTimeoutMs);
    expect(quiet).toBe(true);
    asks[0]?.answer(11);
    await scheduler.settle();
    expect(log).toEqual([]);
    numbering.release(3, 12);
    asks[1]?.answer(13);
    await scheduler.settle();
    expect(log).toEqual([13]);
  });

  it('never go below the entry that the holder left (B3)', async () => {
    const { scheduler, numbering, asks, log, write } = setup();
    numbering.hold(3, () => {});
    write();
    numbering.release(3, 50);
    asks[0]?.answer(49);
    await scheduler.settle();
    expect(log).toEqual([]);
    asks[1]?.answer(51);
    await scheduler.settle();
    expect(log).toEqual([51]);
  });

  it('wait under the next leader as long as the log says so (E7), and no longer for a former holder', () => {
    const { numbering, asks, write } = setup();
    numbering.hold(3, () => {});
    numbering.lead(4);
    numbering.open(4, 10, true);
    write();
    numbering.release(3, 0);
    expect(asks).toHaveLength(0);
    numbering.release(4, 0);
    expect(asks).toHaveLength(1);
  });
});
