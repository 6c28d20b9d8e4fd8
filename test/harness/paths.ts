// Where the programs under test are.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) return process.cwd();
    folder = parent;
  }
  return folder;
}

/** The project's folder, found from the source tree and from the build output alike. */
export const ROOT = findRoot();

/** The built server; HEXKEEP_KVD names another build of it. */
export const KVD = process.env['HEXKEEP_KVD'] ?? join(ROOT, 'dist', 'cli', 'kvd.js');
