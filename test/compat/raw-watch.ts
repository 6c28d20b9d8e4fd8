// Watch streams, message by message.

import {
  FilterType,
  KVService,
  type WatchCreateRequestInit,
  type WatchRequestInit,
  type WatchResponse,
  WatchService,
} from '../../proto/gen/rpc.js';
import type { Stream } from '../harness/rpc.js';
import { sleep } from '../harness/wait.js';
import type { Session, Step } from './session.js';

type WatchStream = Stream<WatchRequestInit, WatchResponse>;

const b = (text: string): Buffer => Buffer.from(text);
/** How long nothing must come before "nothing came" is said. */
const SILENCE_MS = 250;

const write = (session: Session, key: string, text: string, member = 0): Promise<unknown> =>
  session.cluster.caller(session.member(member)).unary(KVService.put, { key: b(key), value: b(text) });
const remove = (session: Session, key: string): Promise<unknown> =>
  session.cluster.caller(session.member(0)).unary(KVService.deleteRange, { key: b(key) });
const revision = async (session: Session, member = 0): Promise<number> =>
  (await session.cluster.caller(session.member(member)).unary(KVService.range, { key: b('none') })).header?.revision ??
  0;

/** Events are what is promised; into how many messages they are packed is not. */
async function events(stream: WatchStream, count: number): Promise<unknown[]> {
  const found: unknown[] = [];
  while (found.length < count) {
    const message = await stream.next();
    if (message === undefined) throw new Error(`only ${found.length} of ${count} events: ${stream.end?.message ?? ''}`);
    if (message.events.length === 0) found.push(message);
    for (const event of message.events) found.push({ watch: message.watchId, ...event });
  }
  return found;
}

const watch = (name: string, work: (stream: WatchStream, session: Session) => Promise<unknown>, member = 0): Step => ({
  name: `watch: ${name}`,
  run: async (session) => {
    const stream = session.cluster.caller(session.member(member)).stream(WatchService.watch);
    try {
      return await work(stream, session);
    } finally {
      stream.cancel();
    }
  },
});

const create = async (stream: WatchStream, request: WatchCreateRequestInit): Promise<WatchResponse | undefined> => {
  stream.send({ createRequest: request });
  return stream.next();
};

/** Three writes and a delete of keys under `prefix`. */
async function changes(session: Session, prefix: string): Promise<void> {
  await write(session, `${prefix}a`, '1');
  await write(session, `${prefix}b`, '2', 1);
  await write(session, `${prefix}a`, '3', 2);
  await remove(session, `${prefix}b`);
}

const prefix = (text: string): { key: Buffer; rangeEnd: Buffer } => ({ key: b(`${text}/`), rangeEnd: b(`${text}0`) });

const fromHistory = (name: string, options: WatchCreateRequestInit, count: number, member = 0): Step =>
  watch(
    name,
    async (stream, session) => {
      const startRevision = (await revision(session)) + 1;
      const keys = name.replaceAll(' ', '-');
      await changes(session, `${keys}/`);
      // A member may be behind in what it tells of itself; after a linearizable read it is not.
      await revision(session, member);
      const created = await create(stream, { ...prefix(keys), startRevision, ...options });
      return { created, events: await events(stream, count) };
    },
    member,
  );

