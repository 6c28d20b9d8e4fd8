import { KVService } from '../../../proto/gen/rpc.js';
import type { HeldLock, Session } from '../../../src/client/index.js';
import type { Run } from '../commands.js';
import type { Context } from '../context.js';
import { Exit, ExitError } from '../exit.js';
import { errorText } from '../rpc-error.js';
import { anyAbort, untilInterrupted } from '../signals.js';
import { runProgram } from '../spawn.js';
import { toBytes } from '../text.js';

export const lock: Run = async (context, args) => {
  const [name, ...command] = args;
  if (name === undefined)
    throw new ExitError(Exit.badArguments, 'lock takes a lock name argument and an optional command to execute');
  const client = await context.patientClient();
  const interrupted = untilInterrupted();
  const { ttl } = context.options<{ ttl: number }>();
  let session: Session | undefined;
  try {
    session = await client.lease.session(ttl, { signal: interrupted });
    const held = await client.lock.acquire(toBytes(name), session, { signal: interrupted });
    if (command.length > 0) await hold(context, held, command);
    else await show(context, held, interrupted);
  } catch (error) {
    if (error instanceof ExitError) throw error;
    throw new ExitError(Exit.error, interrupted.aborted ? 'context canceled' : errorText(error));
  } finally {
    await session?.close().catch(() => undefined);
  }
};

/** While the program runs. */
async function hold(context: Context, held: HeldLock, command: readonly string[]): Promise<void> {
  const key = Buffer.from(held.key).toString('utf8');
  const env = { ...context.env, ETCD_LOCK_KEY: key, ETCD_LOCK_REV: String(held.token) };
  const failure = await runProgram(command, env);
  const lost = !held.held;
  await held.release();
  if (failure !== undefined) throw new ExitError(Exit.error, failure.text);
  if (lost) throw new ExitError(Exit.error, 'session expired');
}

/** Until the program is interrupted. */
async function show(context: Context, held: HeldLock, interrupted: AbortSignal): Promise<void> {
  const connection = await context.connection();
  const response = await context.call(connection, KVService.range, { key: held.key }, 'read');
  if (response.kvs.length === 0) throw new ExitError(Exit.error, 'lock lost on init');
  (await context.printer()).get(response);
  await anyAbort(held.signal, interrupted);
  if (!interrupted.aborted) throw new ExitError(Exit.error, 'session expired');
  await held.release();
}
