// Schedules that failed once must each still show their planted bug: a plan whose moments no longer meet it after a
// change of the program would pass for ever, and guard nothing.

import { buildMutant, removeFolder, temporaryFolder } from './build.js';
import { mutantsNamed } from './run.js';
import { failsIn, type Kept } from './schedules.js';
import type { Mutant } from './types.js';

/** Whether the schedule fails in a copy with its planted bug. Rejects with MutantError when it can not be tried. */
export async function stillShows(kept: Kept): Promise<boolean> {
  const [mutant] = mutantsNamed([kept.mutant]) as [Mutant];
  const folder = temporaryFolder();
  const remove = (): void => removeFolder(folder);
  process.once('exit', remove);
  try {
    return await failsIn(buildMutant(mutant, folder), kept);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
