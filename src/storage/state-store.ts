// Applied state of all groups in one LevelDB. A group's keys live under [group u32][generation u32];
// which generation is in service stands under [group u32][0xffffffff]. A snapshot from another
// node is written to a new generation and switched to in one synced record.

import type { OrderedStore, Runtime } from '../runtime/ports.js';
import { StoredGroupState } from './group-state.js';
import type { GroupState, StateStore } from './types.js';

const STATE_CACHE_BYTES = 64 * 1024 * 1024;
const STATE_WRITE_BUFFER_BYTES = 16 * 1024 * 1024;

/** Rejects with CorruptionError or ConfigError when the folder can not be trusted or used. */
export async function openStateStore(runtime: Pick<Runtime, 'disk'>, path: string): Promise<StateStore> {
  const store = await runtime.disk.openStore(path, {
    cacheBytes: STATE_CACHE_BYTES,
    writeBufferBytes: STATE_WRITE_BUFFER_BYTES,
  });
  return new StoredState(store);
}

class StoredState implements StateStore {
  readonly #store: OrderedStore;
  readonly #open: StoredGroupState[] = [];

  constructor(store: OrderedStore) {
    this.#store = store;
  }

  async openGroup(group: number): Promise<GroupState> {
    const state = new StoredGroupState(group, this.#store);
    state.load();
    this.#open.push(state);
    return state;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((state) => state.idle()));
    await this.#store.close();
  }
}
