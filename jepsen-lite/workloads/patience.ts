import type { World } from './types.js';

const LONG_MS = 4_000;
const SHORT_MIN_MS = 50;
const SHORT_SPREAD_MS = 800;
const SHORT_SHARE = 0.4;

/**
 * How long a caller waits for a lock or a leadership, in ms. Some give up while their session goes on: what
 * becomes of their places in the queue, and of attempts that nobody waits for any more, decides about the others.
 */
export function patience({ random }: World): number {
  return random.float() < SHORT_SHARE ? SHORT_MIN_MS + random.below(SHORT_SPREAD_MS) : LONG_MS;
}
