// etcdserverpb.Lease.

import { LeaseService } from '../../proto/gen/rpc.js';
import { limits } from '../limits.js';
import type { RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { bidi, unary } from './method.js';
import { LEASE_COST_BYTES } from './quota.js';

export function createLeaseMethods(api: Api): RpcMethod[] {
  const { guard, header, quota } = api;
  const { lessor, router, revisions } = api.services;
  const home = router.system;
  const headerNow = () => header.of(home, header.revision);

  /** A partition may be behind what the cluster has handed out; with one partition both are the same. */
  const newest = (revision: number) => (revisions === undefined ? revision : Math.max(revision, header.revision));

  return [
    unary(guard, LeaseService.leaseGrant, async (request) => {
      if (quota.exceeded(home, LEASE_COST_BYTES)) return quota.refuse();
      const lease = await lessor.grant(request.ID, request.TTL);
      return { header: header.of(home, newest(lease.revision)), ID: lease.id, TTL: lease.ttlSeconds };
    }),
    unary(guard, LeaseService.leaseRevoke, async (request) => {
      const { revision } = await lessor.revoke(request.ID);
      return { header: header.of(home, newest(revision)) };
    }),
    bidi(guard, LeaseService.leaseKeepAlive, (input, out) => {
      let waiting = 0;
      let ended = false;
      const settled = (): void => {
        waiting--;
        if (waiting === limits.keepAlivesPerStreamPendingMax - 1) input.resume();
        if (ended && waiting === 0) out.end();
      };
      input.onMessage((request) => {
        waiting++;
        if (waiting >= limits.keepAlivesPerStreamPendingMax) input.pause();
        // Before the renewal: a keep-alive's revision is never newer than what it renewed.
        const before = headerNow();
        lessor
          .keepAlive(request.ID)
          .then(
            (TTL) => void out.send({ header: before, ID: request.ID, TTL }),
            (error: unknown) => out.fail(error),
          )
          .finally(settled);
      });
      input.onEnd(() => {
        ended = true;
        if (waiting === 0) out.end();
      });
    }),
    unary(guard, LeaseService.leaseTimeToLive, async (request) => {
      const lease = await lessor.timeToLive(request.ID, request.keys);
      if (lease.ttlSeconds < 0) return { header: headerNow(), ID: request.ID, TTL: -1 };
      return {
        header: headerNow(),
        ID: request.ID,
        TTL: lease.ttlSeconds,
        grantedTTL: lease.grantedTtlSeconds,
        keys: lease.keys,
      };
    }),
    unary(guard, LeaseService.leaseLeases, async () => {
      const ids = await lessor.list();
      return { header: headerNow(), leases: ids.map((ID) => ({ ID })) };
    }),
  ];
}
