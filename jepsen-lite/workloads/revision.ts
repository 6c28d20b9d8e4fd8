import { checkRevisions } from '../checkers/revisions.js';
import { operate } from './operate.js';
import type { Workload } from './types.js';

const WORKERS = 5;
const KEYS = 12;

export const revision: Workload = {
  name: 'revision',
  what: 'writes and reads of many keys: revisions are unique and follow real time, whatever the key',
  create(world) {
    const clients = Array.from({ length: WORKERS }, (_, i) => world.client(`c${i}`));
    return {
      workers: WORKERS,
      prepare: async () => {},
      async step(worker) {
        const key = `k${world.random.below(KEYS)}`;
        const path = `revision-${key}/x`;
        const { kv } = clients[worker.number] as (typeof clients)[number];
        if (world.random.float() < 0.6) {
          await operate(world, worker, 'write', { key }, 'write', async () => {
            const answer = await kv.put(path, '');
            return { key, revision: answer.revision };
          });
          return;
        }
        await operate(world, worker, 'read', { key }, 'read', async () => {
          const { header, kvs } = await kv.range(path, `${path}\0`);
          return { key, revision: header?.revision ?? 0, modRevision: kvs[0]?.modRevision ?? 0 };
        });
      },
      finish: async () => {},
      check: (history) => [checkRevisions(history, world.partitions > 1)],
    };
  },
};
