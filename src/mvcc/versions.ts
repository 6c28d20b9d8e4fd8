// The current versions of keys: what is changed and not written yet, what is cached, what is on disk.

import type { KeyValue } from '../../proto/gen/kv.js';
import { fromName, toName } from '../bytes.js';
import { limits } from '../limits.js';
import type { GroupState, StateBatch } from '../storage/types.js';
import { CurrentCache } from './current-cache.js';
import { isToLast } from './key-range.js';
import type { LeaseTable } from './lease-table.js';
import type { Counters } from './meta.js';
import { scanCurrent } from './reader.js';
import {
  type Current,
  changeKey,
  currentKey,
  decodeCurrent,
  encodeChange,
  encodeCurrent,
  HISTORY_PUT,
  HISTORY_TOMBSTONE,
  historyKey,
} from './records.js';
import type { KeyChange } from './write-txn.js';

type Change = readonly [name: string, current: Current | null];

const byName = (a: Change, b: Change): number => (a[0] < b[0] ? -1 : 1);

/** Lays `over`, in order, over what the disk holds. */
async function* merge(disk: AsyncGenerator<KeyValue[]>, over: readonly Change[]): AsyncGenerator<KeyValue[]> {
  let at = 0;
  for await (const batch of disk) {
    const out: KeyValue[] = [];
    for (const kv of batch) {
      const name = toName(kv.key);
      for (; at < over.length && (over[at] as Change)[0] < name; at++) add(out, over[at] as Change);
      if (over[at]?.[0] === name) add(out, over[at++] as Change);
      else out.push(kv);
    }
    yield out;
  }
  const rest: KeyValue[] = [];
  for (; at < over.length; at++) add(rest, over[at] as Change);
  if (rest.length > 0) yield rest;
}

function add(out: KeyValue[], [, current]: Change): void {
  if (current !== null) out.push(current.kv);
}

export class Versions {
  readonly #state: GroupState;
  readonly #cache = new CurrentCache(limits.mvccCacheBytesMax);
  /** Changed and not yet written: not to be found on disk. `null`: deleted. */
  readonly #dirty = new Map<string, Current | null>();

  /** Of those, the ones that did not exist at the last write. */
  readonly #born = new Set<string>();

  constructor(state: GroupState) {
    this.#state = state;
  }

  /** The newest version of a key; null when there is none. */
  current(name: string): Current | null {
    const dirty = this.#dirty.get(name);
    if (dirty !== undefined) return dirty;
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const key = fromName(name);
    const record = this.#state.getSync(currentKey(key));
    const current = record === undefined ? null : decodeCurrent(key, record);
    this.#cache.set(name, current);
    return current;
  }

  /**
   * The newest versions of the keys of [key, end), in order, as of this call: what is on disk, under
   * what is not written yet. A write that is under way does no harm: all of it is laid over the disk.
   */
  scan(key: Uint8Array, end: Uint8Array): AsyncGenerator<KeyValue[]> {
    const from = toName(key);
    const to = isToLast(end) ? undefined : toName(end);
    const over: Change[] = [];
    for (const [name, current] of this.#dirty) {
      if (name >= from && (to === undefined || name < to)) over.push([name, current]);
    }
    // The iterator takes its snapshot here, in the same turn.
    const disk = scanCurrent(this.#state, key, end);
    return over.length === 0 ? disk : merge(disk, over.sort(byName));
  }

  /**
   * Makes a change visible, and puts its history into `batch`. The current version itself is written
   * by `writeCurrent`: once, however often the key changes before.
   */
  record(change: KeyChange, batch: StateBatch, counters: Counters, leases: LeaseTable): void {
    const { type, name, sub, kv, old } = change;
    const record = encodeChange(change);
    batch.put(changeKey(kv.modRevision, sub), record);
    counters.sizeBytes += record.length;
    if (old !== null) {
      batch.put(historyKey(kv.key, old.kv.modRevision, old.sub), HISTORY_PUT);
      counters.liveBytes -= kv.key.length + old.kv.value.length;
      counters.keyCount--;
      if (old.kv.lease !== 0n && (type === 'delete' || old.kv.lease !== kv.lease)) {
        leases.detach(old.kv.lease, name);
      }
    }
    if (type === 'put') {
      counters.liveBytes += kv.key.length + kv.value.length;
      counters.keyCount++;
      if (kv.lease !== 0n && old?.kv.lease !== kv.lease) leases.attach(kv.lease, name);
      if (old === null && !this.#dirty.has(name)) this.#born.add(name);
      this.#set(name, { kv, sub });
    } else {
      batch.put(historyKey(kv.key, kv.modRevision, sub), HISTORY_TOMBSTONE);
      this.#set(name, null);
    }
  }

  #set(name: string, current: Current | null): void {
    this.#dirty.set(name, current);
    this.#cache.set(name, current);
  }

  writeCurrent(batch: StateBatch): void {
    for (const [name, current] of this.#dirty) {
      // A key that came and went between two writes was never on disk.
      if (current === null && this.#born.has(name)) continue;
      const key = currentKey(fromName(name));
      if (current === null) batch.del(key);
      else batch.put(key, encodeCurrent(current));
    }
  }

  /** What `writeCurrent` put into a batch is on disk. */
  written(): void {
    this.#dirty.clear();
    this.#born.clear();
  }

  clear(): void {
    this.#dirty.clear();
    this.#born.clear();
    this.#cache.clear();
  }
}
