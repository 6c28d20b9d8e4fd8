import { KVService } from '../../../proto/gen/rpc.js';
import type { Session } from '../../../src/client/index.js';
import type { Run } from '../commands.js';
import type { Context } from '../context.js';
import { Exit, ExitError } from '../exit.js';
import { errorText } from '../rpc-error.js';
import { anyAbort, untilInterrupted } from '../signals.js';
import { toBytes } from '../text.js';

/** Of a candidate's lease (etcd's default for sessions). */
const SESSION_TTL_SECONDS = 60;

export const elect: Run = async (context, args) => {
  const [name, proposal] = args;
  if (name === undefined || args.length > 2)
    throw new ExitError(Exit.badArguments, 'elect takes one election name argument and an optional proposal argument');
  const { listen } = context.options<{ listen: boolean }>();
  if (proposal === undefined && !listen) throw new ExitError(Exit.badArguments, 'no proposal argument but -l not set');
  if (proposal !== undefined && listen) throw new ExitError(Exit.badArguments, 'proposal given but -l is set');
  const interrupted = untilInterrupted();
  try {
    if (proposal === undefined) await observe(context, name, interrupted);
    else await campaign(context, name, proposal, interrupted);
  } catch (error) {
    if (error instanceof ExitError) throw error;
    throw new ExitError(Exit.error, interrupted.aborted ? 'context canceled' : errorText(error));
  }
};

async function observe(context: Context, name: string, interrupted: AbortSignal): Promise<void> {
  const client = await context.patientClient();
  const printer = await context.printer();
  for await (const { kv, header } of client.election.observations(toBytes(name), { signal: interrupted }))
    printer.get({ header, kvs: [kv], more: false, count: 0 });
  if (!interrupted.aborted) throw new ExitError(Exit.error, 'elect: observer lost');
}

async function campaign(context: Context, name: string, proposal: string, interrupted: AbortSignal): Promise<void> {
  const client = await context.patientClient();
  let session: Session | undefined;
  try {
    session = await client.lease.session(SESSION_TTL_SECONDS, { signal: interrupted });
    const options = { signal: interrupted };
    const leadership = await client.election.campaign(toBytes(name), toBytes(proposal), session, options);
    const connection = await context.connection();
    const response = await context.call(connection, KVService.range, { key: leadership.key }, 'read');
    (await context.printer()).get(response);
    await anyAbort(leadership.signal, interrupted);
    if (!interrupted.aborted) throw new ExitError(Exit.error, 'elect: session expired');
    await leadership.resign();
  } finally {
    await session?.close().catch(() => undefined);
  }
}
