import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { becomes, sleep } from '../wait.js';
import { Gate, tie } from './pipe.js';

const open: (Server | Socket)[] = [];

afterEach(() => {
  for (const one of open.splice(0))
    if ('close' in one) one.close();
    else one.destroy();
});

interface Piped {
  readonly socket: Socket;
  readonly received: () => string;
  /** The end of the pipe at the server. */
  readonly far: Promise<Socket>;
}

/** A client and an echoing server with a pipe between them. */
async function piped(outward: Gate, inward: Gate): Promise<Piped> {
  const echo = createServer((s) => void s.on('error', () => {}).pipe(s)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  let made: (far: Socket) => void = () => {};
  const far = new Promise<Socket>((resolve) => {
    made = resolve;
  });
  const pipe = createServer((near) => {
    const server = connect((echo.address() as AddressInfo).port, '127.0.0.1');
    open.push(near, server);
    tie(near, server, outward, inward);
    made(server);
  }).listen(0, '127.0.0.1');
  await once(pipe, 'listening');
  const socket = connect((pipe.address() as AddressInfo).port, '127.0.0.1');
  open.push(echo, pipe, socket);
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  await once(socket, 'connect');
  return { socket, received: () => text, far };
}

describe('a pipe', () => {
  it('holds one direction, loses nothing, and keeps the order', async () => {
    const [outward, inward] = [new Gate(), new Gate()];
    const { socket, received } = await piped(outward, inward);
    socket.write('a');
    await sleep(50);
    expect(received()).toBe('a');
    inward.cut = true;
    socket.write('b');
    await sleep(50);
    socket.write('c');
    await sleep(50);
    expect(received()).toBe('a');
    inward.cut = false;
    await sleep(50);
    expect(received()).toBe('abc');
  });

  it('delays', async () => {
    const [outward, inward] = [new Gate(), new Gate()];
    const { socket, received } = await piped(outward, inward);
    outward.delayMs = 150;
    inward.delayMs = 50;
    socket.write('a');
    await sleep(140);
    expect(received()).toBe('');
    await sleep(120);
    expect(received()).toBe('a');
  });

  it('lets no end hear of the other closing while it is cut', async () => {
    const [outward, inward] = [new Gate(), new Gate()];
    const { socket, far } = await piped(outward, inward);
    inward.cut = true;
    let closed = false;
    socket.once('close', () => {
      closed = true;
    });
    (await far).destroy();
    await sleep(50);
    expect(closed).toBe(false);
    inward.cut = false;
    await once(socket, 'close');
  });

  it('passes what is large', async () => {
    const { socket, received } = await piped(new Gate(), new Gate());
    const text = 'z'.repeat(12_000_000);
    socket.write(text);
    expect(await becomes(() => received().length === text.length, 5_000)).toBe(true);
  });
});
