// Many groups in real processes: they are quiet when nothing is asked of them, cost next to nothing then, and are led by all
// nodes alike, whoever goes and comes.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KVService } from '../../proto/gen/rpc.js';
import { Cluster } from '../harness/cluster.js';
import type { Member } from '../harness/member.js';
import { sleep, until } from '../harness/wait.js';

const PARTITIONS = 64;
const GROUPS = PARTITIONS + 1;
const IDLE_MS = 10_000;
/** Of a core. The figure to keep below is 2 %, over a minute on a machine that does nothing else. */
const IDLE_CORE_MAX = 0.03;
/** Beats to two others, ten a second each. */
const IDLE_SENT_BYTES_PER_SECOND_MAX = 1_000;
const TICK_MS = 10;

interface Figures {
  readonly quiet: number;
  readonly leading: number;
  readonly sentBytes: number;
}

async function figures(member: Member): Promise<Figures> {
  const text = await (await fetch(`http://${member.endpoint}/metrics`)).text();
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:{.*})? (.*)$`, 'gm'))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  return {
    quiet: sum('hexkeep_groups_quiet'),
    leading: sum('hexkeep_groups_leading'),
    sentBytes: sum('etcd_network_peer_sent_bytes_total'),
  };
}

/** CPU time that a process has used, ms. */
function cpuMs(member: Member): number {
  const stat = readFileSync(`/proc/${member.pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * TICK_MS;
}

const spread = (all: readonly Figures[]): number =>
  Math.max(...all.map((f) => f.leading)) - Math.min(...all.map((f) => f.leading));

async function allQuiet(members: readonly Member[]): Promise<Figures[]> {
  return until('all groups to be quiet', async () => {
    const all = await Promise.all(members.map(figures));
    return all.every((f) => f.quiet === GROUPS) && all;
  });
}

async function write(cluster: Cluster, member: Member): Promise<void> {
  await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      cluster.caller(member).unary(KVService.put, { key: Buffer.from(`k${i}`), value: Buffer.from('v') }),
    ),
  );
}

describe(`three nodes with ${PARTITIONS} partitions`, () => {
  it('are quiet, spread what they lead, and take over from each other', { timeout: 180_000 }, async () => {
    const cluster = await Cluster.start({ kind: 'hexkeep', flags: [`--partitions=${PARTITIONS}`] });
    const [first, second, third] = cluster.members as [Member, Member, Member];
    try {
      await write(cluster, first);
      const before = await allQuiet(cluster.members);
      expect(before.reduce((total, f) => total + f.leading, 0)).toBe(GROUPS);
      expect(spread(before)).toBeLessThanOrEqual(2);

      const used = cluster.members.map(cpuMs);
      await sleep(IDLE_MS);
      cluster.members.forEach((member, i) => {
        expect((cpuMs(member) - (used[i] ?? 0)) / IDLE_MS, `CPU of ${member.name}`).toBeLessThan(IDLE_CORE_MAX);
      });
      const idle = await Promise.all(cluster.members.map(figures));
      expect(idle.map((f) => f.leading)).toEqual(before.map((f) => f.leading));
      idle.forEach((f, i) => {
        const sent = ((f.sentBytes - (before[i]?.sentBytes ?? 0)) * 1_000) / IDLE_MS;
        expect(sent).toBeLessThan(IDLE_SENT_BYTES_PER_SECOND_MAX);
      });

      // Out of the quiet: a process that is gone, and groups without a leader.
      await third.kill();
      await write(cluster, first);
      await until('the others to lead everything', async () => {
        const all = await Promise.all([first, second].map(figures));
        return all.reduce((total, f) => total + f.leading, 0) === GROUPS;
      });

      await cluster.startAll();
      await until(
        'the leaders to be spread again',
        async () => {
          const all = await Promise.all(cluster.members.map(figures));
          return spread(all) <= 1;
        },
        90_000,
      );
      await allQuiet(cluster.members);

      // A planned stop: everything is led elsewhere before the process ends, half here and half there.
      expect(await second.stop()).toBe(0);
      const after = await Promise.all([first, third].map(figures));
      expect(after.reduce((total, f) => total + f.leading, 0)).toBe(GROUPS);
      expect(spread(after)).toBeLessThanOrEqual(2);
      await write(cluster, first);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${cluster.logs()}`, { cause: error });
    } finally {
      await cluster.close();
    }
  });
});
