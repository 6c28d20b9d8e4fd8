// What a run ends with.

import Table from 'cli-table3';
import type { Fleet } from './fleet.js';
import type { Observer } from './observer.js';
import type { Proof } from './proof.js';

/** The value that a share `q` of the sorted numbers does not exceed. */
export function percentile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

const ms = (value: number): string => (Number.isNaN(value) ? '-' : `${value.toFixed(0)} ms`);
const plain = { style: { head: [], border: [] } };

export function report(observer: Observer, fleet: Fleet, proof: Proof, seed: number): string {
  const takeovers = new Table({ head: ['takeover after', 'cells', 'p50', 'p99', 'longest'], ...plain });
  for (const [fault, times] of observer.takeovers) {
    takeovers.push([
      fault,
      times.length,
      ms(percentile(times, 0.5)),
      ms(percentile(times, 0.99)),
      ms(Math.max(...times)),
    ]);
  }
  const late = observer.waits.filter((w) => w > 1_000).length;
  const rides = new Table(plain);
  rides.push(
    { 'rides asked for': proof.rides },
    { 'rides assigned': proof.assigned },
    {
      'wait for an assignment': `p50 ${ms(percentile(observer.waits, 0.5))}, p99 ${ms(percentile(observer.waits, 0.99))}`,
    },
    { 'rides that waited over a second': late },
    { 'changes of a leader': proof.leaderChanges },
    { 'stale writes refused': fleet.refused },
  );
  const verdict =
    proof.violations.length === 0
      ? 'PROVEN from the history of the store: every ride was assigned exactly once, by whoever led its cell.'
      : `FAILED: ${proof.violations.length} violations\n  ${proof.violations.slice(0, 20).join('\n  ')}`;
  return `${takeovers.toString()}\n${rides.toString()}\nseed ${seed}\n${verdict}\n`;
}
