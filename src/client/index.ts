// The client library: for Hexkeep, and for any etcd since 3.4.

import type { MethodDescriptor } from '../../proto/wire.js';
import { Candidates } from './candidates.js';
import { Cluster } from './cluster.js';
import { type CallKind, type CallOptions, Connection, type ConnectionOptions } from './connection.js';
import { Elections } from './election.js';
import { Kv } from './kv.js';
import { Leases } from './lease.js';
import { Locks } from './lock.js';
import { Maintenance } from './maintenance.js';
import { Watches } from './watch.js';

export { type Event, EventType, type KeyValue } from '../../proto/gen/kv.js';
export { Code, RpcError } from '../errors.js';
export { type Bytes, FROM_KEY, prefixEnd, prefixRange } from './bytes.js';
export { Cluster } from './cluster.js';
export type { CallKind, CallOptions, ConnectionOptions } from './connection.js';
export { Elections, Leadership } from './election.js';
export type {
  CancellableCall,
  Channel,
  ChannelSettings,
  ChannelStream,
  ChannelStreamHandlers,
  ClientEnvironment,
  ClientTimer,
} from './environment.js';
export { Held } from './held.js';
export { type DeleteOptions, type GetOptions, Kv, type PutOptions, type RangeOptions } from './kv.js';
export { Leases } from './lease.js';
export { HeldLock, Locks, type WaitOptions } from './lock.js';
export { Maintenance } from './maintenance.js';
export { Session } from './session.js';
export { type Operator, op, Txn, when } from './txn.js';
export { Watches, type WatchOptions } from './watch.js';
export { type WatchBatch, WatchCompactedError, Watcher } from './watcher.js';

/**
 * Talks to a cluster. Cheap to make; connects at the first call and holds its connections until
 * `close`, which leaves no timer and no socket behind.
 */
export class Client {
  readonly kv: Kv;
  readonly watch: Watches;
  readonly lease: Leases;
  readonly lock: Locks;
  readonly election: Elections;
  readonly maintenance: Maintenance;
  readonly cluster: Cluster;
  readonly #connection: Connection;

  /** Throws TypeError when there is no endpoint, or one is not an address. */
  constructor(options: ConnectionOptions) {
    const connection = new Connection(options);
    this.#connection = connection;
    this.kv = new Kv(connection);
    this.watch = new Watches(connection);
    this.lease = new Leases(connection);
    const candidates = new Candidates(connection, this.watch);
    this.lock = new Locks(candidates);
    this.election = new Elections(connection, candidates, this.watch);
    this.maintenance = new Maintenance(connection);
    this.cluster = new Cluster(connection);
  }

  /**
   * Any unary method of the generated services, with the same choice of endpoint and the same
   * retries: a `read` is repeated freely, a `write` only while it is certain to have had no effect.
   */
  call<Req, ReqInit, Res, ResInit>(
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    request: ReqInit,
    kind: CallKind,
    options: CallOptions = {},
  ): Promise<Res> {
    return this.#connection.unary(method, request, kind, options);
  }

  /**
   * Ends calls and watches. Sessions are abandoned: their leases, and what hangs on them, end by
   * themselves; close the sessions before to have that at once.
   */
  close(): void {
    this.watch.close();
    this.lease.close();
    this.#connection.close();
  }
  [Symbol.dispose](): void {
    this.close();
  }
}
