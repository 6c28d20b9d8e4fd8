import { KVService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { parseInt64, type SyntaxProblem } from '../go-format.js';
import { write } from '../text.js';

export const compaction: Run = async (context, args) => {
  const [text] = args;
  if (text === undefined || args.length !== 1)
    throw new ExitError(Exit.badArguments, 'compaction command needs 1 argument');
  let revision: number;
  try {
    revision = Number(parseInt64(text, 10));
  } catch (error) {
    throw new ExitError(Exit.error, (error as SyntaxProblem).message);
  }
  const connection = await context.connection();
  const { physical } = context.options<{ physical: boolean }>();
  await context.call(connection, KVService.compact, { revision, physical }, 'write');
  write(`compacted revision ${revision}\n`);
};
