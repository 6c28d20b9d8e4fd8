// Watches, leases, locks, elections, upkeep.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../harness/wait.js';
import { type Answer, ctl, etcdctl, Running } from './etcdctl.js';
import type { Session, Step } from './session.js';

/** etcdctl says nothing when its watch stands. */
const ESTABLISHED_MS = 500;

const revision = async (session: Session): Promise<number> => {
  const { out } = await etcdctl(session, ['get', 'none', '-w', 'json']);
  return (JSON.parse(out) as { header: { revision: number } }).header.revision;
};

/** Writes first, then watches from before the first write until `last` was seen. */
const watchBack = (name: string, args: readonly string[], writes: readonly string[], last: string | RegExp): Step => ({
  name: `watch: ${name}`,
  run: async (session) => {
    const from = (await revision(session)) + 1;
    for (const write of writes) await etcdctl(session, write.split(' '));
    const watch = new Running(session, ['watch', `--rev=${from}`, ...args]);
    await watch.sees(last);
    return watch.stop();
  },
});

const WRITES = ['put w/a 1', 'put w/b 1', 'put w/a 2', 'del w/a', 'put w/end end'];

const watches: readonly Step[] = [
  ...['simple', 'json', 'fields'].map((format) =>
    watchBack(`history, ${format}`, ['w/', '--prefix', '-w', format], WRITES, format === 'json' ? 'ZW5k' : 'w/end'),
  ),
  watchBack('one key', ['w/a'], WRITES.slice(0, 4), 'DELETE'),
  watchBack('a range', ['w/a', 'w/c'], WRITES.slice(0, 4), 'DELETE'),
  watchBack('prev-kv', ['w/', '--prefix', '--prev-kv'], WRITES, 'w/end'),
  watchBack('prev-kv, json', ['w/', '--prefix', '--prev-kv', '-w', 'json'], WRITES, 'ZW5k'),
  watchBack('from another member', ['w/', '--prefix', '--command-timeout=9s'], WRITES, 'w/end'),
  watchBack('with a command', ['w/b', '--', 'sh', '-c', 'echo $ETCD_WATCH_EVENT_TYPE $ETCD_WATCH_KEY'], WRITES, 'PUT'),
  {
    name: 'watch: live',
    run: async (session) => {
      const watch = new Running(session, ['watch', 'live/', '--prefix']);
      await sleep(ESTABLISHED_MS);
      await etcdctl(session, ['put', 'live/1', 'x']);
      await etcdctl(session, ['del', 'live/1'], { member: 1 });
      await watch.sees('DELETE');
      return watch.stop();
    },
  },
  {
    name: 'watch: interactive',
    run: async (session) => {
      const from = (await revision(session)) + 1;
      for (const write of WRITES) await etcdctl(session, write.split(' '));
      const { endpoint } = session.member(0);
      const watch = new Running(session, ['watch', '-i', `--endpoints=${endpoint}`]);
      watch.type(`watch w/b --rev=${from}\n`);
      watch.type(`watch w/end --rev=${from}\n`);
      await watch.sees('w/end');
      await watch.sees('w/b');
      const { code, out } = await watch.stop();
      return { code, lines: out.split('\n').sort() };
    },
  },
  { name: 'watch: interactive nonsense', run: (s) => etcdctl(s, ['watch', '-i'], { stdin: 'frob x\n' }) },
  ctl('watch'),
  {
    name: 'watch: a future revision waits',
    run: async (session) => {
      const at = (await revision(session)) + 3;
      const watch = new Running(session, ['watch', 'w/f', `--rev=${at}`]);
      await sleep(ESTABLISHED_MS);
      for (const value of ['1', '2', '3', '4']) await etcdctl(session, ['put', 'w/f', value]);
      await watch.sees('\n4');
      return watch.stop();
    },
  },
];

