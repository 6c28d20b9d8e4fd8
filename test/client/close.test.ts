// A closed client keeps no process alive.

import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { Cluster } from '../harness/cluster.js';
import { requireProgram } from '../harness/programs.js';

const library = pathToFileURL(resolve(join(process.env['HEXKEEP_DIST'] ?? 'dist', 'src', 'client', 'index.js')));

/** Uses everything that has a timer or a socket, closes, and tells what is left a moment later. */
const script = (endpoints: readonly string[]): string => `
  const { Client } = await import(${JSON.stringify(library.href)});
  const client = new Client({ endpoints: ${JSON.stringify([...endpoints, '127.0.0.1:1'])} });
  const session = await client.lease.session(30);
  const other = await client.lease.session(30);
  const lock = await client.lock.acquire('name', session);
  const waiting = client.lock.acquire('name', other).catch((error) => error.message);
  const watch = client.watch.prefix('');
  await watch.ready;
  const hanging = client.watch.key('never')[Symbol.asyncIterator]().next();
  const [call] = [client.kv.get('a').catch((error) => error.message)];
  client.close();
  console.log(await call, '|', await waiting, '|', (await hanging).done, lock.held);
  await new Promise((resolve) => setTimeout(resolve, 100));
  console.log(JSON.stringify(process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FS)/.test(name))));
`;

test('close leaves no timer and no socket', async () => {
  requireProgram('etcd');
  await using cluster = await Cluster.start({ kind: 'etcd', size: 1 });
  const args = ['--input-type=module', '-e', script(cluster.endpoints)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { timeout: 10_000, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('the client is closed | the session was abandoned | true false\n[]\n');
  expect(status).toBe(0);
});
