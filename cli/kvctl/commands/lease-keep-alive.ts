import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { hex16 } from '../go-format.js';
import { errorText } from '../rpc-error.js';
import { write } from '../text.js';
import { leaseArgument } from './lease.js';

/** Renewals per TTL, as etcd's client does it. */
const RENEWALS_PER_TTL = 3;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const keepAlive: Run = async (context, args) => {
  const id = leaseArgument(args, 'lease keep-alive command needs lease ID as argument');
  const { once } = context.options<{ once: boolean }>();
  const client = await context.client();
  const printer = await context.printer();
  const { commandTimeout } = context.global;
  /** When the lease ends if it can not be renewed. */
  let endsAtMs = performance.now() + commandTimeout;
  for (;;) {
    const startedMs = performance.now();
    try {
      const response = await client.lease.renew(id, Math.max(1, Math.min(commandTimeout, endsAtMs - startedMs)));
      if (response.TTL <= 0) break;
      printer.keepAlive(response);
      if (once) return;
      endsAtMs = startedMs + response.TTL * 1_000;
      await pause((response.TTL * 1_000) / RENEWALS_PER_TTL);
    } catch (error) {
      if (error instanceof ExitError) throw error;
      if (once) throw new ExitError(Exit.badConnection, errorText(error));
      if (performance.now() >= endsAtMs) break;
    }
  }
  if (once) throw new ExitError(Exit.badConnection, 'etcdserver: requested lease not found');
  if (context.global.writeOut === 'simple') write(`lease ${hex16(id)} expired or revoked.\n`);
};
