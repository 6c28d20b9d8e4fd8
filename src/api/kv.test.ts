import { beforeEach, describe, expect, it } from 'vitest';
import { FakeCaller } from '../../test/fakes/call.js';
import { CLUSTER, FakeNode, MEMBER } from '../../test/fakes/node.js';
import { errors } from '../errors.js';
import { CommandKind } from '../mvcc/types.js';
import { createMethods } from './methods.js';

const KV = '/etcdserverpb.KV';
const b = (text: string): Buffer => Buffer.from(text);

let node: FakeNode;
let call: FakeCaller;

async function start(over: Parameters<typeof FakeNode.create>[0] = {}): Promise<void> {
  node = await FakeNode.create(over);
  call = new FakeCaller(createMethods(node.services));
}
const put = (key: string, value = 'v', extra: object = {}) =>
  call.unary(`${KV}/Put`, { key: b(key), value: b(value), ...extra });
const get = (key: string, extra: object = {}) => call.unary(`${KV}/Range`, { key: b(key), ...extra });

beforeEach(() => start());

describe('Put, Range, DeleteRange', () => {
  it('carry the whole header', async () => {
    const header = { clusterId: CLUSTER, memberId: MEMBER, revision: 2, raftTerm: 7 };
    expect(await put('a')).toEqual({ header, prevKv: undefined });
    expect((await put('a', 'w', { prevKv: true })).prevKv.value.toString()).toBe('v');
    const range = await get('a');
    expect(range).toMatchObject({ header: { ...header, revision: 3 }, count: 1, more: false });
    expect(range.kvs[0]).toMatchObject({ createRevision: 2, modRevision: 3, version: 2 });
    expect(await call.unary(`${KV}/DeleteRange`, { key: b('a'), prevKv: true })).toMatchObject({
      header: { ...header, revision: 4 },
      deleted: 1,
      prevKvs: [{ version: 2 }],
    });
    expect(await call.unary(`${KV}/DeleteRange`, { key: b('a') })).toMatchObject({
      header: { revision: 4 },
      deleted: 0,
    });
  });

  it('give the current revision with an old read', async () => {
    await put('a', '1');
    await put('a', '2');
    const old = await get('a', { revision: 2 });
    expect([old.header.revision, old.kvs[0].value.toString()]).toEqual([3, '1']);
  });

  it('ask the quorum for a linearizable read only', async () => {
    await get('a', { serializable: true });
    expect(node.readIndexes).toBe(0);
    await get('a');
    expect(node.readIndexes).toBe(1);
    node.broken = errors.timeout();
    expect(await call.refusal(`${KV}/Range`, { key: b('a') })).toBe('14 etcdserver: request timed out');
    await get('a', { serializable: true });
  });

  it('encode revisions of any size', async () => {
    for (const term of [0, 1, 127, 128, 300, 2 ** 31, 2 ** 40, 2 ** 53 - 1]) {
      node.lead(MEMBER, term);
      expect((await get('a', { serializable: true })).header).toEqual({
        clusterId: CLUSTER,
        memberId: MEMBER,
        revision: 1,
        raftTerm: term,
      });
    }
  });

  it.each([
    ['Range', {}, '3 etcdserver: key is not provided'],
    ['Range', { key: b('a'), sortTarget: 9 }, '3 etcdserver: invalid sort option'],
    ['Range', { key: b('a'), revision: 5 }, '11 etcdserver: mvcc: required revision is a future revision'],
    ['Put', {}, '3 etcdserver: key is not provided'],
    ['Put', { key: b('a'), value: b('v'), ignoreValue: true }, '3 etcdserver: value is provided'],
    ['Put', { key: b('a'), ignoreValue: true }, '3 etcdserver: key not found'],
    ['Put', { key: b('a'), lease: 5n }, '5 etcdserver: requested lease not found'],
    ['Put', { key: b('a'), value: Buffer.alloc(1_000) }, '3 etcdserver: request is too large'],
    ['DeleteRange', {}, '3 etcdserver: key is not provided'],
    ['DeleteRange', { key: Buffer.alloc(1_000) }, '3 etcdserver: request is too large'],
    ['Txn', { success: [{}] }, '3 etcdserver: key not found'],
    ['Txn', { compare: [{}] }, '3 etcdserver: key is not provided'],
    [
      'Txn',
      { success: Array(129).fill({ requestRange: { key: b('a') } }) },
      '3 etcdserver: too many operations in txn request',
    ],
    [
      'Txn',
      { success: Array(2).fill({ requestPut: { key: b('a') } }) },
      '3 etcdserver: duplicate key given in txn request',
    ],
    ['Txn', { success: [{ requestPut: { key: Buffer.alloc(1_000) } }] }, '3 etcdserver: request is too large'],
    [
      'Txn',
      { success: [{ requestRange: { key: b('a'), revision: 9 } }] },
      '11 etcdserver: mvcc: required revision is a future revision',
    ],
    ['Compact', { revision: 9 }, '11 etcdserver: mvcc: required revision is a future revision'],
  ])('%s %o is refused', async (method, request, refusal) => {
    expect(await call.refusal(`${KV}/${method}`, request)).toBe(refusal);
    expect(node.store.revision).toBe(1);
  });
});

