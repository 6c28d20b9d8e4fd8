// Ranges of keys as latin1 strings, whose order in JavaScript is the byte order of the keys.

/** End of a range without an end: above every latin1 string. */
export const NO_END = '\uffff';

export interface KeySpan {
  readonly key: string;
  /** Exclusive; NO_END; undefined: the single key. */
  readonly end: string | undefined;
}

export function latin1(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('latin1');
}

/**
 * The span of a watch's key and range_end; undefined when it is empty. An empty key means `\0`, an
 * empty range_end the single key, and `\0` every key from `key` on (etcd).
 */
export function watchSpan(key: Uint8Array, rangeEnd: Uint8Array): KeySpan | undefined {
  const start = key.length === 0 ? '\0' : latin1(key);
  if (rangeEnd.length === 0) return { key: start, end: undefined };
  if (rangeEnd.length === 1 && rangeEnd[0] === 0) return { key: start, end: NO_END };
  const end = latin1(rangeEnd);
  return end > start ? { key: start, end } : undefined;
}
