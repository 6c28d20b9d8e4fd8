import { MaintenanceService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { Exit, ExitError, SilentExit } from '../exit.js';
import { errorText } from '../rpc-error.js';
import { fromUtf8, write, writeError } from '../text.js';
import { endpointsOf } from './endpoints.js';

export const defrag: Run = async (context) => {
  if (context.options<{ dataDir: string }>().dataDir !== '')
    throw new ExitError(
      Exit.badArguments,
      '--data-dir: a data directory is compacted by its server only; start it and give its endpoint',
    );
  let failed = false;
  for (const endpoint of await endpointsOf(context)) {
    const connection = await context.connection([endpoint]);
    try {
      await connection.unary(MaintenanceService.defragment, {}, 'write');
      write(`Finished defragmenting etcd member[${endpoint}]\n`);
    } catch (error) {
      failed = true;
      writeError(`Failed to defragment etcd member[${endpoint}] (${fromUtf8(errorText(error))})\n`);
    }
  }
  if (failed) throw new SilentExit(Exit.error);
};
