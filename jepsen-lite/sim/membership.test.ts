// Members that come and go in simulated clusters, of one and of several partitions.

import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/client/index.js';
import type { GroupHandle } from '../../src/multiraft/types.js';
import type { Router } from '../../src/placement/types.js';
import { peerUrlOf, SimCluster } from './cluster.js';

const CALL_MS = 20_000;
/** A member counts as healthy when it has been connected for so long (etcd's figure, and a little). */
const HEALTHY_MS = 5_500;

class Scene {
  readonly cluster: SimCluster;
  readonly stopped: string[] = [];
  client: Client;

  private constructor(seed: number, size: number, partitions: number) {
    const stopped = (node: string, reason: Error): void => void this.stopped.push(`${node}: ${reason.message}`);
    // Short logs: who joins late needs a snapshot.
    this.cluster = new SimCluster(seed, size, { partitions, snapshotCount: 20, catchUpEntries: 5 }, { stopped });
    this.client = this.cluster.client('c', { callTimeoutMs: 8_000 });
  }

  static async of(seed: number, size: number, partitions: number): Promise<Scene> {
    const scene = new Scene(seed, size, partitions);
    for (const name of scene.cluster.names) void scene.cluster.start(name);
    await scene.whole();
    await scene.cluster.world.advance(HEALTHY_MS);
    return scene;
  }

  whole(): Promise<void> {
    const { cluster } = this;
    const serving = (): boolean => cluster.leader !== undefined && cluster.names.every((n) => cluster.serves(n));
    return cluster.world.until('the cluster is whole', 30_000, serving);
  }

  wait<T>(promise: Promise<T>): Promise<T> {
    return this.cluster.world.wait(promise, CALL_MS);
  }

  async fill(keys: number, value = 'v'): Promise<void> {
    for (let i = 0; i < keys; i++) await this.wait(this.client.kv.put(`k${i}`, value));
  }

  async values(keys: number): Promise<Set<string | undefined>> {
    const found = new Set<string | undefined>();
    for (let i = 0; i < keys; i++) found.add((await this.wait(this.client.kv.get(`k${i}`)))?.value.toString());
    return found;
  }

  /** What was refused, or `ok`. */
  async outcome(promise: Promise<unknown>): Promise<string> {
    return this.wait(
      promise.then(
        () => 'ok',
        (error) => `${error.code} ${error.message}`,
      ),
    );
  }

  async add(name: string, learner = false): Promise<bigint> {
    const member = await this.wait(this.client.cluster.add([peerUrlOf(name)], { learner }));
    this.cluster.addNode(name);
    void this.cluster.start(name);
    return member!.ID;
  }

  id(name: string): bigint {
    return this.cluster.node(name)!.services.memberId;
  }

  async remove(name: string): Promise<void> {
    const id = this.id(name);
    this.cluster.forget(name);
    await this.wait(this.client.cluster.remove(id));
  }

