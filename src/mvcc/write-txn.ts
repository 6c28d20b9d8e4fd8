// The changes of one command before they take effect: one revision, made visible and written
// together, or dropped.

import type { KeyValue } from '../../proto/gen/kv.js';
import type { PutRequest } from '../../proto/gen/rpc.js';
import type { TxnChange } from '../../proto/gen/txn.js';
import { EMPTY } from '../../proto/wire.js';
import { toName } from '../bytes.js';
import { errors } from '../errors.js';
import { rangeContains } from './key-range.js';
import type { Current } from './records.js';

/** What a transaction reads of the state before it. */
export interface BaseState {
  readonly revision: number;
  current(key: string): Current | null;
  /** Whether `key` may be attached to a lease. */
  acceptsLease(id: bigint, key: string): boolean;
}

export interface KeyChange {
  readonly type: 'put' | 'delete';
  readonly name: string;
  readonly sub: number;
  /** For a delete: key and modRevision only. */
  readonly kv: KeyValue;
  /** The version before, as of the transaction's beginning. */
  readonly old: Current | null;
}

const own = (bytes: Uint8Array): Uint8Array => (bytes.length === 0 ? EMPTY : Buffer.from(bytes));

export class WriteTxn {
  readonly #base: BaseState;
  /** Revision of its changes. */
  readonly revision: number;
  readonly changes: KeyChange[] = [];
  #latest: Map<string, KeyChange> | undefined;

  /** `revision`: from the sequencer; 0: the next one of `base`. */
  constructor(base: BaseState, revision = 0) {
    this.#base = base;
    this.revision = revision > 0 ? revision : base.revision + 1;
  }

  /** Revision that a reader inside the transaction sees. */
  get readRevision(): number {
    return this.changes.length > 0 ? this.revision : this.#base.revision;
  }

  get(name: string): KeyValue | undefined {
    const change = this.#latest?.get(name);
    if (change !== undefined) return change.type === 'put' ? change.kv : undefined;
    return this.#base.current(name)?.kv;
  }

  /** Throws leaseNotFound, keyNotFound; returns the version before. */
  put(r: PutRequest): KeyValue | undefined {
    const name = toName(r.key);
    const before = this.get(name);
    if ((r.ignoreValue || r.ignoreLease) && before === undefined) throw errors.keyNotFound();
    const lease = r.ignoreLease && before !== undefined ? before.lease : r.lease;
    if (lease !== 0n && !this.#base.acceptsLease(lease, name)) throw errors.leaseNotFound();
    const value = r.ignoreValue && before !== undefined ? before.value : own(r.value);
    this.#put(name, own(r.key), value, lease, before);
    return before;
  }

  /** A change that was evaluated elsewhere, on the same state: nothing about it is in question. */
  apply(change: TxnChange): void {
    const name = toName(change.key);
    if (change.deleted) this.delete(name);
    else this.#put(name, own(change.key), own(change.value), change.lease, this.get(name));
  }

  #put(name: string, key: Uint8Array, value: Uint8Array, lease: bigint, before: KeyValue | undefined): void {
    this.#add('put', name, {
      key,
      createRevision: before === undefined ? this.revision : before.createRevision,
      modRevision: this.revision,
      version: before === undefined ? 1 : before.version + 1,
      value,
      lease,
    });
  }

  /** Returns the version before; undefined when there was nothing to delete. */
  delete(name: string): KeyValue | undefined {
    const before = this.get(name);
    if (before === undefined) return undefined;
    const kv: KeyValue = {
      key: before.key,
      createRevision: 0,
      modRevision: this.revision,
      version: 0,
      value: EMPTY,
      lease: 0n,
    };
    this.#add('delete', name, kv);
    return before;
  }

  #add(type: KeyChange['type'], name: string, kv: KeyValue): void {
    const change: KeyChange = { type, name, sub: this.changes.length, kv, old: this.#base.current(name) };
    this.changes.push(change);
    this.#latest ??= new Map();
    this.#latest.set(name, change);
  }

  /** Applies its own changes to what [key, end) held before it. */
  overlay(kvs: readonly KeyValue[], key: Uint8Array, end: Uint8Array): KeyValue[] {
    if (this.#latest === undefined) return kvs.slice();
    const merged = new Map<string, KeyValue>();
    for (const kv of kvs) merged.set(toName(kv.key), kv);
    for (const [name, change] of this.#latest) {
      if (!rangeContains(key, end, change.kv.key)) continue;
      if (change.type === 'put') merged.set(name, change.kv);
      else merged.delete(name);
    }
    return [...merged.keys()].sort().map((name) => merged.get(name) as KeyValue);
  }
}
