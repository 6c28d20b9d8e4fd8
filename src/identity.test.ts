import { describe, expect, it } from 'vitest';
import { config as base } from '../test/fakes/node.js';
import type { NodeConfig } from './config.js';
import { foundersOf, identify, memberId, recordChange } from './identity.js';
import type { Runtime } from './runtime/ports.js';

const cluster = (...names: string[]) => names.map((name) => ({ name, peerUrls: [`http://${name}:2380`] }));
const founded: NodeConfig = {
  ...base,
  name: 'a',
  dataDir: '/a',
  initialCluster: cluster('a', 'b', 'c'),
  partitions: 0,
};

/** A disk of files in memory. */
function machine(): Runtime {
  const files = new Map<string, Uint8Array>();
  const disk = {
    readFile: async (path: string) => files.get(path),
    writeFile: async (path: string, data: Uint8Array) => void files.set(path, data),
    exists: async (path: string) => files.has(path),
  };
  return { disk } as unknown as Runtime;
}

describe('the identity of a founder', () => {
  it('comes from its flags at first, and from its record then', async () => {
    const runtime = machine();
    const first = await identify({ ...founded, partitions: 4 }, runtime);
    expect(first).toMatchObject({ memberId: memberId(cluster('a')[0]!, 't'), partitions: 4, changed: false });
    expect(await identify(founded, runtime)).toEqual(first);
  });

  it('holds the founders, which every group begins with, whatever flags say later', async () => {
    const runtime = machine();
    const first = await identify(founded, runtime);
    expect(foundersOf(first).map((m) => m.peerURLs)).toEqual([['http://a:2380'], ['http://b:2380'], ['http://c:2380']]);
    const later = { ...founded, initialCluster: cluster('a', 'b', 'c', 'd'), initialClusterState: 'existing' as const };
    expect(foundersOf(await identify(later, runtime))).toEqual(foundersOf(first));
    // A record of the first versions does not name them.
    const { clusterId, memberId } = first;
    const record = { format: 2, clusterId: clusterId.toString(16), memberId: memberId.toString(16) };
    await runtime.disk.writeFile('/a/member/identity.json', Buffer.from(JSON.stringify(record)));
    expect(foundersOf(await identify(founded, runtime))).toEqual(foundersOf(first));
    expect(foundersOf(await identify(later, runtime))).toEqual([]);
  });

  it.each(['', '{}', '{"clusterId":"x","memberId":"1"}', '{"format":2,"clusterId":"1","memberId":"1","members":[{}]}'])(
    'is not taken from a damaged record: %s',
    async (text) => {
      const runtime = machine();
      await runtime.disk.writeFile('/a/member/identity.json', Buffer.from(text));
      await expect(identify(founded, runtime)).rejects.toThrow('not a readable identity record');
    },
  );

  const moved = { ...founded, initialCluster: [...cluster('b', 'c'), { name: 'a', peerUrls: ['http://x:1'] }] };
  it.each<[string, NodeConfig, string]>([
    ['partitions', { ...founded, partitions: 2 }, 'was made with --partitions 1, which can not change'],
    ['members', { ...founded, initialCluster: cluster('a', 'b') }, 'cluster ID mismatch'],
    ['another member', { ...founded, name: 'b' }, 'member ID mismatch'],
    ['another place', moved, 'cluster ID mismatch'],
  ])('does not fit to flags of other %s', async (_, flags, why) => {
    const runtime = machine();
    await identify(founded, runtime);
    await expect(identify(flags, runtime)).rejects.toThrow(why);
  });

  it('is its record alone once members have come, gone or moved, but for mix-ups that are certain', async () => {
    const runtime = machine();
    const first = await identify(founded, runtime);
    const grown = { ...founded, initialCluster: cluster('a', 'b', 'c', 'd') };
    expect(await identify({ ...grown, initialClusterState: 'existing' }, runtime)).toEqual(first);
    await recordChange(founded, runtime, first);
    for (const flags of [grown, moved]) expect(await identify(flags, runtime)).toEqual({ ...first, changed: true });
    await expect(identify({ ...grown, name: 'b' }, runtime)).rejects.toThrow('member ID mismatch');
    await expect(identify({ ...grown, partitions: 2 }, runtime)).rejects.toThrow('which can not change');
  });
});
