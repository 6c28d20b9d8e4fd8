/** Keys and values: text is taken as UTF-8. */
export type Bytes = string | Uint8Array;

export const toBytes = (value: Bytes): Uint8Array => (typeof value === 'string' ? Buffer.from(value, 'utf8') : value);

/** The end of the range of all keys that begin with `prefix`. */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  for (let at = prefix.length - 1; at >= 0; at--) {
    const byte = prefix[at] as number;
    if (byte === 0xff) continue;
    const end = Buffer.from(prefix.subarray(0, at + 1));
    end[at] = byte + 1;
    return end;
  }
  return FROM_KEY;
}

/** As a range's end: to the last key. */
export const FROM_KEY: Uint8Array = Buffer.from([0]);

/** The range of all keys that begin with `prefix`; an empty one means every key. */
export function prefixRange(prefix: Bytes): { key: Uint8Array; rangeEnd: Uint8Array } {
  const key = toBytes(prefix);
  return key.length === 0 ? { key: FROM_KEY, rangeEnd: FROM_KEY } : { key, rangeEnd: prefixEnd(key) };
}

export const EMPTY_BYTES: Uint8Array = Buffer.alloc(0);
