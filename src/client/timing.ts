// Waiting that can be cut short.

import { Code, RpcError } from '../errors.js';
import type { ClientEnvironment } from './environment.js';

/** Resolves after `ms`. Rejects with CANCELLED as soon as `signal` aborts. */
export function pause(environment: ClientEnvironment, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      timer.cancel();
      reject(new RpcError(Code.canceled, 'the call was cancelled'));
    };
    const timer = environment.after(ms, () => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    });
    if (signal?.aborted === true) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });
}
