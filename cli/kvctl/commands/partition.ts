import { PartitionsService } from '../../../proto/gen/hexkeep.js';
import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { toBytes } from '../text.js';

export const list: Run = async (context) => {
  const connection = await context.connection();
  const response = await context.call(connection, PartitionsService.list, {}, 'read');
  (await context.printer()).partitionList(response);
};

export const where: Run = async (context, positionals) => {
  const [key, ...others] = positionals;
  if (key === undefined || key === '' || others.length > 0) {
    throw new ExitError(Exit.badArguments, 'partition where command needs one argument: the key');
  }
  const connection = await context.connection();
  const response = await context.call(connection, PartitionsService.locate, { key: toBytes(key) }, 'read');
  (await context.printer()).partitionWhere(key, response);
};
