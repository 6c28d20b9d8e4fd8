// The client library: Hexkeep's, and any etcd's.

import { Connection, type ConnectionOptions } from './connection.js';
import { Elections } from './election.js';
import { Kv } from './kv.js';
import { Leases } from './lease.js';
import { Locks } from './lock.js';
import { Maintenance } from './maintenance.js';
import { Watches } from './watch.js';

export type { Event, KeyValue } from '../../proto/gen/kv.js';
export { Code, RpcError } from '../errors.js';
export { type Bytes, FROM_KEY, prefixEnd } from './bytes.js';
export type { CallOptions, ConnectionOptions } from './connection.js';
export { Elections, Leadership } from './election.js';
export { type DeleteOptions, type GetOptions, Kv, type PutOptions, type RangeOptions } from './kv.js';
export { Leases, Session } from './lease.js';
export { HeldLock, Locks } from './lock.js';
export { Maintenance } from './maintenance.js';
export { type Operator, op, Txn, when } from './txn.js';
export { type WatchBatch, WatchCompactedError, Watcher, Watches, type WatchOptions } from './watch.js';

/**
 * Talks to a cluster. Cheap to make; holds its connections until `close`, which leaves no timer and
 * no socket behind.
 */
export class Client {
  readonly kv: Kv;
  readonly watch: Watches;
  readonly lease: Leases;
  readonly lock: Locks;
  readonly election: Elections;
  readonly maintenance: Maintenance;
  readonly #connection: Connection;

  /** Throws TypeError for an endpoint that is none. Connects when it is first used. */
  constructor(options: ConnectionOptions) {
    this.#connection = new Connection(options);
    this.kv = new Kv(this.#connection);
    this.watch = new Watches(this.#connection);
    this.lease = new Leases(this.#connection);
    this.lock = new Locks(this.#connection, this.kv);
    this.election = new Elections(this.#connection);
    this.maintenance = new Maintenance(this.#connection);
  }

  close(): void {
    this.watch.close();
    this.lease.close();
    this.#connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
