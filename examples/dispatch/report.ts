// What a run ends with.

import Table from 'cli-table3';
import type { Fleet } from './fleet.js';
import type { Observer } from './observer.js';
import type { Proof } from './proof.js';

/** A ride that waited longer counts as delayed. */
const DELAYED_MS = 1_000;
const VIOLATIONS_SHOWN = 20;

/** The value that a share `q` of the numbers does not exceed; NaN when there are none. */
export function percentile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.min(sorted.length, Math.ceil(q * sorted.length)) - 1)] ?? Number.NaN;
}

const ms = (value: number): string => (Number.isNaN(value) ? '-' : `${value.toFixed(0)} ms`);
const plain = { style: { head: [], border: [] } };

function times(title: string, unit: string, byFault: ReadonlyMap<string, readonly number[]>): string {
  if (byFault.size === 0) return '';
  const head = [title, unit, 'p50', 'p99', 'longest'];
  const table = new Table({ head, ...plain, colAligns: ['left', 'right', 'right', 'right', 'right'] });
  for (const [fault, list] of byFault)
    table.push([fault, list.length, ms(percentile(list, 0.5)), ms(percentile(list, 0.99)), ms(Math.max(...list))]);
  return `${table.toString()}\n`;
}

export function report(observer: Observer, fleet: Fleet, proof: Proof, seed: number): string {
  const { waits } = observer;
  const rides = new Table(plain);
  rides.push(
    { 'rides asked for': proof.rides },
    { 'rides assigned': proof.assigned },
    { 'wait for an assignment': `p50 ${ms(percentile(waits, 0.5))}, p99 ${ms(percentile(waits, 0.99))}` },
    { 'rides delayed by over a second': waits.filter((wait) => wait > DELAYED_MS).length },
    { 'changes of a leader': proof.leaderChanges },
    { 'stale writes refused': fleet.refused },
    { 'events in the history': proof.events },
  );
  const shown = proof.violations.slice(0, VIOLATIONS_SHOWN).join('\n  ');
  const verdict =
    proof.violations.length === 0
      ? 'PROVEN from the history of the store: every ride was assigned exactly once, by whoever led its cell.'
      : `FAILED: ${proof.violations.length} violations\n  ${shown}`;
  const takeovers = times('a new leader after', 'cells', observer.takeovers);
  const stalls = times('no assignment after', 'times', observer.stalls);
  return `${takeovers}${stalls}${rides.toString()}\nseed ${seed}\n${verdict}\n`;
}
