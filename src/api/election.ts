// v3electionpb.Election.

import { ElectionService, type LeaderKey } from '../../proto/gen/v3election.js';
import { createElectionService } from '../coordination/election.js';
import type { RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { callSignal } from './call-signal.js';
import { serverStream, unary } from './method.js';
import { pacedSend } from './paced-send.js';

export function createElectionMethods(api: Api): RpcMethod[] {
  const { guard, header, services } = api;
  const { router } = services;
  const elections = createElectionService(services);
  const headerFor = (leader: LeaderKey | undefined, revision: number) =>
    header.of(leader === undefined ? router.system : router.forKey(leader.key), revision);

  return [
    unary(guard, ElectionService.campaign, async (request, context) => {
      const { name, lease, value } = request;
      const { leader, revision } = await elections.campaign(name, lease, value, callSignal(context));
      return { header: headerFor(leader, revision), leader };
    }),
    unary(guard, ElectionService.proclaim, async (request) => {
      const { revision } = await elections.proclaim(request.leader, request.value);
      return { header: headerFor(request.leader, revision) };
    }),
    unary(guard, ElectionService.leader, async (request) => {
      const { kv, revision } = await elections.leader(request.name);
      return { header: header.of(router.forKey(kv.key), revision), kv };
    }),
    serverStream(guard, ElectionService.observe, (request, out, context) => {
      const send = pacedSend(out, context);
      elections
        .observe(
          request.name,
          (kv, revision) => send({ header: header.of(router.forKey(kv.key), revision), kv }),
          callSignal(context),
        )
        .then(
          () => out.end(),
          (error: unknown) => out.fail(error),
        );
    }),
    unary(guard, ElectionService.resign, async (request) => {
      const { revision } = await elections.resign(request.leader);
      return { header: headerFor(request.leader, revision) };
    }),
  ];
}
