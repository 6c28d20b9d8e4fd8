// Upkeep of members. Status, defragment, hash and snapshot concern the member that answers: give the
// client one endpoint to choose it.

import {
  AlarmAction,
  type AlarmMember,
  type HashKVResponse,
  MaintenanceService,
  type SnapshotResponse,
  type StatusResponse,
} from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import type { CallOptions, Connection } from './connection.js';

export class Maintenance {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  status(options: CallOptions = {}): Promise<StatusResponse> {
    return this.#connection.unary(MaintenanceService.status, {}, 'read', options);
  }

  /** Hash of the keys and their history up to `revision` (0: the newest): equal on all members. */
  hashKv(revision = 0, options: CallOptions = {}): Promise<HashKVResponse> {
    return this.#connection.unary(MaintenanceService.hashKV, { revision }, 'read', options);
  }

  async alarms(options: CallOptions = {}): Promise<AlarmMember[]> {
    const request = { action: AlarmAction.GET };
    return (await this.#connection.unary(MaintenanceService.alarm, request, 'read', options)).alarms;
  }

  /** Takes one alarm back; the write quota is checked again from then on. Returns what was disarmed. */
  async disarm(alarm: AlarmMember, options: CallOptions = {}): Promise<AlarmMember[]> {
    const request = { action: AlarmAction.DEACTIVATE, ...alarm };
    return (await this.#connection.unary(MaintenanceService.alarm, request, 'write', options)).alarms;
  }

  async defragment(options: CallOptions = {}): Promise<void> {
    await this.#connection.unary(MaintenanceService.defragment, {}, 'write', options);
  }

  /** Asked of the leader only; rejects with `etcdserver: not leader` elsewhere. */
  async moveLeader(to: bigint, options: CallOptions = {}): Promise<void> {
    await this.#connection.unary(MaintenanceService.moveLeader, { targetID: to }, 'write', options);
  }

  /** The member's whole state in pieces; the last 32 bytes are the SHA-256 of what comes before them. */
  async *snapshot(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<Uint8Array> {
    const { signal } = options;
    const queue: Uint8Array[] = [];
    let end: RpcError | 'complete' | undefined;
    let wake: (() => void) | undefined;
    const finish = (reason: RpcError | 'complete'): void => {
      end ??= reason;
      wake?.();
    };
    const aborted = (): void => finish(new RpcError(Code.canceled, 'the snapshot was cancelled'));
    const onMessage = (response: SnapshotResponse): void => {
      queue.push(response.blob);
      // One piece at a time: whoever writes it to a disk may be slower than the network.
      stream.pause();
      wake?.();
    };
    const handlers = { onMessage, onEnd: (error?: RpcError) => finish(error ?? 'complete') };
    const stream = await this.#connection.stream(MaintenanceService.snapshot, handlers, signal);
    signal?.addEventListener('abort', aborted, { once: true });
    try {
      stream.send({});
      stream.finish();
      for (;;) {
        const piece = queue.shift();
        if (piece !== undefined) {
          yield piece;
          stream.resume();
        } else if (end === 'complete') return;
        else if (end !== undefined) throw end;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      signal?.removeEventListener('abort', aborted);
      stream.close();
    }
  }
}
