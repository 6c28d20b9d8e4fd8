// The same steps against real etcd and against ours; what they answer must be equal.

import { beforeAll, describe, expect, it } from 'vitest';
import { ClusterService } from '../../proto/gen/rpc.js';
import { Cluster } from '../harness/cluster.js';
import type { Kind, Member } from '../harness/member.js';
import { until } from '../harness/wait.js';
import { Aliases } from './normalize.js';
import { ranked } from './revisions.js';

export interface Step {
  readonly name: string;
  /** What it resolves to is compared; what it throws fails the step on that server. */
  readonly run: (session: Session) => Promise<unknown>;
}

/** One server's side of a session. */
export class Session {
  readonly cluster: Cluster;
  readonly aliases: Aliases;
  /** What later steps need from earlier ones, by a name of the script's. */
  readonly saved = new Map<string, unknown>();
  readonly #onClose: (() => unknown)[] = [];

  constructor(cluster: Cluster, aliases: Aliases) {
    this.cluster = cluster;
    this.aliases = aliases;
  }

  member(index: number): Member {
    return this.cluster.members[index] as Member;
  }

  get<T>(name: string): T {
    if (!this.saved.has(name)) throw new Error(`nothing was saved as ${name}`);
    return this.saved.get(name) as T;
  }

  onClose(action: () => unknown): void {
    this.#onClose.push(action);
  }

  async close(): Promise<void> {
    for (const action of this.#onClose) await action();
    await this.cluster.close();
  }
}

async function open(kind: Kind, flags: readonly string[]): Promise<Session> {
  const cluster = await Cluster.start({ kind, flags });
  // Members publish themselves after they serve, and etcd agrees on a version after that.
  const members = await until('all members to be published', async () => {
    const answers = await Promise.all(
      cluster.members.map((m) =>
        cluster
          .caller(m)
          .unary(ClusterService.memberList, {})
          .catch(() => undefined),
      ),
    );
    const whole = answers.every((a) => a?.members.every((m) => m.name !== '' && m.clientURLs.length > 0));
    return whole ? answers[0] : undefined;
  });
  for (const member of cluster.members)
    await until('a cluster version', async () => {
      const version = (await (await fetch(`http://${member.endpoint}/version`)).json()) as { etcdcluster?: string };
      return version.etcdcluster === '3.4.0' || (kind === 'hexkeep' && version.etcdcluster !== undefined);
    });
  const aliases = new Aliases();
  aliases.add(cluster.folder, 'folder');
  aliases.addId(members.header?.clusterId ?? 0n, 'cluster');
  for (const m of members.members) aliases.addId(m.ID, m.name);
  for (const m of cluster.members) {
    aliases.add(`127.0.0.1:${m.options.clientPort}`, `${m.name}-client`);
    aliases.add(`127.0.0.1:${m.options.peerPort}`, `${m.name}-peer`);
  }
  return new Session(cluster, aliases);
}

const STEP_MS_MAX = 20_000;

function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer for ${STEP_MS_MAX} ms`)), STEP_MS_MAX);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

type Outcome = { readonly answer: string } | { readonly failure: Error };

/** All answers are known: what they have in common can be told apart from what they say. */
function withRanks(outcomes: readonly Outcome[]): Outcome[] {
  const answers = ranked(outcomes.map((outcome) => ('answer' in outcome ? outcome.answer : '')));
  return outcomes.map((outcome, i) => ('answer' in outcome ? { answer: answers[i] as string } : outcome));
}

async function play(kind: Kind, steps: readonly Step[], flags: readonly string[]): Promise<Outcome[]> {
  const session = await open(kind, flags);
  try {
    const outcomes: Outcome[] = [];
    for (const step of steps)
      try {
        outcomes.push({ answer: session.aliases.render(await withinTime(step.run(session))) });
      } catch (error) {
        outcomes.push({ failure: error as Error });
      }
    return outcomes;
  } finally {
    await session.close();
  }
}

export interface CompareOptions {
  /** Of our server; with several, revisions are compared by their order. */
  readonly partitions?: number;
}

/** Declares one test a step. With HEXKEEP_COMPAT_SELF=1 etcd is compared with itself, which tests the script. */
export function compareSessions(title: string, steps: readonly Step[], { partitions = 1 }: CompareOptions = {}): void {
  const ours: Kind = process.env['HEXKEEP_COMPAT_SELF'] === '1' ? 'etcd' : 'hexkeep';
  describe(title, () => {
    let expected: Outcome[] = [];
    let actual: Outcome[] = [];
    beforeAll(async () => {
      const flags = ours === 'hexkeep' ? ['--partitions', String(partitions)] : [];
      [expected, actual] = await Promise.all([play('etcd', steps, []), play(ours, steps, flags)]);
      if (partitions > 1) [expected, actual] = [withRanks(expected), withRanks(actual)];
    }, 180_000);

    it.each(steps.map((step, i) => [step.name, i] as const))('%s', (_, i) => {
      const [etcd, hexkeep] = [expected[i], actual[i]];
      if (etcd === undefined || 'failure' in etcd) throw new Error('etcd could not be asked', { cause: etcd?.failure });
      if (hexkeep === undefined) throw new Error('not run');
      if ('failure' in hexkeep) throw hexkeep.failure;
      expect(hexkeep.answer, 'first: hexkeep, second: etcd').toBe(etcd.answer);
    });

    it('has no two steps of one name', () => {
      const names = steps.map((s) => s.name);
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    });
  });
}
