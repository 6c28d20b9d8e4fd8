// Single calls over gRPC, for what the clients have no word for.

import { HealthService } from '../../proto/gen/health.js';
import {
  ClusterService,
  type CompareInit,
  CompareResult,
  CompareTarget,
  KVService,
  LeaseService,
  MaintenanceService,
  type RangeRequestInit,
  type RequestOpInit,
  SortOrder,
  SortTarget,
  type TxnRequestInit,
} from '../../proto/gen/rpc.js';
import { ElectionService } from '../../proto/gen/v3election.js';
import { LockService } from '../../proto/gen/v3lock.js';
import type { MethodDescriptor } from '../../proto/wire.js';
import { CallError, type Caller } from '../harness/rpc.js';
import type { Session, Step } from './session.js';

const b = (text: string): Buffer => Buffer.from(text);
const value = b('value');

/** The answer, or the code and text of the refusal. */
export async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { code: error.code, details: error.details };
  }
}

const caller = (session: Session, member = 0): Caller => session.cluster.caller(session.member(member));

export const call = <Req, ReqInit, Res, ResInit>(
  name: string,
  method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
  request: ReqInit | ((session: Session) => ReqInit),
  member = 0,
): Step => ({
  name,
  run: (session) => {
    const message = typeof request === 'function' ? (request as (s: Session) => ReqInit)(session) : request;
    return outcome(caller(session, member).unary(method, message));
  },
});

const range = (name: string, request: RangeRequestInit): Step => call(`range: ${name}`, KVService.range, request);
const put = (key: string, text = 'value'): Step =>
  call(`put ${key} ${text}`, KVService.put, { key: b(key), value: b(text) });
const txn = (name: string, request: TxnRequestInit): Step => call(`txn: ${name}`, KVService.txn, request);

const all = { key: b('\0'), rangeEnd: b('\0') };
const letters = { key: b('a'), rangeEnd: b('f') };

const ranges: readonly Step[] = [
  ...['a 1', 'b 2', 'c 3', 'd 4', 'e 5', 'a 6', 'c 0', 'a 3'].map((kv) => put(...(kv.split(' ') as [string, string]))),
  range('everything', all),
  range('from a key', { key: b('c'), rangeEnd: b('\0') }),
  range('end before start', { key: b('c'), rangeEnd: b('a') }),
  range('end at start', { key: b('c'), rangeEnd: b('c') }),
  range('count only', { ...letters, countOnly: true }),
  range('count only with a limit', { ...letters, countOnly: true, limit: 2 }),
  range('keys only', { ...letters, keysOnly: true }),
  range('limit', { ...letters, limit: 2 }),
  range('limit of exactly all', { ...letters, limit: 5 }),
  range('negative limit', { ...letters, limit: -1 }),
  range('smallest modification revision', { ...letters, minModRevision: 6 }),
  range('greatest modification revision', { ...letters, maxModRevision: 6 }),
  range('smallest creation revision', { ...letters, minCreateRevision: 4 }),
  range('greatest creation revision', { ...letters, maxCreateRevision: 4 }),
  range('filter and limit', { ...letters, minModRevision: 4, limit: 2 }),
  range('filter and count only', { ...letters, minModRevision: 6, countOnly: true }),
  range('old revision', { ...letters, revision: 5 }),
  range('old revision, sorted and cut', {
    ...letters,
    revision: 7,
    sortOrder: SortOrder.DESCEND,
    sortTarget: SortTarget.MOD,
    limit: 2,
  }),
  range('revision 1', { ...letters, revision: 1 }),
  range('future revision', { ...letters, revision: 1_000_000 }),
  range('negative revision', { ...letters, revision: -5 }),
  range('no key', {}),
  range('no key but an end', { rangeEnd: b('z') }),
  range('serializable', { ...letters, serializable: true, limit: 1 }),
  range('serializable future revision', { ...letters, serializable: true, revision: 1_000_000 }),
  ...Object.entries(SortTarget)
    .flatMap(([name, sortTarget]) =>
      [SortOrder.ASCEND, SortOrder.DESCEND].map((sortOrder) =>
        // Distinct in every target but version, which is cut to what is distinct there.
        range(`sorted by ${name}, order ${sortOrder}`, {
          ...letters,
          ...(name === 'VERSION'
            ? { key: b('a'), rangeEnd: b('d'), limit: 1, sortOrder: SortOrder.DESCEND }
            : { sortOrder }),
          ...(name === 'VALUE' ? { key: b('b') } : {}),
          sortTarget,
        }),
      ),
    )
    .filter((step, i, steps) => steps.findIndex((s) => s.name === step.name) === i),
  range('order without target', { ...letters, sortOrder: SortOrder.DESCEND }),
];

