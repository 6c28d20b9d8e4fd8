// Runs etcdctl and the compiled kvctl, and makes what they write comparable.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cleanEnvironment } from '../harness/programs.js';

/** The compiled program: in `dist`, or where HEXKEEP_DIST says. */
const KVCTL = resolve(join(process.env['HEXKEEP_DIST'] ?? 'dist', 'cli', 'kvctl.js'));

export type Tool = 'etcdctl' | 'kvctl';

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** For a command that goes on: it gets SIGINT once it has written this much. */
  readonly until?: RegExp;
}

export interface Outcome {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longer than any command takes; what still runs then is ended and fails the comparison by its code. */
const RUN_MS_MAX = 15_000;

export function requireKvctl(): void {
  if (!existsSync(KVCTL)) throw new Error(`${KVCTL} is missing: run "npm run build" first, or set HEXKEEP_DIST`);
}

/** Runs one command line; text is byte strings (latin1). */
export function run(tool: Tool, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [file, before] = tool === 'etcdctl' ? ['etcdctl', []] : [process.execPath, [KVCTL]];
  return new Promise((done, reject) => {
    const child = spawn(file, [...before, ...args], {
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_MS_MAX);
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('latin1');
      if (options.until?.test(stdout) === true) child.kill('SIGINT');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('latin1');
    });
    // A command that does not read its input is gone when it comes.
    child.stdin.on('error', () => undefined);
    child.stdin.end(Buffer.from(options.stdin ?? '', 'latin1'));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      done({ code: code ?? signal ?? 'unknown', stdout, stderr });
    });
  });
}

/** etcdctl's own log lines, which kvctl does not write. */
const LOG_LINE = /^(\{"level":"|WARNING: |INFO: )/;
const STAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} /;

/** The messages for people: without log lines, times, and the program's name. */
export function messages(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !LOG_LINE.test(line))
    .map((line) => line.replace(STAMP, ''))
    .join('\n')
    .replaceAll('etcdctl', 'kvctl');
}

/** What differs between two clusters or two moments: addresses, identifiers, times, sizes, hashes, log positions. */
export function comparable(text: string): string {
  return (
    text
      .replaceAll('etcdctl', 'kvctl')
      .replace(/127\.0\.0\.1:\d+/g, '<address>')
      .replace(/\b\d+(\.\d+)?(ms|\xc2\xb5s|s)\b(?!\))/g, '<time>')
      .replace(/-?\b\d{15,20}\b/g, '<id>')
      .replace(/\b\d+(\.\d+)? [kM]?B\b/g, '<size>')
      .replace(/("(?:hash|dbSize|dbSizeInUse|raftIndex|raftAppliedIndex|raftTerm|raft_term)":)\d+/g, '$1<n>')
      .replace(/("(?:Hash|DBSize|RaftIndex|RaftAppliedIndex|RaftTerm)" : )\d+/g, '$1<n>')
      // Rows of endpoint status and hashkv.
      .replace(/, \d+, \d+, $/gm, ', <n>, <n>, ')
      .replace(/\| +\d+ +\| +\d+ +\| +\|$/gm, '| <n> | <n> | |')
      .replace(/(<address>(?:, | +\| +))\d{5,10}\b/g, '$1<hash>')
      // Keys of locks and elections end in the lease.
      .replace(/"key":"([\w+/=]+)"/g, (_, key: string) => `"key":${Buffer.from(key, 'base64').toString('latin1')}`)
      .replace(/\b[0-9a-f]{14,16}\b/g, '<id>')
      .replace(/remaining\(\d+s\)/g, 'remaining(<n>s)')
      .replace(/("ttl":)[1-9]\d*/g, '$1<n>')
      .replace(/("TTL" : )[1-9]\d*/g, '$1<n>')
      .replace(/-{4,}/g, '----')
      .replace(/ {2,}/g, ' ')
  );
}
