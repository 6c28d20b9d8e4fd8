import { describe, expect, it } from 'vitest';
import { checkRegister, registerChecker } from './register.js';
import { type Found, history, judge } from './testing/history.js';

type Lines = readonly string[];

const GOOD: readonly (readonly [shows: string, lines: Lines])[] = [
  ['nothing at all', []],
  ['a read of a key that is not there', ['0 read ["x",null]']],
  ['a write that is read by another', ['0 write ["x",1]', '1 read ["x",null] -> ["x",1]']],
  [
    'a read during a write, of the old value and then of the new one',
    [
      '0 write ["x",1]',
      '0 invoke write ["x",2]',
      '1 read ["x",null] -> ["x",1]',
      '1 read ["x",null] -> ["x",2]',
      '0 ok',
    ],
  ],
  [
    'writes at once, in the order that the reads show',
    [
      '0 invoke write ["x",1]',
      '1 invoke write ["x",2]',
      '0 ok',
      '1 ok',
      '2 read ["x",null] -> ["x",1]',
      '2 read ["x",null] -> ["x",1]',
    ],
  ],
  [
    'a write of unknown outcome that is read much later',
    ['0 write ["x",1] !info', '1 write ["x",2]', '1 read ["x",null] -> ["x",2]', '1 read ["x",null] -> ["x",1]'],
  ],
  [
    'a write of unknown outcome that never happened',
    ['0 write ["x",1]', '1 write ["x",2] !info', '0 read ["x",null] -> ["x",1]'],
  ],
  ['a write that is open when the history ends', ['0 invoke write ["x",1]', '1 read ["x",null] -> ["x",1]']],
  ['a compare-and-swap of what is there', ['0 write ["x",1]', '0 cas ["x",[1,2]]', '0 read ["x",null] -> ["x",2]']],
  [
    'a compare-and-swap that fails, and changes nothing',
    ['0 write ["x",1]', '1 cas ["x",[3,4]] !fail', '0 read ["x",null] -> ["x",1]'],
  ],
  [
    'one of two compare-and-swaps of the same value',
    [
      '0 write ["x",1]',
      '0 invoke cas ["x",[1,2]]',
      '1 invoke cas ["x",[1,3]]',
      '0 fail',
      '1 ok',
      '0 read ["x",null] -> ["x",3]',
    ],
  ],
  ['a deletion', ['0 write ["x",1]', '0 delete ["x",null]', '1 read ["x",null]']],
  ['a deletion of what is not there', ['0 delete ["x",null]', '0 read ["x",null]', '0 write ["x",1]']],
  [
    'a deletion that must wait for a write, though the key is not there when both begin',
    ['0 invoke delete ["x",null]', '1 write ["x",1]', '1 read ["x",null] -> ["x",1]', '0 ok', '1 read ["x",null]'],
  ],
  [
    'a deletion of unknown outcome that happens late',
    ['0 write ["x",1]', '1 delete ["x",null] !info', '0 read ["x",null] -> ["x",1]', '0 read ["x",null]'],
  ],
  [
    'a chain of operations of unknown outcome',
    ['0 write ["x",1] !info', '1 cas ["x",[1,2]] !info', '2 cas ["x",[2,3]] !info', '3 read ["x",null] -> ["x",3]'],
  ],
  [
    'keys that have nothing to do with each other',
    ['0 write ["x",1]', '0 write ["y",2]', '1 read ["x",null] -> ["x",1]'],
  ],
  [
    'a value that is written twice',
    ['0 write ["x",1]', '0 write ["x",2]', '0 write ["x",1]', '1 read ["x",null] -> ["x",1]'],
  ],
  ['reads that got no answer', ['0 write ["x",1]', '1 read ["x",null] !info', '2 read ["x",null] !fail']],
  ['a compare-and-swap that creates', ['0 cas ["x",[null,1]]', '0 read ["x",null] -> ["x",1]']],
];