const writes: readonly Step[] = [
  call('put: no key', KVService.put, { value }),
  call('put: no value', KVService.put, { key: b('novalue') }),
  call('put: previous', KVService.put, { key: b('a'), value, prevKv: true }),
  call('put: value given and ignored', KVService.put, { key: b('a'), value, ignoreValue: true }),
  call('put: lease given and ignored', KVService.put, { key: b('a'), value, lease: 5n, ignoreLease: true }),
  call('put: unknown lease', KVService.put, { key: b('a'), value, lease: 5n }),
  call('put: ignored value of a missing key', KVService.put, { key: b('missing'), ignoreValue: true }),
  call('put: ignored lease of a missing key', KVService.put, { key: b('missing'), value, ignoreLease: true }),
  call('put: as large as can be', KVService.put, { key: b('large'), value: Buffer.alloc(1_572_000) }),
  call('put: too large', KVService.put, { key: b('large'), value: Buffer.alloc(1_572_864) }),
  call('put: larger than a message may be', KVService.put, { key: b('large'), value: Buffer.alloc(2_200_000) }),
  call('delete: no key', KVService.deleteRange, {}),
  call('delete: nothing', KVService.deleteRange, { key: b('missing') }),
  call('delete: previous', KVService.deleteRange, { key: b('large') }),
  call('delete: end before start', KVService.deleteRange, { key: b('z'), rangeEnd: b('a') }),
  call('delete: range with previous', KVService.deleteRange, { key: b('n'), rangeEnd: b('o'), prevKv: true }),
];

const yes: RequestOpInit[] = [{ requestRange: { key: b('a') } }];
const no: RequestOpInit[] = [{ requestRange: { key: b('missing'), countOnly: true } }];
const results = Object.entries(CompareResult);

const compares = (name: string, of: (result: CompareResult) => CompareInit): Step[] =>
  results.map(([word, result]) => txn(`compare ${name} ${word}`, { compare: [of(result)], success: yes, failure: no }));

const puts = (count: number): RequestOpInit[] =>
  Array.from({ length: count }, (_, i) => ({ requestPut: { key: b(`op/${i}`), value } }));
const many = (count: number): CompareInit[] =>
  Array.from({ length: count }, () => ({
    key: b('a'),
    target: CompareTarget.VERSION,
    result: CompareResult.GREATER,
    version: 0,
  }));
const nested = (inner: TxnRequestInit): RequestOpInit => ({ requestTxn: inner });
const putOp = (key: string): RequestOpInit => ({ requestPut: { key: b(key), value } });
const del = (key: string, end?: string): RequestOpInit => ({
  requestDeleteRange: { key: b(key), ...(end === undefined ? {} : { rangeEnd: b(end) }) },
});

