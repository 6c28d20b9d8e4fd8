import { connect, type Http2Session, constants as http2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { KeyValue } from '../../../proto/gen/kv.js';
import { Code, RpcError } from '../../errors.js';
import type { CallContext, Front, HttpRequest, RpcMethod, ServerStream } from '../rpc.js';
import { createFront, splitAddress } from './front.js';

const RECEIVE_MAX = 64 * 1024;

const unary = (path: string, handler: (request: KeyValue, context: CallContext) => unknown): RpcMethod => ({
  kind: 'unary',
  path,
  request: KeyValue,
  response: KeyValue,
  handler: handler as never,
});
const key = (text: string) => ({ key: Buffer.from(text) });

let front: Front | undefined;
const clients: Client[] = [];

async function serve(methods: RpcMethod[], extra: Partial<Parameters<typeof createFront>[0]> = {}): Promise<string> {
  front = await createFront({
    listen: ['127.0.0.1:0'],
    methods,
    http: new Map([
      [
        '/version',
        async (request: HttpRequest) => ({
          status: 200,
          headers: { 'content-type': 'text/plain' },
          body: `${request.method} ${request.query.get('q') ?? ''} ${Buffer.from(request.body).toString()}`,
        }),
      ],
      [
        '/broken',
        async () => {
          throw new Error('route failed');
        },
      ],
    ]),
    receiveBytesMax: RECEIVE_MAX,
    ...extra,
  });
  return front.addresses[0] ?? '';
}

function client(address: string): Client {
  const made = new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
  });
  clients.push(made);
  return made;
}

const raw = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const parse = (bytes: Buffer): KeyValue => KeyValue.decode(bytes);

function call(
  to: Client,
  path: string,
  request: Uint8Array,
  options: { metadata?: Metadata; deadline?: number } = {},
): Promise<KeyValue> {
  return new Promise((resolve, reject) => {
    to.makeUnaryRequest(
      path,
      raw,
      parse,
      request,
      options.metadata ?? new Metadata(),
      options.deadline === undefined ? {} : { deadline: options.deadline },
      (error, response) => (error !== null ? reject(error) : resolve(response as KeyValue)),
    );
  });
}

const failure = (promise: Promise<unknown>): Promise<ServiceError> =>
  promise.then(
    () => Promise.reject(new Error('it should have failed')),
    (error) => error as ServiceError,
  );

afterEach(async () => {
  for (const made of clients.splice(0)) made.close();
  await front?.close(100);
  front = undefined;
});

