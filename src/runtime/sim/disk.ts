// A node's disk in a simulated world: survives its crashes, can be slow, full or broken.

import { ConfigError } from '../../errors.js';
import type { Disk, OrderedStore } from '../ports.js';
import { type SimDiskBehaviour, SimStore, SimStoreFile } from './store.js';
import type { SimWorld } from './world.js';

const WRITE_MS = 0.1;
const SYNC_MS = 0.6;

export class SimDisk implements Disk, SimDiskBehaviour {
  readonly #world: SimWorld;
  readonly #files = new Map<string, Uint8Array>();
  readonly #stores = new Map<string, SimStoreFile>();
  readonly #open = new Map<string, SimStore>();
  /** Lives of the node so far: what an earlier one had under way ends with it. */
  #life = 0;
  /** Multiplies how long writes take. */
  slowness = 1;
  /** Every write fails with this, as on a full disk. */
  failure: Error | undefined;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  openStore(path: string): Promise<OrderedStore> {
    if (this.#open.has(path)) {
      return Promise.reject(
        new ConfigError(`data directory ${path} is in use by another process: stop it, or choose another --data-dir`),
      );
    }
    let file = this.#stores.get(path);
    if (file === undefined) {
      file = new SimStoreFile();
      this.#stores.set(path, file);
    }
    const store = new SimStore(path, file, this, () => this.#open.delete(path));
    this.#open.set(path, store);
    return Promise.resolve(store);
  }

  write(sync: boolean, bytes: number, done: () => void, failed: (error: Error) => void): void {
    const life = this.#life;
    const took = (sync ? SYNC_MS : WRITE_MS) * this.slowness * (0.5 + this.#world.random.float()) + bytes / 500_000;
    this.#world.after(took, () => {
      if (life !== this.#life) return;
      if (this.failure !== undefined) failed(this.failure);
      else done();
    });
  }

  /** The node is gone; what it had not synced may be lost. */
  crash(): void {
    this.#life++;
    for (const store of this.#open.values()) store.die();
    this.#open.clear();
    for (const file of this.#stores.values()) file.crash(this.#world.random.below(file.unsynced + 1));
  }

  exists(path: string): Promise<boolean> {
    const inside = (name: string): boolean => name === path || name.startsWith(`${path}/`);
    return Promise.resolve([...this.#files.keys(), ...this.#stores.keys()].some(inside));
  }

  writeFile(path: string, data: Uint8Array): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.#files.set(path, Buffer.from(data));
    return Promise.resolve();
  }

  readFile(path: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#files.get(path));
  }

  remove(path: string): Promise<void> {
    for (const map of [this.#files, this.#stores]) {
      for (const name of map.keys()) if (name === path || name.startsWith(`${path}/`)) map.delete(name);
    }
    return Promise.resolve();
  }

  usedBytes(path: string): Promise<number> {
    let bytes = 0;
    for (const [name, data] of this.#files) if (name.startsWith(path)) bytes += data.length;
    for (const [name, file] of this.#stores) {
      if (!name.startsWith(path)) continue;
      for (const [key, value] of file.contents()) bytes += key.length + value.length;
    }
    return Promise.resolve(bytes);
  }
}
