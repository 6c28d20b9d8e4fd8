// A disk that can fail: a small library that is compiled here and loaded into the server, see shim.c.
// What it does not model: names of files are durable as soon as they are made, and what is lost of a
// file is always its end.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onExit } from '../leftovers.js';
import { output } from '../network/command.js';
import type { Availability } from '../network/types.js';
import { projectFolder } from '../project.js';
import { loseUnsynced } from './power-loss.js';
import { ShimState } from './shim-state.js';
import type { NodeDisk } from './types.js';

const SOURCE = ['jepsen-lite', 'real', 'disk', 'shim.c'];

export type ShimResult = (Availability & { readonly ok: false }) | { readonly ok: true; readonly library: string };

let compiled: Promise<ShimResult> | undefined;

/** Compiles the library, once for this process, and tries it. Says why where it is not possible. */
export function diskShim(): Promise<ShimResult> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<ShimResult> {
  const no = (why: string): ShimResult => ({ ok: false, why });
  if (process.platform !== 'linux') return no(`libraries can not be loaded into the server on ${process.platform}`);
  const source = join(projectFolder(), ...SOURCE);
  if (!existsSync(source)) return no(`${source} is not part of this installation`);
  const folder = mkdtempSync(join(tmpdir(), `jepsen-lite-${process.pid}-`));
  onExit(() => rmSync(folder, { recursive: true, force: true }));
  const library = join(folder, 'shim.so');
  try {
    await output('cc', ['-O2', '-Wall', '-fPIC', '-shared', '-o', library, source, '-ldl']);
  } catch (error) {
    const { message } = error as Error;
    return no(message.includes('ENOENT') ? 'there is no C compiler: apt-get install gcc libc6-dev' : message);
  }
  const isSeen = await seesWrites(library, folder).catch(() => false);
  return isSeen ? { ok: true, library } : no('node does not write files through the C library that is loaded into it');
}

/** Whether what node does with files passes through the library. */
async function seesWrites(library: string, folder: string): Promise<boolean> {
  const data = join(folder, 'probe');
  mkdirSync(data);
  const disk = new ShimDisk(library, data, join(folder, 'probe-state'));
  const script = `const fs = require('node:fs'); const f = fs.openSync(${JSON.stringify(join(data, 'file'))}, 'w');
    fs.writeSync(f, 'safe'); fs.fsyncSync(f); fs.writeSync(f, 'lost');`;
  const env = Object.entries(disk.environment).map(([name, value]) => `${name}=${value}`);
  await output('env', [...env, process.execPath, '-e', script]);
  return disk.loseUnsynced(() => 0).includes('4 of 4 unsynced bytes');
}

export class ShimDisk implements NodeDisk {
  readonly environment: Readonly<Record<string, string>>;
  readonly #dataDir: string;
  readonly #state: ShimState;

  /** `stateFile` must not exist, and must not be below `dataDir`. */
  constructor(library: string, dataDir: string, stateFile: string) {
    this.#dataDir = dataDir;
    this.#state = new ShimState(stateFile);
    this.environment = {
      LD_PRELOAD: library,
      JEPSEN_DISK_DIR: dataDir,
      JEPSEN_DISK_STATE: stateFile,
      // System calls that libuv makes through a ring would pass the library by.
      UV_USE_IO_URING: '0',
    };
  }

  slow(ms: number): void {
    this.#state.set('syncDelayMs', ms);
  }

  failSyncs(fail: boolean): void {
    this.#state.set('failSyncs', fail ? 1 : 0);
  }

  get failedSyncs(): number {
    return this.#state.failedSyncs;
  }

  full(full: boolean): void {
    this.#state.set('full', full ? 1 : 0);
  }

  loseUnsynced(random: () => number): string {
    return loseUnsynced(this.#dataDir, this.#state, random);
  }
}
