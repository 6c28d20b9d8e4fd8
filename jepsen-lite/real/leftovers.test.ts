import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isAlive, removeLeftovers, serversOf } from './leftovers.js';

it('ends servers of a run that was killed, and removes its folder, and leaves others alone', async () => {
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  const theirs = mkdtempSync(join(tmpdir(), `jepsen-lite-${dead.pid}-`));
  const ours = mkdtempSync(join(tmpdir(), `jepsen-lite-${process.pid}-`));
  mkdirSync(join(theirs, 'data'));
  const script = 'setInterval(() => {}, 1000)';
  const server = spawn(process.execPath, ['-e', script, '--', `--data-dir=${theirs}/data/n1`]);
  const other = spawn(process.execPath, ['-e', script, '--', `--data-dir=${ours}/data/n1`]);
  try {
    await Promise.all([once(server, 'spawn'), once(other, 'spawn')]);
    const ended = once(server, 'exit');
    removeLeftovers();
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(existsSync(theirs)).toBe(false);
    expect(existsSync(ours)).toBe(true);
    expect(serversOf(ours)).toEqual([other.pid]);
    expect(isAlive(other.pid as number)).toBe(true);
  } finally {
    server.kill('SIGKILL');
    other.kill('SIGKILL');
    rmSync(ours, { recursive: true });
  }
});
