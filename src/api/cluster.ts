// etcdserverpb.Cluster.

import { ClusterService, Member } from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import type { RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { unary } from './method.js';
import type { NodeServices } from './services.js';

/** Every member of the configuration by ascending ID (etcd's order); without a name until it has published one. */
export function listMembers(services: Pick<NodeServices, 'router'>): Member[] {
  const { store } = services.router.system;
  const { voters, votersOutgoing, learners, learnersNext } = store.confState;
  const ids = new Set([...voters, ...votersOutgoing, ...learners, ...learnersNext, ...store.members.keys()]);
  return [...ids]
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((id) => {
      const member = store.members.get(id) ?? Member.empty();
      return { ...member, ID: id, isLearner: learners.includes(id) };
    });
}

export function createClusterMethods(api: Api): RpcMethod[] {
  const { guard, header, services } = api;
  const { system } = services.router;
  const refuse = (): never => {
    throw new RpcError(Code.unimplemented, 'hexkeep: changes of the membership come in a later version');
  };
  return [
    unary(guard, ClusterService.memberList, async (request) => {
      if (request.linearizable) await system.readIndex();
      // etcd gives no revision here.
      return { header: header.of(system, 0), members: listMembers(services) };
    }),
    unary(guard, ClusterService.memberAdd, refuse),
    unary(guard, ClusterService.memberRemove, refuse),
    unary(guard, ClusterService.memberUpdate, refuse),
    unary(guard, ClusterService.memberPromote, refuse),
  ];
}
