import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseGrantRequest, Member } from '../../proto/gen/rpc.js';
import { eventually, FakeCaller } from '../../test/fakes/call.js';
import { CLUSTER, FakeNode, MEMBER } from '../../test/fakes/node.js';
import { errors } from '../errors.js';
import { limits } from '../limits.js';
import { CommandKind } from '../mvcc/types.js';
import { createMethods } from './methods.js';
import { SNAPSHOT_MAGIC } from './snapshot.js';

const b = (text: string): Buffer => Buffer.from(text);
let node: FakeNode;
let call: FakeCaller;
const header = (revision: number) => ({ clusterId: CLUSTER, memberId: MEMBER, revision, raftTerm: 7 });
const put = (key: string, value = 'v') => call.unary('/etcdserverpb.KV/Put', { key: b(key), value: b(value) });

beforeEach(async () => {
  node = await FakeNode.create();
  call = new FakeCaller(createMethods(node.services));
});

describe('Lease', () => {
  const L = '/etcdserverpb.Lease';
  it('grants, lists, tells and revokes', async () => {
    expect(await call.unary(`${L}/LeaseGrant`, { TTL: 1 })).toEqual({ header: header(1), ID: 99n, TTL: 2, error: '' });
    await call.unary(`${L}/LeaseGrant`, { ID: -3n, TTL: 10 });
    expect(await call.refusal(`${L}/LeaseGrant`, { ID: -3n, TTL: 10 })).toBe('9 etcdserver: lease already exists');
    expect((await call.unary(`${L}/LeaseLeases`)).leases).toEqual([{ ID: 99n }, { ID: -3n }]);
    expect(await call.unary(`${L}/LeaseTimeToLive`, { ID: -3n, keys: true })).toMatchObject({
      header: header(1),
      ID: -3n,
      TTL: 9,
      grantedTTL: 10,
      keys: [b('k')],
    });
    expect(await call.unary(`${L}/LeaseRevoke`, { ID: -3n })).toEqual({ header: header(1) });
    expect(await call.refusal(`${L}/LeaseRevoke`, { ID: -3n })).toBe('5 etcdserver: requested lease not found');
    // A dead lease is no error here.
    expect(await call.unary(`${L}/LeaseTimeToLive`, { ID: -3n })).toMatchObject({ ID: -3n, TTL: -1, grantedTTL: 0 });
  });

  it('answers keep-alives, 0 for a dead lease, with the revision from before the renewal', async () => {
    node.leases.set(5n, 60);
    const stream = call.stream(`${L}/LeaseKeepAlive`);
    stream.write({ ID: 5n });
    stream.write({ ID: 6n });
    stream.halfClose();
    await put('a');
    await eventually(() => stream.status !== undefined);
    expect(stream.status).toEqual({ code: 0, message: '' });
    expect(stream.sent).toEqual([
      { header: header(1), ID: 5n, TTL: 60 },
      { header: header(1), ID: 6n, TTL: 0 },
    ]);
  });

  it('slows down a stream of too many keep-alives, and fails it with the error of one', async () => {
    const stream = call.stream(`${L}/LeaseKeepAlive`);
    for (let i = 0; i < limits.keepAlivesPerStreamPendingMax; i++) stream.write({ ID: 5n });
    expect(stream.paused).toBe(1);
    await eventually(() => stream.sent.length === limits.keepAlivesPerStreamPendingMax);
    expect(stream.paused).toBe(0);
    node.broken = errors.noLeader();
    stream.write({ ID: 5n });
    await eventually(() => stream.status !== undefined);
    expect(stream.status).toEqual({ code: 14, message: 'etcdserver: no leader' });
  });
});

