import { describe, expect, it } from 'vitest';
import { OpenTxns } from './open-txns.js';

/** What a claim is told: the index that it must wait for, or undefined when it can not be made. */
function claim(open: OpenTxns): { readonly waits: boolean; told: (number | undefined)[] } {
  const told: (number | undefined)[] = [];
  return { waits: open.whenFinished((index) => told.push(index)), told };
}

describe('open transactions of a group', () => {
  it('hold up claims until the last of them has ended, at the highest index', () => {
    const open = new OpenTxns(() => undefined);
    open.lead(2);
    open.begins(2, 'a');
    open.begins(2, 'b');
    const { waits, told } = claim(open);
    open.begins(2, 'c');
    open.ended(2, 'b', 9);
    expect([waits, told]).toEqual([true, []]);
    open.ended(2, 'a', 7);
    expect(told).toEqual([9]);
  });

  it('are those of the applied state as well', () => {
    const open = new OpenTxns(() => 'prepared');
    open.lead(3);
    const { waits, told } = claim(open);
    open.ended(3, 'prepared', 4);
    expect([waits, told]).toEqual([true, [4]]);
  });

  it('fail claims when the leadership ends', () => {
    const open = new OpenTxns(() => undefined);
    open.lead(2);
    open.begins(2, 'a');
    const { told } = claim(open);
    open.lead(0);
    expect(told).toEqual([undefined]);
  });

  it('know nothing of what an earlier leadership still begins: nobody would end it', () => {
    const open = new OpenTxns(() => undefined);
    open.lead(2);
    open.lead(4);
    open.begins(2, 'late');
    expect(claim(open).waits).toBe(false);
  });

  it('do not end because an earlier leadership gives up: the log may hold its prepare', () => {
    const open = new OpenTxns(() => 'prepared');
    open.lead(2);
    open.begins(2, 'prepared');
    open.lead(4);
    const { told } = claim(open);
    open.ended(2, 'prepared', 0);
    expect(told).toEqual([]);
  });
});
