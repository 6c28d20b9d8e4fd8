// Leases and the keys attached to them, as every replica knows them. Time is lease/'s.
//
// A lease is a record of its home group. Another partition that holds keys with it has a stub: the home knows
// of every stub (rule F1), and forgets a lease only when all of them have been cut (F3).

import { fromName, toName } from '../bytes.js';
import type { StateBatch } from '../storage/types.js';
import { decodeLease, decodeStub, encodeLease, encodeStub, NO_PARTITIONS } from './lease-records.js';
import { attachmentKey, leaseKey, leaseOfKey, stubKey } from './records.js';
import type { LeaseLife, LeaseObserver, LeaseRecord } from './types.js';

/** What keys can hang on. */
interface Holder {
  readonly keys: Set<string>;
}

interface Attached extends Holder {
  record: LeaseRecord;
}

interface Stub extends Holder {
  readonly incarnation: number;
}

/** What happened to an attachment since the last write; `born`: it is not on disk. */
interface Pending {
  readonly id: bigint;
  readonly name: string;
  readonly born: boolean;
  attached: boolean;
}

export class LeaseTable {
  /** Leases whose home this group is. Invariant: an ID is in one of the two maps at most. */
  readonly #leases = new Map<bigint, Attached>();
  /** Of leases with another home. */
  readonly #stubs = new Map<bigint, Stub>();
  /** Attachments that changed since the last write: one that came and went again is never written. */
  readonly #pending = new Map<string, Pending>();
  readonly #observers: LeaseObserver[] = [];

  observe(observer: LeaseObserver): void {
    this.#observers.push(observer);
  }

  get(id: bigint): LeaseRecord | undefined {
    return this.#leases.get(id)?.record;
  }

  /** Whether keys may be attached to it in this group (F1: a put is checked when it is applied). */
  accepts(id: bigint): boolean {
    const lease = this.#leases.get(id);
    return lease === undefined ? this.#stubs.has(id) : !lease.record.revoking;
  }

  *all(): Iterable<LeaseRecord> {
    for (const { record } of this.#leases.values()) yield record;
  }

  get size(): number {
    return this.#leases.size;
  }

  /** The incarnation of a stub. */
  stub(id: bigint): number | undefined {
    return this.#stubs.get(id)?.incarnation;
  }

  *stubs(): Iterable<LeaseLife> {
    for (const [id, { incarnation }] of this.#stubs) yield { id, incarnation };
  }

  get stubCount(): number {
    return this.#stubs.size;
  }

  keys(id: bigint): Uint8Array[] {
    return [...(this.#holder(id)?.keys ?? [])].map((key) => fromName(key));
  }

  #holder(id: bigint): Holder | undefined {
    return this.#leases.get(id) ?? this.#stubs.get(id);
  }

  grant(batch: StateBatch, id: bigint, ttlSeconds: number, incarnation: number): void {
    const record = { id, ttlSeconds, incarnation, revoking: false, partitions: NO_PARTITIONS };
    this.#leases.set(id, { record, keys: new Set() });
    batch.put(leaseKey(id), encodeLease(record));
    for (const observer of this.#observers) observer.granted(record);
  }

  /** Its keys must have been deleted, and so detached, before. */
  revoke(batch: StateBatch, id: bigint): void {
    batch.del(leaseKey(id));
    this.#leases.delete(id);
    for (const observer of this.#observers) observer.revoked(id);
  }

  /** The lease of this life, while it is one. */
  #living({ id, incarnation }: LeaseLife): Attached | undefined {
    const lease = this.#leases.get(id);
    return lease?.record.incarnation === incarnation ? lease : undefined;
  }

  isAlive(life: LeaseLife): boolean {
    return this.#living(life) !== undefined;
  }

  /** F1: no effect unless the lease is alive and not revoking now, as this is applied. */
  register(batch: StateBatch, partition: number, life: LeaseLife): void {
    const lease = this.#living(life);
    if (lease === undefined || lease.record.revoking || lease.record.partitions.includes(partition)) return;
    this.#change(batch, lease, { partitions: [...lease.record.partitions, partition] });
  }

  /** F3: from here on nothing new is attached to it, here or elsewhere. */
  revoking(batch: StateBatch, life: LeaseLife): void {
    const lease = this.#living(life);
    if (lease === undefined || lease.record.revoking) return;
    this.#change(batch, lease, { revoking: true });
    for (const observer of this.#observers) observer.revoking(lease.record);
  }

  #change(batch: StateBatch, lease: Attached, change: Partial<LeaseRecord>): void {
    lease.record = { ...lease.record, ...change };
    batch.put(leaseKey(lease.record.id), encodeLease(lease.record));
  }

  /** Whether it can be forgotten: it is this life, and all of it but the record has ended. */
  isEnding(life: LeaseLife): boolean {
    return this.#living(life)?.record.revoking === true;
  }

  /** The stub of an older life stays until it is cut: keys that hang on it are not the new life's. */
  addStub(batch: StateBatch, { id, incarnation }: LeaseLife): void {
    if (this.#stubs.has(id)) return;
    this.#stubs.set(id, { incarnation, keys: new Set() });
    batch.put(stubKey(id), encodeStub(incarnation));
  }

  /** F6: what was meant for another life is none of this one's. */
  hasStub({ id, incarnation }: LeaseLife): boolean {
    return this.#stubs.get(id)?.incarnation === incarnation;
  }

  /** Its keys must have been deleted, and so detached, before. */
  removeStub(batch: StateBatch, id: bigint): void {
    batch.del(stubKey(id));
    this.#stubs.delete(id);
  }

  attach(id: bigint, name: string): void {
    this.#holder(id)?.keys.add(name);
    this.#changed(id, name, true);
  }

  detach(id: bigint, name: string): void {
    this.#holder(id)?.keys.delete(name);
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

  loaded(key: Uint8Array, value: Uint8Array): void {
    const record = decodeLease(leaseOfKey(key), value);
    this.#leases.set(record.id, { record, keys: new Set() });
  }

  loadedStub(key: Uint8Array, value: Uint8Array): void {
    this.#stubs.set(leaseOfKey(key), { incarnation: decodeStub(value), keys: new Set() });
  }

  /** After all leases and stubs. */
  loadedKey(id: bigint, key: Uint8Array): void {
    this.#holder(id)?.keys.add(toName(key));
  }

  clear(): void {
    this.#pending.clear();
    this.#leases.clear();
    this.#stubs.clear();
  }

  announceReset(): void {
    for (const observer of this.#observers) observer.reset();
  }
}

const VALUE = Buffer.from([1]);