describe('Compact', () => {
  it('removes history, and refuses what is gone', async () => {
    for (let i = 0; i < 5; i++) await put('a', String(i));
    const response = await call.unary(`${KV}/Compact`, { revision: 4, physical: true });
    expect(response.header.revision).toBe(6);
    const gone = '11 etcdserver: mvcc: required revision has been compacted';
    expect(await call.refusal(`${KV}/Range`, { key: b('a'), revision: 3 })).toBe(gone);
    expect(await call.refusal(`${KV}/Compact`, { revision: 4 })).toBe(gone);
    expect((await get('a', { revision: 4 })).kvs[0].value.toString()).toBe('2');
  });
});

describe('Txn', () => {
  const compare = (key: string, target: number, result: number, rest: object = {}) => ({
    key: b(key),
    target,
    result,
    ...rest,
  });
  const [VERSION, CREATE, MOD, VALUE, LEASE] = [0, 1, 2, 3, 4];
  const [EQUAL, GREATER, LESS, NOT_EQUAL] = [0, 1, 2, 3];

  it('writes through the log and reads beside it', async () => {
    const written = await call.unary(`${KV}/Txn`, {
      compare: [compare('a', VERSION, EQUAL, { version: 0 })],
      success: [{ requestPut: { key: b('a'), value: b('1') } }, { requestRange: { key: b('a') } }],
    });
    expect(written).toMatchObject({ header: { revision: 2, clusterId: CLUSTER }, succeeded: true });
    expect(written.responses[1].responseRange).toMatchObject({ header: { revision: 2 }, count: 1 });
    expect(node.proposed).toEqual([CommandKind.txn]);

    const read = await call.unary(`${KV}/Txn`, {
      compare: [compare('a', VERSION, EQUAL, { version: 0 })],
      failure: [{ requestRange: { key: b('a') } }, { requestTxn: { success: [{ requestRange: { key: b('b') } }] } }],
    });
    expect(read).toMatchObject({ header: { revision: 2, memberId: MEMBER, raftTerm: 7 }, succeeded: false });
    expect(read.responses[0].responseRange).toMatchObject({ header: { revision: 2, clusterId: 0n }, count: 1 });
    expect(read.responses[1].responseTxn).toMatchObject({ header: { revision: 0 }, succeeded: true });
    expect(node.proposed).toHaveLength(1);
    expect(node.readIndexes).toBe(1);
  });

  it('needs no quorum only if every read is serializable', async () => {
    const range = (serializable: boolean) => ({ requestRange: { key: b('a'), serializable } });
    await call.unary(`${KV}/Txn`, { success: [range(true)], failure: [range(true)] });
    expect(node.readIndexes).toBe(0);
    await call.unary(`${KV}/Txn`, { success: [range(true)], failure: [range(false)] });
    await call.unary(`${KV}/Txn`, { compare: [compare('a', VERSION, EQUAL, { version: 0 })] });
    await call.unary(`${KV}/Txn`, {});
    expect(node.readIndexes).toBe(3);
    expect(node.proposed).toEqual([]);
  });

  // The state machine evaluates the same compares when a put makes it a write: both ways must agree.
  it.each([
    [compare('a', VERSION, EQUAL, { version: 2 }), true],
    [compare('a', VERSION, GREATER, { version: 2 }), false],
    [compare('a', CREATE, LESS, { createRevision: 3 }), true],
    [compare('a', MOD, NOT_EQUAL, { modRevision: 2 }), true],
    [compare('a', VALUE, EQUAL, { value: b('2') }), true],
    [compare('a', VALUE, LESS, { value: b('2') }), false],
    [compare('a', LEASE, EQUAL, { lease: 0n }), true],
    [compare('a', LEASE, LESS, { lease: -1n }), false],
    [compare('none', VALUE, NOT_EQUAL, { value: b('x') }), false],
    [compare('none', VALUE, EQUAL, {}), false],
    [compare('none', MOD, EQUAL, { modRevision: 0 }), true],
    [compare('a', VERSION, GREATER, { version: 0, rangeEnd: b('z') }), true],
    [compare('a', VERSION, GREATER, { version: 1, rangeEnd: b('z') }), false],
    [compare('x', VALUE, EQUAL, { value: b(''), rangeEnd: b('z') }), false],
    [compare('x', VERSION, EQUAL, { version: 0, rangeEnd: b('z') }), true],
    [compare('a', VERSION, EQUAL, { version: 3, rangeEnd: b('a') }), false],
    [compare('a', 99, EQUAL, {}), true],
    [compare('a', VERSION, 99, { version: 0 }), true],
    [compare('a', VERSION, 99, { version: 2 }), true],
  ])('compares %o: %s', async (condition, expected) => {
    await put('a', '1');
    await put('a', '2');
    await put('b', '1');
    const read = await call.unary(`${KV}/Txn`, { compare: [condition] });
    const written = await call.unary(`${KV}/Txn`, { compare: [condition], failure: [{ requestPut: { key: b('q') } }] });
    expect(read.succeeded).toBe(written.succeeded);
    expect(read.succeeded).toBe(expected);
  });

  it('reads everything at one revision, and starts again when that is compacted away', async () => {
    await put('a', '1');
    const range = node.store.range.bind(node.store);
    let reads = 0;
    node.store.range = async (request) => {
      reads++;
      if (reads === 2) {
        await put('a', '2');
        await call.unary(`${KV}/Compact`, { revision: 3 });
      }
      return range(request);
    };
    const read = await call.unary(`${KV}/Txn`, {
      success: [{ requestRange: { key: b('a') } }, { requestRange: { key: b('a') } }],
    });
    expect(reads).toBe(4);
    expect(read.header.revision).toBe(3);
    // biome-ignore lint/suspicious/noExplicitAny: decoded by the fake.
    expect(read.responses.map((r: any) => r.responseRange.kvs[0].value.toString())).toEqual(['2', '2']);
  });
});

