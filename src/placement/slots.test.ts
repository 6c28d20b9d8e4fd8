import { describe, expect, it } from 'vitest';
import { parseRule, SLOTS, SlotMap } from './slots.js';

const P = 8;
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const plain = new SlotMap(P);
const ruled = new SlotMap(P, [parseRule('cells/ +1'), parseRule('cells/hot/ +2')]);
const together = (map: SlotMap, a: string, b: string): boolean =>
  map.partitionOf(bytes(a)) === map.partitionOf(bytes(b));

/** Whether keys with these beginnings are always together: by many continuations, not by luck. */
function bound(map: SlotMap, make: (i: number) => [string, string]): boolean {
  return Array.from({ length: 64 }, (_, i) => make(i)).every(([a, b]) => together(map, a, b));
}

describe('the partition of a key', () => {
  it('is that of its first segment', () => {
    expect(bound(plain, (i) => [`a${i}/x`, `a${i}/y/z`])).toBe(true);
    expect(bound(plain, (i) => [`a${i}`, `a${i}/y`])).toBe(true);
    expect(bound(plain, (i) => [`/a${i}/x`, `/a${i}/y`])).toBe(true);
    expect(bound(plain, (i) => [`a${i}/x`, `b${i}/x`])).toBe(false);
    expect(bound(plain, (i) => [`/a${i}/x`, `/b${i}/x`])).toBe(false);
  });

  it('is that of what stands in braces, if anything does', () => {
    expect(bound(plain, (i) => [`x{u${i}}/1`, `y{u${i}}z/2`])).toBe(true);
    expect(bound(plain, (i) => [`x{}${i}/1`, `x{}${i + 1}/1`])).toBe(false);
    // Braces count within the extent only.
    expect(bound(plain, (i) => [`a${i}/{b}`, `c${i}/{b}`])).toBe(false);
  });

  it('follows the longest rule', () => {
    expect(bound(ruled, (i) => [`cells/c${i}/a`, `cells/c${i}/b`])).toBe(true);
    expect(bound(ruled, (i) => [`cells/c${i}/a`, `cells/d${i}/a`])).toBe(false);
    expect(bound(ruled, (i) => [`cells/hot/c${i}/a`, `cells/hot/c${i}/b`])).toBe(false);
    expect(bound(ruled, (i) => [`cells/hot/c${i}/a/1`, `cells/hot/c${i}/a/2`])).toBe(true);
  });

  it('is spread evenly', () => {
    const counts = new Array<number>(P).fill(0);
    for (let i = 0; i < 8_000; i++) counts[plain.partitionOf(bytes(`key-${i}`)) - 1]!++;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
    const slots = Array.from({ length: SLOTS }, (_, slot) => plain.partitionOfSlot(slot));
    expect([Math.min(...slots), Math.max(...slots)]).toEqual([1, P]);
  });
});

describe('the partition of a range', () => {
  const range = (map: SlotMap, key: string, end: string): number | undefined =>
    map.partitionOfRange(bytes(key), bytes(end));

  it.each([
    ['a/', 'a0'],
    ['a/b', 'a/c'],
    ['a/b/', 'a/b0'],
    ['a/b', 'a/b\0'],
    ['/a/', '/a0'],
  ])('[%s, %s) lies in one', (key, end) => {
    expect(range(plain, key, end)).toBe(plain.partitionOf(bytes(key)));
  });

  it.each([
    ['a', 'b'],
    ['a', 'a0'],
    ['a/', 'b/'],
    ['a/', '\0'],
    ['\0', '\0'],
    ['/', '0'],
    ['a/b', 'a1'],
    ['\xff\xff', '\0'],
  ])('[%s, %s) may lie in several', (key, end) => {
    expect(range(plain, key, end)).toBeUndefined();
  });

  it('is cut by rules as its keys are', () => {
    expect(range(ruled, 'cells/', 'cells0')).toBeUndefined();
    expect(range(ruled, 'cells/c', 'cells/d')).toBeUndefined();
    expect(range(ruled, 'cells/c/', 'cells/c0')).toBe(ruled.partitionOf(bytes('cells/c/x')));
    expect(range(ruled, 'cells/hot/', 'cells/hot0')).toBeUndefined();
    expect(range(ruled, 'cells/hot/c/a/', 'cells/hot/c/a0')).toBe(ruled.partitionOf(bytes('cells/hot/c/a/x')));
  });

  it('never leaves a key out', () => {
    const texts = [
      '',
      'a',
      'b',
      '/',
      'a/',
      'a/b',
      'a0',
      'a/c',
      'ab/',
      'cells',
      'cells/',
      'cells/c',
      'cells/hot/',
      'cells/hot/c',
      'cells/i',
    ];
    const keys = texts.flatMap((t) => [t, `${t}x`, `${t}/y`, `${t}/y/z`, `${t}/y/z/1`]).filter((k) => k !== '');
    for (const map of [plain, ruled]) {
      for (const from of texts) {
        for (const to of texts) {
          if (from === '' || to <= from) continue;
          const found = range(map, from, to);
          const inside = keys.filter((k) => k >= from && k < to);
          if (found !== undefined)
            for (const key of inside)
              expect([from, to, key, map.partitionOf(bytes(key))]).toEqual([from, to, key, found]);
        }
      }
    }
  });

  it('with one partition is that', () => {
    expect(new SlotMap(1).partitionOfRange(bytes('\0'), bytes('\0'))).toBe(1);
  });
});

describe('a rule', () => {
  it.each(['cells', 'cells/', 'cells +1', 'cells/ +0', 'cells/ 1', '/ +'])('"%s" is refused', (text) => {
    expect(() => parseRule(text)).toThrow(/routing rule/);
  });
});
