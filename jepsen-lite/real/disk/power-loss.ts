// What a power failure leaves of a folder: of each file what was synced, and some of what came after.

import { existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ShimState } from './shim-state.js';

/** LevelDB's diary and its lock: never read back. */
const UNTRACKED = new Set(['LOG', 'LOG.old', 'LOCK']);

/**
 * Cuts every file below `folder` at a place between its synced length and its present one. All of it
 * goes in a third of the cases, for `random` chooses places, not bytes. Throws for a file that the
 * shim knows nothing about: undoing it would be guessing.
 */
export function loseUnsynced(folder: string, state: ShimState, random: () => number): string {
  if (!existsSync(folder)) return 'nothing was there';
  if (!state.isLoaded) throw new Error(`the shim was not loaded into the server of ${folder}`);
  const synced = state.synced();
  let lost = 0;
  let unsynced = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || UNTRACKED.has(basename(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const { ino, size } = statSync(path, { bigint: true });
    const present = Number(size);
    // The server may have been killed between the system's open and the shim's note of it.
    if (present === 0) continue;
    const safe = synced.get(ino);
    if (safe === undefined) throw new Error(`the shim did not see ${path} being opened`);
    if (safe >= present) continue;
    const dice = random();
    const kept = dice < 1 / 3 ? safe : Math.floor(safe + ((present - safe) * (dice - 1 / 3) * 3) / 2);
    truncateSync(path, kept);
    unsynced += present - safe;
    lost += present - kept;
  }
  return `${lost} of ${unsynced} unsynced bytes lost`;
}
