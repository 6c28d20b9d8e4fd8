import type { CallContext, ServerStream } from '../runtime/rpc.js';

/** Sends; gives a promise when the stream wants a pause before the next message. */
export function pacedSend<Res>(
  out: ServerStream<Res>,
  context: CallContext,
): (message: Res | Uint8Array) => Promise<void> | undefined {
  let wake: (() => void) | undefined;
  let gone = false;
  out.onDrain(() => wake?.());
  // Nobody drains a stream whose caller has gone.
  context.onCancel(() => {
    gone = true;
    wake?.();
  });
  return (message) => {
    if (gone || out.send(message)) return undefined;
    return new Promise((resolve) => {
      wake = resolve;
    });
  };
}