describe('Watch', () => {
  it('fills in headers, and closes its watches with the call only', async () => {
    const stream = call.stream('/etcdserverpb.Watch/Watch');
    stream.write({ createRequest: { key: b('a') } });
    await node.scheduler.settle();
    expect(stream.sent[0]).toMatchObject({ header: header(1), created: true, watchId: 0 });
    stream.halfClose();
    await put('a');
    await node.scheduler.settle();
    expect(stream.sent[1]).toMatchObject({ header: header(2), events: [{ kv: { modRevision: 2 } }] });
    expect(node.services.watch.watchers).toBe(1);
    stream.context?.cancel();
    expect(node.services.watch.watchers).toBe(0);
  });

  it('cuts those that asked for a leader after three election timeouts without one', async () => {
    const open = (metadata: Record<string, string>) => {
      const stream = call.stream('/etcdserverpb.Watch/Watch', {}, metadata);
      stream.write({ createRequest: { key: b('a') } });
      return stream;
    };
    const bound = open({ hasleader: 'true' });
    const gone = open({ hasleader: 'true' });
    const free = open({});
    gone.context?.cancel();
    node.lead(0n);
    await node.scheduler.advance(2_500);
    node.lead(2n);
    await node.scheduler.advance(1_000);
    node.lead(0n);
    await node.scheduler.advance(2_400);
    expect(bound.status).toBeUndefined();
    await node.scheduler.advance(1_000);
    expect(bound.status).toEqual({ code: 14, message: 'etcdserver: no leader' });
    expect([gone.status, free.status]).toEqual([undefined, undefined]);
    expect(node.services.watch.watchers).toBe(1);
    // Nothing is left that needs a timer.
    await node.scheduler.advance(10_000);
    expect(() => call.stream('/etcdserverpb.Watch/Watch', {}, { hasleader: 'true' })).toThrow('no leader');
  });
});

describe('Cluster', () => {
  it('lists members by ID, those without a name too', async () => {
    await node.group.propose(
      CommandKind.publishMember,
      Member.encode({
        ID: MEMBER,
        name: 'n1',
        peerURLs: ['http://p:1'],
        clientURLs: ['http://c:1'],
      }),
    );
    const { members } = await call.unary('/etcdserverpb.Cluster/MemberList');
    expect(members).toEqual([
      { ID: 2n, name: '', peerURLs: [], clientURLs: [], isLearner: false },
      { ID: MEMBER, name: 'n1', peerURLs: ['http://p:1'], clientURLs: ['http://c:1'], isLearner: false },
    ]);
    expect(node.readIndexes).toBe(0);
    await call.unary('/etcdserverpb.Cluster/MemberList', { linearizable: true });
    expect(node.readIndexes).toBe(1);
  });

  it('passes changes on, with URLs in order and an ID that is new each time', async () => {
    const C = '/etcdserverpb.Cluster';
    const peerURLs = ['http://b:1', 'http://a:1/'];
    const first = (await call.unary(`${C}/MemberAdd`, { peerURLs, isLearner: true })).member;
    const second = (await call.unary(`${C}/MemberAdd`, { peerURLs: ['http://a:1', 'http://b:1'] })).member;
    expect(first).toMatchObject({ name: '', peerURLs: ['http://a:1', 'http://b:1'], clientURLs: [], isLearner: true });
    expect(second).toMatchObject({ peerURLs: ['http://a:1', 'http://b:1'], isLearner: false });
    expect(first.ID).not.toBe(second.ID);
    await call.unary(`${C}/MemberUpdate`, { ID: 2n, peerURLs: ['http://c:1'] });
    await call.unary(`${C}/MemberPromote`, { ID: 2n });
    await call.unary(`${C}/MemberRemove`, { ID: 2n });
    expect(node.memberChanges.slice(2)).toEqual([
      ['update', 2n, ['http://c:1']],
      ['promote', 2n],
      ['remove', 2n],
    ]);
  });

  it.each([
    [],
    ['a:1'],
    ['http://a'],
    ['http://a:1/path'],
    ['https://a:1'],
    ['unix:///tmp/x'],
    ['http://a:99999'],
    ['http://a:1', 'http://a:1'],
  ])('refuses the peer URLs %s', async (...peerURLs) => {
    const refusal = '3 etcdserver: given member URLs are invalid';
    expect(await call.refusal('/etcdserverpb.Cluster/MemberAdd', { peerURLs })).toBe(refusal);
    expect(await call.refusal('/etcdserverpb.Cluster/MemberUpdate', { ID: 2n, peerURLs })).toBe(refusal);
    expect(node.memberChanges).toEqual([]);
  });
});

