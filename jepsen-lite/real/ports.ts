// Loopback ports for servers that other processes have to find.

import { createServer } from 'node:net';

// Below the range from which the kernel takes the ports of outgoing connections: a port that is free
// now is not taken by somebody's client a moment later.
const FIRST = 20_000;
const LAST = 31_999;
const given = new Set<number>();

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** `count` ports that nobody listens on and that this process was not given before. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt++) {
    if (attempt > 10_000) throw new Error(`no ${count} free ports between ${FIRST} and ${LAST}`);
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}
