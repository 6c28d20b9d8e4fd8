// Load from h2load: C, a few µs a request, so that the servers have the machine.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { track } from '../test/harness/cleanup.js';
import { frame } from './frames.js';

export interface LoadOptions {
  readonly endpoints: readonly string[];
  /** Full gRPC path. */
  readonly path: string;
  /** Message of the n-th connection. */
  readonly body: (connection: number) => Uint8Array;
  readonly callers: number;
  readonly seconds: number;
  /** For body and log files. */
  readonly folder: string;
}

export interface LoadResult {
  /** Answers that came within the time. */
  readonly done: number;
  readonly perSecond: number;
  /** Of all requests. */
  readonly latenciesMs: number[];
  /** DATA bytes of all answers: tells answers from refusals, which h2load cannot. */
  readonly dataBytes: number;
}

/** Connections to each node at so many callers. */
function connectionsPerNode(callers: number): number {
  if (callers < 3) return 1;
  return Math.min(8, Math.max(1, Math.round(callers / 32)));
}

/** Where each connection goes and how many requests it keeps in flight; they add up to `callers`. */
export function plan(endpoints: readonly string[], callers: number): { endpoint: string; inFlight: number }[] {
  const total = callers < endpoints.length ? callers : connectionsPerNode(callers) * endpoints.length;
  return Array.from({ length: total }, (_, i) => ({
    endpoint: endpoints[i % endpoints.length] as string,
    inFlight: Math.floor(callers / total) + (i < callers % total ? 1 : 0),
  }));
}

/** One h2load process a connection, so that each may have a key of its own. Rejects when any request failed. */
export async function h2load(options: LoadOptions): Promise<LoadResult> {
  const { folder, path, seconds } = options;
  const runs = plan(options.endpoints, options.callers).map(({ endpoint, inFlight }, i) => {
    const body = join(folder, `body-${i}`);
    const log = join(folder, `log-${i}`);
    writeFileSync(body, frame(options.body(i)));
    writeFileSync(log, '');
    const headers = ['content-type: application/grpc', 'te: trailers'].flatMap((h) => ['-H', h]);
    const load = ['-c1', `-m${inFlight}`, `-D${seconds}`, `-d${body}`, `--log-file=${log}`];
    return one([...load, ...headers, `http://${endpoint}${path}`], log);
  });
  const results = await Promise.all(runs);
  const done = results.reduce((sum, r) => sum + r.done, 0);
  return {
    done,
    perSecond: done / seconds,
    latenciesMs: results.flatMap((r) => r.latenciesMs),
    dataBytes: results.reduce((sum, r) => sum + r.dataBytes, 0),
  };
}

async function one(args: string[], log: string): Promise<Omit<LoadResult, 'perSecond'>> {
  const child = spawn('h2load', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  track(child);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const requests = /requests: \d+ total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed/.exec(out);
  const data = /traffic: .*\((\d+)\) data$/m.exec(out);
  if (code !== 0 || requests === null || data === null || Number(requests[2]) === 0)
    throw new Error(`h2load ${args.join(' ')}: exit code ${code}\n${out}`);
  return {
    done: Number(requests[2]),
    dataBytes: Number(data[1]),
    latenciesMs: readLog(log),
  };
}

/** Lines of start µs, HTTP status, duration µs. */
function readLog(log: string): number[] {
  const latencies: number[] = [];
  for (const line of readFileSync(log, 'latin1').split('\n')) {
    const [, status, us] = line.split('\t');
    if (status === '200') latencies.push(Number(us) / 1_000);
  }
  return latencies;
}
