import { errors } from '../errors.js';
import type { Timers } from '../runtime/ports.js';

/** What `promise` comes to, or a rejection with `timeout`: whatever it comes to later is of no interest. */
export function within<T>(promise: Promise<T>, timeoutMs: number, timers: Pick<Timers, 'after'>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = timers.after(Math.max(0, timeoutMs), () => reject(errors.timeout()));
    promise.then(resolve, reject).finally(() => timer.cancel());
  });
}
