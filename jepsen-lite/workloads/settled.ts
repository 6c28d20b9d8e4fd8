import type { World } from './types.js';

const TRIES = 5;
const PAUSE_MS = 500;

/**
 * For what a workload does at its end and does not record: a node that is still catching up may leave the
 * outcome of one call open, but not of all of them.
 */
export async function settled<T>(world: Pick<World, 'sleep'>, call: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await call();
    } catch (error) {
      if (tried === TRIES) throw error;
      await world.sleep(PAUSE_MS);
    }
  }
}