const txns: readonly Step[] = [
  ...compares('version', (result) => ({ key: b('b'), target: CompareTarget.VERSION, result, version: 1 })),
  ...compares('create', (result) => ({ key: b('b'), target: CompareTarget.CREATE, result, createRevision: 4 })),
  ...compares('mod', (result) => ({ key: b('b'), target: CompareTarget.MOD, result, modRevision: 2 })),
  ...compares('value', (result) => ({ key: b('b'), target: CompareTarget.VALUE, result, value: b('2') })),
  ...compares('lease', (result) => ({ key: b('b'), target: CompareTarget.LEASE, result, lease: 0n })),
  ...compares('version of a missing key', (result) => ({
    key: b('missing'),
    target: CompareTarget.VERSION,
    result,
    version: 0,
  })),
  ...compares('value of a missing key', (result) => ({
    key: b('missing'),
    target: CompareTarget.VALUE,
    result,
    value: b(''),
  })),
  ...compares('mod of a range', (result) => ({ ...letters, target: CompareTarget.MOD, result, modRevision: 4 })),
  ...compares('version of an empty range', (result) => ({
    key: b('x'),
    rangeEnd: b('z'),
    target: CompareTarget.VERSION,
    result,
    version: 0,
  })),
  txn('empty', {}),
  txn('compare without a key', { compare: [{ target: CompareTarget.VERSION }] }),
  txn('compare without a target', { compare: [{ key: b('a') }], success: yes, failure: no }),
  txn('op without a request', { success: [{}] }),
  txn('op without a key', { success: [{ requestPut: { value } }] }),
  txn('op without a key in the other branch', { failure: [{ requestRange: {} }] }),
  txn('128 ops', { success: puts(128) }),
  txn('129 ops', { success: puts(129) }),
  txn('129 ops in the other branch', { failure: puts(129) }),
  txn('128 compares', { compare: many(128), success: yes }),
  txn('129 compares', { compare: many(129), success: yes }),
  txn('128 ops in either branch', { success: puts(128), failure: puts(128) }),
  txn('nested within its budget', { success: [...puts(64), nested({ success: [putOp('n/1')] })] }),
  txn('nested beyond its budget', { success: [...puts(100), nested({ success: puts(100) })] }),
  txn('two puts of one key', { success: [putOp('dup'), putOp('dup')] }),
  txn('two puts of one key, other branch', { failure: [putOp('dup'), putOp('dup')] }),
  txn('a put in a deleted range', { success: [del('d', 'e'), putOp('dup')] }),
  txn('a put and its delete', { success: [putOp('dup'), del('dup')] }),
  txn('two deletes of one key', { success: [del('op/0'), del('op/0')] }),
  txn('one key in both branches', { success: [putOp('both')], failure: [putOp('both')] }),
  txn('duplicates across nesting', { success: [putOp('dup'), nested({ success: [putOp('dup')] })] }),
  txn('duplicates in nested branches', { success: [nested({ success: [putOp('nb')], failure: [putOp('nb')] })] }),
  txn('duplicates in two nested ones', {
    success: [nested({ success: [putOp('dup')] }), nested({ failure: [putOp('dup')] })],
  }),
  txn('reads see earlier writes', { success: [putOp('seen'), { requestRange: { key: b('seen') } }, del('seen')] }),
  txn('compares of nested ones come first', {
    success: [
      putOp('order'),
      nested({
        compare: [{ key: b('order'), target: CompareTarget.VERSION, result: CompareResult.EQUAL, version: 0 }],
        success: yes,
        failure: no,
      }),
    ],
  }),
  txn('three deep', { success: [nested({ success: [nested({ success: [putOp('deep'), del('op/', 'op0')] })] })] }),
  txn('previous values', {
    success: [
      { requestPut: { key: b('deep'), value: b('v2'), prevKv: true } },
      { requestDeleteRange: { key: b('both'), prevKv: true } },
    ],
  }),
  txn('read only', { success: yes }),
  txn('a delete of nothing', { success: [del('missing')] }),
  txn('read of an old revision', { success: [{ requestRange: { key: b('a'), revision: 3 } }] }),
  // Without a write before it: real etcd comes apart over a write followed by this.
  txn('read of a future revision', { success: [{ requestRange: { key: b('a'), revision: 1_000_000 } }] }),
  txn('unknown lease', { success: [{ requestPut: { key: b('ul'), value, lease: 77n } }] }),
  txn('sorted and limited read', {
    success: [
      { requestRange: { ...letters, sortTarget: SortTarget.MOD, sortOrder: SortOrder.DESCEND, limit: 2 } },
      { requestRange: { ...letters, countOnly: true } },
    ],
  }),
  call(
    'txn: through the second member',
    KVService.txn,
    { success: [putOp('second'), { requestRange: { key: b('second') } }] },
    1,
  ),
  call(
    'txn: through the third member',
    KVService.txn,
    { success: [putOp('third'), { requestRange: { key: b('third') } }] },
    2,
  ),
  txn('too large', {
    success: [
      { requestPut: { key: b('l1'), value: Buffer.alloc(800_000) } },
      { requestPut: { key: b('l2'), value: Buffer.alloc(800_000) } },
    ],
  }),
];

