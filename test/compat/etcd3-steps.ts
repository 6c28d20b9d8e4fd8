// npm's etcd3 client: everything it offers outside authentication and member changes.

import { setTimeout as pause } from 'node:timers/promises';
import { Etcd3, type IOptions, Range, type Watcher } from 'etcd3';
import type { Session, Step } from './session.js';

function client(session: Session, member = 0, options: Partial<IOptions> = {}): Etcd3 {
  const name = `etcd3-${member}-${Object.keys(options).join()}`;
  if (!session.saved.has(name)) {
    const hosts = `http://${session.member(member).endpoint}`;
    const made = new Etcd3({ hosts, ...options });
    session.saved.set(name, made);
    session.onClose(() => made.close());
  }
  return session.get<Etcd3>(name);
}

/** What the caller of the library sees: the answer, or the class and text of the error. */
async function outcome(work: () => unknown): Promise<unknown> {
  try {
    return { answer: (await work()) ?? null };
  } catch (error) {
    const failure = error as Error;
    return { error: failure.constructor.name, message: failure.message.replace(/^.*?\d+ [A-Z_]+: /, '') };
  }
}

const step = (name: string, work: (c: Etcd3, session: Session) => unknown): Step => ({
  name: `etcd3: ${name}`,
  run: (session) => outcome(() => work(client(session), session)),
});

const kv: readonly Step[] = [
  step('get of nothing', (c) => c.get('nothing')),
  step('put', (c) => c.put('foo').value('bar')),
  step('get', (c) => c.get('foo')),
  step('put of a number', (c) => c.put('number').value(42)),
  step('get as a number', (c) => c.get('number').number()),
  step('get as a number that is none', (c) => c.get('foo').number()),
  step('put of bytes', (c) => c.put(Buffer.from([1, 0, 255])).value(Buffer.from([0, 200, 3]))),
  step('get of bytes', (c) => c.get(Buffer.from([1, 0, 255])).buffer()),
  step('put of json', (c) => c.put('json').value('{"a":[1,2]}')),
  step('get as json', (c) => c.get('json').json()),
  step('exists', async (c) => [await c.get('foo').exists(), await c.get('nothing').exists()]),
  step('exec', (c) => c.get('foo').exec()),
  step('put with the previous', (c) => c.put('foo').value('bar2').getPrevious()),
  step('put with no previous', (c) => c.put('foo-new').value('x').getPrevious()),
  step('touch', (c) => c.put('foo').touch()),
  step('touch of nothing', (c) => c.put('nothing').touch()),
  step('get at a revision', (c) => c.get('foo').revision(2).exec()),
  step('get at a future revision', (c) => c.get('foo').revision(1e6)),
  step('serializable get', (c) => c.get('foo').serializable(true).string()),
  step('get by creation revision', (c) => c.getAll().minCreateRevision(3).maxCreateRevision(4).keys()),
  step('get by modification revision', (c) => c.getAll().minModRevision(4).maxModRevision(6).exec()),
  step('through another member', (_, s) => client(s, 1).get('foo').exec()),
  step('empty key', (c) => c.put('').value('x')),
  step('many puts', (c) =>
    Promise.all(Array.from({ length: 20 }, (_, i) => c.put(`many/${i}`).value(i))).then((a) => a.length),
  ),
  step('get all by prefix', (c) => c.getAll().prefix('many/').strings()),
  step('get all as numbers', (c) => c.getAll().prefix('many/1').numbers()),
  step('get all keys', (c) => c.getAll().prefix('many/').keys()),
  step('get all key buffers', (c) => c.getAll().prefix('many/1').keyBuffers()),
  step('get all buffers', (c) => c.getAll().prefix('many/1').buffers()),
  step('count', (c) => c.getAll().prefix('many/').count()),
  step('count of nothing', (c) => c.getAll().prefix('nothing/').count()),
  step('limit', (c) => c.getAll().prefix('many/').limit(3).keys()),
  step('limit, exec', async (c) => {
    const { more, count, kvs } = await c.getAll().prefix('many/').limit(3).exec();
    return { more, count, keys: kvs.map((e) => e.key.toString()) };
  }),
  ...(['Key', 'Version', 'Create', 'Mod', 'Value'] as const).flatMap((target) =>
    (['Ascend', 'Descend'] as const).map((order) =>
      step(`sort by ${target}, ${order}`, (c) => c.getAll().inRange(new Range('foo', 'k')).sort(target, order).keys()),
    ),
  ),
  step('range of keys', (c) => c.getAll().inRange(new Range('many/1', 'many/2')).keys()),
  step('all keys', (c) => c.getAll().all().count()),
  step('delete one', (c) => c.delete().key('foo-new')),
  step('delete of nothing', (c) => c.delete().key('foo-new').exec()),
  step('delete with the previous', (c) => c.delete().key('number').getPrevious()),
  step('delete a range', (c) => c.delete().inRange(new Range('many/1', 'many/2')).exec()),
  step('delete by prefix', (c) => c.delete().prefix('many/').exec()),
];

