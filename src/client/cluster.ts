// The members of the cluster.

import { ClusterService, type Member } from '../../proto/gen/rpc.js';
import type { CallOptions, Connection } from './connection.js';

export class Cluster {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async members(options: CallOptions = {}): Promise<Member[]> {
    return (await this.#connection.unary(ClusterService.memberList, { linearizable: true }, 'read', options)).members;
  }

  /** Returns the new member; it takes part once it has been started. */
  async add(
    peerURLs: readonly string[],
    options: CallOptions & { readonly learner?: boolean } = {},
  ): Promise<Member | undefined> {
    const request = { peerURLs, isLearner: options.learner };
    return (await this.#connection.unary(ClusterService.memberAdd, request, 'write', options)).member;
  }

  async remove(id: bigint, options: CallOptions = {}): Promise<void> {
    await this.#connection.unary(ClusterService.memberRemove, { ID: id }, 'write', options);
  }

  async update(id: bigint, peerURLs: readonly string[], options: CallOptions = {}): Promise<void> {
    await this.#connection.unary(ClusterService.memberUpdate, { ID: id, peerURLs }, 'write', options);
  }

  /** Makes a learner a voter. */
  async promote(id: bigint, options: CallOptions = {}): Promise<void> {
    await this.#connection.unary(ClusterService.memberPromote, { ID: id }, 'write', options);
  }
}