const bytes = (name: string, path: string, body: Buffer, metadata: Record<string, string> = {}): Step => ({
  name: `bytes: ${name}`,
  run: (session) => outcome(caller(session).bytes(path, body, metadata)),
});

/** As above, when the text is the implementation's own. */
const codeOnly = (name: string, path: string, body: Buffer): Step => ({
  name: `bytes: ${name}`,
  run: async (session) => ({ code: ((await outcome(caller(session).bytes(path, body))) as { code?: number }).code }),
});

const malformed: readonly Step[] = [
  codeOnly('malformed message', '/etcdserverpb.KV/Put', Buffer.from([0x0a, 0xff, 0x01])),
  codeOnly('wrong wire type', '/etcdserverpb.KV/Range', Buffer.from([0x08, 0x01])),
  codeOnly('field number 0', '/etcdserverpb.KV/Range', Buffer.from([0x00, 0x01])),
  codeOnly('unterminated number', '/etcdserverpb.KV/Range', Buffer.alloc(12, 0xff)),
  bytes('unknown method', '/etcdserverpb.KV/Frobnicate', Buffer.alloc(0)),
  bytes('unknown service', '/nothing.Here/Get', Buffer.alloc(0)),
  codeOnly('path without a method', '/nothing', Buffer.alloc(0)),
  {
    name: 'bytes: unknown fields are left aside',
    run: async (session) => {
      const body = Buffer.concat([
        KVService.range.request.encode({ key: b('b') }),
        Buffer.from([0xa2, 0x06, 0x01, 0x41]),
      ]);
      return KVService.range.response.decode(await caller(session).bytes(KVService.range.path, body));
    },
  },
  {
    name: 'bytes: a leader is required, and there is one',
    run: async (session) => {
      const body = KVService.range.request.encode({ key: b('b') });
      return KVService.range.response.decode(
        await caller(session).bytes(KVService.range.path, body, { hasleader: 'true' }),
      );
    },
  },
];

const LEASE = 0x1234_5678n;

