// Keys and values.

import type { KeyValue } from '../../proto/gen/kv.js';
import { KVService, type RangeRequestInit, type RangeResponse, SortOrder, SortTarget } from '../../proto/gen/rpc.js';
import { type Bytes, FROM_KEY, prefixRange, toBytes } from './bytes.js';
import type { CallOptions, Connection } from './connection.js';
import { Txn } from './txn.js';

const SCAN_PAGE_KEYS = 1_000;

export interface GetOptions extends CallOptions {
  /** Read the state at this revision; fails when it is compacted or in the future. */
  readonly revision?: number;
  /** Read this member's own state: may be behind, needs no quorum. */
  readonly serializable?: boolean;
  readonly keysOnly?: boolean;
}

export interface RangeOptions extends GetOptions {
  /** At most so many keys; `more` in the answer tells that there are others. */
  readonly limit?: number;
  readonly countOnly?: boolean;
  readonly sortBy?: keyof typeof SortTarget;
  readonly order?: 'ascend' | 'descend';
  readonly minModRevision?: number;
  readonly maxModRevision?: number;
  readonly minCreateRevision?: number;
  readonly maxCreateRevision?: number;
}

export interface PutOptions extends CallOptions {
  /** The key disappears with this lease. */
  readonly lease?: bigint;
  /** Keep the lease that the key has; the key must exist. */
  readonly keepLease?: boolean;
  /** Keep the value that the key has, whatever is given as one; the key must exist. */
  readonly keepValue?: boolean;
  readonly prevKv?: boolean;
}

export interface DeleteOptions extends CallOptions {
  readonly prevKv?: boolean;
}

export class Kv {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The key's newest version; undefined when it does not exist. */
  async get(key: Bytes, options: GetOptions = {}): Promise<KeyValue | undefined> {
    const response = await this.#range({ key: toBytes(key) }, options);
    return response.kvs[0];
  }

  /** The keys of [key, end). */
  range(key: Bytes, end: Bytes, options: RangeOptions = {}): Promise<RangeResponse> {
    return this.#range({ key: toBytes(key), rangeEnd: toBytes(end) }, options);
  }

  /** All keys that begin with `prefix`; an empty one means every key. */
  prefix(prefix: Bytes, options: RangeOptions = {}): Promise<RangeResponse> {
    return this.#range(prefixRange(prefix), options);
  }

  /** The keys at or above `key`. */
  from(key: Bytes, options: RangeOptions = {}): Promise<RangeResponse> {
    return this.#range({ key: toBytes(key), rangeEnd: FROM_KEY }, options);
  }

  /**
   * All keys that begin with `prefix`, in key order, read in pages and all as they were at one
   * revision: the newest when it begins, unless `revision` names another.
   */
  async *scan(prefix: Bytes, options: GetOptions & { readonly pageKeys?: number } = {}): AsyncGenerator<KeyValue> {
    const { rangeEnd, key } = prefixRange(prefix);
    const page: RangeOptions = { ...options, limit: options.pageKeys ?? SCAN_PAGE_KEYS };
    let revision = options.revision;
    for (let from = key; ; ) {
      const response = await this.#range(
        { key: from, rangeEnd },
        { ...page, ...(revision !== undefined && { revision }) },
      );
      yield* response.kvs;
      const last = response.kvs.at(-1);
      if (!response.more || last === undefined) return;
      revision ??= response.header?.revision ?? 0;
      from = Buffer.concat([last.key, FROM_KEY]);
    }
  }

  #range(range: RangeRequestInit, options: RangeOptions): Promise<RangeResponse> {
    const request: RangeRequestInit = {
      ...range,
      revision: options.revision,
      serializable: options.serializable,
      keysOnly: options.keysOnly,
      limit: options.limit,
      countOnly: options.countOnly,
      minModRevision: options.minModRevision,
      maxModRevision: options.maxModRevision,
      minCreateRevision: options.minCreateRevision,
      maxCreateRevision: options.maxCreateRevision,
      sortTarget: options.sortBy === undefined ? undefined : SortTarget[options.sortBy],
      sortOrder: sortOrder(options),
    };
    return this.#connection.unary(KVService.range, request, 'read', options);
  }

  /** Returns the revision of the write, and the version before it if that was asked for. */
  async put(
    key: Bytes,
    value: Bytes,
    options: PutOptions = {},
  ): Promise<{ revision: number; prevKv: KeyValue | undefined }> {
    const request = {
      key: toBytes(key),
      value: options.keepValue === true ? undefined : toBytes(value),
      lease: options.lease,
      ignoreValue: options.keepValue,
      ignoreLease: options.keepLease,
      prevKv: options.prevKv,
    };
    const response = await this.#connection.unary(KVService.put, request, 'write', options);
    return { revision: response.header?.revision ?? 0, prevKv: response.prevKv };
  }

  /** Deletes one key. */
  delete(key: Bytes, options: DeleteOptions = {}): Promise<{ revision: number; deleted: number; prevKvs: KeyValue[] }> {
    return this.#delete({ key: toBytes(key) }, options);
  }

  deleteRange(
    key: Bytes,
    end: Bytes,
    options: DeleteOptions = {},
  ): Promise<{ revision: number; deleted: number; prevKvs: KeyValue[] }> {
    return this.#delete({ key: toBytes(key), rangeEnd: toBytes(end) }, options);
  }

  deletePrefix(
    prefix: Bytes,
    options: DeleteOptions = {},
  ): Promise<{ revision: number; deleted: number; prevKvs: KeyValue[] }> {
    return this.#delete(prefixRange(prefix), options);
  }

  async #delete(
    range: { key: Uint8Array; rangeEnd?: Uint8Array },
    options: DeleteOptions,
  ): Promise<{ revision: number; deleted: number; prevKvs: KeyValue[] }> {
    const request = { ...range, prevKv: options.prevKv };
    const response = await this.#connection.unary(KVService.deleteRange, request, 'write', options);
    return { revision: response.header?.revision ?? 0, deleted: response.deleted, prevKvs: response.prevKvs };
  }

  /** `txn().if(…).do(…).else(…).commit()` */
  txn(): Txn {
    return new Txn(this.#connection);
  }

  /** Drops history below `revision`; `physical` waits until it is removed. */
  async compact(revision: number, options: CallOptions & { readonly physical?: boolean } = {}): Promise<void> {
    await this.#connection.unary(KVService.compact, { revision, physical: options.physical }, 'write', options);
  }
}

function sortOrder(options: RangeOptions): SortOrder | undefined {
  if (options.order === 'descend') return SortOrder.DESCEND;
  return options.order === 'ascend' || options.sortBy !== undefined ? SortOrder.ASCEND : undefined;
}