const namespaces: readonly Step[] = [
  step('namespace: put and get', async (c) => {
    const ns = c.namespace('ns/');
    await ns.put('a').value('1');
    await ns.put('b').value('2');
    return [await ns.get('a'), await ns.getAll().strings(), await c.getAll().prefix('ns/').keys()];
  }),
  step('namespace: inner', async (c) => {
    const inner = c.namespace('ns/').namespace('in/');
    await inner.put('x').value('y');
    return [await inner.getAll().strings(), await c.get('ns/in/x').exec()];
  }),
  step('namespace: transaction', (c) =>
    c.namespace('ns/').if('a', 'Value', '==', '1').then(c.namespace('ns/').put('c').value('3')).commit(),
  ),
  step('namespace: delete all', async (c) => [
    await c.namespace('ns/').delete().all(),
    await c.getAll().prefix('ns/').count(),
  ]),
];

const txns: readonly Step[] = [
  step('txn: taken', (c) =>
    c.if('foo', 'Value', '==', 'bar2').then(c.put('t').value('then')).else(c.put('t').value('else')).commit(),
  ),
  step('txn: not taken', (c) =>
    c.if('foo', 'Value', '==', 'x').then(c.put('t').value('then')).else(c.get('t')).commit(),
  ),
  step('txn: several compares', (c) =>
    c.if('foo', 'Version', '>', 0).and('t', 'Create', '!=', 0).and('foo', 'Mod', '<', 1000).then(c.get('foo')).commit(),
  ),
  step('txn: absent key', (c) =>
    c.if('nothing', 'Create', '==', 0).then(c.put('made').value('1'), c.get('made')).commit(),
  ),
  step('txn: lease compare', (c) => c.if('foo', 'Lease', '==', 0).then(c.get('foo')).commit()),
  step('txn: delete inside', (c) => c.if('made', 'Version', '===', 1).then(c.delete().key('made')).commit()),
  step('txn: duplicate keys', (c) =>
    c.if('foo', 'Version', '>', 0).then(c.put('d').value('1'), c.put('d').value('2')).commit(),
  ),
  step('txn: nested, raw', (c) =>
    c
      .if('foo', 'Version', '>', 0)
      .then({ request_txn: { success: [{ request_range: { key: Buffer.from('foo') } }] } } as never)
      .commit(),
  ),
  step('stm: counter', async (c) => {
    await c.put('stm').value(1);
    await c.stm().transact(async (tx) => tx.put('stm').value((Number(await tx.get('stm').string()) || 0) + 1));
    return c.get('stm').exec();
  }),
  step('stm: contention', async (c, s) => {
    const add = (member: number): Promise<unknown> =>
      client(s, member)
        .stm({ retries: 20 })
        .transact(async (tx) => tx.put('sum').value((Number(await tx.get('sum').string()) || 0) + 1));
    await Promise.all([add(0), add(1), add(2), add(0)]);
    return c.get('sum').string();
  }),
];

