// Planted bugs: each is a change of the source's text, made in a copy of the project. The source itself
// knows nothing of them.

import type { FaultKind } from '../nemesis/types.js';

export const LAYERS = [
  'raft',
  'storage',
  'mvcc',
  'multiraft',
  'placement',
  'sequencer',
  'txn',
  'lease',
  'watch',
  'coordination',
  'client',
  'api',
] as const;
export type Layer = (typeof LAYERS)[number];

/** One place of the source that is changed. */
export interface Patch {
  /** From the project's folder. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** Where the search looks, so that it need not try seeds that cannot show the mistake. */
export interface Hint {
  /** Names of workloads that run, all at once. */
  readonly workloads?: readonly string[];
  /** Kinds of faults that seeds pick from. */
  readonly faults?: readonly FaultKind[];
  /** `core`: replicas of the consensus core alone, `quiet`: a group that goes quiet and wakes; default: whole clusters. */
  readonly world?: 'core' | 'quiet';
  /** Of the cluster; default 1. */
  readonly partitions?: number;
  /** The log is cut often, so that members are sent snapshots. */
  readonly shortLog?: boolean;
  /** How long faults are injected; default: the seed decides. */
  readonly safetySeconds?: number;
}

export interface Mutant {
  /** Names the mistake, in the command and in the table. */
  readonly name: string;
  readonly layer: Layer;
  /** One sentence: the mistake, and what it may lead to. */
  readonly what: string;
  readonly patches: readonly Patch[];
  readonly hint?: Hint;
}

/** A mutant does not fit the source, or can not be built: the search could not run. */
export class MutantError extends Error {}
