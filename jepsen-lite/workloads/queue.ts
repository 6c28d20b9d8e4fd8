import type { Client } from '../../src/client/index.js';

/** Who waits for a lock or an election, for an error text. */
export async function queueOf(client: Client, name: string): Promise<string> {
  const { kvs } = await client.kv.prefix(`${name}/`, { sortBy: 'CREATE', order: 'ascend' });
  const told = kvs.map((kv) => `${Buffer.from(kv.key).toString()} since revision ${kv.createRevision}`);
  return told.length === 0 ? 'nobody in the queue' : told.join(', ');
}
