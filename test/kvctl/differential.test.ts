// kvctl against etcdctl: the same command lines, the same output, the same exit codes.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cluster } from '../harness/cluster.js';
import { requireProgram } from '../harness/programs.js';
import { comparable, messages, type Outcome, requireKvctl, run, type Tool } from './run.js';
import { SAME_BYTES, STEPS, type Step, UNREACHABLE } from './steps.js';

/** An etcd for each, so that both see the same history. */
const clusters: Partial<Record<Tool, Cluster>> = {};
const captured: Record<Tool, Map<string, string>> = { etcdctl: new Map(), kvctl: new Map() };

beforeAll(async () => {
  requireKvctl();
  requireProgram('etcd');
  requireProgram('etcdctl');
  const start = (): Promise<Cluster> => Cluster.start({ kind: 'etcd', size: 1, flags: ['--unsafe-no-fsync'] });
  [clusters.etcdctl, clusters.kvctl] = await Promise.all([start(), start()]);
}, 40_000);

afterAll(async () => {
  await Promise.all(Object.values(clusters).map((cluster) => cluster.close()));
});

async function runStep(tool: Tool, { args, capture, ...options }: Step): Promise<Outcome> {
  const variables = captured[tool];
  const filled = args.map((word) => word.replace(/\{(\w+)\}/g, (_, name: string) => variables.get(name) ?? '?'));
  const address = clusters[tool]?.endpoints.join(',') ?? '';
  const endpoints = args.some((word) => word.startsWith('--endpoints=')) ? [] : [`--endpoints=${address}`];
  // Words of the table are byte strings, command lines are text.
  const utf8 = filled.map((word) => Buffer.from(word, 'latin1').toString('utf8'));
  const outcome = await run(tool, [...endpoints, ...utf8], options);
  for (const [name, pattern] of Object.entries(capture ?? {})) {
    const found = pattern.exec(outcome.stdout)?.[1];
    if (found === undefined) throw new Error(`${tool} ${args.join(' ')} did not tell its ${name}`);
    variables.set(name, found);
  }
  return outcome;
}

const shown = ({ code, stdout, stderr }: Outcome) => ({
  code,
  stdout: comparable(stdout),
  messages: comparable(messages(stderr)),
});

describe.each(Object.entries(STEPS))('%s', (_name, steps) => {
  const named = steps.map((step): [string, Step] => {
    const env = Object.entries(step.env ?? {}).map(([name, value]) => `${name}=${value} `);
    const stdin = step.stdin === undefined ? '' : ` < ${JSON.stringify(step.stdin)}`;
    return [`${env.join('')}${step.args.map((word) => word || "''").join(' ')}${stdin}`, step];
  });
  test.each(named)('%s', async (_line, step) => {
    const [theirs, ours] = await Promise.all([runStep('etcdctl', step), runStep('kvctl', step)]);
    expect(shown(ours)).toEqual(shown(theirs));
  });
});

describe('one cluster of three members, to the byte', () => {
  let cluster: Cluster;
  let lease = '';

  beforeAll(async () => {
    cluster = await Cluster.start({ kind: 'etcd', flags: ['--unsafe-no-fsync'] });
    const endpoints = `--endpoints=${cluster.endpoints[0]}`;
    const granted = await run('etcdctl', [endpoints, 'lease', 'grant', '500']);
    lease = /lease (\w+)/.exec(granted.stdout)?.[1] ?? '';
    for (const key of ['a', 'k1', 'k2']) await run('etcdctl', [endpoints, 'put', key, `value of ${key}`]);
    await run('etcdctl', [endpoints, 'put', 'k2', 'again', `--lease=${lease}`]);
  }, 40_000);

  afterAll(() => cluster.close());

  test.each(SAME_BYTES)('%s', async (line) => {
    const args = [`--endpoints=${cluster.endpoints[0]}`, ...line.replace('{lease}', lease).split(' ')];
    const options = line.startsWith('watch') ? { until: /again|value of a/ } : {};
    const theirs = await run('etcdctl', args, options);
    const ours = await run('kvctl', args, options);
    // A lease's remaining seconds go on.
    const still = (text: string): string => text.replace(/remaining\(\d+s\)|"ttl":\d+|"TTL" : \d+/g, '<remaining>');
    expect({ code: ours.code, stdout: still(ours.stdout) }).toEqual({
      code: theirs.code,
      stdout: still(theirs.stdout),
    });
  });

  test('several endpoints: one of them is not there', async () => {
    for (const line of ['endpoint status', 'endpoint hashkv', 'defrag', 'get a']) {
      const endpoints = `--endpoints=${cluster.endpoints[1]},127.0.0.1:1`;
      const args = [endpoints, '--command-timeout=500ms', ...line.split(' ')];
      const [theirs, ours] = await Promise.all([run('etcdctl', args), run('kvctl', args)]);
      expect(shown(ours)).toEqual(shown(theirs));
    }
  });

  test('move-leader: at the leader, elsewhere, to nobody', async () => {
    const all = `--endpoints=${cluster.endpoints.join(',')}`;
    const status = await run('etcdctl', [all, 'endpoint', 'status']);
    const rows = status.stdout.trim().split('\n');
    const ids = rows.map((row) => row.split(', ')[1] ?? '');
    const leader = rows.findIndex((row) => row.split(', ')[4] === 'true');
    const follower = (leader + 1) % 3;
    const args = (endpoint: number, target: string): string[] => [
      `--endpoints=${cluster.endpoints[endpoint]}`,
      'move-leader',
      target,
    ];
    const away = await run('etcdctl', args(leader, ids[follower] ?? ''));
    const back = await run('kvctl', args(follower, ids[leader] ?? ''));
    expect(away.stdout).toBe(`Leadership transferred from ${ids[leader]} to ${ids[follower]}\n`);
    expect(back).toMatchObject({ code: 0, stdout: `Leadership transferred from ${ids[follower]} to ${ids[leader]}\n` });
    for (const [endpoint, target] of [
      [follower, ids[leader] ?? ''],
      [leader, '999'],
    ] as const) {
      const theirs = await run('etcdctl', args(endpoint, target));
      expect(shown(await run('kvctl', args(endpoint, target)))).toEqual(shown(theirs));
    }
  });
});

describe('nobody at the address', () => {
  test.each(UNREACHABLE)('%s', async (line) => {
    const args = ['--endpoints=127.0.0.1:1', ...line.split(' ')];
    const [theirs, ours] = await Promise.all([run('etcdctl', args), run('kvctl', args)]);
    expect(shown(ours)).toEqual(shown(theirs));
  });
});
