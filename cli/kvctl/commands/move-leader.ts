import { MaintenanceService } from '../../../proto/gen/rpc.js';
import type { Connection } from '../../../src/client/connection.js';
import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { parseUint64, type SyntaxProblem } from '../go-format.js';

export const moveLeader: Run = async (context, args) => {
  const [text] = args;
  if (text === undefined || args.length !== 1)
    throw new ExitError(Exit.badArguments, 'move-leader command needs 1 argument');
  let targetID: bigint;
  try {
    targetID = parseUint64(text, 16);
  } catch (error) {
    throw new ExitError(Exit.badArguments, (error as SyntaxProblem).message);
  }
  let leader: { connection: Connection; id: bigint } | undefined;
  for (const endpoint of context.global.endpoints) {
    const connection = await context.connection([endpoint]);
    const status = await context.call(connection, MaintenanceService.status, {}, 'read');
    if (status.header?.memberId !== status.leader) continue;
    leader = { connection, id: status.leader };
    break;
  }
  if (leader === undefined)
    throw new ExitError(Exit.badArguments, `no leader endpoint given at [${context.global.endpoints.join(' ')}]`);
  const response = await context.call(leader.connection, MaintenanceService.moveLeader, { targetID }, 'write');
  (await context.printer()).moveLeader(leader.id, targetID, response);
};