/** Remembers the identifier that a command printed. */
const grant = (name: string, ttl: string): Step => ({
  name: `lease grant ${ttl} as ${name}`,
  run: async (session) => {
    const answer = await etcdctl(session, ['lease', 'grant', ttl]);
    const id = /lease ([0-9a-f]+) granted/.exec(answer.out)?.[1];
    if (id === undefined) throw new Error(`no lease in ${answer.out}${answer.err}`);
    session.saved.set(name, id);
    session.aliases.addId(BigInt(`0x${id}`), name);
    return answer;
  },
});

const leases: readonly Step[] = [
  ctl('lease list'),
  grant('leaseA', '100'),
  ctl('lease list', {}, 'lease list of one'),
  ctl('lease list -w json'),
  ctl('lease list -w fields'),
  ctl('lease list -w table'),
  ctl('lease grant 50 -w json'),
  ctl('lease grant 50 -w fields'),
  ctl('lease grant 50 -w table'),
  ctl('lease grant 1', {}, 'lease grant raised to the minimum'),
  ctl('lease grant 0'),
  ctl('lease grant 99999999999'),
  ctl('lease grant x'),
  ctl('lease grant'),
  ctl('put l/1 v --lease=$leaseA'),
  ctl('put l/2 v --lease=$leaseA -w json'),
  ctl('get l/1 -w json'),
  ctl('put l/2 w --ignore-lease'),
  ctl('get l/2 -w fields'),
  ctl('lease timetolive $leaseA'),
  ctl('lease timetolive $leaseA -w json'),
  ctl('lease timetolive $leaseA -w fields'),
  ctl('lease timetolive $leaseA -w table'),
  ctl('put l/2 detached'),
  ctl('lease timetolive $leaseA --keys'),
  ctl('lease timetolive $leaseA --keys -w json', { member: 1 }),
  ctl('lease timetolive $leaseA --keys -w fields', { member: 2 }),
  ctl('lease keep-alive $leaseA --once'),
  ctl('lease keep-alive $leaseA --once -w json', { member: 1 }),
  ctl('lease keep-alive $leaseA --once -w fields', { member: 2 }),
  {
    name: 'lease keep-alive goes on',
    run: async (session) => {
      const keep = new Running(session, ['lease', 'keep-alive', session.get<string>('leaseA')]);
      await keep.sees('keepalived with TTL(100)');
      return keep.stop();
    },
  },
  ctl('lease revoke $leaseA'),
  ctl('lease revoke $leaseA', {}, 'lease revoke of a dead lease'),
  ctl('get l/ --prefix'),
  ctl('lease timetolive $leaseA', {}, 'lease timetolive of a dead lease'),
  ctl('lease timetolive $leaseA -w json', {}, 'lease timetolive of a dead lease, json'),
  ctl('lease keep-alive $leaseA', {}, 'lease keep-alive of a dead lease'),
  ctl('lease keep-alive $leaseA --once', {}, 'lease keep-alive --once of a dead lease'),
  ctl('put l/3 v --lease=$leaseA', {}, 'put with a dead lease'),
  ctl('lease revoke zz'),
  ctl('lease revoke'),
  ctl('lease timetolive'),
  ctl('lease keep-alive'),
  ctl('lease'),
  grant('leaseB', '2'),
  ctl('put l/short v --lease=$leaseB'),
  {
    name: 'an expired lease takes its key along',
    run: async (session) => {
      const watch = new Running(session, ['watch', 'l/short', `--rev=${await revision(session)}`]);
      await watch.sees('DELETE');
      return { watch: await watch.stop(), get: await etcdctl(session, ['get', 'l/short', '-w', 'json']) };
    },
  },
];

