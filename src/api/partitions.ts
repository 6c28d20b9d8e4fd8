// hexkeep.v1.Partitions: which groups there are, and where a key belongs.

import { type PartitionInit, PartitionsService } from '../../proto/gen/hexkeep.js';
import { errors } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { unary } from './method.js';

export function createPartitionMethods(api: Api): RpcMethod[] {
  const { guard, header, services } = api;
  const { router } = services;
  const { slots, system } = router;
  const headerNow = () => header.of(system, header.revision);
  const describe = (group: GroupHandle): PartitionInit => {
    const { store, leadership } = group;
    return {
      number: group.id,
      leaderMemberId: leadership.leader,
      term: leadership.term,
      appliedIndex: store.appliedIndex,
      revision: store.revision,
      keys: store.keyCount,
      sizeBytes: store.sizeBytes,
      voters: [...store.confState.voters],
      learners: [...store.confState.learners],
      slots: router.groups.includes(group) ? slots.slotsOf(group.id) : 0,
    };
  };
  const { placement } = services;
  return [
    unary(guard, PartitionsService.show, async ({ partition }) => ({
      ...(await placement.show(partition)),
      header: headerNow(),
    })),
    unary(guard, PartitionsService.ring, async () => ({ ...(await placement.ring()), header: headerNow() })),
    unary(guard, PartitionsService.move, async (request) => ({
      ...(await placement.move(request)),
      header: headerNow(),
    })),
    unary(guard, PartitionsService.balance, async (request) => ({
      ...(await placement.balance(request)),
      header: headerNow(),
    })),
    unary(
      guard,
      PartitionsService.list,
      () => {
        const all = router.groups.includes(system) ? router.groups : [system, ...router.groups];
        return { header: headerNow(), partitions: all.map(describe) };
      },
      { learnerServes: () => true },
    ),
    unary(
      guard,
      PartitionsService.locate,
      ({ key }) => {
        if (key.length === 0) throw errors.emptyKey();
        const { partition, slot, routingPart } = slots.locate(key);
        const leaderMemberId = router.forKey(key).leadership.leader;
        return { header: headerNow(), partition, slot, routingPart, leaderMemberId };
      },
      { learnerServes: () => true },
    ),
  ];
}
