import { KVService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { type DelOptions, delRequest } from '../operations.js';

export const del: Run = async (context, args) => {
  const request = delRequest(args, context.options<DelOptions>());
  const client = await context.client();
  const response = await context.call(client, KVService.deleteRange, request, 'write');
  (await context.printer()).del(response);
};
