// Replicas of partitions in real processes: placed, moved, replaced, and what is refused.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../jepsen-lite/real/ports.js';
import { type PartitionRingResponse, PartitionsService } from '../../proto/gen/hexkeep.js';
import { Cluster } from '../harness/cluster.js';
import { Member } from '../harness/member.js';
import { sleep, until } from '../harness/wait.js';
import { type Outcome, run } from '../kvctl/run.js';

const PARTITIONS = 6;
const MEMBERS = 5;
const REPLACE_AFTER_MS = 2_000;
const WAIT_MS = 30_000;

let cluster: Cluster;

beforeAll(async () => {
  const flags = [`--partitions=${PARTITIONS}`, `--replace-after=${REPLACE_AFTER_MS}ms`];
  cluster = await Cluster.start({ kind: 'hexkeep', size: MEMBERS, flags });
}, 60_000);

afterAll(() => cluster.close());

const kvctl = (line: string): Promise<Outcome> =>
  run('kvctl', [
    `--endpoints=${running()
      .map((m) => m.endpoint)
      .join(',')}`,
    ...line.split(' '),
  ]);
const running = (): Member[] => cluster.members.filter((m) => m.pid !== undefined);
const ring = (): Promise<PartitionRingResponse> =>
  cluster.caller(running()[0] as Member).unary(PartitionsService.ring, {}, 2_000);

/** Every partition votes where it should, evenly over `members` members. */
async function placed(factor: number, members = MEMBERS): Promise<PartitionRingResponse> {
  return until(
    `${factor} votes in each partition on ${members} members`,
    async () => {
      const now = await ring().catch(() => undefined);
      if (now === undefined || now.partitions.length !== PARTITIONS) return undefined;
      const same = (a: readonly bigint[], b: readonly bigint[]): boolean =>
        [...a].sort().join() === [...b].sort().join();
      const settled = now.partitions.every(
        (p) =>
          p.voters.length === factor && same(p.voters, p.wanted) && same(p.wanted, p.target) && p.leaderMemberId > 0n,
      );
      const loads = now.members.map((m) => m.replicas).filter((n) => n > 0);
      return settled && loads.length === members && Math.max(...loads) - Math.min(...loads) <= 1 ? now : undefined;
    },
    WAIT_MS,
  );
}

async function keysAreThere(): Promise<void> {
  for (let i = 0; i < 20; i++) expect((await kvctl(`get k${i}/a --print-value-only`)).stdout).toBe(`v${i}\n`);
}

