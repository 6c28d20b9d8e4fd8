import { describe, expect, it } from 'vitest';
import { Member } from '../../proto/gen/rpc.js';
import { Scheduler } from '../../test/fakes/scheduler.js';
import type { PeerAddress, Transport } from '../multiraft/transport.js';
import type { GroupHandle } from '../multiraft/types.js';
import { emptyConf } from '../mvcc/meta.js';
import type { Runtime } from '../runtime/ports.js';
import { Following } from './following.js';

const CLUSTER = 0xc1n;
const url = (n: number): string => `http://n${n}:2380`;

function scene(initial: readonly PeerAddress[] = []) {
  const member = (n: number, name = `n${n}`) => ({ ...Member.empty(), ID: BigInt(n), name, peerURLs: [url(n)] });
  const table = {
    members: new Map([member(1), member(2), member(4, '')].map((m) => [m.ID, m])),
    leaving: new Set<bigint>(),
    removed: new Set([3n]),
    zones: new Map<bigint, string>(),
    version: 1,
  };
  const store = { memberTable: table, confState: { ...emptyConf, voters: [1n, 2n, 9n] } };
  const told: PeerAddress[][] = [];
  let removals = 0;
  let changes = 0;
  const following = new Following({
    clusterId: CLUSTER,
    self: 1n,
    partitions: 4,
    system: { store, leadership: { leader: 1n } } as unknown as GroupHandle,
    transport: { update: (peers: PeerAddress[]) => void told.push(peers) } as unknown as Transport,
    runtime: new Scheduler().host().runtime as Runtime,
    initial,
    electionMs: 1_000,
    onLeaving: () => {},
    onChanged: () => void changes++,
    onRemoved: () => void removals++,
  });
  const ask = (query: object) =>
    following.answer({ clusterId: 0n, memberId: 0n, peerUrls: [], partitions: 0, ...query });
  return { following, table, told, ask, removals: () => removals, changes: () => changes };
}

describe('a node that asks', () => {
  it('is told who it is, and who the others are', () => {
    expect(scene().ask({ peerUrls: [url(4)] })).toEqual({
      clusterId: CLUSTER,
      memberId: 4n,
      partitions: 4,
      members: [1, 2, 4].map((n) => ({ memberId: BigInt(n), peerUrls: [url(n)] })),
    });
    expect(scene().ask({ peerUrls: [url(4)], partitions: 4 })).toMatchObject({ memberId: 4n });
  });

  it.each([
    ['of another cluster', { clusterId: 5n, memberId: 4n }, 'cluster ID mismatch'],
    ['that nobody has added', { peerUrls: [url(5)] }, 'kvctl member add NAME --peer-urls=http://n5:2380'],
    ['with only some of its URLs', { peerUrls: [url(4), url(5)] }, 'no member of the cluster has the peer URLs'],
    ['at the place of the one that it asks', { peerUrls: [url(1)] }, 'no member of the cluster'],
    ['with other partitions', { peerUrls: [url(4)], partitions: 2 }, 'start this node without --partitions 2'],
    ['that ran before and has lost its data', { peerUrls: [url(2)] }, 'run "kvctl member remove 2" and add it again'],
  ])('%s is refused', (_, query, why) => {
    expect(scene().ask(query).refused).toContain(why);
  });

  it('whether it still belongs is told', () => {
    expect(scene().ask({ clusterId: CLUSTER, memberId: 3n }).removed).toBe(true);
    expect(scene().ask({ clusterId: CLUSTER, memberId: 2n }).removed).toBe(false);
  });
});

describe('a node that follows the table', () => {
  const first = [2, 3, 9, 8].map((n) => ({ id: BigInt(n), addresses: [`first${n}:1`] }));

  it('talks to who is in it, under the addresses that stand there', () => {
    const { following } = scene(first);
    expect(following.peers()).toEqual([
      { id: 2n, addresses: ['n2:2380'] },
      // Votes, and has not published itself: the configuration counts.
      { id: 9n, addresses: ['first9:1'] },
      { id: 4n, addresses: ['n4:2380'] },
    ]);
  });

  it('knows when the flags that it was founded with are no more', () => {
    const founders = [1, 2, 4].map((n) => ({ id: BigInt(n), addresses: [`n${n}:2380`] }));
    const same = scene(founders);
    same.table.removed.clear();
    same.following.follow();
    expect(same.changes()).toBe(0);
    for (const peers of [founders.slice(1), founders.map((p) => ({ ...p, addresses: ['x:1'] }))]) {
      const { following, table, changes } = scene(peers);
      table.removed.clear();
      following.follow();
      table.version++;
      following.follow();
      expect(changes()).toBe(1);
    }
    const one = scene(founders);
    one.following.follow();
    expect(one.changes()).toBe(1);
  });

  it('tells the transport when it has changed, and once that it is removed itself', () => {
    const { following, table, told, removals } = scene();
    following.follow();
    following.follow();
    expect(told).toHaveLength(1);
    table.version++;
    table.removed.add(1n);
    following.follow();
    table.version++;
    following.follow();
    expect(told).toHaveLength(3);
    expect(removals()).toBe(1);
  });
});
