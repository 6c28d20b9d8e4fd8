import type { Timers } from './ports.js';

/** Resolves after `ms` on the clock behind `timers`. It can not be cut short: whoever waits looks again afterwards. */
export const sleep = (timers: Pick<Timers, 'after'>, ms: number): Promise<void> =>
  new Promise((resolve) => void timers.after(ms, resolve));
