// Generated from proto/peer.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, EMPTY, fromUnsigned, Reader, skipField, toNumber, toUnsigned, Writer } from '../wire.js';

export interface Frame {
  hello: Hello | undefined;
  raft: RaftMessage[];
  calls: PeerCall[];
  replies: PeerReply[];
  refused: string;
  heartbeats: number[];
  heartbeatAcks: number[];
  beat: Beat | undefined;
  query: MemberQuery | undefined;
  answer: MemberAnswer | undefined;
}

/** Frame as callers write it: whatever is left out is zero. */
export interface FrameInit {
  hello?: HelloInit | undefined;
  raft?: readonly RaftMessageInit[] | undefined;
  calls?: readonly PeerCallInit[] | undefined;
  replies?: readonly PeerReplyInit[] | undefined;
  refused?: string | undefined;
  heartbeats?: readonly number[] | undefined;
  heartbeatAcks?: readonly number[] | undefined;
  beat?: BeatInit | undefined;
  query?: MemberQueryInit | undefined;
  answer?: MemberAnswerInit | undefined;
}

export const Frame: Codec<Frame, FrameInit> = {
  name: 'hexkeep.peer.v1.Frame',
  empty(): Frame {
    return { hello: undefined, raft: [], calls: [], replies: [], refused: '', heartbeats: [], heartbeatAcks: [], beat: undefined, query: undefined, answer: undefined };
  },
  encodeTo(m: FrameInit, w: Writer): Writer {
    if (m.hello !== undefined) Hello.encodeTo(m.hello, w.uint32(10).fork()).ldelim();
    if (m.raft !== undefined) for (const v of m.raft) RaftMessage.encodeTo(v, w.uint32(18).fork()).ldelim();
    if (m.calls !== undefined) for (const v of m.calls) PeerCall.encodeTo(v, w.uint32(26).fork()).ldelim();
    if (m.replies !== undefined) for (const v of m.replies) PeerReply.encodeTo(v, w.uint32(34).fork()).ldelim();
    if (m.refused !== undefined && m.refused.length > 0) w.uint32(42).string(m.refused);
    if (m.heartbeats !== undefined && m.heartbeats.length > 0) {
      w.uint32(50).fork();
      for (const v of m.heartbeats) w.uint64(v);
      w.ldelim();
    }
    if (m.heartbeatAcks !== undefined && m.heartbeatAcks.length > 0) {
      w.uint32(58).fork();
      for (const v of m.heartbeatAcks) w.uint64(v);
      w.ldelim();
    }
    if (m.beat !== undefined) Beat.encodeTo(m.beat, w.uint32(66).fork()).ldelim();
    if (m.query !== undefined) MemberQuery.encodeTo(m.query, w.uint32(74).fork()).ldelim();
    if (m.answer !== undefined) MemberAnswer.encodeTo(m.answer, w.uint32(82).fork()).ldelim();
    return w;
  },
  encode(m: FrameInit): Uint8Array {
    return Frame.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Frame {
    return Frame.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Frame {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.Frame');
    const m = Frame.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.hello = Hello.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 18:
          m.raft.push(RaftMessage.decodeFrom(r, r.uint32() + r.pos));
          break;
        case 26:
          m.calls.push(PeerCall.decodeFrom(r, r.uint32() + r.pos));
          break;
        case 34:
          m.replies.push(PeerReply.decodeFrom(r, r.uint32() + r.pos));
          break;
        case 42:
          m.refused = r.string();
          break;
        case 48:
          m.heartbeats.push(toNumber(r.uint64()));
          break;
        case 50: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.heartbeats.push(toNumber(r.uint64()));
          break;
        }
        case 56:
          m.heartbeatAcks.push(toNumber(r.uint64()));
          break;
        case 58: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.heartbeatAcks.push(toNumber(r.uint64()));
          break;
        }
        case 66:
          m.beat = Beat.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 74:
          m.query = MemberQuery.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 82:
          m.answer = MemberAnswer.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7,8,9,10]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.Frame');
    return m;
  },
};

