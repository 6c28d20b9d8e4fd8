// `snapshot status`: checks a file that `snapshot save` has written, and tells what is in it.

import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { readSnapshot, SnapshotProblem } from '../snapshot-file.js';
import { toBytes } from '../text.js';

export const status: Run = async (context, args) => {
  const [name] = args;
  if (name === undefined || args.length !== 1)
    throw new ExitError(Exit.badArguments, 'snapshot status requires exactly one argument');
  const printer = await context.printer();
  try {
    printer.snapshotStatus(await readSnapshot(toBytes(name).toString('utf8')));
  } catch (error) {
    if (error instanceof SnapshotProblem) throw new ExitError(Exit.error, error.message);
    throw error;
  }
};
