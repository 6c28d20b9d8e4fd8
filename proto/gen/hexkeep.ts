// Generated from proto/hexkeep.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, EMPTY, fromUnsigned, Reader, skipField, toNumber, toUnsigned, Writer } from '../wire.js';
import { ResponseHeader, type ResponseHeaderInit } from './rpc.js';

export interface PartitionListRequest {
}

/** PartitionListRequest as callers write it: whatever is left out is zero. */
export interface PartitionListRequestInit {
}

export const PartitionListRequest: Codec<PartitionListRequest, PartitionListRequestInit> = {
  name: 'hexkeep.v1.PartitionListRequest',
  empty(): PartitionListRequest {
    return {  };
  },
  encodeTo(_m: PartitionListRequestInit, w: Writer): Writer {
    return w;
  },
  encode(m: PartitionListRequestInit): Uint8Array {
    return PartitionListRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionListRequest {
    return PartitionListRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionListRequest {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionListRequest');
    const m = PartitionListRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        default:
          skipField(r, tag, []);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionListRequest');
    return m;
  },
};

export interface PartitionListResponse {
  header: ResponseHeader | undefined;
  partitions: Partition[];
}

/** PartitionListResponse as callers write it: whatever is left out is zero. */
export interface PartitionListResponseInit {
  header?: ResponseHeaderInit | undefined;
  partitions?: readonly PartitionInit[] | undefined;
}

export const PartitionListResponse: Codec<PartitionListResponse, PartitionListResponseInit> = {
  name: 'hexkeep.v1.PartitionListResponse',
  empty(): PartitionListResponse {
    return { header: undefined, partitions: [] };
  },
  encodeTo(m: PartitionListResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.partitions !== undefined) for (const v of m.partitions) Partition.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: PartitionListResponseInit): Uint8Array {
    return PartitionListResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionListResponse {
    return PartitionListResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionListResponse {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionListResponse');
    const m = PartitionListResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.partitions.push(Partition.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionListResponse');
    return m;
  },
};

export interface Partition {
  number: number;
  leaderMemberId: bigint;
  term: number;
  appliedIndex: number;
  revision: number;
  keys: number;
  sizeBytes: number;
  voters: bigint[];
  learners: bigint[];
  slots: number;
}

/** Partition as callers write it: whatever is left out is zero. */
export interface PartitionInit {
  number?: number | undefined;
  leaderMemberId?: bigint | undefined;
  term?: number | undefined;
  appliedIndex?: number | undefined;
  revision?: number | undefined;
  keys?: number | undefined;
  sizeBytes?: number | undefined;
  voters?: readonly bigint[] | undefined;
  learners?: readonly bigint[] | undefined;
  slots?: number | undefined;
}

export const Partition: Codec<Partition, PartitionInit> = {
  name: 'hexkeep.v1.Partition',
  empty(): Partition {
    return { number: 0, leaderMemberId: 0n, term: 0, appliedIndex: 0, revision: 0, keys: 0, sizeBytes: 0, voters: [], learners: [], slots: 0 };
  },
  encodeTo(m: PartitionInit, w: Writer): Writer {
    if (m.number !== undefined && m.number !== 0) w.uint32(8).uint32(m.number);
    if (m.leaderMemberId !== undefined && m.leaderMemberId !== 0n) w.uint32(16).uint64(fromUnsigned(m.leaderMemberId));
    if (m.term !== undefined && m.term !== 0) w.uint32(24).uint64(m.term);
    if (m.appliedIndex !== undefined && m.appliedIndex !== 0) w.uint32(32).uint64(m.appliedIndex);
    if (m.revision !== undefined && m.revision !== 0) w.uint32(40).uint64(m.revision);
    if (m.keys !== undefined && m.keys !== 0) w.uint32(48).uint64(m.keys);
    if (m.sizeBytes !== undefined && m.sizeBytes !== 0) w.uint32(56).uint64(m.sizeBytes);
    if (m.voters !== undefined && m.voters.length > 0) {
      w.uint32(66).fork();
      for (const v of m.voters) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.learners !== undefined && m.learners.length > 0) {
      w.uint32(74).fork();
      for (const v of m.learners) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.slots !== undefined && m.slots !== 0) w.uint32(80).uint32(m.slots);
    return w;
  },
  encode(m: PartitionInit): Uint8Array {
    return Partition.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Partition {
    return Partition.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Partition {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.Partition');
    const m = Partition.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.number = r.uint32();
          break;
        case 16:
          m.leaderMemberId = toUnsigned(r.uint64());
          break;
        case 24:
          m.term = toNumber(r.uint64());
          break;
        case 32:
          m.appliedIndex = toNumber(r.uint64());
          break;
        case 40:
          m.revision = toNumber(r.uint64());
          break;
        case 48:
          m.keys = toNumber(r.uint64());
          break;
        case 56:
          m.sizeBytes = toNumber(r.uint64());
          break;
        case 64:
          m.voters.push(toUnsigned(r.uint64()));
          break;
        case 66: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.voters.push(toUnsigned(r.uint64()));
          break;
        }
        case 72:
          m.learners.push(toUnsigned(r.uint64()));
          break;
        case 74: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.learners.push(toUnsigned(r.uint64()));
          break;
        }
        case 80:
          m.slots = r.uint32();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7,8,9,10]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.Partition');
    return m;
  },
};

export interface LocateRequest {
  key: Uint8Array;
}

/** LocateRequest as callers write it: whatever is left out is zero. */
export interface LocateRequestInit {
  key?: Uint8Array | undefined;
}

export const LocateRequest: Codec<LocateRequest, LocateRequestInit> = {
  name: 'hexkeep.v1.LocateRequest',
  empty(): LocateRequest {
    return { key: EMPTY };
  },
  encodeTo(m: LocateRequestInit, w: Writer): Writer {
    if (m.key !== undefined && m.key.length > 0) w.uint32(10).bytes(m.key);
    return w;
  },
  encode(m: LocateRequestInit): Uint8Array {
    return LocateRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LocateRequest {
    return LocateRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LocateRequest {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.LocateRequest');
    const m = LocateRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.LocateRequest');
    return m;
  },
};

export interface LocateResponse {
  header: ResponseHeader | undefined;
  partition: number;
  slot: number;
  routingPart: Uint8Array;
  leaderMemberId: bigint;
}

/** LocateResponse as callers write it: whatever is left out is zero. */
export interface LocateResponseInit {
  header?: ResponseHeaderInit | undefined;
  partition?: number | undefined;
  slot?: number | undefined;
  routingPart?: Uint8Array | undefined;
  leaderMemberId?: bigint | undefined;
}

export const LocateResponse: Codec<LocateResponse, LocateResponseInit> = {
  name: 'hexkeep.v1.LocateResponse',
  empty(): LocateResponse {
    return { header: undefined, partition: 0, slot: 0, routingPart: EMPTY, leaderMemberId: 0n };
  },
  encodeTo(m: LocateResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.partition !== undefined && m.partition !== 0) w.uint32(16).uint32(m.partition);
    if (m.slot !== undefined && m.slot !== 0) w.uint32(24).uint32(m.slot);
    if (m.routingPart !== undefined && m.routingPart.length > 0) w.uint32(34).bytes(m.routingPart);
    if (m.leaderMemberId !== undefined && m.leaderMemberId !== 0n) w.uint32(40).uint64(fromUnsigned(m.leaderMemberId));
    return w;
  },
  encode(m: LocateResponseInit): Uint8Array {
    return LocateResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LocateResponse {
    return LocateResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LocateResponse {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.LocateResponse');
    const m = LocateResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.partition = r.uint32();
          break;
        case 24:
          m.slot = r.uint32();
          break;
        case 34:
          m.routingPart = r.bytes();
          break;
        case 40:
          m.leaderMemberId = toUnsigned(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2,3,4,5]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.LocateResponse');
    return m;
  },
};

export interface PartitionShowRequest {
  partition: number;
}

/** PartitionShowRequest as callers write it: whatever is left out is zero. */
export interface PartitionShowRequestInit {
  partition?: number | undefined;
}

export const PartitionShowRequest: Codec<PartitionShowRequest, PartitionShowRequestInit> = {
  name: 'hexkeep.v1.PartitionShowRequest',
  empty(): PartitionShowRequest {
    return { partition: 0 };
  },
  encodeTo(m: PartitionShowRequestInit, w: Writer): Writer {
    if (m.partition !== undefined && m.partition !== 0) w.uint32(8).uint32(m.partition);
    return w;
  },
  encode(m: PartitionShowRequestInit): Uint8Array {
    return PartitionShowRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionShowRequest {
    return PartitionShowRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionShowRequest {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionShowRequest');
    const m = PartitionShowRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.partition = r.uint32();
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionShowRequest');
    return m;
  },
};

export interface PartitionShowResponse {
  header: ResponseHeader | undefined;
  partition: number;
  leaderMemberId: bigint;
  commitIndex: number;
  replicas: Replica[];
}

/** PartitionShowResponse as callers write it: whatever is left out is zero. */
export interface PartitionShowResponseInit {
  header?: ResponseHeaderInit | undefined;
  partition?: number | undefined;
  leaderMemberId?: bigint | undefined;
  commitIndex?: number | undefined;
  replicas?: readonly ReplicaInit[] | undefined;
}

export const PartitionShowResponse: Codec<PartitionShowResponse, PartitionShowResponseInit> = {
  name: 'hexkeep.v1.PartitionShowResponse',
  empty(): PartitionShowResponse {
    return { header: undefined, partition: 0, leaderMemberId: 0n, commitIndex: 0, replicas: [] };
  },
  encodeTo(m: PartitionShowResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.partition !== undefined && m.partition !== 0) w.uint32(16).uint32(m.partition);
    if (m.leaderMemberId !== undefined && m.leaderMemberId !== 0n) w.uint32(24).uint64(fromUnsigned(m.leaderMemberId));
    if (m.commitIndex !== undefined && m.commitIndex !== 0) w.uint32(32).uint64(m.commitIndex);
    if (m.replicas !== undefined) for (const v of m.replicas) Replica.encodeTo(v, w.uint32(42).fork()).ldelim();
    return w;
  },
  encode(m: PartitionShowResponseInit): Uint8Array {
    return PartitionShowResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionShowResponse {
    return PartitionShowResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionShowResponse {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionShowResponse');
    const m = PartitionShowResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.partition = r.uint32();
          break;
        case 24:
          m.leaderMemberId = toUnsigned(r.uint64());
          break;
        case 32:
          m.commitIndex = toNumber(r.uint64());
          break;
        case 42:
          m.replicas.push(Replica.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3,4,5]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionShowResponse');
    return m;
  },
};

export interface Replica {
  memberId: bigint;
  name: string;
  zone: string;
  votes: boolean;
  wanted: boolean;
  matchIndex: number;
  active: boolean;
}

/** Replica as callers write it: whatever is left out is zero. */
export interface ReplicaInit {
  memberId?: bigint | undefined;
  name?: string | undefined;
  zone?: string | undefined;
  votes?: boolean | undefined;
  wanted?: boolean | undefined;
  matchIndex?: number | undefined;
  active?: boolean | undefined;
}

export const Replica: Codec<Replica, ReplicaInit> = {
  name: 'hexkeep.v1.Replica',
  empty(): Replica {
    return { memberId: 0n, name: '', zone: '', votes: false, wanted: false, matchIndex: 0, active: false };
  },
  encodeTo(m: ReplicaInit, w: Writer): Writer {
    if (m.memberId !== undefined && m.memberId !== 0n) w.uint32(8).uint64(fromUnsigned(m.memberId));
    if (m.name !== undefined && m.name.length > 0) w.uint32(18).string(m.name);
    if (m.zone !== undefined && m.zone.length > 0) w.uint32(26).string(m.zone);
    if (m.votes === true) w.uint32(32).bool(m.votes);
    if (m.wanted === true) w.uint32(40).bool(m.wanted);
    if (m.matchIndex !== undefined && m.matchIndex !== 0) w.uint32(48).uint64(m.matchIndex);
    if (m.active === true) w.uint32(56).bool(m.active);
    return w;
  },
  encode(m: ReplicaInit): Uint8Array {
    return Replica.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Replica {
    return Replica.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Replica {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.Replica');
    const m = Replica.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.memberId = toUnsigned(r.uint64());
          break;
        case 18:
          m.name = r.string();
          break;
        case 26:
          m.zone = r.string();
          break;
        case 32:
          m.votes = r.bool();
          break;
        case 40:
          m.wanted = r.bool();
          break;
        case 48:
          m.matchIndex = toNumber(r.uint64());
          break;
        case 56:
          m.active = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.Replica');
    return m;
  },
};

export interface PartitionRingRequest {
}

/** PartitionRingRequest as callers write it: whatever is left out is zero. */
export interface PartitionRingRequestInit {
}

export const PartitionRingRequest: Codec<PartitionRingRequest, PartitionRingRequestInit> = {
  name: 'hexkeep.v1.PartitionRingRequest',
  empty(): PartitionRingRequest {
    return {  };
  },
  encodeTo(_m: PartitionRingRequestInit, w: Writer): Writer {
    return w;
  },
  encode(m: PartitionRingRequestInit): Uint8Array {
    return PartitionRingRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionRingRequest {
    return PartitionRingRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionRingRequest {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionRingRequest');
    const m = PartitionRingRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        default:
          skipField(r, tag, []);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionRingRequest');
    return m;
  },
};

export interface PartitionRingResponse {
  header: ResponseHeader | undefined;
  replicationFactor: number;
  members: RingMember[];
  partitions: RingPartition[];
}

/** PartitionRingResponse as callers write it: whatever is left out is zero. */
export interface PartitionRingResponseInit {
  header?: ResponseHeaderInit | undefined;
  replicationFactor?: number | undefined;
  members?: readonly RingMemberInit[] | undefined;
  partitions?: readonly RingPartitionInit[] | undefined;
}

export const PartitionRingResponse: Codec<PartitionRingResponse, PartitionRingResponseInit> = {
  name: 'hexkeep.v1.PartitionRingResponse',
  empty(): PartitionRingResponse {
    return { header: undefined, replicationFactor: 0, members: [], partitions: [] };
  },
  encodeTo(m: PartitionRingResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.replicationFactor !== undefined && m.replicationFactor !== 0) w.uint32(16).uint32(m.replicationFactor);
    if (m.members !== undefined) for (const v of m.members) RingMember.encodeTo(v, w.uint32(26).fork()).ldelim();
    if (m.partitions !== undefined) for (const v of m.partitions) RingPartition.encodeTo(v, w.uint32(34).fork()).ldelim();
    return w;
  },
  encode(m: PartitionRingResponseInit): Uint8Array {
    return PartitionRingResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionRingResponse {
    return PartitionRingResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionRingResponse {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionRingResponse');
    const m = PartitionRingResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.replicationFactor = r.uint32();
          break;
        case 26:
          m.members.push(RingMember.decodeFrom(r, r.uint32() + r.pos));
          break;
        case 34:
          m.partitions.push(RingPartition.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionRingResponse');
    return m;
  },
};

export interface RingMember {
  memberId: bigint;
  name: string;
  zone: string;
  replicas: number;
  leads: number;
  down: boolean;
}

/** RingMember as callers write it: whatever is left out is zero. */
export interface RingMemberInit {
  memberId?: bigint | undefined;
  name?: string | undefined;
  zone?: string | undefined;
  replicas?: number | undefined;
  leads?: number | undefined;
  down?: boolean | undefined;
}

export const RingMember: Codec<RingMember, RingMemberInit> = {
  name: 'hexkeep.v1.RingMember',
  empty(): RingMember {
    return { memberId: 0n, name: '', zone: '', replicas: 0, leads: 0, down: false };
  },
  encodeTo(m: RingMemberInit, w: Writer): Writer {
    if (m.memberId !== undefined && m.memberId !== 0n) w.uint32(8).uint64(fromUnsigned(m.memberId));
    if (m.name !== undefined && m.name.length > 0) w.uint32(18).string(m.name);
    if (m.zone !== undefined && m.zone.length > 0) w.uint32(26).string(m.zone);
    if (m.replicas !== undefined && m.replicas !== 0) w.uint32(32).uint32(m.replicas);
    if (m.leads !== undefined && m.leads !== 0) w.uint32(40).uint32(m.leads);
    if (m.down === true) w.uint32(48).bool(m.down);
    return w;
  },
  encode(m: RingMemberInit): Uint8Array {
    return RingMember.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): RingMember {
    return RingMember.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): RingMember {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.RingMember');
    const m = RingMember.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.memberId = toUnsigned(r.uint64());
          break;
        case 18:
          m.name = r.string();
          break;
        case 26:
          m.zone = r.string();
          break;
        case 32:
          m.replicas = r.uint32();
          break;
        case 40:
          m.leads = r.uint32();
          break;
        case 48:
          m.down = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.RingMember');
    return m;
  },
};

export interface RingPartition {
  number: number;
  position: number;
  leaderMemberId: bigint;
  voters: bigint[];
  wanted: bigint[];
  target: bigint[];
}

/** RingPartition as callers write it: whatever is left out is zero. */
export interface RingPartitionInit {
  number?: number | undefined;
  position?: number | undefined;
  leaderMemberId?: bigint | undefined;
  voters?: readonly bigint[] | undefined;
  wanted?: readonly bigint[] | undefined;
  target?: readonly bigint[] | undefined;
}

export const RingPartition: Codec<RingPartition, RingPartitionInit> = {
  name: 'hexkeep.v1.RingPartition',
  empty(): RingPartition {
    return { number: 0, position: 0, leaderMemberId: 0n, voters: [], wanted: [], target: [] };
  },
  encodeTo(m: RingPartitionInit, w: Writer): Writer {
    if (m.number !== undefined && m.number !== 0) w.uint32(8).uint32(m.number);
    if (m.position !== undefined && m.position !== 0) w.uint32(16).uint32(m.position);
    if (m.leaderMemberId !== undefined && m.leaderMemberId !== 0n) w.uint32(24).uint64(fromUnsigned(m.leaderMemberId));
    if (m.voters !== undefined && m.voters.length > 0) {
      w.uint32(34).fork();
      for (const v of m.voters) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.wanted !== undefined && m.wanted.length > 0) {
      w.uint32(42).fork();
      for (const v of m.wanted) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.target !== undefined && m.target.length > 0) {
      w.uint32(50).fork();
      for (const v of m.target) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    return w;
  },
  encode(m: RingPartitionInit): Uint8Array {
    return RingPartition.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): RingPartition {
    return RingPartition.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): RingPartition {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.RingPartition');
    const m = RingPartition.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.number = r.uint32();
          break;
        case 16:
          m.position = r.uint32();
          break;
        case 24:
          m.leaderMemberId = toUnsigned(r.uint64());
          break;
        case 32:
          m.voters.push(toUnsigned(r.uint64()));
          break;
        case 34: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.voters.push(toUnsigned(r.uint64()));
          break;
        }
        case 40:
          m.wanted.push(toUnsigned(r.uint64()));
          break;
        case 42: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.wanted.push(toUnsigned(r.uint64()));
          break;
        }
        case 48:
          m.target.push(toUnsigned(r.uint64()));
          break;
        case 50: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.target.push(toUnsigned(r.uint64()));
          break;
        }
        default:
          skipField(r, tag, [1,2,3,4,5,6]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.RingPartition');
    return m;
  },
};

export interface PartitionMoveRequest {
  partition: number;
  fromMember: bigint;
  toMember: bigint;
}

/** PartitionMoveRequest as callers write it: whatever is left out is zero. */
export interface PartitionMoveRequestInit {
  partition?: number | undefined;
  fromMember?: bigint | undefined;
  toMember?: bigint | undefined;
}

export const PartitionMoveRequest: Codec<PartitionMoveRequest, PartitionMoveRequestInit> = {
  name: 'hexkeep.v1.PartitionMoveRequest',
  empty(): PartitionMoveRequest {
    return { partition: 0, fromMember: 0n, toMember: 0n };
  },
  encodeTo(m: PartitionMoveRequestInit, w: Writer): Writer {
    if (m.partition !== undefined && m.partition !== 0) w.uint32(8).uint32(m.partition);
    if (m.fromMember !== undefined && m.fromMember !== 0n) w.uint32(16).uint64(fromUnsigned(m.fromMember));
    if (m.toMember !== undefined && m.toMember !== 0n) w.uint32(24).uint64(fromUnsigned(m.toMember));
    return w;
  },
  encode(m: PartitionMoveRequestInit): Uint8Array {
    return PartitionMoveRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionMoveRequest {
    return PartitionMoveRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionMoveRequest {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionMoveRequest');
    const m = PartitionMoveRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.partition = r.uint32();
          break;
        case 16:
          m.fromMember = toUnsigned(r.uint64());
          break;
        case 24:
          m.toMember = toUnsigned(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionMoveRequest');
    return m;
  },
};

export interface PartitionMoveResponse {
  header: ResponseHeader | undefined;
  wanted: bigint[];
}

/** PartitionMoveResponse as callers write it: whatever is left out is zero. */
export interface PartitionMoveResponseInit {
  header?: ResponseHeaderInit | undefined;
  wanted?: readonly bigint[] | undefined;
}

export const PartitionMoveResponse: Codec<PartitionMoveResponse, PartitionMoveResponseInit> = {
  name: 'hexkeep.v1.PartitionMoveResponse',
  empty(): PartitionMoveResponse {
    return { header: undefined, wanted: [] };
  },
  encodeTo(m: PartitionMoveResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.wanted !== undefined && m.wanted.length > 0) {
      w.uint32(18).fork();
      for (const v of m.wanted) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    return w;
  },
  encode(m: PartitionMoveResponseInit): Uint8Array {
    return PartitionMoveResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionMoveResponse {
    return PartitionMoveResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionMoveResponse {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionMoveResponse');
    const m = PartitionMoveResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.wanted.push(toUnsigned(r.uint64()));
          break;
        case 18: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.wanted.push(toUnsigned(r.uint64()));
          break;
        }
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionMoveResponse');
    return m;
  },
};

export interface PartitionBalanceRequest {
  replicationFactor: number;
}

/** PartitionBalanceRequest as callers write it: whatever is left out is zero. */
export interface PartitionBalanceRequestInit {
  replicationFactor?: number | undefined;
}

export const PartitionBalanceRequest: Codec<PartitionBalanceRequest, PartitionBalanceRequestInit> = {
  name: 'hexkeep.v1.PartitionBalanceRequest',
  empty(): PartitionBalanceRequest {
    return { replicationFactor: 0 };
  },
  encodeTo(m: PartitionBalanceRequestInit, w: Writer): Writer {
    if (m.replicationFactor !== undefined && m.replicationFactor !== 0) w.uint32(8).uint32(m.replicationFactor);
    return w;
  },
  encode(m: PartitionBalanceRequestInit): Uint8Array {
    return PartitionBalanceRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionBalanceRequest {
    return PartitionBalanceRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionBalanceRequest {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionBalanceRequest');
    const m = PartitionBalanceRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.replicationFactor = r.uint32();
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionBalanceRequest');
    return m;
  },
};

export interface PartitionBalanceResponse {
  header: ResponseHeader | undefined;
  replicationFactor: number;
  replicasToMove: number;
}

/** PartitionBalanceResponse as callers write it: whatever is left out is zero. */
export interface PartitionBalanceResponseInit {
  header?: ResponseHeaderInit | undefined;
  replicationFactor?: number | undefined;
  replicasToMove?: number | undefined;
}

export const PartitionBalanceResponse: Codec<PartitionBalanceResponse, PartitionBalanceResponseInit> = {
  name: 'hexkeep.v1.PartitionBalanceResponse',
  empty(): PartitionBalanceResponse {
    return { header: undefined, replicationFactor: 0, replicasToMove: 0 };
  },
  encodeTo(m: PartitionBalanceResponseInit, w: Writer): Writer {
    if (m.header !== undefined) ResponseHeader.encodeTo(m.header, w.uint32(10).fork()).ldelim();
    if (m.replicationFactor !== undefined && m.replicationFactor !== 0) w.uint32(16).uint32(m.replicationFactor);
    if (m.replicasToMove !== undefined && m.replicasToMove !== 0) w.uint32(24).uint32(m.replicasToMove);
    return w;
  },
  encode(m: PartitionBalanceResponseInit): Uint8Array {
    return PartitionBalanceResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionBalanceResponse {
    return PartitionBalanceResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionBalanceResponse {
    if (end > r.len) throw new RangeError('truncated hexkeep.v1.PartitionBalanceResponse');
    const m = PartitionBalanceResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.replicationFactor = r.uint32();
          break;
        case 24:
          m.replicasToMove = r.uint32();
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.v1.PartitionBalanceResponse');
    return m;
  },
};

/** Methods of hexkeep.v1.Partitions. */
export const PartitionsService = {
  list: {
    path: '/hexkeep.v1.Partitions/List',
    request: PartitionListRequest,
    response: PartitionListResponse,
    requestStream: false,
    responseStream: false,
  },
  locate: {
    path: '/hexkeep.v1.Partitions/Locate',
    request: LocateRequest,
    response: LocateResponse,
    requestStream: false,
    responseStream: false,
  },
  show: {
    path: '/hexkeep.v1.Partitions/Show',
    request: PartitionShowRequest,
    response: PartitionShowResponse,
    requestStream: false,
    responseStream: false,
  },
  ring: {
    path: '/hexkeep.v1.Partitions/Ring',
    request: PartitionRingRequest,
    response: PartitionRingResponse,
    requestStream: false,
    responseStream: false,
  },
  move: {
    path: '/hexkeep.v1.Partitions/Move',
    request: PartitionMoveRequest,
    response: PartitionMoveResponse,
    requestStream: false,
    responseStream: false,
  },
  balance: {
    path: '/hexkeep.v1.Partitions/Balance',
    request: PartitionBalanceRequest,
    response: PartitionBalanceResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
