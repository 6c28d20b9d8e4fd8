import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { checkRegister } from '../checkers/register.js';
import { porcupineLogs } from './porcupine.js';
import { Recorder } from './recorder.js';
import type { Json } from './types.js';

type Row = [type: 'invoke' | 'ok' | 'fail' | 'info', process: number, f: string, value: Json];

function recorded(rows: readonly Row[]): Recorder {
  let timeNs = 0;
  const recorder = new Recorder(() => timeNs++);
  for (const row of rows) recorder.add(...row);
  return recorder;
}

const logs = (...rows: Row[]): Record<string, string[]> =>
  Object.fromEntries([...porcupineLogs(recorded(rows).events)].map(([key, log]) => [key, log.split('\n')]));

describe('logs for porcupine', () => {
  it('are written key by key, in the format of its test data', () => {
    const found = logs(
      ['invoke', 0, 'read', ['x', null]],
      ['invoke', 1, 'write', ['y', 7]],
      ['ok', 0, 'read', ['x', null]],
      ['invoke', 0, 'cas', ['y', [7, 8]]],
      ['ok', 1, 'write', ['y', 7]],
      ['ok', 0, 'cas', ['y', [7, 8]]],
      ['invoke', 1, 'read', ['y', null]],
      ['ok', 1, 'read', ['y', 8]],
    );
    expect(found).toEqual({
      x: ['INFO  jepsen.util - 0\t:invoke\t:read\tnil', 'INFO  jepsen.util - 0\t:ok\t:read\tnil', ''],
      y: [
        'INFO  jepsen.util - 1\t:invoke\t:write\t7',
        'INFO  jepsen.util - 0\t:invoke\t:cas\t[7 8]',
        'INFO  jepsen.util - 1\t:ok\t:write\t7',
        'INFO  jepsen.util - 0\t:ok\t:cas\t[7 8]',
        'INFO  jepsen.util - 1\t:invoke\t:read\tnil',
        'INFO  jepsen.util - 1\t:ok\t:read\t8',
        '',
      ],
    });
  });

  it('leave out what failed and reads without an answer; writes without one stay open', () => {
    const found = logs(
      ['invoke', 0, 'cas', ['x', [1, 2]]],
      ['fail', 0, 'cas', ['x', [1, 2]]],
      ['invoke', 1, 'write', ['x', 3]],
      ['info', 1, 'write', ['x', 3]],
      ['invoke', 2, 'read', ['x', null]],
    );
    expect(found).toEqual({ x: ['INFO  jepsen.util - 1\t:invoke\t:write\t3', ''] });
  });

  it('have a number for nothing where a key is deleted', () => {
    const found = logs(
      ['invoke', 0, 'write', ['x', 4]],
      ['ok', 0, 'write', ['x', 4]],
      ['invoke', 0, 'delete', ['x', null]],
      ['ok', 0, 'delete', ['x', null]],
      ['invoke', 0, 'read', ['x', null]],
      ['ok', 0, 'read', ['x', null]],
    );
    expect(found['x']).toEqual([
      'INFO  jepsen.util - 1\t:invoke\t:write\t5',
      'INFO  jepsen.util - 1\t:ok\t:write\t5',
      'INFO  jepsen.util - 0\t:invoke\t:write\t4',
      'INFO  jepsen.util - 0\t:ok\t:write\t4',
      'INFO  jepsen.util - 0\t:invoke\t:write\t5',
      'INFO  jepsen.util - 0\t:ok\t:write\t5',
      'INFO  jepsen.util - 0\t:invoke\t:read\tnil',
      'INFO  jepsen.util - 0\t:ok\t:read\t5',
      '',
    ]);
  });

  it('refuse what a register does not know', () => {
    expect(() => logs(['invoke', 0, 'append', ['x', 1]], ['ok', 0, 'append', ['x', 1]])).toThrow(/function append/);
    expect(() => logs(['invoke', 0, 'write', ['x', -1]], ['ok', 0, 'write', ['x', -1]])).toThrow(/not -1/);
  });

  it('mean the same as the history: what is read back from them gets the same verdict', () => {
    const random = new SimRandom(11);
    const verdicts = { true: 0, false: 0, unknown: 0 };
    for (let run = 0; run < 60; run++) {
      const { events } = recorded(randomRows(random));
      const again = [...porcupineLogs(events)].flatMap(([key, log]) => readLog(key, log));
      const expected = checkRegister(events).valid;
      verdicts[`${expected}`]++;
      expect(checkRegister(recorded(again).events).valid).toBe(expected);
    }
    expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(5);
  });
});

/** A few operations of one key, whose answers are wrong now and then. */
function randomRows(random: SimRandom): Row[] {
  const rows: Row[] = [];
  let state: number | null = null;
  for (let i = 0; i < 14; i++) {
    const f = (['read', 'write', 'cas', 'delete'] as const)[random.below(4)] as string;
    const input: Json = f === 'write' ? i : f === 'cas' ? [state, i] : null;
    rows.push(['invoke', i, f, ['x', input]]);
    const dice = random.float();
    if (dice < 0.1) continue;
    const type = dice < 0.15 ? 'fail' : 'ok';
    if (f === 'write' && type === 'ok') state = i;
    if (f === 'cas' && type === 'ok') state = i;
    if (f === 'delete' && type === 'ok') state = null;
    const wrong = random.float() < 0.1;
    rows.push([type, i, f, ['x', f === 'read' ? (wrong ? null : state) : input]]);
  }
  return rows;
}

function readLog(key: string, log: string): Row[] {
  return log
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => {
      const found =
        /^INFO\s+jepsen\.util\s+-\s+(\d+)\s+:(invoke|ok)\s+:(read|write|cas)\s+(nil|\d+|\[(\d+) (\d+)\])$/.exec(line);
      if (found === null) throw new Error(`not a line of such a log: ${line}`);
      const [, process, type, f, value, from, to] = found;
      const argument = f === 'cas' ? [Number(from), Number(to)] : value === 'nil' ? null : Number(value);
      return [type as 'invoke' | 'ok', Number(process) + 1_000, f as string, [key, argument]];
    });
}
