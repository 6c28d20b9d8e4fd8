// Members and upkeep.

import {
  AlarmAction,
  type AlarmMember,
  ClusterService,
  type HashKVResponse,
  MaintenanceService,
  type Member,
  type StatusResponse,
} from '../../proto/gen/rpc.js';
import type { CallOptions, Connection } from './connection.js';

export class Maintenance {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async members(options: CallOptions = {}): Promise<Member[]> {
    return (await this.#connection.unary(ClusterService.memberList, {}, 'read', options)).members;
  }

  /** Of the member that answers. */
  status(options: CallOptions = {}): Promise<StatusResponse> {
    return this.#connection.unary(MaintenanceService.status, {}, 'read', options);
  }

  /** Hash of the keys and their history up to `revision` (0: the newest): equal on all members. */
  hashKv(revision = 0, options: CallOptions = {}): Promise<HashKVResponse> {
    return this.#connection.unary(MaintenanceService.hashKV, { revision }, 'read', options);
  }

  async alarms(options: CallOptions = {}): Promise<AlarmMember[]> {
    return (await this.#connection.unary(MaintenanceService.alarm, { action: AlarmAction.GET }, 'read', options))
      .alarms;
  }

  /** At the leader only. */
  async moveLeader(to: bigint, options: CallOptions = {}): Promise<void> {
    await this.#connection.unary(MaintenanceService.moveLeader, { targetID: to }, 'write', options);
  }
}
