import { append } from './append.js';
import { bank } from './bank.js';
import { election } from './election.js';
import { lease } from './lease.js';
import { lock, lockService, unfencedLock } from './lock.js';
import { register } from './register.js';
import { revision } from './revision.js';
import { set } from './set.js';
import type { Workload } from './types.js';
import { watch } from './watch.js';

/** Workloads whose promises must hold under every fault. */
export const WORKLOADS: readonly Workload[] = [
  register,
  append,
  bank,
  set,
  revision,
  lock,
  lockService,
  election,
  lease,
  watch,
];

/** All of them, also those that are expected to fail. */
export const ALL_WORKLOADS: readonly Workload[] = [...WORKLOADS, unfencedLock];

export function workloadNamed(name: string): Workload {
  const found = ALL_WORKLOADS.find((w) => w.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`there is no workload "${name}": choose from ${ALL_WORKLOADS.map((w) => w.name).join(', ')}`);
}
