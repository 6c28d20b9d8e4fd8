import { ClusterService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';

export const list: Run = async (context) => {
  const client = await context.client();
  const response = await context.call(client, ClusterService.memberList, {}, 'read');
  (await context.printer()).memberList(response);
};
