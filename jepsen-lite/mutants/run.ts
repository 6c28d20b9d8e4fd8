// Is every planted bug found?

import { join } from 'node:path';
import type { FoundAnomaly } from '../sim/summary.js';
import { buildMutant, removeFolder, temporaryFolder } from './build.js';
import { MUTANTS } from './list/index.js';
import { failsIn, keptSchedules } from './schedules.js';
import { type SearchOptions, search } from './search.js';
import { type Mutant, MutantError } from './types.js';

export const KEPT = 0;

export interface MutantResult {
  readonly mutant: Mutant;
  readonly found: boolean;
  /** Seeds that were tried, the one that shows it included. They begin with 1. KEPT: a kept schedule shows it. */
  readonly seed: number;
  /** What the seed showed; when nothing was found, why not. */
  readonly anomaly: string;
  /** Who saw it; empty when nobody did. */
  readonly checker: string;
  /** Of real time, with the build. */
  readonly seconds: number;
}

export interface MutantsOptions {
  /** Default: all. */
  readonly names?: readonly string[];
  /** Seeds of whole clusters that are tried for one mutant, at most; of the core alone twenty times as many. */
  readonly seedsMax: number;
  /** Mutants at a time. */
  readonly parallel: number;
  /** One search may take this long; default 15 minutes. */
  readonly timeoutMs?: number;
  /** Told of each mutant when it has been dealt with. */
  readonly onProgress?: (result: MutantResult, done: number, total: number) => void | Promise<void>;
}

const TIMEOUT_MS = 15 * 60_000;
/** A seed of the core alone takes a hundredth of the time that a cluster takes. */
const CORE_SEEDS = 20;
/** A copy without any mistake: what a seed shows there is no planted bug. */
const CONTROL = { name: 'none', patches: [] };

/** The mutants of these names, in the order of the list. Throws MutantError for a name that there is not. */
export function mutantsNamed(names: readonly string[]): Mutant[] {
  const unknown = names.find((name) => !MUTANTS.some((m) => m.name === name));
  if (unknown === undefined) return MUTANTS.filter(({ name }) => names.includes(name));
  throw new MutantError(`there is no mutant "${unknown}": choose from ${MUTANTS.map((m) => m.name).join(', ')}`);
}

/** Results in the order of the list. Rejects with MutantError when one can not be built or run. */
export async function runMutants(options: MutantsOptions): Promise<MutantResult[]> {
  const mutants = options.names === undefined ? MUTANTS : mutantsNamed(options.names);
  const results: MutantResult[] = [];
  const root = temporaryFolder();
  const removeRoot = (): void => removeFolder(root);
  process.once('exit', removeRoot);
  try {
    const control = buildMutant(CONTROL, join(root, 'control'));
    let next = 0;
    let done = 0;
    const work = async (): Promise<void> => {
      while (next < mutants.length) {
        const at = next++;
        const result = await runOne(mutants[at] as Mutant, join(root, String(at)), control, options);
        results[at] = result;
        await options.onProgress?.(result, ++done, mutants.length);
      }
    };
    const workers = Array.from({ length: Math.max(1, options.parallel) }, () =>
      work().catch((error: unknown) => {
        next = mutants.length;
        throw error;
      }),
    );
    await Promise.all(workers);
  } finally {
    process.off('exit', removeRoot);
    removeRoot();
  }
  return results;
}

async function runOne(mutant: Mutant, folder: string, control: string, options: MutantsOptions): Promise<MutantResult> {
  const begin = performance.now();
  try {
    const main = buildMutant(mutant, folder);
    const outcome = (await shown(mutant, main)) ?? (await find(mutant, main, control, options));
    return { mutant, ...outcome, seconds: (performance.now() - begin) / 1_000 };
  } catch (error) {
    if (error instanceof MutantError && !error.message.startsWith('mutant ')) {
      throw new MutantError(`mutant ${mutant.name}: ${error.message}`);
    }
    throw error;
  } finally {
    removeFolder(folder);
  }
}

/** By a schedule that is kept since it failed once: rare mistakes would need thousands of seeds again. */
async function shown(mutant: Mutant, main: string): Promise<Outcome | undefined> {
  const kept = keptSchedules().find((schedule) => schedule.mutant === mutant.name);
  if (kept === undefined || !(await failsIn(main, kept))) return undefined;
  return { found: true, seed: KEPT, anomaly: kept.was, checker: 'its kept schedule' };
}

type Outcome = Pick<MutantResult, 'found' | 'seed' | 'anomaly' | 'checker'>;

/** Goes on behind seeds that fail without the mistake as well, or about which a checker can not tell. */
async function find(mutant: Mutant, main: string, control: string, options: MutantsOptions): Promise<Outcome> {
  const { timeoutMs = TIMEOUT_MS } = options;
  const seedsMax = options.seedsMax * (mutant.hint?.world === undefined ? 1 : CORE_SEEDS);
  for (let first = 1; first <= seedsMax; ) {
    const asked: SearchOptions = { main, first, seeds: seedsMax - first + 1, hint: mutant.hint, timeoutMs };
    const searched = await search(asked);
    if (searched === undefined) return missed(seedsMax, `no end within ${Math.round(timeoutMs / 1_000)} s`);
    const seed = searched.anomalies[0]?.seed;
    if (seed === undefined) return missed(seedsMax, `nothing in ${seedsMax} seeds`);
    const shown = telling(searched.anomalies);
    if (shown !== undefined && (await passes({ ...asked, main: control, first: seed, seeds: 1 }))) {
      return { found: true, seed, anomaly: `${shown.name}: ${shown.message}`, checker: shown.checker };
    }
    first = seed + 1;
  }
  return missed(seedsMax, `nothing in ${seedsMax} seeds`);
}

const missed = (seed: number, anomaly: string): Outcome => ({ found: false, seed, anomaly, checker: '' });

/** What a checker saw tells more than that a node or the cluster failed. */
function telling(anomalies: readonly FoundAnomaly[]): FoundAnomaly | undefined {
  const known = anomalies.filter(({ name }) => name !== 'unknown');
  return known.find(({ checker }) => checker !== 'cluster') ?? known[0];
}

async function passes(asked: SearchOptions): Promise<boolean> {
  const searched = await search(asked);
  return searched !== undefined && searched.anomalies.length === 0;
}
