// The commands that end leases, and those that spread them over partitions, as every replica applies them.

import { LeaseRevokeRequest } from '../../proto/gen/rpc.js';
import { errors } from '../errors.js';
import type { StateBatch } from '../storage/types.js';
import { decodeLeaseIds } from './command.js';
import { decodeLives, decodeRegistration } from './lease-records.js';
import type { LeaseTable } from './lease-table.js';
import { type ApplyResult, type Command, CommandKind, type LeaseRecord } from './types.js';

/** What the commands change. */
export interface LeaseState {
  readonly table: LeaseTable;
  batch(): StateBatch;
  /** Deletes all keys of this group that are attached to these leases, in one revision (0: the next one). */
  deleteKeysOf(ids: readonly bigint[], revision: number): void;
}

type Response = ApplyResult['response'];
const NONE: Response = { kind: 'none' };

/** Throws RpcError where the command is refused, having changed nothing. */
export function runLeaseCommand(state: LeaseState, { kind, payload, revision }: Command): Response {
  switch (kind) {
    case CommandKind.leaseRevoke:
      return revoke(state, LeaseRevokeRequest.decode(payload).ID, revision);
    case CommandKind.leaseExpire:
      expire(state, decodeLeaseIds(payload), revision);
      return NONE;
    case CommandKind.leaseExpireLives: {
      // F6: since this was proposed, the lease may have been revoked and its ID granted again.
      const ids = decodeLives(payload).filter((life) => state.table.isAlive(life));
      expire(
        state,
        ids.map(({ id }) => id),
        revision,
      );
      return NONE;
    }
    case CommandKind.leaseRegister: {
      const { partition, lives } = decodeRegistration(payload);
      for (const life of lives) state.table.register(state.batch(), partition, life);
      return NONE;
    }
    case CommandKind.leaseRevoking:
      for (const life of decodeLives(payload)) state.table.revoking(state.batch(), life);
      return NONE;
    case CommandKind.leaseForget: {
      const ending = decodeLives(payload).filter((life) => state.table.isEnding(life));
      end(
        state,
        ending.map(({ id }) => id),
        revision,
      );
      return NONE;
    }
    case CommandKind.leaseStub:
      for (const life of decodeLives(payload)) state.table.addStub(state.batch(), life);
      return NONE;
    default:
      cut(state, payload, revision);
      return NONE;
  }
}

/** F3: a lease that other partitions hold keys with ends in steps, not by a single command. */
const endsInSteps = ({ partitions, revoking }: LeaseRecord): boolean => partitions.length > 0 || revoking;

function revoke(state: LeaseState, id: bigint, revision: number): Response {
  const lease = state.table.get(id);
  if (lease === undefined) throw errors.leaseNotFound();
  if (!endsInSteps(lease)) {
    end(state, [id], revision);
    return { kind: 'leaseRevoke', revoking: undefined };
  }
  state.table.revoking(state.batch(), lease);
  return { kind: 'leaseRevoke', revoking: lease };
}

/** Dense revisions: one a lease, as in etcd. From the sequencer there is one, for all. */
function expire(state: LeaseState, ids: readonly bigint[], revision: number): void {
  const atOnce: bigint[] = [];
  for (const id of ids) {
    const lease = state.table.get(id);
    if (lease === undefined) continue;
    // Registered after this was proposed.
    if (endsInSteps(lease)) state.table.revoking(state.batch(), lease);
    else if (revision > 0) atOnce.push(id);
    else end(state, [id], 0);
  }
  if (atOnce.length > 0) end(state, atOnce, revision);
}

function end(state: LeaseState, ids: readonly bigint[], revision: number): void {
  state.deleteKeysOf(ids, revision);
  for (const id of new Set(ids)) state.table.revoke(state.batch(), id);
}

/** F3: in the log even where there is no stub; F6: without effect on another life's. */
function cut(state: LeaseState, payload: Uint8Array, revision: number): void {
  const stubs = decodeLives(payload).filter((life) => state.table.hasStub(life));
  state.deleteKeysOf(
    stubs.map(({ id }) => id),
    revision,
  );
  for (const { id } of stubs) state.table.removeStub(state.batch(), id);
}
