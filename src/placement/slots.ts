// Which partition owns a key: key → extent → routing part → slot → partition.

import { crc32 } from 'node:zlib';
import { ConfigError } from '../errors.js';

/** Hash values of routing parts. A slot never leaves its partition. */
export const SLOTS = 16_384;

const SLASH = 0x2f;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** `cells/ +1`: keys that begin with `cells/` belong together up to and including one more `/`-segment. */
export interface RoutingRule {
  readonly prefix: Buffer;
  readonly segments: number;
}

/** Parses `PREFIX +N`. Throws ConfigError that says what is wrong. */
export function parseRule(text: string): RoutingRule {
  const match = /^(.+\/) \+(\d)$/.exec(text.trim());
  if (match === null) throw new ConfigError(`"${text}" is not a routing rule: write PREFIX/ +N, as in "cells/ +1"`);
  const segments = Number(match[2]);
  if (segments < 1) throw new ConfigError(`routing rule "${text}": +0 says nothing: write at least +1`);
  return { prefix: Buffer.from(match[1] as string), segments };
}

const startsWith = (key: Uint8Array, prefix: Uint8Array): boolean =>
  key.length >= prefix.length && Buffer.compare(key.subarray(0, prefix.length), prefix) === 0;

/** End of the extent in `key`, and whether that is behind a `/` (else the key ends before the extent does). */
interface Extent {
  readonly end: number;
  readonly closed: boolean;
}

export interface Location {
  /** From 1. */
  readonly partition: number;
  readonly slot: number;
  /** What of the key decides. */
  readonly routingPart: Uint8Array;
}

export class SlotMap {
  readonly partitions: number;
  /** Longest prefix first: that is the rule that counts. */
  readonly #rules: readonly RoutingRule[];

  constructor(partitions: number, rules: readonly RoutingRule[] = []) {
    this.partitions = partitions;
    this.#rules = [...rules].sort((a, b) => b.prefix.length - a.prefix.length);
  }

  /** Number of the partition that owns `key`, from 1. */
  partitionOf(key: Uint8Array): number {
    return this.locate(key).partition;
  }

  locate(key: Uint8Array): Location {
    const part = routingPart(key.subarray(0, this.#extent(key).end));
    const slot = crc32(part) % SLOTS;
    return { partition: this.partitionOfSlot(slot), slot, routingPart: part };
  }

  /** How many slots a partition owns. */
  slotsOf(partition: number): number {
    const first = (p: number): number => Math.ceil(((p - 1) * SLOTS) / this.partitions);
    return first(partition + 1) - first(partition);
  }

  /** The slot table: even runs of slots. */
  partitionOfSlot(slot: number): number {
    return Math.floor((slot * this.partitions) / SLOTS) + 1;
  }

  /**
   * The one partition that holds every key of [key, end), or undefined when there may be several: all of them begin
   * with a whole extent, its `/` included. etcd's meaning of an empty `end` (one key) and of `\0` (no end).
   */
  partitionOfRange(key: Uint8Array, end: Uint8Array): number | undefined {
    if (this.partitions === 1 || end.length === 0) return this.partitionOf(key);
    const common = commonPrefix(key, end);
    // A longer rule would cut some of the keys otherwise than the others.
    if (this.#rules.some(({ prefix }) => prefix.length > common.length && startsWith(prefix, common))) return undefined;
    const extent = this.#extent(common);
    return extent.closed ? this.partitionOf(common) : undefined;
  }

  #extent(key: Uint8Array): Extent {
    const rule = this.#rules.find(({ prefix }) => startsWith(key, prefix));
    // Without a rule: up to the first `/` that is not at the key's start.
    let at = rule === undefined ? 1 : rule.prefix.length;
    for (let segments = rule?.segments ?? 1; segments > 0; segments--) {
      const slash = key.indexOf(SLASH, at);
      if (slash < 0) return { end: key.length, closed: false };
      at = slash + 1;
    }
    return { end: at - 1, closed: true };
  }
}

/** What stands between the first `{` and the next `}`, if that is not empty; else everything. */
function routingPart(extent: Uint8Array): Uint8Array {
  const open = extent.indexOf(OPEN);
  if (open < 0) return extent;
  const close = extent.indexOf(CLOSE, open + 1);
  return close > open + 1 ? extent.subarray(open + 1, close) : extent;
}

/** What all keys of [key, end) begin with. */
function commonPrefix(key: Uint8Array, end: Uint8Array): Uint8Array {
  for (let length = key.length; length > 0; length--) {
    const prefix = key.subarray(0, length);
    const behind = prefixEnd(prefix);
    const reaches =
      end.length === 1 && end[0] === 0
        ? behind === undefined
        : behind === undefined || Buffer.compare(end, behind) <= 0;
    if (reaches) return prefix;
  }
  return key.subarray(0, 0);
}

/** The first key behind all that begin with `prefix`; undefined: there is none. */
function prefixEnd(prefix: Uint8Array): Buffer | undefined {
  let last = prefix.length - 1;
  while (last >= 0 && prefix[last] === 0xff) last--;
  if (last < 0) return undefined;
  const end = Buffer.from(prefix.subarray(0, last + 1));
  end[last] = (end[last] as number) + 1;
  return end;
}
