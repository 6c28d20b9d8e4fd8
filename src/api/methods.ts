// The method table of the client port.

import type { RpcMethod } from '../runtime/rpc.js';
import { createApi } from './api.js';
import { createClusterMethods } from './cluster.js';
import { createElectionMethods } from './election.js';
import { createHealthMethods } from './health.js';
import { createKvMethods } from './kv.js';
import { createLeaseMethods } from './lease.js';
import { createLockMethods } from './lock.js';
import { createMaintenanceMethods } from './maintenance.js';
import { createPartitionMethods } from './partitions.js';
import { createReflectionMethods } from './reflection.js';
import type { NodeServices } from './services.js';
import { createWatchMethods } from './watch.js';

/** Every RPC that a node answers to clients. */
export function createMethods(services: NodeServices): RpcMethod[] {
  const api = createApi(services);
  return [
    ...createKvMethods(api),
    ...createWatchMethods(api),
    ...createLeaseMethods(api),
    ...createClusterMethods(api),
    ...createMaintenanceMethods(api),
    ...createLockMethods(api),
    ...createElectionMethods(api),
    ...createHealthMethods(api),
    ...createPartitionMethods(api),
    ...createReflectionMethods(api),
  ];
}
