// Files and stores.

import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CorruptionError } from '../../errors.js';
import type { Disk, OrderedStore, StoreOptions } from '../ports.js';
import { checkLevel } from './level-check.js';
import { openLevel } from './store.js';
import { explainIo, inUse } from './store-errors.js';

const missing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** An fsync of a folder makes names in it durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(path);
  } catch (error) {
    throw explainIo(path, String((error as Error).message));
  }
}

/** Not mkdir's own recursion: that never ends where a file system answers ENOENT for ever (/proc). */
async function makeFolders(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolders(parent);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await isFolder(path))) throw error;
  }
}

/** Whether a process holds a lock on a file, as far as the kernel tells (Linux); else false. */
async function isLocked(file: string): Promise<boolean> {
  try {
    const { ino } = await stat(file);
    const locks = await readFile('/proc/locks', 'utf8');
    return locks.split('\n').some((line) => line.includes(`:${ino} `));
  } catch {
    return false;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (missing(error)) return false;
    throw error;
  }
}

export class RealDisk implements Disk {
  readonly #sync: boolean;

  /** `sync` false: stores ignore requests to be durable (--unsafe-no-fsync). */
  constructor(sync = true) {
    this.#sync = sync;
  }

  async openStore(path: string, options?: StoreOptions): Promise<OrderedStore> {
    await makeFolder(path);
    try {
      await checkLevel(path);
    } catch (error) {
      // The files of a store at work change while they are looked at: that is no damage.
      if (await isLocked(join(path, 'LOCK'))) throw inUse(path);
      throw error instanceof CorruptionError ? error : explainIo(path, String((error as Error).message));
    }
    return openLevel(path, options, this.#sync);
  }

  async exists(path: string): Promise<boolean> {
    try {
      await stat(path);
      return true;
    } catch (error) {
      if (missing(error)) return false;
      throw explainIo(path, String((error as Error).message));
    }
  }

  async writeFile(path: string, data: Uint8Array): Promise<void> {
    await makeFolder(dirname(path));
    const temporary = `${path}.new`;
    try {
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(data);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      await syncFolder(dirname(path));
    } catch (error) {
      throw explainIo(path, String((error as Error).message));
    }
  }

  async readFile(path: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(path);
    } catch (error) {
      if (missing(error)) return undefined;
      throw explainIo(path, String((error as Error).message));
    }
  }

  async remove(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true });
  }

  async usedBytes(path: string): Promise<number> {
    let bytes = 0;
    for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      try {
        bytes += (await stat(join(entry.parentPath, entry.name))).size;
      } catch (error) {
        // LevelDB removes files while it is being measured.
        if (!missing(error)) throw error;
      }
    }
    return bytes;
  }
}