  #named(ids: readonly bigint[]): string[] {
    const { cluster } = this;
    const names = new Map(
      [...cluster.nodes.keys()].flatMap((n) => (cluster.node(n) ? [[this.id(n), n] as const] : [])),
    );
    return ids.map((id) => names.get(id) ?? id.toString(16)).sort();
  }

  /** Configurations as every running node has them: voters | learners, by name. */
  #confs(groupsOf: (router: Router) => readonly GroupHandle[]): Set<string> {
    const found = new Set<string>();
    for (const name of this.cluster.names) {
      const router = this.cluster.node(name)?.services.router;
      for (const group of router === undefined ? [] : groupsOf(router)) {
        const { voters, learners, votersOutgoing } = group.store.confState;
        const joint = votersOutgoing.length > 0 ? ' joint' : '';
        found.add(`${group.id}: ${this.#named(voters).join(' ')} | ${this.#named(learners).join(' ')}${joint}`);
      }
    }
    return found;
  }

  confs(): string[] {
    return [...this.#confs(({ system, groups }) => [system, ...groups])].sort();
  }

  /** The system group becomes that; partitions have three voters, spread evenly, and a copy on every other member. */
  async settles(conf: string): Promise<void> {
    const settled = (): boolean => {
      const system = [...this.#confs(({ system }) => [system])];
      const parts = [...this.#confs(({ system, groups }) => groups.filter((g) => g !== system))];
      return system.length === 1 && system[0]?.slice(3) === conf && this.#isPlaced(parts, conf);
    };
    await this.cluster.world.until(`the groups become ${conf}`, 30_000, settled).catch((error) => {
      throw new Error(`${error.message}: they are ${this.confs().join(', ')}`);
    });
  }

  #isPlaced(parts: readonly string[], conf: string): boolean {
    if (parts.length === 0) return true;
    if (parts.length !== this.cluster.partitions) return false;
    const members = conf.split(/[ |]+/).filter((name) => name !== '');
    const eligible = (conf.split(' | ')[0] as string).split(' ');
    const loads = new Map(eligible.map((name) => [name, 0]));
    for (const part of parts) {
      const [voters = '', learners = ''] = part.slice(3).split(' | ');
      const all = `${voters} ${learners}`.split(' ').filter((name) => name !== '');
      if (all.sort().join() !== [...members].sort().join()) return false;
      const voting = voters.split(' ');
      if (voting.length !== Math.min(3, eligible.length)) return false;
      for (const name of voting) loads.set(name, (loads.get(name) ?? 0) + 1);
    }
    return Math.max(...loads.values()) - Math.min(...loads.values()) <= 1;
  }

  close(): void {
    this.cluster.closeClients();
    expect(this.cluster.failures).toEqual([]);
  }
}

describe.each([1, 4])('with %i partitions', (partitions) => {
  it('a cluster grows, loses its leader for good, and keeps what was written', async () => {
    const scene = await Scene.of(11 + partitions, 3, partitions);
    await scene.fill(60);
    await scene.add('n4');
    await scene.whole();
    await scene.settles('n1 n2 n3 n4 | ');
    await scene.cluster.world.advance(HEALTHY_MS);
    await scene.add('n5');
    await scene.whole();
    await scene.settles('n1 n2 n3 n4 n5 | ');
    await scene.cluster.world.advance(HEALTHY_MS);
    const gone = [scene.cluster.leader as string];
    await scene.remove(gone[0] as string);
    await scene.cluster.world.advance(HEALTHY_MS);
    gone.push(scene.cluster.leader as string);
    await scene.remove(gone[1] as string);
    await scene.settles(`${scene.cluster.names.join(' ')} | `);
    expect(await scene.values(60)).toEqual(new Set(['v']));
    const { members } = await scene.wait(scene.client.cluster.members().then((all) => ({ members: all })));
    expect(members.map((m) => m.name).sort()).toEqual([...scene.cluster.names].sort());
    await scene.cluster.world.advance(5_000);
    const reasons = scene.stopped.filter((line) => line.includes('permanently removed from the cluster'));
    expect(reasons.map((line) => line.slice(0, 2)).sort()).toEqual(gone.sort());
    // It comes back: refused, and told why.
    scene.stopped.length = 0;
    await scene.cluster.start(gone[0] as string);
    await scene.cluster.world.until('it stops', 30_000, () => scene.stopped.length > 0);
    expect(scene.stopped[0]).toContain('kvctl member add');
    scene.close();
  });

  it('a learner learns, serves little, and is promoted when it is in sync', async () => {
    const scene = await Scene.of(21 + partitions, 3, partitions);
    await scene.fill(60);
    const member = await scene.wait(scene.client.cluster.add([peerUrlOf('n4')], { learner: true }));
    const id = member!.ID;
    expect(await scene.outcome(scene.client.cluster.promote(id))).toBe(
      '9 etcdserver: can only promote a learner member which is in sync with leader',
    );
    expect(await scene.outcome(scene.client.cluster.add([peerUrlOf('n5')], { learner: true }))).toBe(
      '9 etcdserver: too many learner members in cluster',
    );
    scene.cluster.addNode('n4');
    void scene.cluster.start('n4');
    await scene.whole();
    await scene.settles('n1 n2 n3 | n4');
    const own = scene.cluster.client('d', { endpoints: ['n4:2379'], callTimeoutMs: 2_000 });
    expect(await scene.outcome(own.kv.put('k', 'v'))).toContain('rpc not supported for learner');
    await scene.wait(scene.client.cluster.promote(id));
    await scene.settles('n1 n2 n3 n4 | ');
    expect(await scene.outcome(own.kv.put('k', 'v'))).toBe('ok');
    expect(await scene.outcome(scene.client.cluster.promote(id))).toBe(
      '9 etcdserver: can only promote a learner member',
    );
    scene.close();
  });

  it('refuses what etcd refuses, in its words', async () => {
    const scene = await Scene.of(31 + partitions, 3, partitions);
    const { cluster } = scene.client;
    const add = (name: string) => scene.outcome(cluster.add([peerUrlOf(name)]));
    expect(await add('n2')).toBe('9 etcdserver: Peer URLs already exists');
    expect(await scene.outcome(cluster.update(scene.id('n1'), [peerUrlOf('n2')]))).toBe(
      '9 etcdserver: Peer URLs already exists',
    );
    const notFound = '5 etcdserver: member not found';
    expect(await scene.outcome(cluster.remove(7n))).toBe(notFound);
    expect(await scene.outcome(cluster.promote(7n))).toBe(notFound);
    expect(await scene.outcome(cluster.update(7n, [peerUrlOf('x')]))).toBe(notFound);
    scene.cluster.crash('n3');
    await scene.cluster.world.advance(3_000);
    // Two are left of three: no other may go, and none may come.
    expect(await scene.outcome(cluster.remove(scene.id('n2')))).toBe('14 etcdserver: unhealthy cluster');
    expect(await add('n4')).toBe('14 etcdserver: unhealthy cluster');
    await scene.cluster.start('n3');
    await scene.whole();
    await scene.settles('n1 n2 n3 | ');
    // The last one that is added does not run, and so nobody else can be.
    await scene.cluster.world.advance(HEALTHY_MS);
    expect(await add('n4')).toBe('ok');
    expect(await add('n5')).toBe('14 etcdserver: unhealthy cluster');
    scene.close();
  });

  it('a change goes on when the leader dies in the middle of it', async () => {
    for (const afterMs of [1, 3, 10, 30, 100, 200, 300]) {
      const scene = await Scene.of(51 + partitions, 4, partitions);
      const victim = scene.cluster.names.find((n) => n !== scene.cluster.leader) as string;
      const id = scene.id(victim);
      scene.cluster.forget(victim);
      const removed = scene.outcome(scene.client.cluster.remove(id));
      await scene.cluster.world.advance(afterMs);
      const leader = scene.cluster.leader as string;
      scene.cluster.crash(leader);
      await scene.cluster.world.advance(2_000);
      await scene.cluster.start(leader);
      // Whether the change was decided before is open; half of it must not be left.
      const said = await removed;
      await scene.cluster.world.advance(3_000);
      const members = await scene.wait(scene.client.cluster.members());
      const gone = !members.some((m) => m.ID === id);
      if (said === 'ok') expect(gone).toBe(true);
      const names = scene.cluster.names.join(' ');
      await scene.settles(gone ? `${names} | ` : `${[...scene.cluster.names, victim].sort().join(' ')} | `);
      scene.close();
    }
  });

  it('one member becomes three, serving all the while, and one again', async () => {
    const scene = await Scene.of(61 + partitions, 1, partitions);
    await scene.fill(30);
    const second = await scene.wait(scene.client.cluster.add([peerUrlOf('n2')]));
    // It does not run yet: of no consequence to those who do.
    await scene.cluster.world.advance(3_000);
    await scene.fill(30, 'w');
    expect(await scene.outcome(scene.client.cluster.add([peerUrlOf('n3')]))).toContain('not enough started members');
    await scene.wait(scene.client.cluster.remove(second!.ID));
    await scene.settles('n1 | ');
    for (const name of ['n2', 'n3']) {
      await scene.add(name);
      await scene.whole();
      await scene.cluster.world.advance(HEALTHY_MS);
    }
    await scene.settles('n1 n2 n3 | ');
    scene.client = scene.cluster.client('d');
    await scene.fill(30, 'x');
    for (const name of ['n1', 'n3']) {
      await scene.remove(name);
      await scene.cluster.world.advance(HEALTHY_MS);
    }
    await scene.settles('n2 | ');
    const last = scene.cluster.client('e', { endpoints: ['n2:2379'] });
    expect((await scene.wait(last.kv.get('k7')))?.value.toString()).toBe('x');
    expect(await scene.outcome(last.cluster.remove(scene.id('n2')))).toContain('not enough started members');
    scene.close();
  });

  it('a member that is down is replaced by another one', async () => {
    const scene = await Scene.of(41 + partitions, 3, partitions);
    await scene.fill(60);
    const lost = scene.id('n3');
    scene.cluster.crash('n3');
    scene.cluster.forget('n3');
    await scene.cluster.world.advance(3_000);
    await scene.wait(scene.client.cluster.remove(lost));
    await scene.settles('n1 n2 | ');
    await scene.cluster.world.advance(HEALTHY_MS);
    await scene.add('n4');
    await scene.whole();
    await scene.settles('n1 n2 n4 | ');
    // Whom it talks to stands in its state, not in its flags.
    for (const name of ['n1', 'n2', 'n4']) scene.cluster.crash(name);
    for (const name of ['n2', 'n4']) void scene.cluster.start(name);
    await scene.cluster.world.advance(5_000);
    expect(await scene.values(60)).toEqual(new Set(['v']));
    scene.close();
  });
});
