// The same changes of the membership of an etcd cluster and of ours, with real processes: the same answers, and the
// same end of a member that was removed.

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../jepsen-lite/real/ports.js';
import { Cluster } from '../harness/cluster.js';
import { type Kind, Member } from '../harness/member.js';
import { sleep, until } from '../harness/wait.js';
import { type Outcome, run, type Tool } from '../kvctl/run.js';

/** A member counts as healthy when it has been connected for five seconds. */
const HEALTHY_MS = 6_000;
const REMOVED = 'the member has been permanently removed from the cluster';

interface Step {
  readonly what: string;
  readonly outcome: unknown;
}

class Script {
  readonly #kind: Kind;
  readonly #tool: Tool;
  readonly #flags: readonly string[];
  readonly steps: Step[] = [];
  readonly #names = new Map<string, string>();
  #cluster!: Cluster;
  #joiner!: Member;
  #ports: number[] = [];

  constructor(kind: Kind, tool: Tool, flags: readonly string[] = []) {
    this.#kind = kind;
    this.#tool = tool;
    this.#flags = flags;
  }

  async run(): Promise<void> {
    this.#ports = await freePorts(3);
    this.#cluster = await Cluster.start({ kind: this.#kind, flags: this.#flags });
    try {
      await this.#name();
      await sleep(HEALTHY_MS);
      await this.#refusals();
      await this.#join();
      await this.#move();
      await this.#leave();
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.#cluster.logs()}\n${this.#joiner?.log.slice(-4_000)}`);
    } finally {
      await this.#joiner?.kill();
      await this.#cluster.close();
    }
  }

