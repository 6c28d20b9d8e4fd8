import { KVService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { type PutOptions, putRequest } from '../operations.js';

export const put: Run = async (context, args) => {
  const request = putRequest(args, context.options<PutOptions>());
  const connection = await context.connection();
  const response = await context.call(connection, KVService.put, request, 'write');
  (await context.printer()).put(response);
};