const leases: readonly Step[] = [
  step('lease: put with it, revoke', async (c, s) => {
    const lease = c.lease(30);
    const id = await lease.grant();
    s.aliases.addId(BigInt(id), 'etcd3-lease');
    await lease.put('leased').value('x');
    const held = await c.get('leased').exec();
    const ttl = await c.leaseClient.leaseTimeToLive({ ID: id, keys: true });
    await lease.revoke();
    return { held, granted: ttl.grantedTTL, keys: ttl.keys, after: await c.get('leased'), state: lease.revoked() };
  }),
  step('lease: keep alive once', async (c) => {
    const lease = c.lease(30, { autoKeepAlive: false });
    await lease.grant();
    const { TTL } = await lease.keepaliveOnce();
    await lease.revoke();
    return TTL;
  }),
  step('lease: lost when revoked elsewhere', async (c, s) => {
    const lease = c.lease(2);
    const id = await lease.grant();
    const lost = new Promise((resolve) => lease.on('lost', (error) => resolve(error.constructor.name)));
    await client(s, 1).leaseClient.leaseRevoke({ ID: id });
    return lost;
  }),
  step('lease: expires when released', async (c) => {
    const lease = c.lease(2);
    await lease.put('brief').value('x');
    lease.release();
    for (let i = 0; i < 100 && (await c.get('brief').exists()); i++) await pause(100);
    return c.get('brief').exec();
  }),
  step('lease: too short a time', (c) => c.lease(0)),
  step('lease: unknown', (c) => c.leaseClient.leaseRevoke({ ID: '12345' })),
  step('lease: time to live of an unknown one', (c) => c.leaseClient.leaseTimeToLive({ ID: '12345' })),
  step('lease: chosen identifier', (c) => c.leaseClient.leaseGrant({ TTL: 60, ID: 4711 })),
  step('lease: identifier in use', (c) => c.leaseClient.leaseGrant({ TTL: 60, ID: 4711 })),
  step('lease: put with a number', (c) => c.put('with-lease').value('x').lease(4711).exec()),
  step('lease: ignored in a put', (c) => c.put('with-lease').value('y').ignoreLease().exec()),
  step('lease: list', (c) => c.leaseClient.leaseLeases()),
  step('lease: revoked', (c) => c.leaseClient.leaseRevoke({ ID: 4711 })),
  step('lease: put with a dead one', (c) => c.put('with-lease').value('x').lease(4711).exec()),
];

interface Seen {
  readonly type: string;
  readonly key: string;
  readonly value: string;
  readonly mod: string;
  readonly previous: string | undefined;
}

/** What the watcher reports until `count` events came. */
function events(watcher: Watcher, count: number): Promise<Seen[]> {
  return new Promise((resolve, reject) => {
    const seen: Seen[] = [];
    const timer = setTimeout(() => reject(new Error(`only ${seen.length} events`)), 8_000);
    const take =
      (type: string) => (kv: { key: Buffer; value: Buffer; mod_revision: string }, previous?: { value: Buffer }) => {
        const { key, value, mod_revision: mod } = kv;
        seen.push({ type, key: key.toString(), value: value.toString(), mod, previous: previous?.value.toString() });
        if (seen.length < count) return;
        clearTimeout(timer);
        resolve(seen);
      };
    watcher.on('put', take('put'));
    watcher.on('delete', take('delete'));
    watcher.on('error', reject);
  });
}

async function changes(c: Etcd3, prefix: string): Promise<void> {
  await c.put(`${prefix}a`).value('1');
  await c.put(`${prefix}b`).value('2');
  await c.put(`${prefix}a`).value('3');
  await c.delete().key(`${prefix}b`);
}

const watches: readonly Step[] = [
  step('watch: key', async (c) => {
    const watcher = await c.watch().key('w1/a').create();
    const seen = events(watcher, 2);
    await changes(c, 'w1/');
    const result = await seen;
    await watcher.cancel();
    return result;
  }),
  step('watch: prefix, from another member', async (c, s) => {
    const watcher = await client(s, 1).watch().prefix('w2/').create();
    const seen = events(watcher, 4);
    await changes(c, 'w2/');
    const result = await seen;
    await watcher.cancel();
    return result;
  }),
  step('watch: previous values', async (c) => {
    const watcher = await c.watch().prefix('w3/').withPreviousKV().create();
    const seen = events(watcher, 4);
    await changes(c, 'w3/');
    return seen.finally(() => watcher.cancel());
  }),
  step('watch: only deletes', async (c) => {
    const watcher = await c.watch().prefix('w4/').only('delete').create();
    const seen = events(watcher, 1);
    await changes(c, 'w4/');
    return seen.finally(() => watcher.cancel());
  }),
  step('watch: no deletes', async (c) => {
    const watcher = await c.watch().prefix('w5/').ignore('delete').create();
    const seen = events(watcher, 3);
    await changes(c, 'w5/');
    return seen.finally(() => watcher.cancel());
  }),
  step('watch: from a revision', async (c) => {
    const from = Number((await c.put('w6/0').value('0')).header.revision) + 1;
    await changes(c, 'w6/');
    const watcher = await c.watch().prefix('w6/').startRevision(String(from)).create();
    return events(watcher, 4).finally(() => watcher.cancel());
  }),
  step('watch: range', async (c) => {
    const watcher = await c.watch().inRange(new Range('w7/a', 'w7/b')).create();
    const seen = events(watcher, 2);
    await changes(c, 'w7/');
    return seen.finally(() => watcher.cancel());
  }),
  step('watch: several at once', async (c) => {
    const watchers = await Promise.all(['a', 'b', 'c'].map((k) => c.watch().key(`w8/${k}`).create()));
    const seen = Promise.all([events(watchers[0] as Watcher, 2), events(watchers[1] as Watcher, 2)]);
    await changes(c, 'w8/');
    const result = await seen;
    for (const watcher of watchers) await watcher.cancel();
    return result;
  }),
  step('watch: cancelled ones are silent', async (c) => {
    const watcher = await c.watch().key('w9/a').create();
    let heard = 0;
    watcher.on('put', () => heard++);
    await watcher.cancel();
    await changes(c, 'w9/');
    return heard;
  }),
  step('watch: compacted', async (c) => {
    const revision = (await c.put('w10').value('x')).header.revision;
    await c.kv.compact({ revision, physical: true });
    const watcher = c.watch().key('w10').startRevision('2').watcher();
    return new Promise((resolve) => {
      watcher.on('error', (error) => resolve({ error: error.constructor.name }));
      watcher.on('end', () => resolve('end'));
    });
  }),
];