export interface Beat {
  leading: number;
  leaving: boolean;
  leadsCount: number;
  leadsDigest: number;
  followsCount: number;
  followsDigest: number;
}

/** Beat as callers write it: whatever is left out is zero. */
export interface BeatInit {
  leading?: number | undefined;
  leaving?: boolean | undefined;
  leadsCount?: number | undefined;
  leadsDigest?: number | undefined;
  followsCount?: number | undefined;
  followsDigest?: number | undefined;
}

export const Beat: Codec<Beat, BeatInit> = {
  name: 'hexkeep.peer.v1.Beat',
  empty(): Beat {
    return { leading: 0, leaving: false, leadsCount: 0, leadsDigest: 0, followsCount: 0, followsDigest: 0 };
  },
  encodeTo(m: BeatInit, w: Writer): Writer {
    if (m.leading !== undefined && m.leading !== 0) w.uint32(8).uint32(m.leading);
    if (m.leaving === true) w.uint32(16).bool(m.leaving);
    if (m.leadsCount !== undefined && m.leadsCount !== 0) w.uint32(24).uint32(m.leadsCount);
    if (m.leadsDigest !== undefined && m.leadsDigest !== 0) w.uint32(32).uint32(m.leadsDigest);
    if (m.followsCount !== undefined && m.followsCount !== 0) w.uint32(40).uint32(m.followsCount);
    if (m.followsDigest !== undefined && m.followsDigest !== 0) w.uint32(48).uint32(m.followsDigest);
    return w;
  },
  encode(m: BeatInit): Uint8Array {
    return Beat.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Beat {
    return Beat.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Beat {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.Beat');
    const m = Beat.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.leading = r.uint32();
          break;
        case 16:
          m.leaving = r.bool();
          break;
        case 24:
          m.leadsCount = r.uint32();
          break;
        case 32:
          m.leadsDigest = r.uint32();
          break;
        case 40:
          m.followsCount = r.uint32();
          break;
        case 48:
          m.followsDigest = r.uint32();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.Beat');
    return m;
  },
};

export interface MemberQuery {
  clusterId: bigint;
  memberId: bigint;
  peerUrls: string[];
  partitions: number;
}

/** MemberQuery as callers write it: whatever is left out is zero. */
export interface MemberQueryInit {
  clusterId?: bigint | undefined;
  memberId?: bigint | undefined;
  peerUrls?: readonly string[] | undefined;
  partitions?: number | undefined;
}

export const MemberQuery: Codec<MemberQuery, MemberQueryInit> = {
  name: 'hexkeep.peer.v1.MemberQuery',
  empty(): MemberQuery {
    return { clusterId: 0n, memberId: 0n, peerUrls: [], partitions: 0 };
  },
  encodeTo(m: MemberQueryInit, w: Writer): Writer {
    if (m.clusterId !== undefined && m.clusterId !== 0n) w.uint32(8).uint64(fromUnsigned(m.clusterId));
    if (m.memberId !== undefined && m.memberId !== 0n) w.uint32(16).uint64(fromUnsigned(m.memberId));
    if (m.peerUrls !== undefined) for (const v of m.peerUrls) w.uint32(26).string(v);
    if (m.partitions !== undefined && m.partitions !== 0) w.uint32(32).uint32(m.partitions);
    return w;
  },
  encode(m: MemberQueryInit): Uint8Array {
    return MemberQuery.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberQuery {
    return MemberQuery.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberQuery {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.MemberQuery');
    const m = MemberQuery.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.clusterId = toUnsigned(r.uint64());
          break;
        case 16:
          m.memberId = toUnsigned(r.uint64());
          break;
        case 26:
          m.peerUrls.push(r.string());
          break;
        case 32:
          m.partitions = r.uint32();
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.MemberQuery');
    return m;
  },
};

export interface MemberAnswer {
  refused: string;
  removed: boolean;
  clusterId: bigint;
  memberId: bigint;
  partitions: number;
  members: PeerMember[];
}

/** MemberAnswer as callers write it: whatever is left out is zero. */
export interface MemberAnswerInit {
  refused?: string | undefined;
  removed?: boolean | undefined;
  clusterId?: bigint | undefined;
  memberId?: bigint | undefined;
  partitions?: number | undefined;
  members?: readonly PeerMemberInit[] | undefined;
}

export const MemberAnswer: Codec<MemberAnswer, MemberAnswerInit> = {
  name: 'hexkeep.peer.v1.MemberAnswer',
  empty(): MemberAnswer {
    return { refused: '', removed: false, clusterId: 0n, memberId: 0n, partitions: 0, members: [] };
  },
  encodeTo(m: MemberAnswerInit, w: Writer): Writer {
    if (m.refused !== undefined && m.refused.length > 0) w.uint32(10).string(m.refused);
    if (m.removed === true) w.uint32(16).bool(m.removed);
    if (m.clusterId !== undefined && m.clusterId !== 0n) w.uint32(24).uint64(fromUnsigned(m.clusterId));
    if (m.memberId !== undefined && m.memberId !== 0n) w.uint32(32).uint64(fromUnsigned(m.memberId));
    if (m.partitions !== undefined && m.partitions !== 0) w.uint32(40).uint32(m.partitions);
    if (m.members !== undefined) for (const v of m.members) PeerMember.encodeTo(v, w.uint32(50).fork()).ldelim();
    return w;
  },
  encode(m: MemberAnswerInit): Uint8Array {
    return MemberAnswer.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): MemberAnswer {
    return MemberAnswer.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): MemberAnswer {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.MemberAnswer');
    const m = MemberAnswer.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.refused = r.string();
          break;
        case 16:
          m.removed = r.bool();
          break;
        case 24:
          m.clusterId = toUnsigned(r.uint64());
          break;
        case 32:
          m.memberId = toUnsigned(r.uint64());
          break;
        case 40:
          m.partitions = r.uint32();
          break;
        case 50:
          m.members.push(PeerMember.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.MemberAnswer');
    return m;
  },
};

export interface PeerMember {
  memberId: bigint;
  peerUrls: string[];
}

/** PeerMember as callers write it: whatever is left out is zero. */
export interface PeerMemberInit {
  memberId?: bigint | undefined;
  peerUrls?: readonly string[] | undefined;
}

export const PeerMember: Codec<PeerMember, PeerMemberInit> = {
  name: 'hexkeep.peer.v1.PeerMember',
  empty(): PeerMember {
    return { memberId: 0n, peerUrls: [] };
  },
  encodeTo(m: PeerMemberInit, w: Writer): Writer {
    if (m.memberId !== undefined && m.memberId !== 0n) w.uint32(8).uint64(fromUnsigned(m.memberId));
    if (m.peerUrls !== undefined) for (const v of m.peerUrls) w.uint32(18).string(v);
    return w;
  },
  encode(m: PeerMemberInit): Uint8Array {
    return PeerMember.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PeerMember {
    return PeerMember.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PeerMember {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.PeerMember');
    const m = PeerMember.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.memberId = toUnsigned(r.uint64());
          break;
        case 18:
          m.peerUrls.push(r.string());
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.PeerMember');
    return m;
  },
};

export interface Hello {
  clusterId: bigint;
  memberId: bigint;
  toMemberId: bigint;
  protocolVersion: number;
  serverVersion: string;
}

/** Hello as callers write it: whatever is left out is zero. */
export interface HelloInit {
  clusterId?: bigint | undefined;
  memberId?: bigint | undefined;
  toMemberId?: bigint | undefined;
  protocolVersion?: number | undefined;
  serverVersion?: string | undefined;
}

export const Hello: Codec<Hello, HelloInit> = {
  name: 'hexkeep.peer.v1.Hello',
  empty(): Hello {
    return { clusterId: 0n, memberId: 0n, toMemberId: 0n, protocolVersion: 0, serverVersion: '' };
  },
  encodeTo(m: HelloInit, w: Writer): Writer {
    if (m.clusterId !== undefined && m.clusterId !== 0n) w.uint32(8).uint64(fromUnsigned(m.clusterId));
    if (m.memberId !== undefined && m.memberId !== 0n) w.uint32(16).uint64(fromUnsigned(m.memberId));
    if (m.toMemberId !== undefined && m.toMemberId !== 0n) w.uint32(24).uint64(fromUnsigned(m.toMemberId));
    if (m.protocolVersion !== undefined && m.protocolVersion !== 0) w.uint32(32).uint32(m.protocolVersion);
    if (m.serverVersion !== undefined && m.serverVersion.length > 0) w.uint32(42).string(m.serverVersion);
    return w;
  },
  encode(m: HelloInit): Uint8Array {
    return Hello.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): Hello {
    return Hello.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): Hello {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.Hello');
    const m = Hello.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.clusterId = toUnsigned(r.uint64());
          break;
        case 16:
          m.memberId = toUnsigned(r.uint64());
          break;
        case 24:
          m.toMemberId = toUnsigned(r.uint64());
          break;
        case 32:
          m.protocolVersion = r.uint32();
          break;
        case 42:
          m.serverVersion = r.string();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.Hello');
    return m;
  },
};

export interface LogEntry {
  term: number;
  index: number;
  type: number;
  data: Uint8Array;
}

/** LogEntry as callers write it: whatever is left out is zero. */
export interface LogEntryInit {
  term?: number | undefined;
  index?: number | undefined;
  type?: number | undefined;
  data?: Uint8Array | undefined;
}

export const LogEntry: Codec<LogEntry, LogEntryInit> = {
  name: 'hexkeep.peer.v1.LogEntry',
  empty(): LogEntry {
    return { term: 0, index: 0, type: 0, data: EMPTY };
  },
  encodeTo(m: LogEntryInit, w: Writer): Writer {
    if (m.term !== undefined && m.term !== 0) w.uint32(8).uint64(m.term);
    if (m.index !== undefined && m.index !== 0) w.uint32(16).uint64(m.index);
    if (m.type !== undefined && m.type !== 0) w.uint32(24).uint32(m.type);
    if (m.data !== undefined && m.data.length > 0) w.uint32(34).bytes(m.data);
    return w;
  },
  encode(m: LogEntryInit): Uint8Array {
    return LogEntry.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): LogEntry {
    return LogEntry.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): LogEntry {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.LogEntry');
    const m = LogEntry.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.term = toNumber(r.uint64());
          break;
        case 16:
          m.index = toNumber(r.uint64());
          break;
        case 24:
          m.type = r.uint32();
          break;
        case 34:
          m.data = r.bytes();
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.LogEntry');
    return m;
  },
};

export interface RaftMessage {
  group: number;
  type: number;
  term: number;
  logTerm: number;
  index: number;
  commit: number;
  rejectHint: number;
  reject: boolean;
  force: boolean;
  context: number;
  entries: LogEntry[];
  snapshot: SnapshotMeta | undefined;
}

/** RaftMessage as callers write it: whatever is left out is zero. */
export interface RaftMessageInit {
  group?: number | undefined;
  type?: number | undefined;
  term?: number | undefined;
  logTerm?: number | undefined;
  index?: number | undefined;
  commit?: number | undefined;
  rejectHint?: number | undefined;
  reject?: boolean | undefined;
  force?: boolean | undefined;
  context?: number | undefined;
  entries?: readonly LogEntryInit[] | undefined;
  snapshot?: SnapshotMetaInit | undefined;
}

export const RaftMessage: Codec<RaftMessage, RaftMessageInit> = {
  name: 'hexkeep.peer.v1.RaftMessage',
  empty(): RaftMessage {
    return { group: 0, type: 0, term: 0, logTerm: 0, index: 0, commit: 0, rejectHint: 0, reject: false, force: false, context: 0, entries: [], snapshot: undefined };
  },
  encodeTo(m: RaftMessageInit, w: Writer): Writer {
    if (m.group !== undefined && m.group !== 0) w.uint32(8).uint32(m.group);
    if (m.type !== undefined && m.type !== 0) w.uint32(16).uint32(m.type);
    if (m.term !== undefined && m.term !== 0) w.uint32(24).uint64(m.term);
    if (m.logTerm !== undefined && m.logTerm !== 0) w.uint32(32).uint64(m.logTerm);
    if (m.index !== undefined && m.index !== 0) w.uint32(40).uint64(m.index);
    if (m.commit !== undefined && m.commit !== 0) w.uint32(48).uint64(m.commit);
    if (m.rejectHint !== undefined && m.rejectHint !== 0) w.uint32(56).uint64(m.rejectHint);
    if (m.reject === true) w.uint32(64).bool(m.reject);
    if (m.force === true) w.uint32(72).bool(m.force);
    if (m.context !== undefined && m.context !== 0) w.uint32(80).uint64(m.context);
    if (m.entries !== undefined) for (const v of m.entries) LogEntry.encodeTo(v, w.uint32(90).fork()).ldelim();
    if (m.snapshot !== undefined) SnapshotMeta.encodeTo(m.snapshot, w.uint32(98).fork()).ldelim();
    return w;
  },
  encode(m: RaftMessageInit): Uint8Array {
    return RaftMessage.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): RaftMessage {
    return RaftMessage.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): RaftMessage {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.RaftMessage');
    const m = RaftMessage.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.group = r.uint32();
          break;
        case 16:
          m.type = r.uint32();
          break;
        case 24:
          m.term = toNumber(r.uint64());
          break;
        case 32:
          m.logTerm = toNumber(r.uint64());
          break;
        case 40:
          m.index = toNumber(r.uint64());
          break;
        case 48:
          m.commit = toNumber(r.uint64());
          break;
        case 56:
          m.rejectHint = toNumber(r.uint64());
          break;
        case 64:
          m.reject = r.bool();
          break;
        case 72:
          m.force = r.bool();
          break;
        case 80:
          m.context = toNumber(r.uint64());
          break;
        case 90:
          m.entries.push(LogEntry.decodeFrom(r, r.uint32() + r.pos));
          break;
        case 98:
          m.snapshot = SnapshotMeta.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7,8,9,10,11,12]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.RaftMessage');
    return m;
  },
};

export interface ConfState {
  voters: bigint[];
  learners: bigint[];
  votersOutgoing: bigint[];
  learnersNext: bigint[];
  autoLeave: boolean;
}

/** ConfState as callers write it: whatever is left out is zero. */
export interface ConfStateInit {
  voters?: readonly bigint[] | undefined;
  learners?: readonly bigint[] | undefined;
  votersOutgoing?: readonly bigint[] | undefined;
  learnersNext?: readonly bigint[] | undefined;
  autoLeave?: boolean | undefined;
}

export const ConfState: Codec<ConfState, ConfStateInit> = {
  name: 'hexkeep.peer.v1.ConfState',
  empty(): ConfState {
    return { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  },
  encodeTo(m: ConfStateInit, w: Writer): Writer {
    if (m.voters !== undefined && m.voters.length > 0) {
      w.uint32(10).fork();
      for (const v of m.voters) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.learners !== undefined && m.learners.length > 0) {
      w.uint32(18).fork();
      for (const v of m.learners) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.votersOutgoing !== undefined && m.votersOutgoing.length > 0) {
      w.uint32(26).fork();
      for (const v of m.votersOutgoing) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.learnersNext !== undefined && m.learnersNext.length > 0) {
      w.uint32(34).fork();
      for (const v of m.learnersNext) w.uint64(fromUnsigned(v));
      w.ldelim();
    }
    if (m.autoLeave === true) w.uint32(40).bool(m.autoLeave);
    return w;
  },
  encode(m: ConfStateInit): Uint8Array {
    return ConfState.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ConfState {
    return ConfState.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ConfState {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.ConfState');
    const m = ConfState.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.voters.push(toUnsigned(r.uint64()));
          break;
        case 10: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.voters.push(toUnsigned(r.uint64()));
          break;
        }
        case 16:
          m.learners.push(toUnsigned(r.uint64()));
          break;
        case 18: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.learners.push(toUnsigned(r.uint64()));
          break;
        }
        case 24:
          m.votersOutgoing.push(toUnsigned(r.uint64()));
          break;
        case 26: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.votersOutgoing.push(toUnsigned(r.uint64()));
          break;
        }
        case 32:
          m.learnersNext.push(toUnsigned(r.uint64()));
          break;
        case 34: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.learnersNext.push(toUnsigned(r.uint64()));
          break;
        }
        case 40:
          m.autoLeave = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.ConfState');
    return m;
  },
};

export interface SnapshotMeta {
  index: number;
  term: number;
  confState: ConfState | undefined;
  id: number;
}

/** SnapshotMeta as callers write it: whatever is left out is zero. */
export interface SnapshotMetaInit {
  index?: number | undefined;
  term?: number | undefined;
  confState?: ConfStateInit | undefined;
  id?: number | undefined;
}

export const SnapshotMeta: Codec<SnapshotMeta, SnapshotMetaInit> = {
  name: 'hexkeep.peer.v1.SnapshotMeta',
  empty(): SnapshotMeta {
    return { index: 0, term: 0, confState: undefined, id: 0 };
  },
  encodeTo(m: SnapshotMetaInit, w: Writer): Writer {
    if (m.index !== undefined && m.index !== 0) w.uint32(8).uint64(m.index);
    if (m.term !== undefined && m.term !== 0) w.uint32(16).uint64(m.term);
    if (m.confState !== undefined) ConfState.encodeTo(m.confState, w.uint32(26).fork()).ldelim();
    if (m.id !== undefined && m.id !== 0) w.uint32(32).uint64(m.id);
    return w;
  },
  encode(m: SnapshotMetaInit): Uint8Array {
    return SnapshotMeta.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): SnapshotMeta {
    return SnapshotMeta.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): SnapshotMeta {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.SnapshotMeta');
    const m = SnapshotMeta.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.index = toNumber(r.uint64());
          break;
        case 16:
          m.term = toNumber(r.uint64());
          break;
        case 26:
          m.confState = ConfState.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 32:
          m.id = toNumber(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.SnapshotMeta');
    return m;
  },
};

export interface SnapshotChunk {
  group: number;
  meta: SnapshotMeta | undefined;
  seq: number;
  last: boolean;
  crc32: number;
  data: Uint8Array;
  term: number;
}

/** SnapshotChunk as callers write it: whatever is left out is zero. */
export interface SnapshotChunkInit {
  group?: number | undefined;
  meta?: SnapshotMetaInit | undefined;
  seq?: number | undefined;
  last?: boolean | undefined;
  crc32?: number | undefined;
  data?: Uint8Array | undefined;
  term?: number | undefined;
}

export const SnapshotChunk: Codec<SnapshotChunk, SnapshotChunkInit> = {
  name: 'hexkeep.peer.v1.SnapshotChunk',
  empty(): SnapshotChunk {
    return { group: 0, meta: undefined, seq: 0, last: false, crc32: 0, data: EMPTY, term: 0 };
  },
  encodeTo(m: SnapshotChunkInit, w: Writer): Writer {
    if (m.group !== undefined && m.group !== 0) w.uint32(8).uint32(m.group);
    if (m.meta !== undefined) SnapshotMeta.encodeTo(m.meta, w.uint32(18).fork()).ldelim();
    if (m.seq !== undefined && m.seq !== 0) w.uint32(24).uint32(m.seq);
    if (m.last === true) w.uint32(32).bool(m.last);
    if (m.crc32 !== undefined && m.crc32 !== 0) w.uint32(40).uint32(m.crc32);
    if (m.data !== undefined && m.data.length > 0) w.uint32(50).bytes(m.data);
    if (m.term !== undefined && m.term !== 0) w.uint32(56).uint64(m.term);
    return w;
  },
  encode(m: SnapshotChunkInit): Uint8Array {
    return SnapshotChunk.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): SnapshotChunk {
    return SnapshotChunk.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): SnapshotChunk {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.SnapshotChunk');
    const m = SnapshotChunk.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.group = r.uint32();
          break;
        case 18:
          m.meta = SnapshotMeta.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 24:
          m.seq = r.uint32();
          break;
        case 32:
          m.last = r.bool();
          break;
        case 40:
          m.crc32 = r.uint32();
          break;
        case 50:
          m.data = r.bytes();
          break;
        case 56:
          m.term = toNumber(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2,3,4,5,6,7]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.SnapshotChunk');
    return m;
  },
};

export interface PeerCall {
  id: number;
  group: number;
  method: number;
  term: number;
  body: Uint8Array;
}

/** PeerCall as callers write it: whatever is left out is zero. */
export interface PeerCallInit {
  id?: number | undefined;
  group?: number | undefined;
  method?: number | undefined;
  term?: number | undefined;
  body?: Uint8Array | undefined;
}

export const PeerCall: Codec<PeerCall, PeerCallInit> = {
  name: 'hexkeep.peer.v1.PeerCall',
  empty(): PeerCall {
    return { id: 0, group: 0, method: 0, term: 0, body: EMPTY };
  },
  encodeTo(m: PeerCallInit, w: Writer): Writer {
    if (m.id !== undefined && m.id !== 0) w.uint32(8).uint64(m.id);
    if (m.group !== undefined && m.group !== 0) w.uint32(16).uint32(m.group);
    if (m.method !== undefined && m.method !== 0) w.uint32(24).uint32(m.method);
    if (m.term !== undefined && m.term !== 0) w.uint32(32).uint64(m.term);
    if (m.body !== undefined && m.body.length > 0) w.uint32(42).bytes(m.body);
    return w;
  },
  encode(m: PeerCallInit): Uint8Array {
    return PeerCall.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PeerCall {
    return PeerCall.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PeerCall {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.PeerCall');
    const m = PeerCall.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.id = toNumber(r.uint64());
          break;
        case 16:
          m.group = r.uint32();
          break;
        case 24:
          m.method = r.uint32();
          break;
        case 32:
          m.term = toNumber(r.uint64());
          break;
        case 42:
          m.body = r.bytes();
          break;
        default:
          skipField(r, tag, [1,2,3,4,5]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.PeerCall');
    return m;
  },
};

export interface PeerReply {
  id: number;
  code: number;
  error: string;
  body: Uint8Array;
}

/** PeerReply as callers write it: whatever is left out is zero. */
export interface PeerReplyInit {
  id?: number | undefined;
  code?: number | undefined;
  error?: string | undefined;
  body?: Uint8Array | undefined;
}

export const PeerReply: Codec<PeerReply, PeerReplyInit> = {
  name: 'hexkeep.peer.v1.PeerReply',
  empty(): PeerReply {
    return { id: 0, code: 0, error: '', body: EMPTY };
  },
  encodeTo(m: PeerReplyInit, w: Writer): Writer {
    if (m.id !== undefined && m.id !== 0) w.uint32(8).uint64(m.id);
    if (m.code !== undefined && m.code !== 0) w.uint32(16).uint32(m.code);
    if (m.error !== undefined && m.error.length > 0) w.uint32(26).string(m.error);
    if (m.body !== undefined && m.body.length > 0) w.uint32(34).bytes(m.body);
    return w;
  },
  encode(m: PeerReplyInit): Uint8Array {
    return PeerReply.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): PeerReply {
    return PeerReply.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): PeerReply {
    if (end > r.len) throw new RangeError('truncated hexkeep.peer.v1.PeerReply');
    const m = PeerReply.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.id = toNumber(r.uint64());
          break;
        case 16:
          m.code = r.uint32();
          break;
        case 26:
          m.error = r.string();
          break;
        case 34:
          m.body = r.bytes();
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.peer.v1.PeerReply');
    return m;
  },
};

/** Methods of hexkeep.peer.v1.Peer. */
export const PeerService = {
  exchange: {
    path: '/hexkeep.peer.v1.Peer/Exchange',
    request: Frame,
    response: Frame,
    requestStream: true,
    responseStream: true,
  },
} as const;
