// A node's disk in a simulated world: survives its crashes, can be slow, full, broken or lying.

import { ConfigError } from '../../errors.js';
import type { Disk, OrderedStore } from '../ports.js';
import type { SimRandom } from './random.js';
import { type SimDiskBehaviour, SimStore, SimStoreFile, type WriteOutcome } from './store.js';
import type { SimWorld } from './world.js';

const WRITE_MS = 0.1;
const SYNC_MS = 0.6;
const BYTES_PER_MS = 500_000;

/** A stored value that was damaged, and what it was before. */
export interface Damage {
  readonly store: string;
  readonly key: string;
  repair(): void;
}

export class SimDisk implements Disk, SimDiskBehaviour {
  readonly #world: SimWorld;
  readonly #random: SimRandom;
  readonly #run: (fn: () => void) => void;
  readonly #files = new Map<string, Uint8Array>();
  readonly #stores = new Map<string, SimStoreFile>();
  readonly #open = new Map<string, SimStore>();
  /** Lives of the node so far: what an earlier one had under way ends with it. */
  #life = 0;
  /** Multiplies how long writes take. */
  slowness = 1;
  /** Every write fails with this and leaves nothing, as on a full disk. */
  failure: Error | undefined;
  /** Every synced write fails with this; what it wrote may be on the disk all the same. */
  syncFailure: Error | undefined;
  /** Probability that a read returns another record. */
  misdirected = 0;
  /** Told of every write that has ended. */
  onWrite: ((store: string, records: number, bytes: number, sync: boolean, outcome: WriteOutcome) => void) | undefined;

  /** `run` runs a function as the disk's machine does, whose name is `name`. */
  constructor(world: SimWorld, run: (fn: () => void) => void = (fn) => fn(), name = '') {
    this.#world = world;
    this.#random = world.randomOf(`disk ${name}`);
    this.#run = run;
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

  write(
    store: string,
    records: number,
    bytes: number,
    sync: boolean,
    done: (outcome: WriteOutcome, error: Error | undefined) => void,
  ): void {
    const life = this.#life;
    const took = (sync ? SYNC_MS : WRITE_MS) * this.slowness * (0.5 + this.#random.float()) + bytes / BYTES_PER_MS;
    const end = (): void => {
      if (life !== this.#life) return;
      const error = this.failure ?? (sync ? this.syncFailure : undefined);
      let outcome: WriteOutcome = 'written';
      if (error !== undefined) outcome = this.failure === undefined && this.#random.float() < 0.5 ? 'unknown' : 'lost';
      this.onWrite?.(store, records, bytes, sync, outcome);
      done(outcome, error);
    };
    this.#world.after(took, () => this.#run(end));
  }

  /** The key whose record a read of `key` returns. */
  misdirect(key: string, keys: () => readonly string[]): string {
    if (this.misdirected === 0 || this.#random.float() >= this.misdirected) return key;
    const all = keys();
    return all[this.#random.below(all.length)] ?? key;
  }

  /** Flips a bit of a stored value; undefined when there is none. */
  flipBit(): Damage | undefined {
    const paths = [...this.#stores].filter(([, file]) => file.keys().length > 0).map(([path]) => path);
    const path = paths[this.#random.below(paths.length)];
    const file = path === undefined ? undefined : this.#stores.get(path);
    if (path === undefined || file === undefined) return undefined;
    const keys = file.keys();
    const key = keys[this.#random.below(keys.length)];
    if (key === undefined) return undefined;
    const old = file.get(key);
    if (old === undefined || old.length === 0) return undefined;
    const bad = Buffer.from(old);
    const at = this.#random.below(bad.length);
    bad[at] = (bad[at] as number) ^ (1 << this.#random.below(8));
    const put = (from: Uint8Array, to: Uint8Array): void => {
      file.replace(key, from, to);
      this.#open.get(path)?.replace(key, from, to);
    };
    put(old, bad);
    return { store: path, key, repair: () => put(bad, old) };
  }

  /** The node is gone; what it had not synced may be lost. */
  crash(): void {
    this.#life++;
    for (const store of this.#open.values()) store.die();
    this.#open.clear();
    for (const file of this.#stores.values()) file.crash(this.#random.below(file.unsynced + 1));
  }

  exists(path: string): Promise<boolean> {
    const inside = (name: string): boolean => name === path || name.startsWith(`${path}/`);
    return Promise.resolve([...this.#files.keys(), ...this.#stores.keys()].some(inside));
  }

  writeFile(path: string, data: Uint8Array): Promise<void> {
    const failure = this.failure ?? this.syncFailure;
    if (failure !== undefined) return Promise.reject(failure);
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
