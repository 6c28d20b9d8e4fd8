import { checkSet } from '../checkers/set.js';
import { operate } from './operate.js';
import type { Workload } from './types.js';

const WORKERS = 4;
const PREFIX = 'set/';
/** Small, so that a read takes several pages of one revision. */
const PAGE_KEYS = 23;

export const set: Workload = {
  name: 'set',
  what: 'elements are added, all of them read page by page: none is lost, none appears from nowhere',
  create(world) {
    const clients = Array.from({ length: WORKERS }, (_, i) => world.client(`c${i}`));
    let next = 0;
    const read = async (number: number): Promise<number[]> => {
      const found: number[] = [];
      const { kv } = clients[number] as (typeof clients)[number];
      for await (const { key } of kv.scan(PREFIX, { pageKeys: PAGE_KEYS })) {
        found.push(Number(Buffer.from(key).toString().slice(PREFIX.length)));
      }
      return found;
    };
    return {
      workers: WORKERS,
      prepare: async () => {},
      async step(worker) {
        if (world.random.float() < 0.06) {
          await operate(world, worker, 'read', null, 'read', () => read(worker.number));
          return;
        }
        const element = next++;
        await operate(world, worker, 'add', element, 'write', async () => {
          await clients[worker.number]?.kv.put(PREFIX + element, '');
          return element;
        });
      },
      async finish() {
        const last = { number: 0, process: 10_000, retire: () => {} };
        await operate(world, last, 'read', null, 'read', () => read(0));
      },
      check: (history) => [checkSet(history)],
    };
  },
};
