// Reading versions from a frozen view of a group's state.

import type { KeyValue } from '../../proto/gen/kv.js';
import { toName } from '../bytes.js';
import { CorruptionError, DAMAGE_REMEDY, invariant } from '../errors.js';
import { limits } from '../limits.js';
import type { StoreIterator } from '../runtime/ports.js';
import type { StateSnapshot } from '../storage/types.js';
import { isSingle, upperBound } from './key-range.js';
import {
  type Change,
  changeKey,
  currentKey,
  currentRange,
  decodeChange,
  decodeCurrent,
  historyKey,
  historyRange,
  keyOfCurrent,
  parseHistoryKey,
} from './records.js';

type View = Pick<StateSnapshot, 'getSync' | 'iterate'>;

/** The current versions on disk of [key, end), not a single key, in order, as of this call. */
export function scanCurrent(view: View, key: Uint8Array, end: Uint8Array): AsyncGenerator<KeyValue[]> {
  // Not inside the generator: that would begin only when it is asked for its first batch.
  return readCurrent(view.iterate(currentRange(key, upperBound(end))));
}

async function* readCurrent(iterator: StoreIterator): AsyncGenerator<KeyValue[]> {
  try {
    for (;;) {
      const entries = await iterator.nextMany(limits.rangeBatchKeys);
      if (entries.length === 0) return;
      yield entries.map(([k, v]) => decodeCurrent(keyOfCurrent(k), v).kv);
    }
  } finally {
    await iterator.close();
  }
}

async function* currentAt(view: View, key: Uint8Array, end: Uint8Array): AsyncGenerator<KeyValue[]> {
  if (!isSingle(end)) {
    yield* scanCurrent(view, key, end);
    return;
  }
  const record = view.getSync(currentKey(key));
  if (record !== undefined) yield [decodeCurrent(key, record).kv];
}

/** The version that a key had at `revision`, given the place of its change. */
export function readChange(view: View, revision: number, sub: number): Change {
  const record = view.getSync(changeKey(revision, sub));
  if (record === undefined) {
    throw new CorruptionError('member/state', -1, `the change ${revision}.${sub} is missing`, DAMAGE_REMEDY);
  }
  return decodeChange(revision, record);
}

/** The keys of [key, end) as they were at `revision`, in order. Not below the compaction revision. */
export async function rangeAt(view: View, key: Uint8Array, end: Uint8Array, revision: number): Promise<KeyValue[]> {
  const found = new Map<string, KeyValue>();
  for await (const batch of currentAt(view, key, end)) {
    for (const kv of batch) if (kv.modRevision <= revision) found.set(toName(kv.key), kv);
  }
  await scanHistory(view, key, end, (at) => {
    if (at.revision > revision) return;
    const name = toName(at.key);
    const known = found.get(name);
    if (known !== undefined && known.modRevision > at.revision) return;
    if (at.tombstone) found.delete(name);
    else found.set(name, readChange(view, at.revision, at.sub).kv);
  });
  const names = [...found.keys()].sort();
  return names.map((name) => found.get(name) as KeyValue);
}

interface HistoryEntry {
  readonly key: Buffer;
  readonly revision: number;
  readonly sub: number;
  readonly tombstone: boolean;
}

async function scanHistory(
  view: View,
  key: Uint8Array,
  end: Uint8Array,
  visit: (at: HistoryEntry) => void,
): Promise<void> {
  const range = isSingle(end)
    ? { gte: historyKey(key, 0, 0), lt: historyKey(key, Number.MAX_SAFE_INTEGER, 0) }
    : historyRange(key, upperBound(end));
  const iterator = view.iterate(range);
  try {
    for (;;) {
      const entries = await iterator.nextMany(limits.rangeBatchKeys);
      if (entries.length === 0) return;
      for (const [k, v] of entries) visit({ ...parseHistoryKey(k), tombstone: v[0] === 1 });
    }
  } finally {
    await iterator.close();
  }
}

/** The version of `key` before the change (revision, sub), if the key existed then. */
export async function readPrevious(
  view: View,
  key: Uint8Array,
  revision: number,
  sub: number,
): Promise<KeyValue | undefined> {
  const at = await previousPlace(view, key, revision, sub);
  if (at === undefined || at.tombstone) return undefined;
  const change = readChange(view, at.revision, at.sub);
  invariant(change.type === 'put', 'history names a delete as a version');
  return change.kv;
}

/** Where the version of `key` before (revision, sub) was written. */
export async function previousPlace(
  view: View,
  key: Uint8Array,
  revision: number,
  sub: number,
): Promise<HistoryEntry | undefined> {
  const range = { gte: historyKey(key, 0, 0), lt: historyKey(key, revision, sub), reverse: true, limit: 1 };
  const iterator = view.iterate(range);
  try {
    const [entry] = await iterator.nextMany(1);
    return entry === undefined ? undefined : { ...parseHistoryKey(entry[0]), tombstone: entry[1][0] === 1 };
  } finally {
    await iterator.close();
  }
}
