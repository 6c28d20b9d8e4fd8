import { ClusterService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';

export const list: Run = async (context) => {
  const connection = await context.connection();
  const response = await context.call(connection, ClusterService.memberList, {}, 'read');
  (await context.printer()).memberList(response);
};
