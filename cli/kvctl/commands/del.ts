import { KVService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { type DelOptions, delRequest } from '../operations.js';

export const del: Run = async (context, args) => {
  const request = delRequest(args, context.options<DelOptions>());
  const connection = await context.connection();
  const response = await context.call(connection, KVService.deleteRange, request, 'write');
  (await context.printer()).del(response);
};
