// The demo as a user starts it, but shorter.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeFolder, temporaryFolder, track } from '../harness/cleanup.js';
import { ROOT } from '../harness/paths.js';
import { sleep, until } from '../harness/wait.js';

interface Run {
  readonly child: ChildProcess;
  /** Where it puts its temporary files. */
  readonly folder: string;
  readonly output: () => string;
  readonly code: Promise<number | null>;
}

function start(...args: string[]): Run {
  const folder = temporaryFolder('demo-test');
  mkdirSync(join(folder, 'tmp'));
  const env = { ...process.env, TMPDIR: join(folder, 'tmp') };
  const program = join(ROOT, 'dist', 'examples', 'dispatch', 'main.js');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  track(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return { child, folder, output: () => text, code: new Promise((resolve) => child.once('close', resolve)) };
}

/** Command lines that mention the folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(folder));
}

function expectNothingLeft({ folder }: Run): void {
  expect(processesOf(folder)).toEqual([]);
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  removeFolder(folder);
}

it('proves its claim under faults, and leaves nothing behind', { timeout: 120_000 }, async () => {
  const run = start('--seconds=16', '--cells=20', '--dispatchers=3', '--seed=5');
  expect([await run.code, run.output()]).toEqual([0, expect.stringContaining('PROVEN from the history')]);
  expect(run.output()).toMatch(/killed dispatcher-\d: \d+ cells/);
  expect(run.output()).toMatch(/killed node\d, which led the store/);
  expect(run.output()).toMatch(/dispatcher killed +│ +[1-9]\d* │ +\d+ ms/);
  expect(run.output()).toMatch(/rides asked for +│ ([1-9]\d+) .*\n.*\n.*rides assigned +│ \1 /);
  expectNothingLeft(run);
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'ends cleanly on %s, however far it came',
  { timeout: 60_000 },
  async (signal) => {
    const early = start('--seconds=60');
    await until('the first line', () => early.output().includes('starting 3 nodes'));
    await sleep(signal === 'SIGINT' ? 100 : 400);
    early.child.kill(signal);
    expect(await early.code).toBe(130);
    expectNothingLeft(early);

    const late = start('--seconds=60', '--cells=10');
    await until('rides', () => late.output().includes('killed dispatcher'), 40_000);
    late.child.kill(signal);
    // As npm does: what the terminal sends to both, it passes on.
    late.child.kill(signal);
    expect(await late.code).toBe(130);
    expect(late.output()).not.toContain('dispatch:');
    expectNothingLeft(late);
  },
);

it('refuses a wrong command line', async () => {
  const run = start('--dispatchers=1');
  expect(await run.code).toBe(1);
  expect(run.output()).toContain('write a whole number from 2 to 20');
  expectNothingLeft(run);
});
