// The response header, as an object for rare calls and as bytes for frequent ones.

import { ResponseHeader } from '../../proto/gen/rpc.js';
import { type Codec, Writer } from '../../proto/wire.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { NodeServices } from './services.js';

/** Two identifiers of at most ten bytes and two numbers of at most eight, each with its tag. */
const HEADER_BYTES_MAX = 2 * 11 + 2 * 9;

/** Writes a number in [0, 2^53) as a varint; returns the position behind it. */
function writeVarint(out: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > 0x7fffffff) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > 0x7f) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}

/** A response that carries a header, which api/ adds. */
interface WithHeader {
  header?: ResponseHeader | undefined;
}

type HeaderServices = Pick<NodeServices, 'clusterId' | 'memberId' | 'router' | 'revisions'>;

/** Makes the header of answers that this member gives. */
export class HeaderSource {
  readonly #clusterId: bigint;
  readonly #memberId: bigint;
  /** The encoded identifiers: the same in every header. */
  readonly #identity: Uint8Array;

  readonly #services: HeaderServices;

  constructor(services: HeaderServices) {
    this.#services = services;
    this.#clusterId = services.clusterId;
    this.#memberId = services.memberId;
    this.#identity = ResponseHeader.encode({ clusterId: services.clusterId, memberId: services.memberId });
  }

  /** Of answers that are about no key: the newest revision that this node knows of. */
  get revision(): number {
    const { router, revisions } = this.#services;
    return revisions === undefined ? router.system.store.revision : Math.max(1, revisions.known);
  }

  of(group: GroupHandle, revision: number): ResponseHeader {
    return {
      clusterId: this.#clusterId,
      memberId: this.#memberId,
      revision,
      raftTerm: group.leadership.term,
    };
  }

  /** A whole message whose only field is the header, number 1. */
  message(group: GroupHandle, revision: number): Buffer {
    const out = Buffer.allocUnsafe(2 + HEADER_BYTES_MAX);
    out.set(this.#identity, 2);
    let at = 2 + this.#identity.length;
    if (revision > 0) {
      out[at++] = 0x18;
      at = writeVarint(out, at, revision);
    }
    const term = group.leadership.term;
    if (term > 0) {
      out[at++] = 0x20;
      at = writeVarint(out, at, term);
    }
    out[0] = 0x0a;
    out[1] = at - 2;
    return out.subarray(0, at);
  }

  /** Encodes `response` with the header put before it; what `response.header` holds is left out. */
  encode<T extends WithHeader>(codec: Codec<T, T>, response: T, group: GroupHandle, revision: number): Uint8Array {
    const header = this.message(group, revision);
    const writer = Writer.create().uint32(0x0a).bytes(header.subarray(2));
    const body = response.header === undefined ? response : { ...response, header: undefined };
    return codec.encodeTo(body, writer).finish();
  }
}
