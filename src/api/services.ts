// What the RPC services are built on; node.ts provides it.

import type { NodeConfig } from '../config.js';
import type { Lessor } from '../lease/types.js';
import type { Membership } from '../placement/membership.js';
import type { PlacementOperations } from '../placement/operations.js';
import type { Router } from '../placement/types.js';
import type { Runtime } from '../runtime/ports.js';
import type { Transactions } from '../txn/transactions.js';
import type { WatchHub } from '../watch/types.js';

/** Revisions of a cluster with several partitions. */
export interface ClusterRevisions {
  current(): Promise<number>;
  readonly known: number;
}

export interface NodeServices {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  readonly config: NodeConfig;
  readonly runtime: Runtime;
  readonly router: Router;
  /** Undefined with one partition, whose store numbers everything itself. */
  readonly revisions: ClusterRevisions | undefined;
  /** Over several partitions; undefined with one. */
  readonly transactions: Pick<Transactions, 'execute'> | undefined;
  readonly watch: WatchHub;
  readonly lessor: Lessor;
  readonly placement: Pick<PlacementOperations, 'show' | 'ring' | 'move' | 'balance'>;
  readonly membership: Pick<Membership, 'add' | 'update' | 'promote' | 'remove'>;
  /** Bytes that the data directory occupies on disk. */
  diskBytes(): Promise<number>;
}
