import { op, when } from '../../src/client/index.js';
import { checkBank } from '../checkers/bank.js';
import { NoEffect, operate } from './operate.js';
import type { Workload } from './types.js';

const WORKERS = 4;
const ACCOUNTS = 6;
const FIRST_BALANCE = 100;
/** Each account is an extent of its own: with several partitions they lie in several. */
const PREFIX = 'bank-';

export const bank: Workload = {
  name: 'bank',
  what: 'transfers between accounts, and reads of all of them: the total never changes',
  create(world) {
    const clients = Array.from({ length: WORKERS }, (_, i) => world.client(`c${i}`));
    const { random } = world;
    const names = Array.from({ length: ACCOUNTS }, (_, i) => `a${i}`);
    const key = (name: string): string => PREFIX + name;
    return {
      workers: WORKERS,
      async prepare() {
        const puts = names.map((name) => op.put(key(name), String(FIRST_BALANCE)));
        await clients[0]?.kv
          .txn()
          .do(...puts)
          .commit();
      },
      async step(worker) {
        const { kv } = clients[worker.number] as (typeof clients)[number];
        if (random.float() < 0.4) {
          await operate(world, worker, 'read', null, 'read', async () => {
            const { kvs } = await kv.prefix(PREFIX);
            const entries = kvs.map((found) => [
              Buffer.from(found.key).toString().slice(PREFIX.length),
              Number(Buffer.from(found.value).toString()),
            ]);
            return Object.fromEntries(entries);
          });
          return;
        }
        const [from, to] = [names[random.below(ACCOUNTS)] as string, names[random.below(ACCOUNTS)] as string];
        const amount = 1 + random.below(20);
        if (from === to) return;
        await operate(world, worker, 'transfer', { from, to, amount }, 'write', async () => {
          const balances = await readTwo(from, to);
          if (balances.from.value < amount) throw new NoEffect('not enough');
          const txn = kv
            .txn()
            .if(
              when.modRevision(key(from), '=', balances.from.revision),
              when.modRevision(key(to), '=', balances.to.revision),
            )
            .do(
              op.put(key(from), String(balances.from.value - amount)),
              op.put(key(to), String(balances.to.value + amount)),
            );
          if (!(await txn.commit()).succeeded) throw new NoEffect('something changed meanwhile');
          return { from, to, amount };
        });

        async function readTwo(a: string, b: string) {
          const read = async (name: string) => {
            const found = await kv.get(key(name)).catch((error) => {
              throw new NoEffect((error as Error).message);
            });
            return { value: Number(Buffer.from(found?.value ?? []).toString()), revision: found?.modRevision ?? 0 };
          };
          return { from: await read(a), to: await read(b) };
        }
      },
      finish: async () => {},
      check: (history) => [checkBank(history)],
    };
  },
};
