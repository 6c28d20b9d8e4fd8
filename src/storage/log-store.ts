// The node's Raft log of all groups.

import { limits } from '../limits.js';
import type { OrderedStore, Runtime } from '../runtime/ports.js';
import { EntryCache } from './entry-cache.js';
import { openGroupLog, type StoredGroupLog } from './group-log.js';
import type { GroupLog, LogStore } from './types.js';
import { WriteQueue } from './write-queue.js';

const LOG_WRITE_BUFFER_BYTES = 32 * 1024 * 1024;
const LOG_CACHE_BYTES = 8 * 1024 * 1024;

/**
 * `recentBytesMax`: of entries that are kept in memory, all groups together. Rejects with CorruptionError or ConfigError
 * when the folder can not be trusted or used.
 */
export async function openLogStore(
  runtime: Pick<Runtime, 'disk' | 'clock'>,
  path: string,
  recentBytesMax: number = limits.logCacheBytesMax,
): Promise<StoredLog> {
  const store = await runtime.disk.openStore(path, {
    cacheBytes: LOG_CACHE_BYTES,
    writeBufferBytes: LOG_WRITE_BUFFER_BYTES,
    compression: false,
  });
  return new StoredLog(store, new WriteQueue(store, runtime.clock), new EntryCache(recentBytesMax));
}

export class StoredLog implements LogStore {
  readonly #store: OrderedStore;
  readonly #queue: WriteQueue;
  readonly #cache: EntryCache;
  readonly #open = new Map<number, StoredGroupLog>();

  constructor(store: OrderedStore, queue: WriteQueue, cache: EntryCache) {
    this.#store = store;
    this.#queue = queue;
    this.#cache = cache;
  }

  async openGroup(group: number): Promise<GroupLog> {
    const log = await openGroupLog(group, this.#store, this.#queue, this.#cache);
    this.#open.set(group, log);
    return log;
  }

  /** Groups that have anything stored. */
  async groups(): Promise<number[]> {
    const found: number[] = [];
    let from = 0;
    while (from <= 0xffffffff) {
      const gte = Buffer.alloc(4);
      gte.writeUInt32BE(from);
      const iterator = this.#store.iterate({ gte, limit: 1 });
      const [entry] = await iterator.nextMany(1);
      await iterator.close();
      if (entry === undefined) break;
      const group = Buffer.from(entry[0]).readUInt32BE(0);
      found.push(group);
      from = group + 1;
    }
    return found;
  }

  onFailure(fn: (error: Error) => void): void {
    this.#queue.onFailure(fn);
  }

  onSynced(fn: (ms: number) => void): void {
    this.#queue.onSynced(fn);
  }

  flush(): Promise<void> {
    return this.#queue.flush();
  }

  async close(): Promise<void> {
    await this.#queue.flush().catch(() => {});
    await Promise.all([...this.#open.values()].map((log) => log.idle()));
    await this.#store.close();
  }
}
