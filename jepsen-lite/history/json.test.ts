import { describe, expect, it } from 'vitest';
import { HistoryFormatError, jsonLines, parseJsonLines } from './json.js';
import type { HistoryEvent } from './types.js';

const EVENTS: readonly HistoryEvent[] = [
  { index: 0, type: 'invoke', process: 4, f: 'read', value: ['x', null], timeNs: 0 },
  { index: 1, type: 'info', process: 'nemesis', f: 'crash', value: null, timeNs: 5 },
  { index: 2, type: 'fail', process: 4, f: 'read', value: ['x', null], timeNs: 7, error: 'no leader\n"yet"' },
];

const GOLDEN = `{"index":0,"type":"invoke","process":4,"f":"read","value":["x",null],"time":0}
{"index":1,"type":"info","process":"nemesis","f":"crash","value":null,"time":5}
{"index":2,"type":"fail","process":4,"f":"read","value":["x",null],"time":7,"error":"no leader\\n\\"yet\\""}
`;

describe('JSON lines', () => {
  it('writes one event a line', () => expect(jsonLines(EVENTS)).toBe(GOLDEN));

  it('reads what it writes', () => {
    expect(parseJsonLines(GOLDEN)).toEqual(EVENTS);
    expect(parseJsonLines(jsonLines([]))).toEqual([]);
  });

  it('takes other line ends, empty lines, other fields and a missing value', () => {
    const text =
      '\r\n{"index":0,"type":"ok","process":1,"f":"read","time":3,"node":"n1"}\r\n\r\n' +
      '{"index":1,"type":"ok","process":1,"f":"read","value":{"a":[1]},"time":3}';
    expect(parseJsonLines(text)).toEqual([
      { index: 0, type: 'ok', process: 1, f: 'read', value: null, timeNs: 3 },
      { index: 1, type: 'ok', process: 1, f: 'read', value: { a: [1] }, timeNs: 3 },
    ]);
  });

  const first = '{"index":0,"type":"invoke","process":1,"f":"read","value":null,"time":9}\n';
  it.each([
    ['no JSON', `${first}\n{"index":1,`, 3, /not JSON: /],
    ['no object', `${first}[]`, 2, /^line 2: not an object$/],
    ['null', 'null', 1, /not an object/],
    ['a gap', first.replace('"index":0', '"index":2'), 1, /^line 1: index 2 where 0 comes next$/],
    ['no index', first.replace('"index":0,', ''), 1, /index is missing/],
    ['another type', first.replace('invoke', 'done'), 1, /type must be one of invoke, ok, fail, info, not "done"/],
    ['a process by name', first.replace('1,"f"', '"n1","f"'), 1, /process must be a whole number .* not "n1"/],
    ['no function', first.replace('"read"', '7'), 1, /f must be a string, not 7/],
    ['a broken time', first.replace('9}', '1.5}'), 1, /time must be a whole number of at least 0, not 1.5/],
    ['an error that is none', first.replace('9}', '9,"error":{}}'), 1, /error must be a string/],
    ['time that goes back', first + first.replace(':0', ':1').replace('9}', '8}'), 2, /time goes back, from 9 to 8/],
  ])('says where it is wrong: %s', (_, text, line, why) => {
    const parse = (): unknown => parseJsonLines(text);
    expect(parse).toThrow(HistoryFormatError);
    expect(parse).toThrow(why);
    expect(parse).toThrow(expect.objectContaining({ line }));
  });
});
