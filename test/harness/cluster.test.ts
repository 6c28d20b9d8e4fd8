import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KVService } from '../../proto/gen/rpc.js';
import { Cluster } from './cluster.js';
import type { Kind } from './member.js';

const key = Buffer.from('k');

describe.each<Kind>(['etcd', 'hexkeep'])('a cluster of %s', (kind) => {
  it('serves, survives kill -9 and leaves nothing behind', async () => {
    const cluster = await Cluster.start({ kind });
    const { folder } = cluster;
    try {
      const leader = await cluster.leader();
      const put = await cluster.caller(leader).unary(KVService.put, { key, value: Buffer.from('v') });
      expect(put.header?.revision).toBe(2);

      await leader.kill();
      const next = await cluster.leader();
      expect(next).not.toBe(leader);
      const read = await cluster.caller(next).unary(KVService.range, { key });
      expect(read.kvs[0]?.value.toString()).toBe('v');

      await cluster.startAll();
      expect(await cluster.status(leader)).toMatchObject({ leader: expect.any(BigInt) });
      const other = cluster.members.find((m) => m !== next);
      expect(await other?.stop()).toSatisfy((exit) => exit === 0 || exit === 'SIGTERM');
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${cluster.logs()}`, { cause: error });
    } finally {
      await cluster.close();
    }
    expect(existsSync(folder)).toBe(false);
    expect(cluster.pids).toEqual([]);
  });
});