const leases: readonly Step[] = [
  call('lease: grant with an identifier', LeaseService.leaseGrant, { ID: LEASE, TTL: 120 }),
  call('lease: identifier in use', LeaseService.leaseGrant, { ID: LEASE, TTL: 120 }, 1),
  call('lease: negative identifier', LeaseService.leaseGrant, { ID: -42n, TTL: 120 }),
  call('lease: time 0', LeaseService.leaseGrant, { ID: 50n, TTL: 0 }),
  call('lease: negative time', LeaseService.leaseGrant, { ID: 51n, TTL: -5 }),
  call('lease: time 1', LeaseService.leaseGrant, { ID: 52n, TTL: 1 }),
  call('lease: longest time', LeaseService.leaseGrant, { ID: 53n, TTL: 9_000_000_000 }),
  call('lease: too long', LeaseService.leaseGrant, { ID: 54n, TTL: 9_000_000_001 }),
  call('lease: attach', KVService.put, { key: b('leased/1'), value, lease: LEASE }),
  call('lease: attach another', KVService.put, { key: b('leased/2'), value, lease: LEASE }, 1),
  txnLease(),
  {
    name: 'lease: time to live with keys',
    run: async (session) => {
      const found = await caller(session).unary(LeaseService.leaseTimeToLive, { ID: LEASE, keys: true });
      return { ...found, TTL: found.TTL > 100, keys: found.keys.map((k) => Buffer.from(k).toString()).sort() };
    },
  },
  call('lease: time to live through a follower, unknown', LeaseService.leaseTimeToLive, { ID: 999n }, 2),
  {
    name: 'lease: list',
    run: async (session) => {
      const { leases: found } = await caller(session, 1).unary(LeaseService.leaseLeases, {});
      // The two shortest may be over by now.
      return found
        .map((l) => l.ID)
        .filter((id) => id < 50n || id > 52n)
        .map(String)
        .sort();
    },
  },
  {
    name: 'lease: keep-alive stream, live and dead',
    run: async (session) => {
      const answers = [];
      for (const member of [0, 1, 2]) {
        const stream = caller(session, member).stream(LeaseService.leaseKeepAlive);
        stream.send({ ID: LEASE });
        answers.push(await stream.next());
        stream.send({ ID: 999n });
        answers.push(await stream.next());
        stream.send({ ID: LEASE });
        answers.push(await stream.next());
        stream.finish();
        await stream.when(() => stream.end !== undefined);
        answers.push({ code: stream.end?.code });
      }
      return answers;
    },
  },
  call('lease: revoke', LeaseService.leaseRevoke, { ID: LEASE }, 2),
  call('lease: keys are gone', KVService.range, { key: b('leased/'), rangeEnd: b('leased0') }),
  call('lease: revoke again', LeaseService.leaseRevoke, { ID: LEASE }),
  call('lease: revoke 0', LeaseService.leaseRevoke, { ID: 0n }),
  call('lease: revoke the negative one', LeaseService.leaseRevoke, { ID: -42n }),
];

function txnLease(): Step {
  return txn('lease compare holds', {
    compare: [{ key: b('leased/1'), target: CompareTarget.LEASE, result: CompareResult.EQUAL, lease: LEASE }],
    success: [{ requestRange: { key: b('leased/1') } }],
  });
}

const granted = (session: Session): bigint => session.get<bigint>('raw-lease');

const coordination: readonly Step[] = [
  call('lease for locks', LeaseService.leaseGrant, { ID: 0xbeefn, TTL: 120 }),
  call('lock: acquire', LockService.lock, { name: b('lk'), lease: 0xbeefn }),
  call('lock: reentrant', LockService.lock, { name: b('lk'), lease: 0xbeefn }, 1),
  call('lock: key', KVService.range, { key: b('lk/'), rangeEnd: b('lk0') }),
  call('lock: unlock', LockService.unlock, { key: b('lk/beef') }),
  call('lock: unlock again', LockService.unlock, { key: b('lk/beef') }),
  call('lock: unknown lease', LockService.lock, { name: b('lk'), lease: 0xdeadn }),
  call('lock: no name', LockService.lock, { lease: 0xbeefn }),
  call('lock: unlock of no key', LockService.unlock, {}),
  {
    name: 'lock: lease chosen by the server',
    run: async (session) => {
      const { key } = await caller(session).unary(LockService.lock, { name: b('anon') });
      const id = BigInt(`0x${Buffer.from(key).toString().slice('anon/'.length)}`);
      session.saved.set('raw-lease', id);
      session.aliases.addId(id, 'raw-lease');
      return Buffer.from(key).toString().slice(0, 5);
    },
  },
  call('lock: lease chosen by the server lives', LeaseService.leaseRevoke, (s) => ({ ID: granted(s) })),
  call('election: nobody', ElectionService.leader, { name: b('el') }),
  call('election: campaign', ElectionService.campaign, { name: b('el'), lease: 0xbeefn, value: b('me') }),
  call('election: leader', ElectionService.leader, { name: b('el') }, 1),
  call('election: campaign again', ElectionService.campaign, { name: b('el'), lease: 0xbeefn, value: b('me2') }),
  {
    name: 'election: proclaim',
    run: async (session) => {
      const { kv } = await caller(session).unary(ElectionService.leader, { name: b('el') });
      const leader = { name: b('el'), key: kv?.key, rev: kv?.createRevision, lease: 0xbeefn };
      const proclaimed = await outcome(caller(session).unary(ElectionService.proclaim, { leader, value: b('new') }));
      const wrong = await outcome(
        caller(session).unary(ElectionService.proclaim, { leader: { ...leader, rev: 3 }, value: b('x') }),
      );
      const observer = caller(session, 1).stream(ElectionService.observe);
      observer.send({ name: b('el') });
      observer.finish();
      const observed = await observer.next();
      observer.cancel();
      const resigned = await outcome(caller(session).unary(ElectionService.resign, { leader }));
      const again = await outcome(caller(session).unary(ElectionService.resign, { leader }));
      return { proclaimed, wrong, observed, resigned, again };
    },
  },
  call('election: proclaim without a leader', ElectionService.proclaim, { value: b('x') }),
  call('election: resign without a leader', ElectionService.resign, {}),
  call('election: unknown lease', ElectionService.campaign, { name: b('el'), lease: 0xdeadn, value: b('me') }),
  call('election: leader of nothing', ElectionService.leader, {}),
];

