// Leases and the keys attached to them, as every replica knows them. Time is lease/'s.

import { fromName, toName } from '../bytes.js';
import type { StateBatch } from '../storage/types.js';
import { attachmentKey, leaseKey } from './records.js';
import type { LeaseObserver, LeaseRecord } from './types.js';

interface Attached {
  readonly record: LeaseRecord;
  readonly keys: Set<string>;
}

/** What happened to an attachment since the last write; `born`: it is not on disk. */
interface Pending {
  readonly id: bigint;
  readonly name: string;
  readonly born: boolean;
  attached: boolean;
}

export class LeaseTable {
  readonly #leases = new Map<bigint, Attached>();
  /** Attachments that changed since the last write: one that came and went again is never written. */
  readonly #pending = new Map<string, Pending>();
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

  attach(id: bigint, name: string): void {
    this.#leases.get(id)?.keys.add(name);
    this.#changed(id, name, true);
  }

  detach(id: bigint, name: string): void {
    this.#leases.get(id)?.keys.delete(name);
    this.#changed(id, name, false);
  }

  #changed(id: bigint, name: string, attached: boolean): void {
    const place = `${id}/${name}`;
    const pending = this.#pending.get(place);
    if (pending !== undefined) pending.attached = attached;
    else this.#pending.set(place, { id, name, born: attached, attached });
  }

  writeAttachments(batch: StateBatch): void {
    for (const { id, name, born, attached } of this.#pending.values()) {
      const key = attachmentKey(id, fromName(name));
      if (attached) batch.put(key, VALUE);
      else if (!born) batch.del(key);
    }
    this.#pending.clear();
  }

  loaded(record: LeaseRecord): void {
    this.#leases.set(record.id, { record, keys: new Set() });
  }

  loadedKey(id: bigint, key: Uint8Array): void {
    this.#leases.get(id)?.keys.add(toName(key));
  }

  clear(): void {
    this.#pending.clear();
    this.#leases.clear();
  }

  announceReset(): void {
    for (const observer of this.#observers) observer.reset();
  }
}

const VALUE = Buffer.from([1]);
