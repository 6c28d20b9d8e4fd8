// Generated from proto/placement.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, fromUnsigned, Reader, skipField, toUnsigned, Writer } from '../wire.js';
import { Member, type MemberInit } from './rpc.js';

export interface MemberChange {
  action: number;
  member: Member | undefined;
  zone: string;
  learnersMax: number;
}

/** MemberChange as callers write it: whatever is left out is zero. */
export interface MemberChangeInit {
  action?: number | undefined;
  member?: MemberInit | undefined;
  zone?: string | undefined;
  learnersMax?: number | undefined;
}

export const MemberChange: Codec<MemberChange, MemberChangeInit> = {
  name: 'hexkeep.placement.v1.MemberChange',
  empty(): MemberChange {
    return { action: 0, member: undefined, zone: '', learnersMax: 0 };
  },
  encodeTo(m: MemberChangeInit, w: Writer): Writer {
    if (m.action !== undefined && m.action !== 0) w.uint32(8).uint32(m.action);
    if (m.member !== undefined) Member.encodeTo(m.member, w.uint32(18).fork()).ldelim();
    if (m.zone !== undefined && m.zone.length > 0) w.uint32(26).string(m.zone);
    if (m.learnersMax !== undefined && m.learnersMax !== 0) w.uint32(32).uint32(m.learnersMax);
    return w;
  },
  encode(m: MemberChangeInit): Uint8Array {
    return MemberChange.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberChange {
    return MemberChange.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberChange {
    if (end > r.len) throw new RangeError('truncated hexkeep.placement.v1.MemberChange');
    const m = MemberChange.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.action = r.uint32();
          break;
        case 18:
          m.member = Member.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 26:
          m.zone = r.string();
          break;
        case 32:
          m.learnersMax = r.uint32();
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.placement.v1.MemberChange');
    return m;
  },
};

export interface MemberRecord {
  memberId: bigint;
  leaving: boolean;
  zone: string;
}

/** MemberRecord as callers write it: whatever is left out is zero. */
export interface MemberRecordInit {
  memberId?: bigint | undefined;
  leaving?: boolean | undefined;
  zone?: string | undefined;
}

export const MemberRecord: Codec<MemberRecord, MemberRecordInit> = {
  name: 'hexkeep.placement.v1.MemberRecord',
  empty(): MemberRecord {
    return { memberId: 0n, leaving: false, zone: '' };
  },
  encodeTo(m: MemberRecordInit, w: Writer): Writer {
    if (m.memberId !== undefined && m.memberId !== 0n) w.uint32(8).uint64(fromUnsigned(m.memberId));
    if (m.leaving === true) w.uint32(16).bool(m.leaving);
    if (m.zone !== undefined && m.zone.length > 0) w.uint32(26).string(m.zone);
    return w;
  },
  encode(m: MemberRecordInit): Uint8Array {
    return MemberRecord.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberRecord {
    return MemberRecord.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberRecord {
    if (end > r.len) throw new RangeError('truncated hexkeep.placement.v1.MemberRecord');
    const m = MemberRecord.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.memberId = toUnsigned(r.uint64());
          break;
        case 16:
          m.leaving = r.bool();
          break;
        case 26:
          m.zone = r.string();
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.placement.v1.MemberRecord');
    return m;
  },
};

export interface MemberRecords {
  records: MemberRecord[];
  removed: bigint[];
}

/** MemberRecords as callers write it: whatever is left out is zero. */
export interface MemberRecordsInit {
  records?: readonly MemberRecordInit[] | undefined;
  removed?: readonly bigint[] | undefined;
}

export const MemberRecords: Codec<MemberRecords, MemberRecordsInit> = {
  name: 'hexkeep.placement.v1.MemberRecords',
  empty(): MemberRecords {
    return { records: [], removed: [] };
  },
  encodeTo(m: MemberRecordsInit, w: Writer): Writer {
    if (m.records !== undefined) for (const v of m.records) MemberRecord.encodeTo(v, w.uint32(10).fork()).ldelim();
    if (m.removed !== undefined && m.removed.length > 0) {
      w.uint32(18).fork();
      for (const v of m.removed) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    return w;
  },
  encode(m: MemberRecordsInit): Uint8Array {
    return MemberRecords.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberRecords {
    return MemberRecords.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberRecords {
    if (end > r.len) throw new RangeError('truncated hexkeep.placement.v1.MemberRecords');
    const m = MemberRecords.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.records.push(MemberRecord.decodeFrom(r, r.uint32() + r.pos));
          break;
        case 16:
          m.removed.push(toUnsigned(r.uint64()));
          break;
        case 18: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.removed.push(toUnsigned(r.uint64()));
          break;
        }
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.placement.v1.MemberRecords');
    return m;
  },
};

export interface PartitionReplicas {
  partition: number;
  voters: bigint[];
  pinned: boolean;
}

/** PartitionReplicas as callers write it: whatever is left out is zero. */
export interface PartitionReplicasInit {
  partition?: number | undefined;
  voters?: readonly bigint[] | undefined;
  pinned?: boolean | undefined;
}

export const PartitionReplicas: Codec<PartitionReplicas, PartitionReplicasInit> = {
  name: 'hexkeep.placement.v1.PartitionReplicas',
  empty(): PartitionReplicas {
    return { partition: 0, voters: [], pinned: false };
  },
  encodeTo(m: PartitionReplicasInit, w: Writer): Writer {
    if (m.partition !== undefined && m.partition !== 0) w.uint32(8).uint32(m.partition);
    if (m.voters !== undefined && m.voters.length > 0) {
      w.uint32(18).fork();
      for (const v of m.voters) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.pinned === true) w.uint32(24).bool(m.pinned);
    return w;
  },
  encode(m: PartitionReplicasInit): Uint8Array {
    return PartitionReplicas.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PartitionReplicas {
    return PartitionReplicas.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PartitionReplicas {
    if (end > r.len) throw new RangeError('truncated hexkeep.placement.v1.PartitionReplicas');
    const m = PartitionReplicas.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.partition = r.uint32();
          break;
        case 16:
          m.voters.push(toUnsigned(r.uint64()));
          break;
        case 18: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.voters.push(toUnsigned(r.uint64()));
          break;
        }
        case 24:
          m.pinned = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.placement.v1.PartitionReplicas');
    return m;
  },
};

export interface Placement {
  replicationFactor: number;
  partitions: PartitionReplicas[];
}

/** Placement as callers write it: whatever is left out is zero. */
export interface PlacementInit {
  replicationFactor?: number | undefined;
  partitions?: readonly PartitionReplicasInit[] | undefined;
}

export const Placement: Codec<Placement, PlacementInit> = {
  name: 'hexkeep.placement.v1.Placement',
  empty(): Placement {
    return { replicationFactor: 0, partitions: [] };
  },
  encodeTo(m: PlacementInit, w: Writer): Writer {
    if (m.replicationFactor !== undefined && m.replicationFactor !== 0) w.uint32(8).uint32(m.replicationFactor);
    if (m.partitions !== undefined) for (const v of m.partitions) PartitionReplicas.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: PlacementInit): Uint8Array {
    return Placement.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Placement {
    return Placement.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Placement {
    if (end > r.len) throw new RangeError('truncated hexkeep.placement.v1.Placement');
    const m = Placement.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.replicationFactor = r.uint32();
          break;
        case 18:
          m.partitions.push(PartitionReplicas.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.placement.v1.Placement');
    return m;
  },
};
