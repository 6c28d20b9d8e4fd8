import type { CallContext } from '../runtime/rpc.js';

/** Aborted when the caller has gone. */
export function callSignal(context: CallContext): AbortSignal {
  const controller = new AbortController();
  context.onCancel(() => controller.abort());
  return controller.signal;
}
