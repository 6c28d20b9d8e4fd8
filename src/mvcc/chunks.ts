// A group's state as a stream of chunks: [key length u32][key][value length u32][value] pairs.

import { invariant } from '../errors.js';
import { limits } from '../limits.js';
import type { StateSnapshot } from '../storage/types.js';

const OWN_KEYS = Buffer.from([0xff]);

export async function* exportChunks(view: StateSnapshot): AsyncGenerator<Uint8Array> {
  const iterator = view.iterate({ lt: OWN_KEYS });
  let parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const entries = await iterator.nextMany(limits.rangeBatchKeys);
      if (entries.length === 0) break;
      for (const [key, value] of entries) {
        parts.push(length(key), key, length(value), value);
        bytes += 8 + key.length + value.length;
        if (bytes < limits.snapshotChunkBytes) continue;
        yield Buffer.concat(parts);
        parts = [];
        bytes = 0;
      }
    }
    if (parts.length > 0) yield Buffer.concat(parts);
  } finally {
    await iterator.close();
    await view.close();
  }
}

function length(bytes: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(4);
  out.writeUInt32LE(bytes.length);
  return out;
}

export function decodeChunk(chunk: Uint8Array): [Buffer, Buffer][] {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const pairs: [Buffer, Buffer][] = [];
  let at = 0;
  const take = (): Buffer => {
    invariant(at + 4 <= bytes.length, 'a snapshot chunk is cut short');
    const size = bytes.readUInt32LE(at);
    at += 4 + size;
    invariant(at <= bytes.length, 'a snapshot chunk is cut short');
    return bytes.subarray(at - size, at);
  };
  while (at < bytes.length) pairs.push([take(), take()]);
  return pairs;
}
