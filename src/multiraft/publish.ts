// A member tells the cluster its name and client URLs through the log, as etcd's members do.

import { Member } from '../../proto/gen/rpc.js';
import type { NodeConfig } from '../config.js';
import { RpcError } from '../errors.js';
import { encodeMemberChange, MemberAction } from '../mvcc/member-table.js';
import { CommandKind } from '../mvcc/types.js';
import type { NodeId } from '../raft/types.js';
import type { Runtime } from '../runtime/ports.js';
import { sleep } from '../runtime/sleep.js';
import type { Group } from './group.js';

const WAIT_MS = 10;

/**
 * Resolves when this member has caught up with a leader and the cluster knows its attributes; tries
 * again until then, since without a quorum there is nothing else to do. Rejects when the node stops.
 */
export async function publishSelf(group: Group, self: NodeId, config: NodeConfig, runtime: Runtime): Promise<void> {
  const wanted = {
    ID: self,
    name: config.name,
    peerURLs: [...config.advertisePeerUrls],
    clientURLs: [...config.advertiseClientUrls],
    isLearner: false,
  };
  const { zone = '' } = config;
  for (;;) {
    try {
      await group.readIndex();
      const { members, zones } = group.store.memberTable;
      const known = members.get(self);
      const commands: [CommandKind, Uint8Array][] = [];
      if (known === undefined || !sameMember(known, wanted))
        commands.push([CommandKind.publishMember, Member.encode(wanted)]);
      if ((zones.get(self) ?? '') !== zone)
        commands.push([CommandKind.changeMember, encodeMemberChange(MemberAction.zone, { ID: self }, { zone })]);
      for (const [kind, payload] of commands) {
        const { error } = await group.propose(kind, payload);
        if (error !== undefined) throw error;
      }
      return;
    } catch (error) {
      if (!(error instanceof RpcError) || error.message.endsWith('server stopped')) throw error;
      runtime.logger.warn({ error: error.message }, 'not joined yet: waiting for a leader');
      await sleep(runtime.timers, WAIT_MS);
    }
  }
}

/** In what a member says of itself: where the others reach it, and whether it votes, is for the table to say. */
const sameMember = (a: Member, b: Member): boolean => a.name === b.name && a.clientURLs.join() === b.clientURLs.join();