  /** IDs and ports get names, so that two clusters can be compared. */
  async #name(): Promise<void> {
    const { members } = this.#cluster;
    for (const member of members) {
      const { header } = await this.#cluster.status(member);
      this.#names.set((header?.memberId ?? 0n).toString(16), `<${member.name}>`);
      this.#names.set((header?.clusterId ?? 0n).toString(16), '<cluster>');
      this.#names.set(String(member.options.peerPort), `<${member.name} peer>`);
      this.#names.set(String(member.options.clientPort), `<${member.name} client>`);
    }
    ['client', 'peer', 'second peer'].forEach((use, i) => {
      this.#names.set(String(this.#ports[i]), `<n4 ${use}>`);
    });
  }

  #plain(text: string): string {
    let plain = text;
    for (const [real, name] of this.#names) plain = plain.replaceAll(real, name);
    // Diagnostics of the client library, before the line that counts.
    // IDs are filled up with a space where they are short of a digit.
    return plain.replace(/^\{"level".*\n/gm, '').replace(/(Member|cluster) +</g, '$1 <');
  }

  async #ctl(line: string, endpoint?: string): Promise<Outcome> {
    const endpoints = endpoint ?? this.#cluster.endpoints.join(',');
    const outcome = await run(this.#tool, [`--endpoints=${endpoints}`, ...line.split(' ')], {
      env: { ETCDCTL_API: '3' },
    });
    for (const [, id] of outcome.stdout.matchAll(/Member +([0-9a-f]+) added/g))
      if (id !== undefined) this.#names.set(id, '<n4>');
    return { ...outcome, stdout: sortedList(this.#plain(outcome.stdout)), stderr: this.#plain(outcome.stderr) };
  }

  async #step(line: string, endpoint?: string): Promise<void> {
    this.steps.push({ what: this.#plain(line), outcome: await this.#ctl(line, endpoint) });
  }

  get #n4(): string {
    return [...this.#names].find(([, name]) => name === '<n4>')?.[0] ?? '';
  }

  #id(name: string): string {
    return [...this.#names].find(([, known]) => known === `<${name}>`)?.[0] ?? '';
  }

  async #refusals(): Promise<void> {
    const [first] = this.#cluster.members;
    const taken = `http://127.0.0.1:${first?.options.peerPort}`;
    await this.#step('member add');
    await this.#step('member add x');
    await this.#step('member add x http://127.0.0.1:1');
    for (const url of ['127.0.0.1:1', 'localhost', 'ftp://127.0.0.1:1', 'http://127.0.0.1', 'http://127.0.0.1:1/x'])
      await this.#step(`member add x --peer-urls=${url}`);
    await this.#step(`member add x --peer-urls=${taken}`);
    await this.#step('member remove');
    await this.#step('member remove xyz');
    await this.#step('member remove 1234');
    await this.#step('member promote 1234');
    await this.#step(`member promote ${this.#id('n2')}`);
    await this.#step(`member update 1234 --peer-urls=http://127.0.0.1:${this.#ports[1]}`);
    await this.#step(`member update ${this.#id('n2')}`);
    await this.#step(`member update ${this.#id('n2')} --peer-urls=${taken}`);
  }

  async #join(): Promise<void> {
    const [clientPort = 0, peerPort = 0] = this.#ports;
    for (let i = 0; i < 50; i++) await this.#ctl(`put k${i} v${i}`);
    await this.#step(`member add n4 --learner --peer-urls=http://127.0.0.1:${peerPort}`);
    await this.#step('member add n5 --learner --peer-urls=http://127.0.0.1:1');
    await this.#step(`member promote ${this.#n4}`);
    const [first] = this.#cluster.members;
    const initialCluster = `${first?.options.initialCluster},n4=http://127.0.0.1:${peerPort}`;
    this.#joiner = new Member({
      ...(first as Member).options,
      name: 'n4',
      clientPort,
      peerPort,
      dataDir: join(this.#cluster.folder, 'n4'),
      initialCluster,
      flags: ['--initial-cluster-state=existing', ...this.#flags],
    });
    this.#joiner.start();
    await this.#joiner.ready();
    await this.#step('member list');
    await this.#step('put learner x', this.#joiner.endpoint);
    await this.#step('get k1 --consistency=s', this.#joiner.endpoint);
    await until(
      'the learner to be promoted',
      async () => ((await this.#ctl(`member promote ${this.#n4}`)).code === 0 ? true : undefined),
      15_000,
    );
    await this.#step('member list');
    await this.#step('put voter x', this.#joiner.endpoint);
  }

  /** The member moves to another peer address. */
  async #move(): Promise<void> {
    const second = this.#ports[2] ?? 0;
    await this.#step(`member update ${this.#n4} --peer-urls=http://127.0.0.1:${second}`);
    await this.#joiner.stop();
    this.#joiner = new Member({
      ...this.#joiner.options,
      peerPort: second,
      initialCluster: this.#joiner.options.initialCluster.replace(/n4=.*/, `n4=http://127.0.0.1:${second}`),
    });
    this.#joiner.start();
    await this.#joiner.ready();
    await this.#step('get voter', this.#joiner.endpoint);
    await this.#step('member list');
  }

  /** It is removed, stops with the reason, and is refused when it comes back. */
  async #leave(): Promise<void> {
    await this.#step(`member remove ${this.#n4}`);
    await until('the removed member to stop', () => (this.#joiner.pid === undefined ? true : undefined), 15_000);
    this.steps.push({ what: 'it says why', outcome: this.#joiner.log.includes(REMOVED) });
    const before = this.#joiner.log.length;
    this.#joiner.start();
    await until('it to stop again', () => (this.#joiner.pid === undefined ? true : undefined), 20_000);
    this.steps.push({ what: 'and says it again', outcome: this.#joiner.log.slice(before).includes(REMOVED) });
    await this.#step('member list');
    await this.#step('get k49');
    await this.#step(`member remove ${this.#n4}`);
  }
}

/** Members of a list stand in the order of their IDs, which differ. */
const sortedList = (text: string): string =>
  text.includes(', started, ')
    ? text.split('\n').sort().join('\n')
    : text.replace(/(?<=INITIAL_CLUSTER=").*(?=")/, (all) => all.split(',').sort().join(','));

describe('membership', () => {
  const etcd = new Script('etcd', 'etcdctl');
  const ours = new Script('hexkeep', 'kvctl');
  const theirTool = new Script('hexkeep', 'etcdctl');
  const partitioned = new Script('hexkeep', 'kvctl', ['--partitions=3']);

  beforeAll(async () => {
    await Promise.all([etcd.run(), ours.run()]);
    await Promise.all([theirTool.run(), partitioned.run()]);
  }, 240_000);

  it('answers as etcd does', () => {
    expect(etcd.steps.length).toBeGreaterThan(20);
    expect(ours.steps).toEqual(etcd.steps);
  });

  it("answers etcdctl as etcd's", () => {
    expect(theirTool.steps).toEqual(etcd.steps);
  });

  it('is the same over several partitions', () => {
    expect(partitioned.steps).toEqual(etcd.steps);
  });
});
