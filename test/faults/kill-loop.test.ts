// kill -9 under load, again and again: a follower, the leader, all nodes at once.
// HEXKEEP_KILL_ROUNDS sets how often; long runs find what short ones do not.

import { describe, expect, it } from 'vitest';
import { Cluster } from '../harness/cluster.js';
import { sleep, until } from '../harness/wait.js';
import { brokenPromises, hashes, historyOf, settledRevision, stateOf } from './checks.js';
import { Load } from './load.js';

const ROUNDS = Number(process.env['HEXKEEP_KILL_ROUNDS'] ?? 12);
const ROUND_MS_MAX = 40_000;
const WRITERS = 16;
/** Acknowledged writes between two kills. */
const PROGRESS = 40;

const victims = {
  follower: async (cluster: Cluster, round: number) => {
    const leader = await cluster.leader();
    const followers = cluster.members.filter((m) => m !== leader);
    return followers.slice(round % followers.length).slice(0, 1);
  },
  leader: async (cluster: Cluster) => [await cluster.leader()],
  all: async (cluster: Cluster) => [...cluster.members],
};

const KINDS = Object.keys(victims) as (keyof typeof victims)[];

async function progress(load: Load, what: string): Promise<void> {
  const start = load.acks.length;
  await until(`${PROGRESS} writes ${what}`, () => load.acks.length - start >= PROGRESS, 20_000);
}

describe('kill -9 under load', () => {
  it(
    `keeps every promise through ${ROUNDS} rounds`,
    async () => {
      const cluster = await Cluster.start({ kind: 'hexkeep' });
      const load = new Load(cluster, WRITERS);
      try {
        for (let round = 0; round < ROUNDS; round++) {
          const kind = KINDS[round % KINDS.length] ?? 'all';
          await progress(load, `before round ${round}`);
          const chosen = await victims[kind](cluster, round);
          await Promise.all(chosen.map((m) => m.kill()));
          // A majority has to go on without the dead one; nobody can when all are dead.
          if (kind === 'all') await sleep(50);
          else await progress(load, `without the ${kind} in round ${round}`);
          await cluster.startAll();
        }
        await progress(load, 'after the last round');
        await load.stop();

        const revision = await settledRevision(cluster);
        expect(new Set(await hashes(cluster, revision)).size, 'different hashes').toBe(1);
        for (const member of cluster.members) {
          const state = await stateOf(cluster, member);
          expect(brokenPromises(load.acks, state), `broken promises at ${member.name}`).toEqual([]);
          const stored = new Map([...state].map(([key, kv]) => [kv.modRevision, key]));
          expect(await historyOf(cluster, member, revision), `history at ${member.name}`).toEqual(stored);
        }
        expect(load.acks.length).toBeGreaterThan(ROUNDS * PROGRESS);
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${cluster.logs()}`, { cause: error });
      } finally {
        await load.stop();
        await cluster.close();
      }
    },
    60_000 + ROUNDS * ROUND_MS_MAX,
  );
});