const upkeep: readonly Step[] = [
  {
    name: 'status: shape',
    run: async (session) => {
      const leader = await session.cluster.leader();
      const status = await session.cluster.status(leader);
      const { errors, isLearner, header } = status;
      return {
        errors,
        isLearner,
        revision: header?.revision,
        leads: status.leader === header?.memberId,
        sizes: status.dbSize >= status.dbSizeInUse && status.dbSizeInUse > 0,
        indexes: status.raftIndex >= status.raftAppliedIndex && status.raftAppliedIndex > 0,
        term: status.raftTerm > 0 && status.raftTerm === header?.raftTerm,
      };
    },
  },
  call('compact: future', KVService.compact, { revision: 1_000_000 }),
  call('compact: 0', KVService.compact, { revision: 0 }),
  call('compact: negative', KVService.compact, { revision: -3 }),
  call('compact: 10', KVService.compact, { revision: 10, physical: true }, 1),
  call('compact: 10 again', KVService.compact, { revision: 10 }),
  call('range: compacted revision', KVService.range, { key: b('a'), revision: 9 }),
  call('range: the revision of the compaction', KVService.range, { key: b('a'), revision: 10 }),
  {
    name: 'hashkv: equal on all members',
    run: async (session) => {
      const { header } = await caller(session).unary(KVService.range, { key: b('a') });
      const answers = await Promise.all(
        [0, 1, 2].map((m) => caller(session, m).unary(MaintenanceService.hashKV, { revision: header?.revision ?? 0 })),
      );
      const [first] = answers;
      return { equal: answers.every((a) => a.hash === first?.hash), compacted: first?.compactRevision };
    },
  },
  call('hashkv: future', MaintenanceService.hashKV, { revision: 1_000_000 }),
  call('hashkv: compacted', MaintenanceService.hashKV, { revision: 5 }),
  call('alarm: none', MaintenanceService.alarm, { action: 0 }),
  call('alarm: disarm none', MaintenanceService.alarm, { action: 2, alarm: 1 }),
  {
    // Of whoever leads now: on a busy machine that may have changed since the session began.
    name: 'move leader: to nobody',
    run: async ({ cluster }) =>
      outcome(cluster.caller(await cluster.leader()).unary(MaintenanceService.moveLeader, { targetID: 0n })),
  },
  call('defragment', MaintenanceService.defragment, {}, 2),
  {
    name: 'members',
    run: async (session) => {
      const { members } = await caller(session, 2).unary(ClusterService.memberList, {});
      return members.toSorted((x, y) => x.name.localeCompare(y.name));
    },
  },
  call('health: whole server', HealthService.check, {}),
  call('health: unknown service', HealthService.check, { service: 'nothing' }),
];

export const rawSteps: readonly Step[] = [
  ...ranges,
  ...writes,
  ...txns,
  ...malformed,
  ...leases,
  ...coordination,
  ...upkeep,
];
