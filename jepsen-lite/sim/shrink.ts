// Which faults of a failing schedule matter? Delta debugging (Zeller and Hildebrandt, "Simplifying and
// Isolating Failure-Inducing Input", 2002) over the list of faults.

import type { Plan } from './plan.js';
import { runPlan } from './run.js';
import type { FoundAnomaly } from './summary.js';
import { summarize } from './summary.js';

export interface Shrunk {
  readonly plan: Plan;
  readonly anomalies: readonly FoundAnomaly[];
  readonly runs: number;
}

/** A run takes a second or two: minutes, not hours. */
export const SHRINK_RUNS_MAX = 300;

/** What failed, for comparing runs: any of the same checker and name counts as the same. */
const kindsOf = (anomalies: readonly FoundAnomaly[]): Set<string> =>
  new Set(anomalies.map((a) => `${a.workload} ${a.checker} ${a.name}`));

/**
 * A plan with as few workloads and faults as can be found that still fails in a way in which `plan` did.
 * Undefined when `plan` does not fail. At most `runsMax` runs.
 */
export async function shrink(
  plan: Plan,
  runsMax = SHRINK_RUNS_MAX,
  onRun?: (runs: number, faults: number) => void,
): Promise<Shrunk | undefined> {
  let runs = 0;
  const run = async (candidate: Plan): Promise<readonly FoundAnomaly[]> => {
    runs++;
    return summarize(await runPlan(candidate)).anomalies;
  };
  let anomalies = await run(plan);
  if (anomalies.length === 0) return undefined;
  const wanted = kindsOf(anomalies);
  let best = plan;
  const fails = async (candidate: Plan): Promise<boolean> => {
    if (runs >= runsMax) return false;
    const found = await run(candidate);
    const same = [...kindsOf(found)].some((kind) => wanted.has(kind));
    if (same) {
      best = candidate;
      anomalies = found;
    }
    onRun?.(runs, best.faults.length);
    return same;
  };
  for (const name of plan.workloads) {
    if (best.workloads.length > 1) await fails({ ...best, workloads: best.workloads.filter((w) => w !== name) });
  }
  await reduce(best.faults, (faults) => fails({ ...best, faults }));
  return { plan: best, anomalies, runs };
}

/** ddmin: finds a small sublist of `items` for which `fails` holds. */
export async function reduce<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let current = items;
  if (current.length > 0 && (await fails([]))) return [];
  for (let parts = 2; current.length >= 2; ) {
    const size = Math.ceil(current.length / parts);
    let smaller: readonly T[] | undefined;
    for (let at = 0; at < current.length && smaller === undefined; at += size) {
      const without = [...current.slice(0, at), ...current.slice(at + size)];
      if (await fails(without)) smaller = without;
    }
    if (smaller !== undefined) {
      current = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) break;
    else parts = Math.min(parts * 2, current.length);
  }
  return current;
}
