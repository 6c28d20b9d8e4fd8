import type { Mutant } from '../types.js';
import { apiMutants } from './api.js';
import { clientMutants } from './client.js';
import { coordinationMutants } from './coordination.js';
import { foundMutants } from './found.js';
import { leaseMutants } from './lease.js';
import { multiraftMutants } from './multiraft.js';
import { mvccMutants } from './mvcc.js';
import { placementMutants } from './placement.js';
import { quietMutants } from './quiet.js';
import { raftMutants } from './raft.js';
import { sequencerMutants } from './sequencer.js';
import { storageMutants } from './storage.js';
import { txnMutants } from './txn.js';
import { watchMutants } from './watch.js';

/** Every planted bug, layer by layer. */
export const MUTANTS: readonly Mutant[] = [
  ...raftMutants,
  ...storageMutants,
  ...mvccMutants,
  ...multiraftMutants,
  ...quietMutants,
  ...placementMutants,
  ...sequencerMutants,
  ...txnMutants,
  ...leaseMutants,
  ...watchMutants,
  ...coordinationMutants,
  ...clientMutants,
  ...apiMutants,
  ...foundMutants,
];
