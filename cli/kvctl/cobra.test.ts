import { describe, expect, test } from 'vitest';
import { canonical, parseFlags } from './cobra.js';
import { Flag, GLOBAL_FLAGS, switchFlag } from './flag.js';

const FLAGS = [
  ...GLOBAL_FLAGS,
  switchFlag('interactive', '', 'i'),
  switchFlag('listen', '', 'l'),
  new Flag('rev', 'int', '0', ''),
];
const parse = (...args: string[]): string => canonical(parseFlags(FLAGS, args)).join(' ');

describe('what counts as a flag', () => {
  test.each([
    [['a', '--hex', 'b'], '--hex=true -- a b'],
    [['--rev', '5', 'a', '--rev=7'], '--rev=7 -- a'],
    [['-w', 'json', 'a'], '--write-out=json -- a'],
    [['-wjson', 'a'], '--write-out=json -- a'],
    [['-w=json', 'a'], '--write-out=json -- a'],
    [['-w='], '--write-out== --'],
    [['-il'], '--interactive=true --listen=true --'],
    [['-iw', 'json'], '--interactive=true --write-out=json --'],
    [['-i=false'], '--interactive=false --'],
    [['--hex', 'false'], '--hex=true -- false'],
    [['a', '--', '--hex', '--', '-x'], '-- a --hex -- -x'],
    [['-'], '-- -'],
    [['--endpoints=a,b', '--endpoints', 'c', '--endpoints='], '--endpoints=a,b,c --'],
  ] as const)('%j', (args, expected) => {
    expect(parse(...args)).toBe(expected);
  });

  test('how many words stand before --', () => {
    expect(parseFlags(FLAGS, ['a', 'b', '--', 'c']).beforeDash).toBe(2);
    expect(parseFlags(FLAGS, ['a', 'b']).beforeDash).toBeUndefined();
    expect(parseFlags(FLAGS, ['a', '--help']).help).toBe(true);
    expect(parseFlags(FLAGS, ['a', '--help=false']).help).toBe(false);
  });
});

describe('what is refused', () => {
  test.each([
    [['--nope'], 'unknown flag: --nope'],
    [['-ix'], "unknown shorthand flag: 'x' in -x"],
    [['--rev'], 'flag needs an argument: --rev'],
    [['-w'], "flag needs an argument: 'w' in -w"],
    [['--=x'], 'bad flag syntax: --=x'],
    [['---x'], 'bad flag syntax: ---x'],
    [['--rev=x'], 'invalid argument "x" for "--rev" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['-i=x'], 'invalid argument "x" for "-i, --interactive" flag: strconv.ParseBool: parsing "x": invalid syntax'],
  ] as const)('%j', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});