const coordination: readonly Step[] = [
  step('lock: acquire and release', async (c) => {
    const lock = await c.lock('resource').ttl(20).acquire();
    const held = await c.getAll().all().sort('Mod', 'Descend').limit(1).keys();
    await lock.release();
    return { held, after: await c.getAll().prefix('resource').count() };
  }),
  step('lock: taken', async (c, s) => {
    const lock = await c.lock('resource').acquire();
    const second = await outcome(() => client(s, 1).lock('resource').acquire());
    await lock.release();
    return second;
  }),
  step('lock: do', (c) => c.lock('resource').do(() => 'done')),
  step('election: win, observe, proclaim, resign', async (c, s) => {
    const election = c.election('e', 10);
    const campaign = election.campaign('first');
    await campaign.wait();
    const first = await election.leader();
    const observer = await client(s, 1).election('e', 10).observe();
    const observed = observer.leader();
    await campaign.proclaim('changed');
    const second = await election.leader();
    const next = client(s, 2).election('e', 10).campaign('next');
    // At once: `wait` misses what comes before it is called, and a key may be gone before its lease is, and `resign` with it.
    const won = next.wait();
    await pause(300);
    const still = await election.leader();
    await campaign.resign();
    await won;
    const third = await election.leader();
    await next.resign();
    await observer.cancel();
    return { first, observed, second, still, third };
  }),
  step('election: nobody', (c) => c.election('empty').leader()),
];

const upkeep: readonly Step[] = [
  step('compact: future', (c) => c.kv.compact({ revision: 1e9 })),
  step('compact: again', (c) => c.kv.compact({ revision: 2 })),
  step('get of a compacted revision', (c) => c.get('foo').revision(2)),
  step('maintenance: status', async (c) => Object.keys(await c.maintenance.status()).sort()),
  step('maintenance: alarms', async (c) => (await c.maintenance.alarm({ action: 'Get' as never })).alarms),
  step('maintenance: defragment', (c) => c.maintenance.defragment()),
  step('maintenance: hash', async (c) => typeof (await c.maintenance.hash()).hash),
  step('maintenance: snapshot', async (c) => {
    const stream = await c.maintenance.snapshot();
    let size = 0;
    let left: string | undefined;
    await new Promise<void>((resolve, reject) => {
      stream.on('data', (part: { blob: Buffer; remaining_bytes: string }) => {
        size += part.blob.length;
        left = part.remaining_bytes;
      });
      stream.on('end', resolve);
      stream.on('error', reject);
    });
    return { remainder: size % 512, left };
  }),
  step('cluster: members', async (c) => {
    const { members } = await c.cluster.memberList({});
    return members
      .map(({ name, clientURLs, peerURLs }) => ({ name, clientURLs, peerURLs }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }),
];

export const etcd3Steps: readonly Step[] = [
  ...kv,
  ...namespaces,
  ...txns,
  ...leases,
  ...watches,
  ...coordination,
  ...upkeep,
];
