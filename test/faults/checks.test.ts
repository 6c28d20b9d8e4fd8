// The checks themselves: each broken promise must be found.

import { describe, expect, it } from 'vitest';
import type { KeyValue } from '../../proto/gen/kv.js';
import { brokenPromises } from './checks.js';
import type { Ack } from './load.js';

const ack = (key: string, revision: number): Ack => ({ key, value: `value of ${key}`, revision });
const stored = (...acks: Ack[]): Map<string, KeyValue> =>
  new Map(
    acks.map(({ key, value, revision }) => [
      key,
      {
        key: Buffer.from(key),
        value: Buffer.from(value),
        modRevision: revision,
        createRevision: revision,
        version: 1,
        lease: 0n,
      },
    ]),
  );

describe('broken promises', () => {
  const [a, b] = [ack('a', 2), ack('b', 3)];

  it('are none when all is there, and more', () => {
    expect(brokenPromises([a, b], stored(a, b, ack('c', 4)))).toEqual([]);
  });

  it.each([
    ['a lost write', [a, b], stored(a), 'b was acknowledged at revision 3 and is lost'],
    ['another revision', [a], stored(ack('a', 9)), 'a: promised 2, stored at 9'],
    ['another value', [{ ...a, value: 'x' }], stored(a), 'a has another value'],
  ] as const)('are found: %s', (_, acks, state, text) => {
    expect(brokenPromises(acks, state)).toEqual([text]);
  });

  it('are found: one revision for two writes', () => {
    const twice = ack('b', 2);
    expect(brokenPromises([a, twice], stored(a, twice))).toEqual([
      'revision 2 was given to a and b',
      'revision 2 wrote a and b',
    ]);
  });
});
