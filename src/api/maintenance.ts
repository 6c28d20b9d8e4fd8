// etcdserverpb.Maintenance.

import { crc32 } from 'node:zlib';
import {
  AlarmAction,
  type AlarmMember,
  type AlarmRequest,
  AlarmType,
  MaintenanceService,
} from '../../proto/gen/rpc.js';
import { errors } from '../errors.js';
import { CommandKind, type HashResult } from '../mvcc/types.js';
import type { CallContext, RpcMethod } from '../runtime/rpc.js';
import { ETCD_VERSION } from '../version.js';
import type { Api } from './api.js';
import { serverStream, unary } from './method.js';
import { pacedSend } from './paced-send.js';
import type { NodeServices } from './services.js';
import { sendSnapshot } from './snapshot.js';

/**
 * Of the keys at one revision, on this member alone. Over several partitions it is a cut of the cluster as well: the
 * member asks what it may have missed before it looks, and the hashes of the partitions are hashed in their order.
 */
async function hashKv({ router, revisions }: NodeServices, asked: number): Promise<HashResult> {
  if (revisions === undefined) return router.system.store.hashKv(asked);
  const now = await revisions.current();
  if (asked > now) throw errors.futureRevision();
  await Promise.all(router.groups.map((group) => group.readIndex()));
  const hashRevision = asked > 0 ? asked : now;
  const parts = await Promise.all(router.groups.map((group) => group.store.hashKv(hashRevision)));
  const bytes = Buffer.alloc(4 * parts.length);
  parts.forEach(({ hash }, i) => {
    bytes.writeUInt32LE(hash, 4 * i);
  });
  return { hash: crc32(bytes), compactRevision: Math.max(...parts.map((p) => p.compactRevision)), hashRevision };
}

const ALARM_NAMES = new Map<number, string>(Object.entries(AlarmType).map(([name, value]) => [value, name]));

/** An alarm as Status reports it: the text that etcd's protobuf library makes of it, last space included. */
function alarmText(alarm: AlarmMember): string {
  return `memberID:${alarm.memberID} alarm:${ALARM_NAMES.get(alarm.alarm) ?? alarm.alarm} `;
}

export function createMaintenanceMethods(api: Api): RpcMethod[] {
  const { guard, header, services } = api;
  const { router, memberId } = services;
  const { system } = router;
  const headerNow = () => header.of(system, header.revision);

  async function alarm(request: AlarmRequest, context: CallContext): Promise<readonly AlarmMember[]> {
    if (request.action === AlarmAction.GET) {
      await system.readIndex();
      return system.store.alarms.filter((a) => request.alarm === AlarmType.NONE || a.alarm === request.alarm);
    }
    const result = await system.propose(CommandKind.alarm, context.raw);
    if (result.error !== undefined) throw result.error;
    return result.response.kind === 'alarm' ? result.response.alarms : [];
  }

  return [
    unary(guard, MaintenanceService.alarm, async (request, context) => {
      // etcd 3.4 answers this one without a header (seen).
      return { header: undefined, alarms: await alarm(request, context) };
    }),
    unary(
      guard,
      MaintenanceService.status,
      () => {
        const raft = system.status();
        const problems = system.store.alarms.map(alarmText);
        return {
          header: headerNow(),
          version: ETCD_VERSION,
          dbSize: sum(router.groups.map((g) => g.store.sizeBytes)),
          dbSizeInUse: sum(router.groups.map((g) => g.store.sizeInUseBytes)),
          leader: raft.leader,
          raftIndex: raft.commit,
          raftAppliedIndex: system.store.appliedIndex,
          raftTerm: raft.term,
          errors: raft.leader === 0n ? [errors.noLeader().message, ...problems] : problems,
          isLearner: guard.isLearner,
        };
      },
      { learnerServes: () => true },
    ),
    unary(guard, MaintenanceService.defragment, async () => {
      for (const group of router.groups) await group.store.defragment();
      // Nor this one.
      return { header: undefined };
    }),
    unary(guard, MaintenanceService.hash, async () => {
      const { hash } = await hashKv(services, 0);
      return { header: headerNow(), hash };
    }),
    unary(guard, MaintenanceService.hashKV, async (request) => {
      const { hash, compactRevision, hashRevision } = await hashKv(services, request.revision);
      return { header: headerNow(), hash, compactRevision, hashRevision };
    }),
    serverStream(
      guard,
      MaintenanceService.snapshot,
      (_request, out, context) => {
        let cancelled = false;
        context.onCancel(() => {
          cancelled = true;
        });
        sendSnapshot(services, headerNow, pacedSend(out, context), () => cancelled).then(
          () => out.end(),
          (error: unknown) => out.fail(error),
        );
      },
      { learnerServes: () => true },
    ),
    unary(guard, MaintenanceService.moveLeader, async (request) => {
      if (!system.leadership.isLeader) throw errors.notLeader();
      const { voters } = system.store.confState;
      if (request.targetID === memberId || !voters.includes(request.targetID)) throw errors.badLeaderTransferee();
      for (const group of router.groups) {
        if (group.leadership.isLeader) await group.transferLeadership(request.targetID);
      }
      return { header: headerNow() };
    }),
  ];
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