describe('unary calls', () => {
  it('answers from a promise, at once, and from encoded bytes', async () => {
    const address = await serve([
      unary('/t.S/Later', async (request) => ({ ...request, version: 1 })),
      unary('/t.S/Now', (request) => ({ ...request, version: 2 })),
      unary('/t.S/Bytes', (request) => KeyValue.encode({ ...request, version: 3 })),
    ]);
    const to = client(address);
    const request = KeyValue.encode(key('k'));
    const versions = await Promise.all(
      ['Later', 'Now', 'Bytes'].map(async (name) => (await call(to, `/t.S/${name}`, request)).version),
    );
    expect(versions).toEqual([1, 2, 3]);
  });

  it('hands over metadata, raw bytes, peer and deadline', async () => {
    let seen: CallContext | undefined;
    const address = await serve([
      unary('/t.S/M', (_request, context) => {
        seen = context;
        expect(context.deadlineMs).toBeGreaterThan(1_000);
        return {};
      }),
    ]);
    const metadata = new Metadata();
    metadata.set('HasLeader', 'true');
    const request = KeyValue.encode({ ...key('k'), lease: -1n });
    await call(client(address), '/t.S/M', request, { metadata, deadline: Date.now() + 5_000 });
    expect(seen?.metadata.get('hasleader')).toBe('true');
    expect(Buffer.from(seen?.raw ?? []).equals(Buffer.from(request))).toBe(true);
    expect(seen?.peer).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('keeps code and text of an RpcError, and makes anything else Unknown with its bare text', async () => {
    const address = await serve([
      unary('/t.S/Rpc', async () => {
        throw new RpcError(Code.outOfRange, 'etcdserver: 100% "bad" — naïve\nline');
      }),
      unary('/t.S/Sync', () => {
        throw new RpcError(Code.notFound, 'etcdserver: requested lease not found');
      }),
      unary('/t.S/Any', async () => {
        throw new Error('auth: permission denied');
      }),
    ]);
    const to = client(address);
    const results = await Promise.all(
      ['Rpc', 'Sync', 'Any'].map((name) => failure(call(to, `/t.S/${name}`, new Uint8Array(0)))),
    );
    expect(results.map((error) => [error.code, error.details])).toEqual([
      [status.OUT_OF_RANGE, 'etcdserver: 100% "bad" — naïve\nline'],
      [status.NOT_FOUND, 'etcdserver: requested lease not found'],
      [status.UNKNOWN, 'auth: permission denied'],
    ]);
  });

  it('refuses malformed protobuf, oversized requests and unknown methods', async () => {
    const address = await serve([unary('/t.S/M', (request) => request)]);
    const to = client(address);
    const malformed = await failure(call(to, '/t.S/M', Buffer.from([0x0a, 0x7f, 1])));
    expect(malformed.code).toBe(status.INTERNAL);
    const large = await failure(call(to, '/t.S/M', KeyValue.encode({ key: Buffer.alloc(RECEIVE_MAX) })));
    expect(large.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(large.details).toMatch(/larger than max/);
    const unknown = await failure(call(to, '/t.S/Nope', new Uint8Array(0)));
    expect(unknown.code).toBe(status.UNIMPLEMENTED);
    // The connection is still good.
    expect((await call(to, '/t.S/M', KeyValue.encode(key('k')))).key.toString()).toBe('k');
  });

  it('takes requests up to the limit and answers with many megabytes', async () => {
    const big = Buffer.alloc(20 * 1024 * 1024, 7);
    const address = await serve([
      unary('/t.S/Big', () => ({ value: big })),
      unary('/t.S/Size', (request) => ({ version: request.value.length })),
    ]);
    const to = client(address);
    const answer = await call(to, '/t.S/Big', new Uint8Array(0));
    expect(big.equals(answer.value)).toBe(true);
    const value = Buffer.alloc(RECEIVE_MAX - 100);
    expect((await call(to, '/t.S/Size', KeyValue.encode({ value }))).version).toBe(value.length);
  });

  it('tells the handler of a cancel and of a deadline', async () => {
    const cancelled: string[] = [];
    const address = await serve([
      unary('/t.S/Hang', (request, context) => {
        context.onCancel(() => cancelled.push(Buffer.from(request.key).toString()));
        return new Promise(() => {});
      }),
    ]);
    const to = client(address);
    const late = await failure(call(to, '/t.S/Hang', KeyValue.encode(key('late')), { deadline: Date.now() + 150 }));
    expect(late.code).toBe(status.DEADLINE_EXCEEDED);
    const pending = failure(
      new Promise((_resolve, reject) => {
        const made = to.makeUnaryRequest('/t.S/Hang', raw, parse, KeyValue.encode(key('gone')), (error) =>
          reject(error),
        );
        setTimeout(() => made.cancel(), 100);
      }),
    );
    expect((await pending).code).toBe(status.CANCELLED);
    await expect.poll(() => cancelled.sort().join()).toBe('gone,late');
  });

  it('serves a thousand calls of one connection', async () => {
    const address = await serve([unary('/t.S/M', async (request) => ({ version: request.version + 1 }))]);
    const to = client(address);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => call(to, '/t.S/M', KeyValue.encode({ version: i }))),
    );
    expect(answers.map((answer) => answer.version)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
  });
});

describe('streams', () => {
  it('sends a server stream and its error', async () => {
    const address = await serve([
      {
        kind: 'serverStream',
        path: '/t.S/Stream',
        request: KeyValue,
        response: KeyValue,
        handler: (request: KeyValue, out: ServerStream<object>) => {
          for (let i = 1; i <= 3; i++) out.send({ version: i });
          if (request.version === 0) out.end();
          else out.fail(new RpcError(Code.unavailable, 'etcdserver: no leader'));
        },
      },
    ]);
    const to = client(address);
    const read = (version: number) =>
      new Promise<{ got: number[]; code: number; details: string }>((resolve) => {
        const stream = to.makeServerStreamRequest('/t.S/Stream', raw, parse, KeyValue.encode({ version }));
        const got: number[] = [];
        stream.on('data', (message: KeyValue) => got.push(message.version));
        stream.on('error', () => {});
        stream.on('status', ({ code, details }) => resolve({ got, code, details }));
      });
    expect(await read(0)).toMatchObject({ got: [1, 2, 3], code: 0 });
    expect(await read(1)).toEqual({ got: [1, 2, 3], code: status.UNAVAILABLE, details: 'etcdserver: no leader' });
  });

  it('echoes a bidirectional stream, sees half-close and malformed messages', async () => {
    let cancelled = 0;
    const address = await serve([
      {
        kind: 'bidi',
        path: '/t.S/Echo',
        request: KeyValue,
        response: KeyValue,
        handler: (input, out, context) => {
          context.onCancel(() => cancelled++);
          input.onMessage((message: KeyValue) => out.send(message));
          input.onEnd(() => out.end());
        },
      },
    ]);
    const to = client(address);
    const stream = to.makeBidiStreamRequest('/t.S/Echo', raw, parse);
    const got: number[] = [];
    stream.on('data', (message: KeyValue) => got.push(message.version));
    const done = new Promise<number>((resolve) => stream.on('status', ({ code }) => resolve(code)));
    for (let i = 1; i <= 100; i++) stream.write(KeyValue.encode({ version: i }));
    stream.end();
    expect(await done).toBe(0);
    expect(got).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(cancelled).toBe(0);

    const bad = to.makeBidiStreamRequest('/t.S/Echo', raw, parse);
    bad.on('error', () => {});
    const code = new Promise<number>((resolve) => bad.on('status', (result) => resolve(result.code)));
    bad.write(Buffer.from([0xff]));
    expect(await code).toBe(status.INTERNAL);
    await expect.poll(() => cancelled).toBe(1);
  });

  it('tells a sender to wait, and when to go on', async () => {
    const chunk = Buffer.alloc(64 * 1024);
    let refused = 0;
    let sent = 0;
    const address = await serve([
      {
        kind: 'serverStream',
        path: '/t.S/Flood',
        request: KeyValue,
        response: KeyValue,
        handler: (_request, out) => {
          const fill = (): void => {
            while (sent < 400) {
              sent++;
              if (!out.send({ value: chunk })) {
                refused++;
                return;
              }
            }
            out.end();
          };
          out.onDrain(fill);
          fill();
        },
      },
    ]);
    const stream = client(address).makeServerStreamRequest('/t.S/Flood', raw, parse, new Uint8Array(0));
    let got = 0;
    stream.on('data', () => got++);
    stream.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    // With a reader that does not read, not everything is taken into memory.
    expect(sent).toBeLessThan(300);
    stream.resume();
    await new Promise((resolve) => stream.on('status', resolve));
    expect(got).toBe(400);
    expect(refused).toBeGreaterThan(0);
  });

  it('slows down a caller whose messages are not taken', async () => {
    let taken = 0;
    let resume = (): void => {};
    const address = await serve([
      {
        kind: 'bidi',
        path: '/t.S/Slow',
        request: KeyValue,
        response: KeyValue,
        handler: (input, out) => {
          resume = () => input.resume();
          input.onMessage(() => {
            taken++;
            if (taken === 1) input.pause();
          });
          input.onEnd(() => out.end());
        },
      },
    ]);
    const stream = client(address).makeBidiStreamRequest('/t.S/Slow', raw, parse);
    stream.on('data', () => {});
    const done = new Promise((resolve) => stream.on('status', resolve));
    const value = Buffer.alloc(32 * 1024);
    for (let i = 0; i < 200; i++) stream.write(KeyValue.encode({ value }));
    stream.end();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(150);
    resume();
    await done;
    expect(taken).toBe(200);
  });
});

describe('one port, two protocols', () => {
  it('answers plain HTTP, also when the first bytes come one by one', async () => {
    const address = await serve([unary('/t.S/M', (request) => request)]);
    const response = await fetch(`http://${address}/version?q=1`, { method: 'POST', body: 'body' });
    expect([response.status, await response.text()]).toEqual([200, 'POST 1 body']);
    expect((await fetch(`http://${address}/nope`)).status).toBe(404);
    const broken = await fetch(`http://${address}/broken`);
    expect([broken.status, await broken.text()]).toEqual([500, 'route failed\n']);

    const { host, port } = splitAddress(address);
    const socket = connectTcp(port, host);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    for (const letter of 'PUT /version?q=2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi') {
      socket.write(letter);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await closed;
    expect(text).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(text).toMatch(/PUT 2 hi$/);
  });

  it('takes an HTTP/2 preface in pieces', async () => {
    const address = await serve([unary('/t.S/M', (request) => ({ version: request.version + 1 }))]);
    const { host, port } = splitAddress(address);
    const session: Http2Session = await new Promise((resolve) => {
      const made = connect(`http://${address}`, {
        createConnection: () => {
          const socket = connectTcp(port, host);
          socket.setNoDelay(true);
          return socket;
        },
      });
      made.on('connect', () => resolve(made));
    });
    const stream = (session as ReturnType<typeof connect>).request({
      [http2.HTTP2_HEADER_METHOD]: 'POST',
      [http2.HTTP2_HEADER_PATH]: '/t.S/M',
      [http2.HTTP2_HEADER_TE]: 'trailers',
      [http2.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise((resolve) => stream.on('end', resolve));
    const trailing = new Promise<Record<string, unknown>>((resolve) => stream.on('trailers', resolve));
    const message = KeyValue.encode({ version: 41 });
    const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
    for (const byte of frame) {
      stream.write(Buffer.from([byte]));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    stream.end();
    const trailers = await trailing;
    await ended;
    expect(trailers['grpc-status']).toBe('0');
    expect(KeyValue.decode(Buffer.concat(chunks).subarray(5)).version).toBe(42);
    session.close();
  });

  it('lets calls in flight finish when it closes, then cuts what is left', async () => {
    let finish = (): void => {};
    let cut = 0;
    let arrived = (): void => {};
    // Both calls are under way before the front is closed, however slow the machine is.
    const underWay = new Promise<void>((resolve) => {
      let left = 2;
      arrived = () => --left === 0 && resolve();
    });
    const address = await serve([
      unary(
        '/t.S/Finish',
        () =>
          new Promise((resolve) => {
            finish = () => resolve({ version: 1 });
            arrived();
          }),
      ),
      unary('/t.S/Never', (_request, context) => {
        context.onCancel(() => cut++);
        arrived();
        return new Promise(() => {});
      }),
    ]);
    const to = client(address);
    const finishes = call(to, '/t.S/Finish', new Uint8Array(0));
    const never = failure(call(to, '/t.S/Never', new Uint8Array(0)));
    await underWay;
    const closing = front?.close(400);
    setTimeout(() => finish(), 50);
    expect((await finishes).version).toBe(1);
    await closing;
    expect([status.UNAVAILABLE, status.CANCELLED, status.INTERNAL]).toContain((await never).code);
    expect(cut).toBe(1);
    await expect(fetch(`http://${address}/version`)).rejects.toThrow();
  });

  it('closes by the last grace that it was given', { timeout: 5_000 }, async () => {
    let arrived = (): void => {};
    const underWay = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const never = unary('/t.S/Never', () => {
      arrived();
      return new Promise(() => {});
    });
    const outcome = failure(call(client(await serve([never])), '/t.S/Never', new Uint8Array(0)));
    await underWay;
    const first = front?.close(60_000);
    await front?.close(0);
    await first;
    expect([status.UNAVAILABLE, status.CANCELLED, status.INTERNAL]).toContain((await outcome).code);
  });

  it('says which port is in use', async () => {
    const address = await serve([]);
    await expect(createFront({ listen: [address], methods: [], http: new Map(), receiveBytesMax: 1 })).rejects.toThrow(
      `cannot listen on ${address}: the port is in use`,
    );
  });
});

describe('splitAddress', () => {
  it.each([
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['[::1]:2379', '::1', 2379],
    [':80', '', 80],
  ])('%s', (address, host, port) => expect(splitAddress(address)).toEqual({ host, port }));
  it.each(['x', '1.2.3.4:', '1.2.3.4:70000', '::1:5'])('refuses %s', (address) => {
    expect(() => splitAddress(address)).toThrow(/is not an address/);
  });
});
