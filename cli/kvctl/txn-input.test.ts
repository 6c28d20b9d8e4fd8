import { describe, expect, test } from 'vitest';
import { CompareResult, CompareTarget, SortTarget } from '../../proto/gen/rpc.js';
import { argify } from './argify.js';
import { parseComparison, parseOperation } from './txn-input.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('words of a line', () => {
  test.each([
    ['put a b', ['put', 'a', 'b']],
    ['  put\ta   b  ', ['put', 'a', 'b']],
    ['put "a b" "c\\"d\\x00\\n"', ['put', 'a b', 'c"d\x00\n']],
    ["put 'a b' 'c\\n'", ['put', 'a b', 'c\\n']],
    ['""', ['']],
    ['', []],
  ])('%j', (line, words) => {
    expect(argify(line)).toEqual(words);
  });

  test('a bad escape is refused', () => {
    expect(() => argify('put "\\q"')).toThrow('invalid syntax');
  });
});

describe('comparisons', () => {
  test('every target', () => {
    expect(parseComparison('val("k\\x00") != "v"')).toEqual({
      key: bytes('k\0'),
      result: CompareResult.NOT_EQUAL,
      target: CompareTarget.VALUE,
      value: bytes('v'),
    });
    expect(parseComparison('ver("k") > "3"')).toMatchObject({ target: CompareTarget.VERSION, version: 3 });
    expect(parseComparison('c("k") < "3"')).toMatchObject({ target: CompareTarget.CREATE, createRevision: 3 });
    expect(parseComparison('mod("k") = "3"')).toMatchObject({ target: CompareTarget.MOD, modRevision: 3 });
    // etcdctl 3.4 dies of this one.
    expect(parseComparison('lease("k") = "1f"')).toMatchObject({ target: CompareTarget.LEASE, lease: 31n });
  });

  test.each([
    ['lease("k") = "xyz"', 'invalid txn compare request: lease("k") = "xyz"'],
    ['mod("k") ~ "1"', 'malformed comparison: mod("k") ~ "1" (unknown operator ~)'],
    ['mod("k', 'malformed comparison: mod("k; got mod("")  ""'],
  ])('%s is refused', (line, message) => {
    expect(() => parseComparison(line)).toThrow(message);
  });
});

test('operations with flags anywhere', () => {
  expect(parseOperation('get --limit=2 k --sort-by VERSION --prefix')).toMatchObject({
    requestRange: { key: bytes('k'), rangeEnd: bytes('l'), limit: 2, sortTarget: SortTarget.VERSION },
  });
  expect(parseOperation('put k v --lease=1f --prev-kv')).toMatchObject({
    requestPut: { key: bytes('k'), value: bytes('v'), lease: 31n, prevKv: true },
  });
  expect(parseOperation('del k --from-key')).toMatchObject({
    requestDeleteRange: { key: bytes('k'), rangeEnd: bytes('\0') },
  });
});