const locks: readonly Step[] = [
  { name: 'lock with a command', run: (s) => etcdctl(s, ['lock', 'm1', 'sh', '-c', 'echo held; exit 0']) },
  { name: 'lock with a command that fails', run: (s) => etcdctl(s, ['lock', 'm1', 'sh', '-c', 'exit 3']) },
  {
    name: 'lock: environment of its command',
    run: (s) => etcdctl(s, ['lock', 'm1', 'sh', '-c', 'echo $ETCD_LOCK_KEY $ETCD_LOCK_REV']),
  },
  {
    name: 'lock held until a signal',
    run: async (session) => {
      const lock = new Running(session, ['lock', 'm2']);
      await lock.sees('m2/');
      const held = await etcdctl(session, ['get', 'm2/', '--prefix', '-w', 'fields']);
      const answer = await lock.stop();
      return { held, answer, after: await etcdctl(session, ['get', 'm2/', '--prefix']) };
    },
  },
  {
    name: 'lock: the second waits for the first',
    run: async (session) => {
      const first = new Running(session, ['lock', 'm3', '--ttl=20']);
      await first.sees('m3/');
      const second = new Running(session, ['lock', 'm3'], { member: 1 });
      await sleep(ESTABLISHED_MS);
      const before = second.out;
      const one = await first.stop();
      await second.sees('m3/');
      return { before, one, two: await second.stop() };
    },
  },
  ctl('lock'),
  ctl('lock m4 --ttl=x'),
  {
    name: 'elect, observe, resign',
    run: async (session) => {
      const leader = new Running(session, ['elect', 'e1', 'first']);
      await leader.sees('first');
      const observer = new Running(session, ['elect', '-l', 'e1'], { member: 2 });
      await observer.sees('first');
      const next = new Running(session, ['elect', 'e1', 'second'], { member: 1 });
      await sleep(ESTABLISHED_MS);
      const waiting = next.out;
      const one = await leader.stop();
      await next.sees('second');
      await observer.sees('second');
      const answers: Answer[] = [one, await next.stop(), await observer.stop()];
      return { waiting, answers };
    },
  },
  ctl('elect'),
  ctl('elect e2'),
];

const listed = (command: string, options: Parameters<typeof ctl>[1] = {}): Step => ({
  name: options.all === true ? `${command} of all` : command,
  run: async (session) => {
    const { code, out, err } = await etcdctl(session, command.split(' '), options);
    // Rendered first: members are listed by identifier, and that differs.
    const lines = (text: string): string[] => session.aliases.render(text).split('\n').sort();
    return { code, out: lines(out), err: lines(err) };
  },
});

interface MemberJson {
  readonly members: readonly { readonly name: string }[];
}

