// Results as a table, for terminal and documentation alike.

import type { Kind } from '../test/harness/member.js';
import { median } from './latencies.js';

export interface Measurement {
  readonly perSecond: number | undefined;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number | undefined;
  readonly otherCores: number;
}

export interface RowResult {
  readonly title: string;
  readonly results: ReadonlyMap<Kind, readonly Measurement[]>;
}

/** The middle of several measurements, each figure by itself. */
function middle(all: readonly Measurement[]): Measurement {
  const of = (pick: (m: Measurement) => number | undefined): number | undefined => {
    const values = all.map(pick).filter((v) => v !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  return {
    perSecond: of((m) => m.perSecond),
    p50Ms: of((m) => m.p50Ms) ?? Number.NaN,
    p99Ms: of((m) => m.p99Ms) ?? Number.NaN,
    cpuUs: of((m) => m.cpuUs),
    otherCores: Math.max(...all.map((m) => m.otherCores)),
  };
}

const NOISE = 0.3;

function number(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const KINDS: readonly Kind[] = ['hexkeep', 'etcd'];

/** Ratio above 1: ours is better in the figure that the row is about. */
function ratio(ours: Measurement | undefined, theirs: Measurement | undefined): string {
  if (ours === undefined || theirs === undefined) return '–';
  const speed =
    ours.perSecond !== undefined && theirs.perSecond !== undefined
      ? `${(ours.perSecond / theirs.perSecond).toFixed(2)}× ops`
      : `${(theirs.p50Ms / ours.p50Ms).toFixed(2)}× sooner`;
  if (ours.cpuUs === undefined || theirs.cpuUs === undefined) return speed;
  return `${speed}, ${(ours.cpuUs / theirs.cpuUs).toFixed(2)}× CPU`;
}

export function formatTable(rows: readonly RowResult[]): string {
  const lines = [
    '| work | server | ops/s | p50 ms | p99 ms | server CPU µs/op | hexkeep : etcd |',
    '| --- | --- | ---: | ---: | ---: | ---: | --- |',
  ];
  for (const { title, results } of rows) {
    const of = new Map(KINDS.flatMap((k) => (results.get(k)?.length ? [[k, middle(results.get(k) ?? [])]] : [])));
    for (const [kind, m] of of) {
      const noisy = m.otherCores > NOISE ? ` (noisy: ${m.otherCores.toFixed(1)} cores)` : '';
      const last = kind === 'hexkeep' ? ratio(m, of.get('etcd')) : '';
      const figures = [number(m.perSecond), number(m.p50Ms), number(m.p99Ms), number(m.cpuUs)].join(' | ');
      lines.push(`| ${title} | ${kind}${noisy} | ${figures} | ${last} |`);
    }
  }
  return lines.join('\n');
}
