// The keys under the prefixes of locks and elections in use, by age, in memory: who is first, and who is
// right before whom, without a scan of the disk for each lock. Filled by one scan, then kept up by the
// events of the state machine, which come before the command that made them is answered.

import { RangeRequest } from '../../proto/gen/rpc.js';
import { fromName, toName } from '../bytes.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { RevisionEvents } from '../mvcc/types.js';
import { prefixEnd } from './keys.js';

export interface Queued {
  readonly key: Uint8Array;
  readonly createRevision: number;
}

const SLASH = '/';

class Entry {
  /** Oldest first. Invariant, once loaded: exactly the keys under the prefix at `revision`. */
  keys: { name: string; createRevision: number }[] = [];
  revision = 0;
  /** Events that came while the scan was under way; undefined once it is done. */
  held: RevisionEvents[] | undefined = [];
  readonly prefix: string;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  apply(events: RevisionEvents): void {
    if (this.held !== undefined) {
      this.held.push(events);
      return;
    }
    if (events.revision <= this.revision) return;
    this.revision = events.revision;
    for (const { type, kv } of events.events) {
      const name = toName(kv.key);
      if (!name.startsWith(this.prefix)) continue;
      if (type === 'delete') this.keys = this.keys.filter((k) => k.name !== name);
      else if (kv.version === 1) this.keys.push({ name, createRevision: kv.createRevision });
    }
  }
}

/** The index of one group. Bounded: prefixes that were not asked for longest are forgotten first. */
export class PrefixIndex {
  readonly #group: GroupHandle;
  readonly #entries = new Map<string, Entry>();

  constructor(group: GroupHandle) {
    this.#group = group;
    group.store.onEvents((events) => this.#events(events));
    group.store.onReset(() => this.#entries.clear());
  }

  /** The keys under `prefix` in the state applied here, oldest first; at once when they are known. */
  keys(prefix: Uint8Array): readonly Queued[] | Promise<readonly Queued[]> {
    const name = toName(prefix);
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.held !== undefined) return this.#load(name);
    // Asked for last, forgotten last.
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.keys.map(toQueued);
  }

  async #load(name: string): Promise<readonly Queued[]> {
    const entry = new Entry(name);
    const keep = !this.#entries.has(name) && name.endsWith(SLASH);
    if (keep) this.#remember(name, entry);
    const prefix = fromName(name);
    const request = { ...RangeRequest.empty(), key: prefix, rangeEnd: prefixEnd(prefix), keysOnly: true };
    try {
      const response = await this.#group.store.range(request);
      entry.revision = response.header?.revision ?? 0;
      entry.keys = response.kvs
        .map((kv) => ({ name: toName(kv.key), createRevision: kv.createRevision }))
        .sort((a, b) => a.createRevision - b.createRevision);
    } catch (error) {
      this.#entries.delete(name);
      throw error;
    }
    const held = entry.held ?? [];
    entry.held = undefined;
    if (keep) for (const events of held) entry.apply(events);
    if (entry.keys.length > limits.prefixIndexKeysMax) this.#entries.delete(name);
    return entry.keys.map(toQueued);
  }

  #remember(name: string, entry: Entry): void {
    this.#entries.set(name, entry);
    if (this.#entries.size <= limits.prefixIndexPrefixesMax) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done !== true) this.#entries.delete(oldest.value);
  }

  #events(events: RevisionEvents): void {
    if (this.#entries.size === 0) return;
    const touched = new Set<Entry>();
    for (const { kv } of events.events) {
      const name = toName(kv.key);
      // A key lies under every prefix of it that ends with a slash.
      for (let at = name.indexOf(SLASH); at >= 0; at = name.indexOf(SLASH, at + 1)) {
        const entry = this.#entries.get(name.slice(0, at + 1));
        if (entry !== undefined) touched.add(entry);
      }
    }
    for (const entry of touched) {
      entry.apply(events);
      if (entry.keys.length > limits.prefixIndexKeysMax) this.#entries.delete(entry.prefix);
    }
  }
}

const toQueued = (k: { name: string; createRevision: number }): Queued => ({
  key: fromName(k.name),
  createRevision: k.createRevision,
});