describe('replicas of partitions', () => {
  it('are placed evenly by the default factor', { timeout: 60_000 }, async () => {
    const now = await placed(3);
    expect(now.replicationFactor).toBe(3);
    for (let i = 0; i < 20; i++) expect((await kvctl(`put k${i}/a v${i}`)).stdout).toBe('OK\n');
  });

  it('move on request, and others make up for it', { timeout: 60_000 }, async () => {
    const before = await placed(3);
    const [partition] = before.partitions;
    const from = partition?.leaderMemberId ?? 0n;
    const to = before.members.find((m) => partition?.voters.includes(m.memberId) === false)?.memberId ?? 0n;
    const moved = await kvctl(
      `partition move ${partition?.number} --from=${from.toString(16)} --to=${to.toString(16)}`,
    );
    expect(moved).toMatchObject({ code: 0, stderr: '' });
    const after = await placed(3);
    const voters = after.partitions.find((p) => p.number === partition?.number)?.voters ?? [];
    expect(voters).toContain(to);
    expect(voters).not.toContain(from);
    const shown = (await kvctl(`partition show ${partition?.number}`)).stdout;
    expect(shown.split('\n').filter((line) => / (leader|voter), stays, 0, true$/.test(line))).toHaveLength(3);
    await keysAreThere();
  });

  it('follow the replication factor', { timeout: 60_000 }, async () => {
    expect((await kvctl('partition balance --replication-factor=5')).stdout).toContain('Replication factor 5');
    await placed(5);
    await kvctl('partition balance --replication-factor=3');
    await placed(3);
    await keysAreThere();
  });

  it('refuse what can not be, with the reason and what to do', { timeout: 60_000 }, async () => {
    const now = await placed(3);
    const [first] = now.partitions;
    const number = first?.number ?? 0;
    const [a = 0n, b = 0n] = first?.voters ?? [];
    const move = (partition: number, from: bigint, to: bigint): Promise<Outcome> =>
      kvctl(`partition move ${partition} --from=${from.toString(16)} --to=${to.toString(16)}`);
    expect((await move(9, a, b)).stderr).toContain('there is no partition 9: they are 1 to 6');
    expect((await move(number, a, b)).stderr).toContain('votes in partition');
    expect((await move(number, 7n, b)).stderr).toContain('has no vote in partition');
    expect((await move(number, a, 7n)).stderr).toContain('etcdserver: member not found');
    expect((await kvctl('partition balance --replication-factor=6')).stderr).toContain(
      'a replication factor of 6 needs as many members that vote: there are 5',
    );
    expect(await ring()).toMatchObject({ replicationFactor: 3, partitions: now.partitions });
  });

  it('of a member that is down go elsewhere, and come back with it', { timeout: 90_000 }, async () => {
    const before = await placed(3);
    const victim = cluster.members.find((m) => m !== cluster.members[0]) as Member;
    const id = before.members.find((m) => m.name === victim.name)?.memberId ?? 0n;
    const partition = before.partitions.find((p) => !p.voters.includes(id));
    await victim.kill();
    await sleep(500);
    const [from = 0n] = partition?.voters ?? [];
    const refused = await kvctl(
      `partition move ${partition?.number} --from=${from.toString(16)} --to=${id.toString(16)}`,
    );
    expect(refused.stderr).toContain('is down: start it, or choose another');
    const after = await placed(3, MEMBERS - 1);
    expect(after.members.find((m) => m.memberId === id)).toMatchObject({ down: true, replicas: 0 });
    await keysAreThere();
    victim.start();
    await victim.ready();
    await placed(3);
  });

  it('join with a member, whatever it says of their number unless it is wrong', { timeout: 90_000 }, async () => {
    // The same rule: a member was started in the test before.
    await sleep(6_000);
    const [clientPort = 0, peerPort = 0] = await freePorts(2);
    expect((await kvctl(`member add n6 --peer-urls=http://127.0.0.1:${peerPort}`)).code).toBe(0);
    const { options } = cluster.members[0] as Member;
    const joiner = (flags: readonly string[]): Member =>
      new Member({
        ...options,
        name: 'n6',
        clientPort,
        peerPort,
        dataDir: join(cluster.folder, 'n6'),
        initialCluster: `${options.initialCluster},n6=http://127.0.0.1:${peerPort}`,
        flags: ['--initial-cluster-state=existing', ...flags],
      });
    const wrong = joiner(['--partitions=4']);
    wrong.start();
    expect(await wrong.exited).toBe(1);
    expect(wrong.log).toContain(
      'the cluster has 6 partitions, which can not change: start this node without --partitions 4',
    );
    const right = joiner([]);
    right.start();
    try {
      await right.ready();
      const now = await placed(3, MEMBERS + 1);
      const id = now.members.find((m) => m.name === 'n6')?.memberId ?? 0n;
      // Without --partitions, too, once it has a data directory.
      await right.stop();
      right.start();
      await right.ready();
      await keysAreThere();
      // etcd's rule: who decides must have been connected to the others for 5 s. That may be the member that was started.
      await sleep(6_000);
      const removed = await kvctl(`--command-timeout=20s member remove ${id.toString(16)}`);
      expect([removed.code, removed.stderr]).toEqual([0, '']);
      expect(await right.exited).toBe(1);
      expect(right.log).toContain('permanently removed from the cluster');
      await placed(3);
      await keysAreThere();
    } finally {
      await right.kill();
    }
  });
});