describe('Maintenance', () => {
  const M = '/etcdserverpb.Maintenance';
  it('tells its status', async () => {
    await put('a');
    expect(await call.unary(`${M}/Status`)).toMatchObject({
      header: header(2),
      version: '3.4.23',
      leader: MEMBER,
      raftIndex: 1,
      raftAppliedIndex: 1,
      raftTerm: 7,
      errors: [],
      isLearner: false,
    });
    node.lead(0n);
    await call.unary(`${M}/Alarm`, { action: 1, memberID: 5n, alarm: 2 });
    expect((await call.unary(`${M}/Status`)).errors).toEqual(['etcdserver: no leader', 'memberID:5 alarm:CORRUPT ']);
  });

  it('filters alarms by type', async () => {
    await call.unary(`${M}/Alarm`, { action: 1, memberID: 5n, alarm: 2 });
    expect((await call.unary(`${M}/Alarm`, { alarm: 1 })).alarms).toEqual([]);
    expect((await call.unary(`${M}/Alarm`, { alarm: 2 })).alarms).toEqual([{ memberID: 5n, alarm: 2 }]);
    expect(node.readIndexes).toBe(2);
  });

  it('hashes, and refuses revisions that are not there', async () => {
    await put('a');
    const now = await call.unary(`${M}/HashKV`);
    expect(now).toMatchObject({ header: header(2), hashRevision: 2 });
    expect((await call.unary(`${M}/Hash`)).hash).toBe(now.hash);
    await put('a', 'w');
    expect((await call.unary(`${M}/HashKV`, { revision: 2 })).hash).toBe(now.hash);
    expect((await call.unary(`${M}/HashKV`)).hash).not.toBe(now.hash);
    expect(await call.refusal(`${M}/HashKV`, { revision: 9 })).toMatch(/^11 .*future revision$/);
  });

  it('moves the leadership from the leader to another voter', async () => {
    const bad = '9 etcdserver: bad leader transferee';
    expect(await call.refusal(`${M}/MoveLeader`, { targetID: 77n })).toBe(bad);
    expect(await call.refusal(`${M}/MoveLeader`, { targetID: MEMBER })).toBe(bad);
    await call.unary(`${M}/MoveLeader`, { targetID: 2n });
    expect(node.transfers).toEqual([2n]);
    node.lead(2n);
    expect(await call.refusal(`${M}/MoveLeader`, { targetID: 2n })).toBe('9 etcdserver: not leader');
  });

  it('sends a snapshot in whole blocks with its checksum, at the pace of the caller', async () => {
    for (let i = 0; i < 50; i++) await put(`k${i}`, 'x'.repeat(i));
    const stream = call.stream(`${M}/Snapshot`, {}, {}, true);
    await eventually(() => stream.sent.length === 1);
    await node.scheduler.settle();
    expect(stream.sent).toHaveLength(1);
    stream.drain();
    await eventually(() => stream.status !== undefined);
    expect(stream.status?.code).toBe(0);
    const file = Buffer.concat(stream.sent.map((message) => message.blob));
    expect(file.length % 512).toBe(32);
    const body = file.subarray(0, -32);
    expect(createHash('sha256').update(body).digest().equals(file.subarray(-32))).toBe(true);
    expect(body.subarray(0, SNAPSHOT_MAGIC.length).equals(SNAPSHOT_MAGIC)).toBe(true);
    expect(body.includes('k49')).toBe(true);
    const remaining = stream.sent.map((message) => message.remainingBytes);
    expect(remaining.at(-1)).toBe(0);
    expect(remaining.slice(0, -1).every((bytes) => bytes > 0)).toBe(true);
  });

  it('stops a snapshot whose caller has gone', async () => {
    await put('a');
    const stream = call.stream(`${M}/Snapshot`, {}, {}, true);
    await eventually(() => stream.sent.length === 1);
    stream.context?.cancel();
    await eventually(() => stream.status !== undefined);
    expect(stream.sent).toHaveLength(1);
  });
});