export const watchSteps: readonly Step[] = [
  watch('created', (stream) => create(stream, { key: b('k') })),
  watch('several on a stream', async (stream, session) => {
    const created = [await create(stream, { key: b('s/a') }), await create(stream, { key: b('s/b') })];
    await write(session, 's/a', '1');
    const first = await events(stream, 1);
    await write(session, 's/b', '2');
    return { created, first, second: await events(stream, 1) };
  }),
  watch('identifier of the client', async (stream, session) => {
    const created = await create(stream, { key: b('i'), watchId: 7 });
    const twice = await create(stream, { key: b('i'), watchId: 7 });
    const next = await create(stream, { key: b('j') });
    await write(session, 'i', '1');
    return { created, twice, next, events: await events(stream, 1) };
  }),
  watch('live events', async (stream, session) => {
    await create(stream, prefix('live'));
    await changes(session, 'live/');
    return events(stream, 4);
  }),
  watch(
    'live events at a follower',
    async (stream, session) => {
      await create(stream, prefix('follower'));
      await changes(session, 'follower/');
      return events(stream, 4);
    },
    1,
  ),
  fromHistory('history', {}, 4),
  fromHistory('history at another member', {}, 4, 2),
  fromHistory('previous values', { prevKv: true }, 4),
  fromHistory('no puts', { filters: [FilterType.NOPUT] }, 1),
  fromHistory('no deletes', { filters: [FilterType.NODELETE] }, 3),
  fromHistory('fragments allowed', { fragment: true }, 4),
  watch('a key only', async (stream, session) => {
    const startRevision = (await revision(session)) + 1;
    await changes(session, 'one/');
    await create(stream, { key: b('one/a'), startRevision });
    return events(stream, 2);
  }),
  watch('from a key on', async (stream, session) => {
    const startRevision = (await revision(session)) + 1;
    await changes(session, 'zz/');
    await create(stream, { key: b('zz/b'), rangeEnd: b('\0'), startRevision });
    return events(stream, 2);
  }),
  watch('no key means the smallest', async (stream) => create(stream, {})),
  watch('everything', async (stream, session) => {
    const startRevision = (await revision(session)) + 1;
    await changes(session, 'every/');
    await create(stream, { key: b('\0'), rangeEnd: b('\0'), startRevision });
    return events(stream, 4);
  }),
  watch('empty range', (stream) => create(stream, { key: b('b'), rangeEnd: b('a') })),
  watch('range of nothing', (stream) => create(stream, { key: b('b'), rangeEnd: b('b') })),
  watch('negative start', (stream) => {
    return create(stream, { key: b('neg'), startRevision: -1 });
  }),
  watch('future start withholds what is before it', async (stream, session) => {
    const startRevision = (await revision(session)) + 3;
    const created = await create(stream, { key: b('fut'), startRevision });
    for (const text of ['1', '2', '3', '4']) await write(session, 'fut', text);
    return { created, events: await events(stream, 2) };
  }),
  watch('events of a transaction', async (stream, session) => {
    await create(stream, prefix('tx'));
    await session.cluster.caller(session.member(1)).unary(KVService.txn, {
      success: ['tx/b', 'tx/a', 'tx/c'].map((key) => ({ requestPut: { key: b(key), value: b('v') } })),
    });
    const message = await stream.next();
    return message;
  }),
  watch('delete of a range', async (stream, session) => {
    for (const key of ['dr/1', 'dr/2', 'dr/3']) await write(session, key, 'v');
    await create(stream, { ...prefix('dr'), prevKv: true });
    await session.cluster.caller(session.member(0)).unary(KVService.deleteRange, prefix('dr'));
    return stream.next();
  }),
  watch('cancel', async (stream, session) => {
    const created = await create(stream, { key: b('can') });
    stream.send({ cancelRequest: { watchId: created?.watchId ?? 0 } });
    const cancelled = await stream.next();
    await write(session, 'can', '1');
    await sleep(SILENCE_MS);
    return { cancelled, after: stream.received };
  }),
  watch('cancel of an unknown one', async (stream) => {
    stream.send({ cancelRequest: { watchId: 99 } });
    await sleep(SILENCE_MS);
    return { received: stream.received, next: await create(stream, { key: b('k') }) };
  }),
  watch('an identifier can be used again', async (stream) => {
    await create(stream, { key: b('k'), watchId: 5 });
    stream.send({ cancelRequest: { watchId: 5 } });
    await stream.next();
    return create(stream, { key: b('k'), watchId: 5 });
  }),
  watch('progress on request', async (stream, session) => {
    await create(stream, { key: b('prog') });
    await write(session, 'prog', '1');
    const event = await events(stream, 1);
    stream.send({ progressRequest: {} });
    return { event, progress: await stream.next() };
  }),
  watch('progress without a watch', async (stream) => {
    stream.send({ progressRequest: {} });
    return (await stream.next(500)) ?? 'nothing';
  }),
  watch('progress notification asked for', (stream) => create(stream, { key: b('pn'), progressNotify: true })),
  watch('the client ends its side', async (stream) => {
    await create(stream, { key: b('k') });
    stream.finish();
    await stream.when(() => stream.end !== undefined);
    return { code: stream.end?.code, details: stream.end?.details };
  }),
  watch('an empty request', async (stream) => {
    stream.send({});
    await sleep(SILENCE_MS);
    return { ended: stream.end?.code ?? 'no', next: await create(stream, { key: b('k') }) };
  }),
  watch('larger than a request may be, in one message', async (stream, session) => {
    const startRevision = (await revision(session)) + 1;
    const caller = session.cluster.caller(session.member(0));
    for (const key of ['big/1', 'big/2', 'big/3'])
      await caller.unary(KVService.put, { key: b(key), value: Buffer.alloc(900_000, 1) });
    await create(stream, { ...prefix('big'), startRevision });
    let bytes = 0;
    let fragments = 0;
    for (let seen = 0; seen < 3; ) {
      const message = await stream.next();
      if (message === undefined) throw new Error('too few events');
      if (message.fragment) fragments++;
      for (const event of message.events) bytes += event.kv?.value.length ?? 0;
      seen += message.events.length;
    }
    return { bytes, fragments };
  }),
  watch('fragments of a large revision', async (stream, session) => {
    const caller = session.cluster.caller(session.member(0));
    await create(stream, { ...prefix('frag'), fragment: true, prevKv: true });
    const keys = ['frag/1', 'frag/2', 'frag/3'];
    for (const key of keys) await caller.unary(KVService.put, { key: b(key), value: Buffer.alloc(900_000, 1) });
    await events(stream, 3);
    await caller.unary(KVService.deleteRange, prefix('frag'));
    const pieces: WatchResponse[] = [];
    for (let seen = 0; seen < 3; ) {
      const message = await stream.next();
      if (message === undefined) throw new Error('too few events');
      seen += message.events.length;
      pieces.push(message);
    }
    // How much goes into a piece is the server's business; that all but the last say so is not.
    return {
      several: pieces.length > 1,
      marked: pieces.every((piece, i) => piece.fragment === i < pieces.length - 1),
      revisions: [...new Set(pieces.map((piece) => piece.header?.revision))],
      events: pieces.flatMap((piece) =>
        piece.events.map((event) => [event.type, event.kv?.key, event.kv?.modRevision]),
      ),
    };
  }),
  watch('compacted', async (stream, session) => {
    const caller = session.cluster.caller(session.member(0));
    await changes(session, 'cp/');
    const at = await revision(session);
    await caller.unary(KVService.compact, { revision: at, physical: true });
    const created = await create(stream, { key: b('cp/a'), startRevision: 2 });
    return { created, cancelled: await stream.next() };
  }),
  watch('from the revision of the compaction', async (stream, session) => {
    const caller = session.cluster.caller(session.member(0));
    const at = await revision(session);
    await write(session, 'cq', '1');
    await caller.unary(KVService.compact, { revision: at + 1 });
    const created = await create(stream, { key: b('cq'), startRevision: at + 1 });
    return { created, next: await stream.next(1_000) };
  }),
];
