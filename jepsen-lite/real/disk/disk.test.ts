import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TemporaryFolder } from '../leftovers.js';
import { output } from '../network/command.js';
import { diskShim, ShimDisk } from './shim.js';

const shim = await diskShim();

it.skipIf(shim.ok)('says why disks can not fail here', () => {
  expect(shim).toMatchObject({ ok: false, why: expect.stringMatching(/\w/) });
});

describe.runIf(shim.ok)('a disk that can fail', () => {
  let folder: TemporaryFolder;
  let data: string;
  let disk: ShimDisk;

  beforeEach(() => {
    folder = new TemporaryFolder();
    data = join(folder.path, 'data');
    mkdirSync(data);
    disk = new ShimDisk(shim.ok ? shim.library : '', data, join(folder.path, 'state'));
  });
  afterEach(() => folder.remove());

  /** Runs a program on the disk; what it logs. */
  const run = (script: string): Promise<string> => {
    const env = Object.entries(disk.environment).map(([name, value]) => `${name}=${value}`);
    const prelude = `const fs = require('node:fs'); const data = ${JSON.stringify(data)};`;
    return output('env', [...env, process.execPath, '-e', prelude + script]);
  };
  const size = (name: string): number => statSync(join(data, name)).size;

  it('undoes what was not synced, and keeps what was', async () => {
    await run(`
      const f = fs.openSync(data + '/log', 'w');
      fs.writeSync(f, 'a'.repeat(1000)); fs.fdatasyncSync(f); fs.writeSync(f, 'b'.repeat(500));
      fs.writeFileSync(data + '/never', 'c'.repeat(100));
      const g = fs.openSync(data + '/whole', 'w'); fs.writeSync(g, 'd'.repeat(50)); fs.fsyncSync(g);
      process.kill(process.pid, 'SIGKILL');`).catch(() => {});
    expect(disk.loseUnsynced(() => 0)).toBe('600 of 600 unsynced bytes lost');
    expect([size('log'), size('never'), size('whole')]).toEqual([1000, 0, 50]);
    expect(readFileSync(join(data, 'log'), 'utf8')).toBe('a'.repeat(1000));
  });

  it('tears the last write at any place', async () => {
    await run(`const f = fs.openSync(data + '/log', 'w');
      fs.writeSync(f, 'a'.repeat(100)); fs.fsyncSync(f); fs.writeSync(f, 'b'.repeat(100));`);
    expect(disk.loseUnsynced(() => 0.667)).toBe('50 of 100 unsynced bytes lost');
    expect(size('log')).toBe(150);
  });

  it('follows a file through renames, and starts anew when it is truncated', async () => {
    await run(`const write = (name, text, sync) => {
        const f = fs.openSync(data + '/' + name, 'w'); fs.writeSync(f, text); if (sync) fs.fsyncSync(f); fs.closeSync(f);
      };
      write('a.new', 'first', true); fs.renameSync(data + '/a.new', data + '/a');
      write('a.new', 'second', false); fs.renameSync(data + '/a.new', data + '/a');
      write('b', 'synced', true); write('b', 'not', false);
      write('c', 'synced', true);`);
    disk.loseUnsynced(() => 0);
    expect([size('a'), size('b'), size('c')]).toEqual([0, 0, 6]);
  });

  it('keeps what a process before it has synced', async () => {
    await run(`const f = fs.openSync(data + '/log', 'w'); fs.writeSync(f, 'old'); fs.fsyncSync(f);`);
    await run(`const f = fs.openSync(data + '/log', 'a'); fs.writeSync(f, 'new');`);
    disk.loseUnsynced(() => 0);
    expect(size('log')).toBe(3);
  });

  it('sees what LevelDB writes', async () => {
    const level = import.meta.resolve('classic-level');
    await run(`import(${JSON.stringify(level)}).then(async ({ ClassicLevel }) => {
        const db = new ClassicLevel(data + '/db');
        for (let i = 0; i < 50; i++) await db.put('synced' + i, 'x'.repeat(100), { sync: true });
        for (let i = 0; i < 50; i++) await db.put('unsynced' + i, 'x'.repeat(100));
        process.kill(process.pid, 'SIGKILL');
      });`).catch(() => {});
    const lost = disk.loseUnsynced(() => 0);
    expect(Number(/^\d+/.exec(lost)?.[0])).toBeGreaterThan(5_000);
    const keys = await run(`import(${JSON.stringify(level)}).then(async ({ ClassicLevel }) => {
        const db = new ClassicLevel(data + '/db');
        console.log((await db.keys().all()).join());
      });`);
    const expected = Array.from({ length: 50 }, (_, i) => `synced${i}`).sort();
    expect(keys.trim().split(',')).toEqual(expected);
  });

  it('is slow, fails syncs, and is full, on command', async () => {
    const script = `const f = fs.openSync(data + '/log', 'a');
      const tell = (fn) => { const t = performance.now(); try { fn(); return Math.floor(performance.now() - t); } catch (e) { return e.code; } };
      console.log(tell(() => fs.writeSync(f, 'x')), tell(() => fs.fdatasyncSync(f)), tell(() => fs.fsyncSync(f)));`;
    disk.slow(150);
    const [, first, second] = (await run(script)).split(' ').map(Number);
    expect(first).toBeGreaterThanOrEqual(149);
    expect(second).toBeGreaterThanOrEqual(149);
    disk.slow(0);
    disk.failSyncs(true);
    expect(await run(script)).toMatch(/^\d+ EIO EIO/);
    disk.failSyncs(false);
    disk.full(true);
    expect(await run(script)).toMatch(/^ENOSPC \d+ \d+/);
    disk.full(false);
    expect(await run(script)).toMatch(/^\d+ \d+ \d+/);
    disk.loseUnsynced(() => 0);
    expect(size('log')).toBe(3);
  });

  it('does not guess about files that it has not seen', async () => {
    expect(() => disk.loseUnsynced(() => 0)).toThrow('the shim was not loaded');
    await run(`fs.mkdirSync(data + '/sub')`);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(data, 'sub', 'stranger'), 'x');
    expect(() => disk.loseUnsynced(() => 0)).toThrow('did not see');
  });
});
