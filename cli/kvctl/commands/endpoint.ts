import { AlarmAction, AlarmType, KVService, MaintenanceService } from '../../../proto/gen/rpc.js';
import { Code, RpcError } from '../../../src/errors.js';
import type { Run } from '../commands.js';
import type { Context } from '../context.js';
import { Exit, ExitError, SilentExit } from '../exit.js';
import type { EndpointHash, EndpointHealth, EndpointStatus } from '../printers/printer.js';
import { errorText } from '../rpc-error.js';
import { fromUtf8, writeError } from '../text.js';
import { endpointsOf } from './endpoints.js';

async function healthOf(context: Context, endpoint: string): Promise<EndpointHealth> {
  const startedMs = performance.now();
  const result = (error: string): EndpointHealth => ({
    endpoint,
    healthy: error === '',
    tookMs: performance.now() - startedMs,
    error,
  });
  const connection = await context.connection([endpoint]);
  try {
    // Any key will do: what counts is that a quorum answers.
    await connection.unary(KVService.range, { key: Buffer.from('health') }, 'read');
  } catch (error) {
    const denied = error instanceof RpcError && error.code === Code.permissionDenied;
    if (!denied) return result(errorText(error));
  }
  const took = result('');
  const { alarms } = await connection
    .unary(MaintenanceService.alarm, { action: AlarmAction.GET }, 'read')
    .catch(() => ({ alarms: [] }));
  if (alarms.length === 0) return took;
  const names = alarms.map(({ alarm }) =>
    alarm === AlarmType.NOSPACE ? 'NOSPACE ' : alarm === AlarmType.CORRUPT ? 'CORRUPT ' : 'UNKNOWN ',
  );
  return { ...took, healthy: false, error: `Active Alarm(s): ${names.join('')}` };
}

export const health: Run = async (context) => {
  const printer = await context.printer();
  const endpoints = await endpointsOf(context);
  const list = await Promise.all(endpoints.map((endpoint) => healthOf(context, endpoint)));
  printer.endpointHealth(list);
  if (list.some((each) => !each.healthy)) throw new ExitError(Exit.error, 'unhealthy cluster');
};

export const status: Run = async (context) => {
  const list: EndpointStatus[] = [];
  let failed = false;
  for (const endpoint of await endpointsOf(context)) {
    const connection = await context.connection([endpoint]);
    try {
      list.push({ endpoint, status: await connection.unary(MaintenanceService.status, {}, 'read') });
    } catch (error) {
      failed = true;
      writeError(`Failed to get the status of endpoint ${endpoint} (${fromUtf8(errorText(error))})\n`);
    }
  }
  (await context.printer()).endpointStatus(list);
  if (failed) throw new SilentExit(Exit.error);
};

export const hashKv: Run = async (context) => {
  const { rev } = context.options<{ rev: number }>();
  const list: EndpointHash[] = [];
  let failure: string | undefined;
  for (const endpoint of await endpointsOf(context)) {
    const connection = await context.connection([endpoint]);
    try {
      list.push({ endpoint, response: await connection.unary(MaintenanceService.hashKV, { revision: rev }, 'read') });
    } catch (error) {
      failure = errorText(error);
      writeError(`Failed to get the hash of endpoint ${endpoint} (${fromUtf8(failure)})\n`);
    }
  }
  (await context.printer()).endpointHashKv(list);
  if (failure !== undefined) throw new ExitError(Exit.error, failure);
};
