// etcd's key ranges: an empty end is the single key, an end of one zero byte is "to the last key".

export const isSingle = (end: Uint8Array): boolean => end.length === 0;
export const isToLast = (end: Uint8Array): boolean => end.length === 1 && end[0] === 0;

export const compareBytes = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b);

export function rangeContains(key: Uint8Array, end: Uint8Array, candidate: Uint8Array): boolean {
  if (isSingle(end)) return compareBytes(key, candidate) === 0;
  if (compareBytes(candidate, key) < 0) return false;
  return isToLast(end) || compareBytes(candidate, end) < 0;
}

/** The end of a range as an exclusive bound; undefined: none. */
export const upperBound = (end: Uint8Array): Uint8Array | undefined => (isToLast(end) ? undefined : end);

export const isEmptyRange = (key: Uint8Array, end: Uint8Array): boolean =>
  !isSingle(end) && !isToLast(end) && compareBytes(key, end) >= 0;
