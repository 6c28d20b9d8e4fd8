import { describe, expect, it } from 'vitest';
import { history, judge } from './history.js';

const short = (...lines: string[]): unknown[] =>
  history(...lines).map(({ process, type, f, value }) => [process, type, f, value]);

describe('histories in short', () => {
  it('have events, line by line, whose answers repeat the function and the value', () => {
    expect(short('0 invoke write ["x",1]', '1 invoke read ["x",null]', '0 ok', '1 ok ["x", 1]')).toEqual([
      [0, 'invoke', 'write', ['x', 1]],
      [1, 'invoke', 'read', ['x', null]],
      [0, 'ok', 'write', ['x', 1]],
      [1, 'ok', 'read', ['x', 1]],
    ]);
  });

  it('have whole operations', () => {
    expect(short('0 add 1', '0 read null -> [1,2]', '0 add 2 !fail', '12 add 3 !info')).toEqual([
      [0, 'invoke', 'add', 1],
      [0, 'ok', 'add', 1],
      [0, 'invoke', 'read', null],
      [0, 'ok', 'read', [1, 2]],
      [0, 'invoke', 'add', 2],
      [0, 'fail', 'add', 2],
      [12, 'invoke', 'add', 3],
      [12, 'info', 'add', 3],
    ]);
  });

  it('number their events, and their time goes on', () => {
    const events = history('0 add 1', '0 add 2');
    expect(events.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(events.map(({ timeNs }) => timeNs / 1_000_000)).toEqual([1, 2, 3, 4]);
  });

  it('refuse what they can not read', () => {
    expect(() => history('add 1')).toThrow(/not a line/);
    expect(() => history('0 add one')).toThrow(/no JSON value/);
    expect(() => history('0 ok')).toThrow(/not asked/);
  });

  it('name operations by their lines', () => {
    const { found } = judge(
      () => ({ checker: 'c', valid: false, anomalies: [{ name: 'n', message: '', operations: [0, 2] }], stats: {} }),
      ['0 add 1', '1 invoke add 2', '1 ok'],
    );
    expect(found).toEqual([['n', [0, 1]]]);
  });
});
