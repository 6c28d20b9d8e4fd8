// The lease that a caller's key hangs on.

import type { CoordinationServices } from './services.js';

/** TTL of the lease that a call without one gets (etcd's session default). Seconds. */
const SESSION_TTL_SECONDS = 60;

/** `lease`, or a fresh one nobody keeps alive when the caller named none (etcd). */
export async function sessionLease(lessor: CoordinationServices['lessor'], lease: bigint): Promise<bigint> {
  if (lease !== 0n) return lease;
  return (await lessor.grant(0n, SESSION_TTL_SECONDS)).id;
}
