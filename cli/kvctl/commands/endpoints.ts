// The endpoints that a command concerns, one by one.

import { ClusterService } from '../../../proto/gen/rpc.js';
import type { Context } from '../context.js';
import { Exit, ExitError } from '../exit.js';

/** Those of `--endpoints`; with `--cluster` the client URLs of every member. */
export async function endpointsOf(context: Context): Promise<readonly string[]> {
  if (!context.options<{ cluster: boolean }>().cluster) return context.global.endpoints;
  const connection = await context.connection();
  const { members } = await context.call(connection, ClusterService.memberList, {}, 'read', {
    text: (reason) => `failed to fetch endpoints from etcd cluster member list: ${reason}`,
  });
  const endpoints = members.flatMap((member) => member.clientURLs);
  if (endpoints.length === 0) throw new ExitError(Exit.error, 'no member of the cluster has a client URL');
  return endpoints;
}
