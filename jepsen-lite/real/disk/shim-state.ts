// The file that a server with the shim and this process share: settings and what is synced. Its layout
// is that of `struct state` in shim.c.

import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

const HEADER_BYTES = 24;
const SLOTS = 1 << 16;
const SLOT_BYTES = 16;

const FIELDS = { syncDelayMs: 0, failSyncs: 4, full: 8 } as const;
const LOADED_AT = 12;
const FAILED_SYNCS_AT = 16;

export class ShimState {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    const file = openSync(path, 'wx', 0o600);
    ftruncateSync(file, HEADER_BYTES + SLOTS * SLOT_BYTES);
    closeSync(file);
  }

  set(field: keyof typeof FIELDS, value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    const file = openSync(this.path, 'r+');
    try {
      writeSync(file, bytes, 0, 4, FIELDS[field]);
    } finally {
      closeSync(file);
    }
  }

  /** True once a process with the shim has started. */
  get isLoaded(): boolean {
    return readFileSync(this.path).readUInt32LE(LOADED_AT) === 1;
  }

  /** How many syncs were told to fail so far. */
  get failedSyncs(): number {
    return readFileSync(this.path).readUInt32LE(FAILED_SYNCS_AT);
  }

  /** Synced length by inode number. */
  synced(): Map<bigint, number> {
    const bytes = readFileSync(this.path);
    const lengths = new Map<bigint, number>();
    for (let at = HEADER_BYTES; at < bytes.length; at += SLOT_BYTES) {
      const inode = bytes.readBigUInt64LE(at);
      if (inode !== 0n) lengths.set(inode, Number(bytes.readBigUInt64LE(at + 8)));
    }
    return lengths;
  }
}
