import type { Mutant } from '../types.js';
import { raftMutants } from './raft.js';

/** Every planted bug, layer by layer. */
export const MUTANTS: readonly Mutant[] = [...raftMutants];
