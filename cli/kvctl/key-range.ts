// Keys and ranges of get, del and watch as byte strings.

import { prefixEnd } from '../../src/client/bytes.js';
import { toBytes } from './text.js';

export interface KeyRange {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array | undefined;
}

const ZERO = Buffer.of(0);

/** `key` alone, [key, end), all that begin with `key`, or all from `key` on. */
export function keyRange(key: string, end: string | undefined, how: { prefix: boolean; fromKey: boolean }): KeyRange {
  if (key === '' && (how.prefix || how.fromKey)) return { key: ZERO, rangeEnd: ZERO };
  const bytes = toBytes(key);
  if (how.fromKey) return { key: bytes, rangeEnd: ZERO };
  if (how.prefix) return { key: bytes, rangeEnd: prefixEnd(bytes) };
  return { key: bytes, rangeEnd: end === undefined ? undefined : toBytes(end) };
}
