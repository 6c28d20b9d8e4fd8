// What is kept of a run when thousands of them are counted.

import type { RunResult } from '../report/types.js';

export interface FoundAnomaly {
  readonly seed: number;
  readonly workload: string;
  readonly checker: string;
  readonly name: string;
  readonly message: string;
}

export interface SeedSummary {
  readonly seed: number;
  readonly valid: boolean;
  readonly anomalies: readonly FoundAnomaly[];
  readonly simulatedMs: number;
  readonly realMs: number;
  /** Operations by workload and outcome. */
  readonly operations: Readonly<Record<string, Readonly<Record<'ok' | 'fail' | 'info', number>>>>;
  /** Faults that were carried out, by kind. */
  readonly faults: Readonly<Record<string, number>>;
}

export function summarize(result: RunResult): SeedSummary {
  const operations: Record<string, Record<'ok' | 'fail' | 'info', number>> = {};
  const anomalies: FoundAnomaly[] = result.failures.map((message) => ({
    seed: result.seed,
    workload: '',
    checker: 'cluster',
    name: 'failure',
    message,
  }));
  for (const { name, history, verdicts } of result.workloads) {
    const counts = { ok: 0, fail: 0, info: 0 };
    for (const { type } of history) if (type !== 'invoke') counts[type]++;
    operations[name] = counts;
    for (const { valid, checker, anomalies: found } of verdicts) {
      if (valid === true) continue;
      const unknown = [{ name: 'unknown', message: 'the checker ran out of its budget' }];
      for (const a of found.length > 0 ? found : unknown) {
        anomalies.push({ seed: result.seed, workload: name, checker, name: a.name, message: a.message });
      }
    }
  }
  const faults: Record<string, number> = {};
  for (const { kind } of result.faults) faults[kind] = (faults[kind] ?? 0) + 1;
  const { seed, valid, runMs, realMs } = result;
  return { seed, valid, anomalies, simulatedMs: runMs, realMs, operations, faults };
}

export interface Totals {
  seeds: number;
  failed: number;
  simulatedMs: number;
  /** Of all workers together. */
  cpuMs: number;
  readonly operations: Record<string, Record<'ok' | 'fail' | 'info', number>>;
  readonly faults: Record<string, number>;
  readonly anomalies: FoundAnomaly[];
}

export const newTotals = (): Totals => ({
  seeds: 0,
  failed: 0,
  simulatedMs: 0,
  cpuMs: 0,
  operations: {},
  faults: {},
  anomalies: [],
});

/** Anomalies that are listed, in all. */
const LISTED_MAX = 1_000;

export function addTo(totals: Totals, one: SeedSummary): void {
  totals.seeds++;
  if (!one.valid) totals.failed++;
  totals.simulatedMs += one.simulatedMs;
  totals.cpuMs += one.realMs;
  for (const [kind, count] of Object.entries(one.faults)) totals.faults[kind] = (totals.faults[kind] ?? 0) + count;
  for (const [workload, counts] of Object.entries(one.operations)) {
    totals.operations[workload] ??= { ok: 0, fail: 0, info: 0 };
    const sum = totals.operations[workload];
    for (const type of ['ok', 'fail', 'info'] as const) sum[type] += counts[type];
  }
  totals.anomalies.push(...one.anomalies.slice(0, LISTED_MAX - totals.anomalies.length));
}

export const operationsOf = (totals: Totals): number =>
  Object.values(totals.operations).reduce((sum, { ok, fail, info }) => sum + ok + fail + info, 0);
