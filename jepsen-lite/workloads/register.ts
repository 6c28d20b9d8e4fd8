import { op, when } from '../../src/client/index.js';
import { checkRegister } from '../checkers/register.js';
import { NoEffect, operate } from './operate.js';
import type { Workload } from './types.js';

const WORKERS = 5;
const KEYS = 3;

export const register: Workload = {
  name: 'register',
  what: 'reads, writes, compare-and-swaps and deletions of single keys: linearizable',
  create(world) {
    const clients = Array.from({ length: WORKERS }, (_, i) => world.client(`c${i}`));
    const { random } = world;
    let next = 1;
    return {
      workers: WORKERS,
      prepare: async () => {},
      async step(worker) {
        const name = `r${random.below(KEYS)}`;
        const key = `register/${name}`;
        const { kv } = clients[worker.number] as (typeof clients)[number];
        const dice = random.float();
        if (dice < 0.4) {
          await operate(world, worker, 'read', [name, null], 'read', async () => {
            const found = await kv.get(key);
            return [name, found === undefined ? null : Number(Buffer.from(found.value).toString())];
          });
        } else if (dice < 0.7) {
          const value = next++;
          await operate(world, worker, 'write', [name, value], 'write', async () => {
            await kv.put(key, String(value));
            return [name, value];
          });
        } else if (dice < 0.93) {
          const [old, value] = [Math.max(1, next - 1 - random.below(4)), next++];
          await operate(world, worker, 'cas', [name, [old, value]], 'write', async () => {
            const txn = kv
              .txn()
              .if(when.value(key, '=', String(old)))
              .do(op.put(key, String(value)));
            if (!(await txn.commit()).succeeded) throw new NoEffect('another value');
            return [name, [old, value]];
          });
        } else {
          await operate(world, worker, 'delete', [name, null], 'write', async () => {
            await kv.delete(key);
            return [name, null];
          });
        }
      },
      finish: async () => {},
      check: (history) => [checkRegister(history)],
    };
  },
};
