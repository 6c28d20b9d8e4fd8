import { KVService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { type PutOptions, putRequest } from '../operations.js';

export const put: Run = async (context, args) => {
  const request = putRequest(args, context.options<PutOptions>());
  const client = await context.client();
  const response = await context.call(client, KVService.put, request, 'write');
  (await context.printer()).put(response);
};
