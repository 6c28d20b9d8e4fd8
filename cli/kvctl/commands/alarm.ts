import { AlarmAction, type AlarmResponse, MaintenanceService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';

function checkNone(command: string, args: readonly string[]): void {
  if (args.length > 0) throw new ExitError(Exit.badArguments, `alarm ${command} command accepts no arguments`);
}

export const list: Run = async (context, args) => {
  checkNone('list', args);
  const connection = await context.connection();
  const request = { action: AlarmAction.GET };
  const { alarms } = await context.call(connection, MaintenanceService.alarm, request, 'read');
  (await context.printer()).alarms({ header: undefined, alarms });
};

/** One request for each alarm of each member: the server takes no other. */
export const disarm: Run = async (context, args) => {
  checkNone('disarm', args);
  const connection = await context.connection();
  const active = await context.call(connection, MaintenanceService.alarm, { action: AlarmAction.GET }, 'read');
  const disarmed: AlarmResponse = { header: undefined, alarms: [] };
  for (const { memberID, alarm } of active.alarms) {
    const request = { action: AlarmAction.DEACTIVATE, memberID, alarm };
    const response = await context.call(connection, MaintenanceService.alarm, request, 'write');
    disarmed.alarms.push(...response.alarms);
  }
  (await context.printer()).alarms(disarmed);
};
