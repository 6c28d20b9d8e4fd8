// HashKV: equal on all members for one revision, whatever each has physically removed so far.
// Covers the versions alive at the compaction revision and every change after it.

import { crc32 } from 'node:zlib';
import { limits } from '../limits.js';
import type { StateSnapshot } from '../storage/types.js';
import { rangeAt } from './reader.js';
import { changeRange, decodeChange, encodeChange, revisionOfChange, subOfChange } from './records.js';

const ALL_FROM = Buffer.from([0]);
const ALL_TO = Buffer.from([0]);

export async function hashState(view: StateSnapshot, compactRevision: number, revision: number): Promise<number> {
  let hash = 0;
  if (compactRevision > 0) {
    for (const kv of await rangeAt(view, ALL_FROM, ALL_TO, compactRevision)) {
      hash = crc32(`${kv.modRevision}:`, hash);
      hash = crc32(encodeChange({ type: 'put', kv }), hash);
    }
  }
  const iterator = view.iterate(changeRange(compactRevision + 1, revision));
  try {
    for (;;) {
      const entries = await iterator.nextMany(limits.rangeBatchKeys);
      if (entries.length === 0) return hash;
      for (const [key, value] of entries) {
        const at = revisionOfChange(key);
        hash = crc32(`${at}.${subOfChange(key)}:`, hash);
        hash = crc32(encodeChange(decodeChange(at, value)), hash);
      }
    }
  } finally {
    await iterator.close();
  }
}