const upkeep: readonly Step[] = [
  listed('member list'),
  listed('member list -w table'),
  {
    name: 'member list -w json',
    run: async (session) => {
      const { code, out, err } = await etcdctl(session, ['member', 'list', '-w', 'json']);
      const { members, ...rest } = JSON.parse(
        session.aliases.render(out).replace(/:(<[^>]*>)/g, ':"$1"'),
      ) as MemberJson;
      return { code, err, rest, members: members.toSorted((a, b) => a.name.localeCompare(b.name)) };
    },
  },
  ...['simple', 'fields', 'json'].map((f) => ctl(`endpoint health -w ${f}`)),
  listed('endpoint health', { all: true }),
  listed('endpoint health --cluster'),
  {
    name: 'endpoint health of a dead endpoint',
    run: async (session) => {
      const dead = new Running(session, ['endpoint', 'health', '--endpoints=127.0.0.1:1', '--dial-timeout=300ms']);
      const { code, out } = await dead.answer();
      return { code, out };
    },
  },
  {
    name: 'endpoint status',
    run: async (session) => {
      const answers = [];
      const leader = await session.cluster.leader();
      for (const [i, member] of session.cluster.members.entries()) {
        const { code, out, err } = await etcdctl(session, ['endpoint', 'status'], { member: i });
        const [endpoint, id, , , leads, learner, ...rest] = out.trim().split(', ');
        const right = leads === String(member === leader);
        answers.push({ code, err, endpoint, id, right, learner, more: rest.length });
      }
      return answers;
    },
  },
  {
    name: 'endpoint status -w json',
    run: async (session) => {
      const { code, out } = await etcdctl(session, ['endpoint', 'status', '-w', 'json']);
      const [status] = JSON.parse(out) as { Status: Record<string, unknown> }[];
      return { code, keys: Object.keys(status?.Status ?? {}).sort(), length: out.length > 0 };
    },
  },
  {
    name: 'endpoint status -w table of all',
    run: async (session) => {
      const { code, out } = await etcdctl(session, ['endpoint', 'status', '-w', 'table'], { all: true });
      return {
        code,
        lines: out.split('\n').length,
        head: out
          .split('\n')[1]
          ?.split('|')
          .map((cell) => cell.trim()),
      };
    },
  },
  {
    name: 'endpoint hashkv agrees on all members',
    run: async (session) => {
      const { code, out } = await etcdctl(session, ['endpoint', 'hashkv', '--cluster']);
      const hashes = new Set(
        out
          .trim()
          .split('\n')
          .map((line) => line.split(', ')[1]),
      );
      return { code, lines: out.trim().split('\n').length, different: hashes.size };
    },
  },
  {
    name: 'endpoint hashkv --rev',
    run: async (session) => {
      const at = await revision(session);
      const answers = [];
      for (const format of ['simple', 'json', 'fields', 'table']) {
        const { code, out } = await etcdctl(session, ['endpoint', 'hashkv', `--rev=${at - 1}`, '-w', format]);
        answers.push({ code, shape: out.replace(/\d+/g, '#').replace(/\s+/g, ' ').replace(/-+/g, '-') });
      }
      return answers;
    },
  },
  ctl('endpoint hashkv --rev=100000', {}, 'endpoint hashkv of a future revision'),
  ctl('alarm list'),
  ctl('alarm list -w json'),
  ctl('alarm disarm'),
  ctl('alarm disarm -w json'),
  ctl('defrag'),
  listed('defrag', { all: true }),
  listed('defrag --cluster'),
  {
    name: 'snapshot save',
    run: async (session) => {
      const file = join(session.cluster.folder, 'copy.db');
      const { code, out } = await etcdctl(session, ['snapshot', 'save', file]);
      return { code, out, remainder: statSync(file).size % 512 };
    },
  },
  ctl('snapshot save', {}, 'snapshot save to no file'),
  ctl('snapshot save x', { all: true }, 'snapshot save from several endpoints'),
  {
    name: 'move-leader to nobody',
    run: async (session) => {
      const { code, err } = await etcdctl(session, ['move-leader', '1'], { all: true });
      return { code, said: err.trim().split('\n').at(-1) };
    },
  },
  ctl('move-leader', {}, 'move-leader without a member'),
  ctl('move-leader xyz'),
  {
    name: 'move-leader at a follower',
    run: async (session) => {
      const leader = await session.cluster.leader();
      const follower = session.cluster.members.findIndex((m) => m !== leader);
      const id = (await session.cluster.status(leader)).header?.memberId.toString(16) ?? '';
      const { code, err } = await etcdctl(session, ['move-leader', id], { member: follower });
      return { code, said: err.replace(/127\.0\.0\.1:\d+/g, '<endpoint>') };
    },
  },
  {
    name: 'move-leader',
    run: async (session) => {
      const leader = await session.cluster.leader();
      const follower = session.cluster.members.find((m) => m !== leader) ?? leader;
      const id = (await session.cluster.status(follower)).header?.memberId.toString(16) ?? '';
      const { code } = await etcdctl(session, ['move-leader', id], { all: true });
      return { code, moved: (await session.cluster.leader()) === follower };
    },
  },
  {
    name: 'make-mirror',
    run: async (session) => {
      const to = session.member(1).endpoint;
      const mirror = new Running(session, ['make-mirror', to, '--prefix=w/', '--dest-prefix=mirrored/']);
      await sleep(ESTABLISHED_MS);
      await etcdctl(session, ['put', 'w/mirror', 'later']);
      await sleep(ESTABLISHED_MS);
      const { code } = await mirror.stop();
      return { code, copy: await etcdctl(session, ['get', 'mirrored/', '--prefix']) };
    },
  },
  ctl('version'),
  ctl('nonsense'),
  ctl('get a --endpoints=127.0.0.1:1 --dial-timeout=200ms --command-timeout=500ms', {}, 'get from a dead endpoint'),
];

export const restSteps: readonly Step[] = [...watches, ...leases, ...locks, ...upkeep];
