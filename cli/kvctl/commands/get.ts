import { KVService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { type GetOptions, getRequest } from '../operations.js';

export const get: Run = async (context, args) => {
  const options = context.options<GetOptions>();
  const request = getRequest(args, options);
  const connection = await context.connection();
  const response = await context.call(connection, KVService.range, request, 'read');
  const printer = await context.printer();
  if (options.printValueOnly) {
    const { SimplePrinter } = await import('../printers/simple.js');
    if (!(printer instanceof SimplePrinter))
      throw new ExitError(Exit.badArguments, 'print-value-only is only for `--write-out=simple`');
    printer.valueOnly = true;
  }
  printer.get(response);
};