const BAD: readonly (readonly [shows: string, fewest: readonly number[], lines: Lines])[] = [
  ['a value that nobody wrote', [0], ['0 read ["x",null] -> ["x",1]']],
  ['a value of another key', [1], ['0 write ["y",1]', '1 read ["x",null] -> ["x",1]']],
  ['a value whose write had failed', [1], ['0 write ["x",1] !fail', '0 read ["x",null] -> ["x",1]']],
  ['a value before it was written', [0], ['0 read ["x",null] -> ["x",1]', '0 write ["x",1]']],
  ['a write that is lost', [0, 1], ['0 write ["x",1]', '1 read ["x",null]']],
  ['a stale read', [0, 1, 2], ['0 write ["x",1]', '0 write ["x",2]', '1 read ["x",null] -> ["x",1]']],
  [
    'a stale read, among much that is right',
    [4, 6, 9],
    [
      '0 write ["x",1]',
      '1 read ["x",null] -> ["x",1]',
      '0 delete ["x",null]',
      '1 read ["x",null]',
      '0 write ["x",5]',
      '1 read ["x",null] -> ["x",5]',
      '0 write ["x",6]',
      '1 read ["x",null] -> ["x",6]',
      '2 write ["y",7]',
      '1 read ["x",null] -> ["x",5]',
      '1 read ["x",null] -> ["x",6]',
    ],
  ],
  [
    'reads that go back during a write',
    [0, 1, 2, 3],
    [
      '0 write ["x",1]',
      '0 invoke write ["x",2]',
      '1 read ["x",null] -> ["x",2]',
      '1 read ["x",null] -> ["x",1]',
      '0 ok',
    ],
  ],
  [
    'reads that see two writes in two orders',
    [0, 1, 2, 3, 4],
    [
      '0 invoke write ["x",1]',
      '1 invoke write ["x",2]',
      '2 read ["x",null] -> ["x",1]',
      '3 read ["x",null] -> ["x",2]',
      '4 read ["x",null] -> ["x",1]',
      '0 ok',
      '1 ok',
    ],
  ],
  [
    'reads that differ though all writes had ended',
    [0, 1, 4, 5],
    [
      '0 invoke write ["x",1]',
      '1 invoke write ["x",2]',
      '0 ok',
      '1 ok',
      '2 read ["x",null] -> ["x",1]',
      '2 read ["x",null] -> ["x",2]',
    ],
  ],
  [
    'two compare-and-swaps of one value',
    [0, 1, 2],
    ['0 write ["x",1]', '1 invoke cas ["x",[1,2]]', '2 invoke cas ["x",[1,3]]', '1 ok', '2 ok'],
  ],
  [
    'a compare-and-swap of what had been overwritten',
    [0, 1, 2],
    ['0 write ["x",1]', '0 write ["x",2]', '1 cas ["x",[1,3]]'],
  ],
  ['a compare-and-swap of what was never there', [0], ['0 cas ["x",[1,2]]']],
  [
    'a value from before its key was deleted',
    [0, 1, 2],
    ['0 write ["x",1]', '0 delete ["x",null]', '1 read ["x",null] -> ["x",1]'],
  ],
  [
    'a deletion that is seen again after the next write',
    [2, 3],
    ['0 write ["x",1]', '0 delete ["x",null]', '0 write ["x",2]', '1 read ["x",null]'],
  ],
  [
    'a write of unknown outcome that happens twice',
    [0, 1, 2, 3],
    ['0 write ["x",1] !info', '1 read ["x",null] -> ["x",1]', '1 write ["x",2]', '1 read ["x",null] -> ["x",1]'],
  ],
  [
    'a write of unknown outcome that comes undone',
    [0, 1, 2],
    ['0 write ["x",1] !info', '1 read ["x",null] -> ["x",1]', '1 read ["x",null]'],
  ],
  ['a value that nobody wrote, in the second key', [1], ['0 write ["x",1]', '0 read ["y",null] -> ["y",1]']],
  [
    'an open deletion that would have to happen twice',
    [0, 1, 2, 3, 4],
    ['0 write ["x",1]', '9 delete ["x",null] !info', '1 read ["x",null]', '0 write ["x",2]', '1 read ["x",null]'],
  ],
];

describe('the checker of registers', () => {
  it.each(GOOD)('accepts %s', (_, lines) => {
    const { verdict } = judge(checkRegister, lines);
    expect(verdict).toMatchObject({ checker: 'register', valid: true, anomalies: [] });
  });

  it.each(BAD)('finds %s', (_, fewest, lines) => {
    const { verdict, found } = judge(checkRegister, lines);
    expect(found).toEqual<Found[]>([['nonlinearizable', fewest]]);
    expect(verdict.valid).toBe(false);
  });

  it('tells in a sentence what can not be', () => {
    const { verdict } = judge(checkRegister, ['3 write ["x",1]', '3 cas ["x",[1,2]]', '4 read ["x",null] -> ["x",1]']);
    expect(verdict.anomalies[0]).toEqual({
      name: 'nonlinearizable',
      message: 'key x: no order of these operations explains their answers: 3 wrote 1; 3 changed 1 to 2; 4 read 1',
      operations: [0, 2, 4],
      detail: { key: 'x' },
    });
  });

  it('reports every key that is wrong, but lists no more than ten', () => {
    const wrong = Array.from({ length: 12 }, (_, i) => `0 read ["k${i}",null] -> ["k${i}",1]`);
    const { verdict } = judge(checkRegister, wrong);
    expect(verdict.anomalies).toHaveLength(10);
    expect(verdict.stats).toMatchObject({ keys: 12, operations: 12, anomalies: 12 });
  });

  it('says unknown when it may not look long enough', () => {
    const lines = ['0 write ["x",1]', '0 write ["x",2]', '1 read ["x",null] -> ["x",2]'];
    const { verdict } = judge(registerChecker(1), lines);
    expect(verdict.valid).toBe('unknown');
    expect(verdict.anomalies).toEqual([
      { name: 'unknown', message: 'key x: not decided within 1 steps', operations: [] },
    ]);
  });

  it('calls a history wrong when one key is and another is not decided', () => {
    const lines = ['0 write ["x",1]', '0 write ["x",2]', '1 read ["y",null] -> ["y",2]'];
    const { verdict, found } = judge(registerChecker(1), lines);
    expect(verdict).toMatchObject({ valid: false, stats: { undecided: 1 } });
    expect(found).toEqual([['nonlinearizable', [2]]]);
  });

  it.each([
    '0 append ["x",1]',
    '0 write 1',
    '0 write ["x",null]',
    '0 write ["x","1"]',
    '0 cas ["x",1]',
    '0 cas ["x",[1]]',
    '0 read ["x",null] -> ["y",1]',
    '0 read ["x",null] -> ["x","1"]',
  ])('refuses what is not of a register: %s', (line) => {
    expect(() => checkRegister(history(line))).toThrow(/not one of a register/);
  });
});
