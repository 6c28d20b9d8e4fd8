import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatDuration,
  hex16,
  parseBool,
  parseDuration,
  parseInt64,
  parseUint64,
  quote,
  unquote,
} from './go-format.js';
import { fromUtf8 } from './text.js';

describe('numbers', () => {
  test.each([
    ['0', 10, 0n],
    ['-9223372036854775808', 10, -(2n ** 63n)],
    ['+7', 10, 7n],
    ['7fffffffffffffff', 16, 2n ** 63n - 1n],
    ['-A', 16, -10n],
    ['0x1F', 0, 31n],
    ['0b101', 0, 5n],
    ['0o17', 0, 15n],
    ['017', 0, 15n],
    ['1_000', 0, 1000n],
  ] as const)('%s in base %i', (text, base, value) => {
    expect(parseInt64(text, base)).toBe(value);
  });

  test.each([
    ['', 10, 'parsing "": invalid syntax'],
    ['x', 10, 'parsing "x": invalid syntax'],
    ['0x10', 16, 'parsing "0x10": invalid syntax'],
    ['1.5', 0, 'parsing "1.5": invalid syntax'],
    ['09', 0, 'parsing "09": invalid syntax'],
    ['9223372036854775808', 10, 'parsing "9223372036854775808": value out of range'],
  ] as const)('%s in base %i is refused', (text, base, reason) => {
    expect(() => parseInt64(text, base)).toThrow(`strconv.ParseInt: ${reason}`);
  });

  test('unsigned', () => {
    expect(parseUint64('ffffffffffffffff', 16)).toBe(2n ** 64n - 1n);
    expect(() => parseUint64('-1', 16)).toThrow('strconv.ParseUint: parsing "-1": invalid syntax');
    expect(() => parseUint64('10000000000000000', 16)).toThrow('value out of range');
  });

  test('booleans', () => {
    expect(['1', 't', 'T', 'TRUE', 'true', 'True'].map(parseBool)).not.toContain(false);
    expect(['0', 'f', 'F', 'FALSE', 'false', 'False'].map(parseBool)).not.toContain(true);
    expect(() => parseBool('yes')).toThrow('strconv.ParseBool: parsing "yes": invalid syntax');
  });

  test('lease and member IDs', () => {
    expect([hex16(1n), hex16(2n ** 63n - 1n), hex16(-1n)]).toEqual([
      '0000000000000001',
      '7fffffffffffffff',
      '-000000000000001',
    ]);
  });
});

describe('durations', () => {
  test.each([
    ['0', 0],
    ['5s', 5_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['100ms', 100],
    ['-2s', -2_000],
    [fromUtf8('5µs'), 0.005],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 9);
  });

  test.each([
    ['', 'time: invalid duration ""'],
    ['zz', 'time: invalid duration "zz"'],
    ['5', 'time: missing unit in duration "5"'],
    ['5x', 'time: unknown unit "x" in duration "5x"'],
    ['5s5', 'time: missing unit in duration "5s5"'],
  ])('%s is refused', (text, message) => {
    expect(() => parseDuration(text)).toThrow(message);
  });

  test.each([
    [0, '0s'],
    [0.0125, fromUtf8('12.5µs')],
    [1.5, '1.5ms'],
    [20, '20ms'],
    [1_000, '1s'],
    [10_000, '10s'],
    [61_500, '1m1.5s'],
    [3_600_000, '1h0m0s'],
  ])('%d ms', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [9_949, '9.9 kB'],
  [20_480, '20 kB'],
  [21_500, '22 kB'],
  [32_768, '33 kB'],
  [2_500_000, '2.5 MB'],
])('%d bytes', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

describe('quoting', () => {
  test.each([
    ['plain', '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\x00\x01\x7f', '"\\x00\\x01\\x7f"'],
    ['\xff\xc3', '"\\xff\\xc3"'],
    [fromUtf8('é☃😀'), fromUtf8('"é☃😀"')],
    [fromUtf8('\u00a0\u200b\u{e0001}'), '"\\u00a0\\u200b\\U000e0001"'],
    [fromUtf8('\ufffd'), fromUtf8('"\ufffd"')],
  ])('%j', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
    expect(unquote(quoted.slice(1, -1))).toBe(text);
  });

  test.each(['\\', '\\q', '\\x1', '\\400', '\\ud800', '\\U00110000'])('%s is malformed', (inner) => {
    expect(unquote(inner)).toBeUndefined();
  });
});
