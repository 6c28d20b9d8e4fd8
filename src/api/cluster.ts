// etcdserverpb.Cluster.

import { createHash } from 'node:crypto';
import { ClusterService, Member } from '../../proto/gen/rpc.js';
import { errors } from '../errors.js';
import type { RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { unary } from './method.js';
import type { NodeServices } from './services.js';

/** Every member by ascending ID (etcd's order); without a name until it has published one. */
export function listMembers(services: Pick<NodeServices, 'router'>): Member[] {
  const { store } = services.router.system;
  const { voters, votersOutgoing, learners, learnersNext } = store.confState;
  const { members, removed } = store.memberTable;
  // States of the first version have a member only once it has published itself.
  const ids = new Set([...members.keys(), ...voters, ...votersOutgoing, ...learners, ...learnersNext]);
  return [...ids]
    .filter((id) => !removed.has(id))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((id) => members.get(id) ?? { ...Member.empty(), ID: id, isLearner: learners.includes(id) });
}

/** Peer URLs in etcd's order. Throws invalidMemberUrls for what no peer can be reached under. */
function checkedUrls(urls: readonly string[]): string[] {
  const valid = (text: string): boolean => {
    const match = /^http:\/\/([^/?#@]+):(\d{1,5})\/?$/.exec(text);
    return match !== null && Number(match[2]) <= 65_535;
  };
  if (urls.length === 0 || !urls.every(valid) || new Set(urls).size < urls.length) throw errors.invalidMemberUrls();
  return urls.map((url) => url.replace(/\/$/, '')).sort();
}

/** Of URLs, cluster and time, as etcd's: the same URLs may come and go and come again. */
function newMemberId({ clusterId, runtime }: NodeServices, urls: readonly string[]): bigint {
  const text = `${urls.join('')}${clusterId.toString(16)}${runtime.clock.wallMs()}${runtime.random.uint64()}`;
  return createHash('sha1').update(text).digest().readBigUInt64BE(0);
}

export function createClusterMethods(api: Api): RpcMethod[] {
  const { guard, header, services } = api;
  const { membership, router } = services;
  const { system } = router;
  // etcd gives no revision here.
  const now = () => ({ header: header.of(system, 0), members: listMembers(services) });
  return [
    unary(guard, ClusterService.memberList, async (request) => {
      if (request.linearizable) await system.readIndex();
      return now();
    }),
    unary(guard, ClusterService.memberAdd, async ({ peerURLs, isLearner }) => {
      const urls = checkedUrls(peerURLs);
      const member = { ...Member.empty(), ID: newMemberId(services, urls), peerURLs: urls, isLearner };
      await membership.add(member);
      return { ...now(), member };
    }),
    unary(guard, ClusterService.memberRemove, async ({ ID }) => {
      await membership.remove(ID);
      return now();
    }),
    unary(guard, ClusterService.memberUpdate, async ({ ID, peerURLs }) => {
      await membership.update(ID, checkedUrls(peerURLs));
      return now();
    }),
    unary(guard, ClusterService.memberPromote, async ({ ID }) => {
      await membership.promote(ID);
      return now();
    }),
  ];
}