describe('Lock and Election', () => {
  const E = '/v3electionpb.Election';
  beforeEach(async () => {
    node.leases.set(5n, 60);
    await node.group.propose(CommandKind.leaseGrant, LeaseGrantRequest.encode({ ID: 5n, TTL: 60 }));
    await node.group.propose(CommandKind.leaseGrant, LeaseGrantRequest.encode({ ID: 6n, TTL: 60 }));
  });

  it('hand over headers, keys and errors', async () => {
    const lock = await call.unary('/v3lockpb.Lock/Lock', { name: b('l'), lease: 5n });
    expect(lock).toEqual({ header: header(2), key: b('l/5') });
    expect(await call.unary('/v3lockpb.Lock/Unlock', { key: lock.key })).toEqual({ header: header(3) });
    expect(await call.refusal('/v3lockpb.Lock/Lock', { name: b('l'), lease: 77n })).toBe(
      '2 etcdserver: requested lease not found',
    );

    expect(await call.refusal(`${E}/Leader`, { name: b('e') })).toBe('2 election: no leader');
    expect(await call.refusal(`${E}/Proclaim`)).toBe('2 "leader" field must be provided');
    const { leader } = await call.unary(`${E}/Campaign`, { name: b('e'), lease: 5n, value: b('v') });
    expect(leader).toEqual({ name: b('e'), key: b('e/5'), rev: 4, lease: 5n });
    expect(await call.unary(`${E}/Proclaim`, { leader, value: b('w') })).toEqual({ header: header(5) });
    expect((await call.unary(`${E}/Leader`, { name: b('e') })).kv.value.toString()).toBe('w');
    expect(await call.unary(`${E}/Resign`, { leader })).toEqual({ header: header(6) });
    expect(await call.refusal(`${E}/Proclaim`, { leader })).toBe('2 election: not leader');
  });

  it('give up for a caller that has gone', async () => {
    await call.unary('/v3lockpb.Lock/Lock', { name: b('l'), lease: 5n });
    const waiting = call.cancellable('/v3lockpb.Lock/Lock', { name: b('l'), lease: 6n });
    await eventually(() => node.store.keyCount === 2);
    waiting.cancel();
    await expect(waiting.result).rejects.toThrow('context canceled');
    expect(node.store.keyCount).toBe(1);
  });

  it('let an observer see every value at its own pace', async () => {
    const { leader } = await call.unary(`${E}/Campaign`, { name: b('e'), lease: 5n, value: b('1') });
    const stream = call.stream(`${E}/Observe`, { name: b('e') }, {}, true);
    await eventually(() => stream.sent.length === 1);
    await call.unary(`${E}/Proclaim`, { leader, value: b('2') });
    await node.scheduler.settle();
    expect(stream.sent).toHaveLength(1);
    stream.drain();
    await eventually(() => stream.sent.length === 2);
    expect(stream.sent.map((message) => message.kv.value.toString())).toEqual(['1', '2']);
    stream.context?.cancel();
    await eventually(() => stream.status !== undefined);
    expect(node.services.watch.watchers).toBe(0);
  });
});

describe('Health', () => {
  const H = '/grpc.health.v1.Health';
  it('is serving as a whole, and knows no other service', async () => {
    expect(await call.unary(`${H}/Check`)).toEqual({ status: 1 });
    expect(await call.refusal(`${H}/Check`, { service: 'x' })).toBe('5 unknown service');
    const whole = call.stream(`${H}/Watch`);
    const other = call.stream(`${H}/Watch`, { service: 'x' });
    expect([whole.sent, other.sent, whole.status]).toEqual([[{ status: 1 }], [{ status: 3 }], undefined]);
  });
});

describe.each(['v1', 'v1alpha'])('reflection %s', (version) => {
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  const ask = (request: object) => {
    const stream = call.stream(path);
    stream.write({ host: 'h', ...request });
    stream.halfClose();
    expect(stream.status?.code).toBe(0);
    return stream.sent[0];
  };

  it('lists services and describes them', async () => {
    const services = ask({ listServices: '' }).listServicesResponse.service.map((s: { name: string }) => s.name);
    expect(services).toContain('etcdserverpb.KV');
    expect(services).toContain('grpc.health.v1.Health');
    // Whatever is served is described.
    const served = new Set(createMethods(node.services).map((method) => method.path.split('/')[1]));
    expect(services.sort()).toEqual([...served].sort());
    const files = ask({ fileContainingSymbol: 'etcdserverpb.KV.Range' }).fileDescriptorResponse.fileDescriptorProto;
    expect(files).toHaveLength(2);
    expect(files.map((file: Uint8Array) => Buffer.from(file).includes('RangeRequest'))).toEqual([true, false]);
    expect(ask({ fileByFilename: 'kv.proto' }).fileDescriptorResponse.fileDescriptorProto).toHaveLength(1);
  });

  it('says what it does not know', () => {
    expect(ask({ fileContainingSymbol: 'no.such' }).errorResponse).toEqual({
      errorCode: 5,
      errorMessage: 'symbol no.such not found',
    });
    expect(ask({ fileByFilename: 'x.proto' }).errorResponse.errorCode).toBe(5);
    expect(ask({ fileContainingExtension: { containingType: 'x', extensionNumber: 1 } }).errorResponse.errorCode).toBe(
      5,
    );
    expect(ask({ allExtensionNumbersOfType: 'etcdserverpb.Compare' }).allExtensionNumbersResponse.baseTypeName).toBe(
      'etcdserverpb.Compare',
    );
  });
});
