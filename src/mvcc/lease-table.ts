// Leases and the keys attached to them, as every replica knows them. Time is lease/'s.

import { fromName, toName } from '../bytes.js';
import type { StateBatch } from '../storage/types.js';
import { attachmentKey, leaseKey } from './records.js';
import type { LeaseObserver, LeaseRecord } from './types.js';

interface Attached {
  readonly record: LeaseRecord;
  readonly keys: Set<string>;
}

export class LeaseTable {
  readonly #leases = new Map<bigint, Attached>();
  readonly #observers: LeaseObserver[] = [];

  observe(observer: LeaseObserver): void {
    this.#observers.push(observer);
  }

  get(id: bigint): LeaseRecord | undefined {
    return this.#leases.get(id)?.record;
  }

  *all(): Iterable<LeaseRecord> {
    for (const { record } of this.#leases.values()) yield record;
  }

  get size(): number {
    return this.#leases.size;
  }

  keys(id: bigint): Uint8Array[] {
    return [...(this.#leases.get(id)?.keys ?? [])].map((key) => fromName(key));
  }

  grant(batch: StateBatch, record: LeaseRecord): void {
    const value = Buffer.allocUnsafe(8);
    value.writeDoubleLE(record.ttlSeconds);
    batch.put(leaseKey(record.id), value);
    this.#leases.set(record.id, { record, keys: new Set() });
    for (const observer of this.#observers) observer.granted(record);
  }

  /** Its keys must have been deleted, and so detached, before. */
  revoke(batch: StateBatch, id: bigint): void {
    batch.del(leaseKey(id));
    this.#leases.delete(id);
    for (const observer of this.#observers) observer.revoked(id);
  }

  attach(batch: StateBatch, id: bigint, key: string): void {
    this.#leases.get(id)?.keys.add(key);
    batch.put(attachmentKey(id, fromName(key)), VALUE);
  }

  detach(batch: StateBatch, id: bigint, key: string): void {
    this.#leases.get(id)?.keys.delete(key);
    batch.del(attachmentKey(id, fromName(key)));
  }

  loaded(record: LeaseRecord): void {
    this.#leases.set(record.id, { record, keys: new Set() });
  }

  loadedKey(id: bigint, key: Uint8Array): void {
    this.#leases.get(id)?.keys.add(toName(key));
  }

  clear(): void {
    this.#leases.clear();
  }

  announceReset(): void {
    for (const observer of this.#observers) observer.reset();
  }
}

const VALUE = Buffer.from([1]);
