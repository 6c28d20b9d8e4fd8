import { LeaseService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { parseInt64, type SyntaxProblem } from '../go-format.js';
import { leaseId } from '../operations.js';

/** The one argument that is a lease ID. Throws ExitError with `missing` if there is not exactly one. */
export function leaseArgument(args: readonly string[], missing: string): bigint {
  const [text] = args;
  if (text === undefined || args.length !== 1) throw new ExitError(Exit.badArguments, missing);
  return leaseId(text, 'bad lease ID arg (', '), expecting ID in Hex');
}

export const grant: Run = async (context, args) => {
  const [text] = args;
  if (text === undefined || args.length !== 1)
    throw new ExitError(Exit.badArguments, 'lease grant command needs TTL argument');
  let TTL: number;
  try {
    TTL = Number(parseInt64(text, 10));
  } catch (error) {
    throw new ExitError(Exit.badArguments, `bad TTL (${(error as SyntaxProblem).message})`);
  }
  const connection = await context.connection();
  const response = await context.call(connection, LeaseService.leaseGrant, { TTL }, 'write', {
    text: (reason) => `failed to grant lease (${reason})`,
  });
  (await context.printer()).grant(response);
};

export const revoke: Run = async (context, args) => {
  const ID = leaseArgument(args, 'lease revoke command needs 1 argument');
  const connection = await context.connection();
  const response = await context.call(connection, LeaseService.leaseRevoke, { ID }, 'write', {
    text: (reason) => `failed to revoke lease (${reason})`,
  });
  (await context.printer()).revoke(ID, response);
};

export const timeToLive: Run = async (context, args) => {
  const ID = leaseArgument(args, 'lease timetolive command needs lease ID as argument');
  const { keys } = context.options<{ keys: boolean }>();
  const connection = await context.connection();
  const response = await context.call(connection, LeaseService.leaseTimeToLive, { ID, keys }, 'read', {
    exit: Exit.badConnection,
  });
  (await context.printer()).timeToLive(response, keys);
};

export const list: Run = async (context) => {
  const connection = await context.connection();
  const response = await context.call(connection, LeaseService.leaseLeases, {}, 'read', { exit: Exit.badConnection });
  (await context.printer()).leases(response);
};