describe('quota', () => {
  it('raises NOSPACE once, refuses what grows, and lets the rest work until it is disarmed', async () => {
    await start({ quotaBytes: 2_000 });
    const grow = async (): Promise<void> => {
      for (let i = 0; ; i++) await put(`k${i}`, 'x'.repeat(100));
    };
    await expect(grow()).rejects.toThrow('etcdserver: mvcc: database space exceeded');
    const noSpace = '8 etcdserver: mvcc: database space exceeded';
    const alarm = { memberID: MEMBER, alarm: 1 };
    expect((await call.unary('/etcdserverpb.Maintenance/Alarm')).alarms).toEqual([alarm]);
    expect(node.proposed.filter((kind) => kind === CommandKind.alarm)).toHaveLength(1);
    expect(await call.refusal(`${KV}/Put`, { key: b('k0') })).toBe(noSpace);
    expect(await call.refusal(`${KV}/Txn`, { success: [{ requestPut: { key: b('z') } }] })).toBe(noSpace);
    expect(await call.refusal('/etcdserverpb.Lease/LeaseGrant', { TTL: 5 })).toBe(noSpace);
    await get('k0');
    await call.unary(`${KV}/DeleteRange`, { key: b('\0'), rangeEnd: b('\0') });
    await call.unary(`${KV}/Txn`, { success: [{ requestDeleteRange: { key: b('z') } }] });
    await call.unary(`${KV}/Compact`, { revision: node.store.revision, physical: true });
    expect(node.proposed.filter((kind) => kind === CommandKind.alarm)).toHaveLength(1);
    // There is room again, and still the alarm holds.
    expect(await call.refusal(`${KV}/Put`, { key: b('k0') })).toBe(noSpace);
    const disarmed = await call.unary('/etcdserverpb.Maintenance/Alarm', { action: 2, ...alarm });
    expect(disarmed.alarms).toEqual([alarm]);
    await put('k0');
  });

  it('is not held against a node without one', async () => {
    await start({ quotaBytes: 0 });
    await put('a', 'x'.repeat(500));
  });
});

describe('who may ask whom', () => {
  it('refuses a caller that wants a leader while there is none', async () => {
    node.lead(0n);
    const metadata = { hasleader: 'true' };
    const refused = '14 etcdserver: no leader';
    expect(await call.refusal(`${KV}/Range`, { key: b('a'), serializable: true }, metadata)).toBe(refused);
    await call.unary(`${KV}/Range`, { key: b('a'), serializable: true }, { hasleader: 'false' });
    node.lead(2n);
    await call.unary(`${KV}/Range`, { key: b('a'), serializable: true }, metadata);
  });

  it('lets a learner serve serializable reads and its status, and nothing else', async () => {
    node.learner();
    const refused = '14 etcdserver: rpc not supported for learner';
    expect(await call.refusal(`${KV}/Put`, { key: b('a') })).toBe(refused);
    expect(await call.refusal(`${KV}/Range`, { key: b('a') })).toBe(refused);
    expect(await call.refusal('/etcdserverpb.Cluster/MemberList')).toBe(refused);
    expect(() => call.stream('/etcdserverpb.Watch/Watch')).toThrow('rpc not supported for learner');
    await get('a', { serializable: true });
    expect((await call.unary('/etcdserverpb.Maintenance/Status')).isLearner).toBe(true);
    expect(call.stream('/etcdserverpb.Maintenance/Snapshot').status).toBeUndefined();
  });
});
