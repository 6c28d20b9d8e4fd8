// Generated from proto/txn.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, EMPTY, fromSigned, Reader, skipField, toNumber, toSigned, Writer } from '../wire.js';

export const TxnState = {
  ACTIVE: 0,
  COMMITTED: 1,
  ABORTED: 2,
} as const;
export type TxnState = (typeof TxnState)[keyof typeof TxnState];

export interface TxnName {
  group: number;
  term: number;
  number: number;
}

/** TxnName as callers write it: whatever is left out is zero. */
export interface TxnNameInit {
  group?: number | undefined;
  term?: number | undefined;
  number?: number | undefined;
}

export const TxnName: Codec<TxnName, TxnNameInit> = {
  name: 'hexkeep.txn.v1.TxnName',
  empty(): TxnName {
    return { group: 0, term: 0, number: 0 };
  },
  encodeTo(m: TxnNameInit, w: Writer): Writer {
    if (m.group !== undefined && m.group !== 0) w.uint32(8).uint32(m.group);
    if (m.term !== undefined && m.term !== 0) w.uint32(16).uint64(m.term);
    if (m.number !== undefined && m.number !== 0) w.uint32(24).uint64(m.number);
    return w;
  },
  encode(m: TxnNameInit): Uint8Array {
    return TxnName.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnName {
    return TxnName.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnName {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnName');
    const m = TxnName.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.group = r.uint32();
          break;
        case 16:
          m.term = toNumber(r.uint64());
          break;
        case 24:
          m.number = toNumber(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnName');
    return m;
  },
};

export interface TxnChange {
  key: Uint8Array;
  value: Uint8Array;
  lease: bigint;
  deleted: boolean;
}

/** TxnChange as callers write it: whatever is left out is zero. */
export interface TxnChangeInit {
  key?: Uint8Array | undefined;
  value?: Uint8Array | undefined;
  lease?: bigint | undefined;
  deleted?: boolean | undefined;
}

export const TxnChange: Codec<TxnChange, TxnChangeInit> = {
  name: 'hexkeep.txn.v1.TxnChange',
  empty(): TxnChange {
    return { key: EMPTY, value: EMPTY, lease: 0n, deleted: false };
  },
  encodeTo(m: TxnChangeInit, w: Writer): Writer {
    if (m.key !== undefined && m.key.length > 0) w.uint32(10).bytes(m.key);
    if (m.value !== undefined && m.value.length > 0) w.uint32(18).bytes(m.value);
    if (m.lease !== undefined && m.lease !== 0n) w.uint32(24).int64(fromSigned(m.lease));
    if (m.deleted === true) w.uint32(32).bool(m.deleted);
    return w;
  },
  encode(m: TxnChangeInit): Uint8Array {
    return TxnChange.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnChange {
    return TxnChange.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnChange {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnChange');
    const m = TxnChange.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 18:
          m.value = r.bytes();
          break;
        case 24:
          m.lease = toSigned(r.int64());
          break;
        case 32:
          m.deleted = r.bool();
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnChange');
    return m;
  },
};

export interface TxnPart {
  group: number;
  changes: TxnChange[];
}

/** TxnPart as callers write it: whatever is left out is zero. */
export interface TxnPartInit {
  group?: number | undefined;
  changes?: readonly TxnChangeInit[] | undefined;
}

export const TxnPart: Codec<TxnPart, TxnPartInit> = {
  name: 'hexkeep.txn.v1.TxnPart',
  empty(): TxnPart {
    return { group: 0, changes: [] };
  },
  encodeTo(m: TxnPartInit, w: Writer): Writer {
    if (m.group !== undefined && m.group !== 0) w.uint32(8).uint32(m.group);
    if (m.changes !== undefined) for (const v of m.changes) TxnChange.encodeTo(v, w.uint32(18).fork()).ldelim();
    return w;
  },
  encode(m: TxnPartInit): Uint8Array {
    return TxnPart.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnPart {
    return TxnPart.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnPart {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnPart');
    const m = TxnPart.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.group = r.uint32();
          break;
        case 18:
          m.changes.push(TxnChange.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnPart');
    return m;
  },
};

export interface TxnExecute {
  request: Uint8Array;
  groups: number[];
  waitMs: number;
}

/** TxnExecute as callers write it: whatever is left out is zero. */
export interface TxnExecuteInit {
  request?: Uint8Array | undefined;
  groups?: readonly number[] | undefined;
  waitMs?: number | undefined;
}

export const TxnExecute: Codec<TxnExecute, TxnExecuteInit> = {
  name: 'hexkeep.txn.v1.TxnExecute',
  empty(): TxnExecute {
    return { request: EMPTY, groups: [], waitMs: 0 };
  },
  encodeTo(m: TxnExecuteInit, w: Writer): Writer {
    if (m.request !== undefined && m.request.length > 0) w.uint32(10).bytes(m.request);
    if (m.groups !== undefined && m.groups.length > 0) {
      w.uint32(18).fork();
      for (const v of m.groups) w.uint32(v);
      w.ldelim();
    }
    if (m.waitMs !== undefined && m.waitMs !== 0) w.uint32(24).uint64(m.waitMs);
    return w;
  },
  encode(m: TxnExecuteInit): Uint8Array {
    return TxnExecute.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnExecute {
    return TxnExecute.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnExecute {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnExecute');
    const m = TxnExecute.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.request = r.bytes();
          break;
        case 16:
          m.groups.push(r.uint32());
          break;
        case 18: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.groups.push(r.uint32());
          break;
        }
        case 24:
          m.waitMs = toNumber(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnExecute');
    return m;
  },
};

export interface TxnAnswer {
  response: Uint8Array;
  revision: number;
}

/** TxnAnswer as callers write it: whatever is left out is zero. */
export interface TxnAnswerInit {
  response?: Uint8Array | undefined;
  revision?: number | undefined;
}

export const TxnAnswer: Codec<TxnAnswer, TxnAnswerInit> = {
  name: 'hexkeep.txn.v1.TxnAnswer',
  empty(): TxnAnswer {
    return { response: EMPTY, revision: 0 };
  },
  encodeTo(m: TxnAnswerInit, w: Writer): Writer {
    if (m.response !== undefined && m.response.length > 0) w.uint32(10).bytes(m.response);
    if (m.revision !== undefined && m.revision !== 0) w.uint32(16).uint64(m.revision);
    return w;
  },
  encode(m: TxnAnswerInit): Uint8Array {
    return TxnAnswer.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnAnswer {
    return TxnAnswer.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnAnswer {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnAnswer');
    const m = TxnAnswer.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.response = r.bytes();
          break;
        case 16:
          m.revision = toNumber(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnAnswer');
    return m;
  },
};

export interface TxnPrepare {
  name: TxnName | undefined;
  waitMs: number;
}

/** TxnPrepare as callers write it: whatever is left out is zero. */
export interface TxnPrepareInit {
  name?: TxnNameInit | undefined;
  waitMs?: number | undefined;
}

export const TxnPrepare: Codec<TxnPrepare, TxnPrepareInit> = {
  name: 'hexkeep.txn.v1.TxnPrepare',
  empty(): TxnPrepare {
    return { name: undefined, waitMs: 0 };
  },
  encodeTo(m: TxnPrepareInit, w: Writer): Writer {
    if (m.name !== undefined) TxnName.encodeTo(m.name, w.uint32(10).fork()).ldelim();
    if (m.waitMs !== undefined && m.waitMs !== 0) w.uint32(16).uint64(m.waitMs);
    return w;
  },
  encode(m: TxnPrepareInit): Uint8Array {
    return TxnPrepare.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnPrepare {
    return TxnPrepare.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnPrepare {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnPrepare');
    const m = TxnPrepare.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = TxnName.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.waitMs = toNumber(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnPrepare');
    return m;
  },
};

export interface TxnPrepared {
  name: TxnName | undefined;
  index: number;
}

/** TxnPrepared as callers write it: whatever is left out is zero. */
export interface TxnPreparedInit {
  name?: TxnNameInit | undefined;
  index?: number | undefined;
}

export const TxnPrepared: Codec<TxnPrepared, TxnPreparedInit> = {
  name: 'hexkeep.txn.v1.TxnPrepared',
  empty(): TxnPrepared {
    return { name: undefined, index: 0 };
  },
  encodeTo(m: TxnPreparedInit, w: Writer): Writer {
    if (m.name !== undefined) TxnName.encodeTo(m.name, w.uint32(10).fork()).ldelim();
    if (m.index !== undefined && m.index !== 0) w.uint32(16).uint64(m.index);
    return w;
  },
  encode(m: TxnPreparedInit): Uint8Array {
    return TxnPrepared.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnPrepared {
    return TxnPrepared.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnPrepared {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnPrepared');
    const m = TxnPrepared.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = TxnName.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.index = toNumber(r.uint64());
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnPrepared');
    return m;
  },
};

export interface TxnQuery {
  name: TxnName | undefined;
  group: number;
}

/** TxnQuery as callers write it: whatever is left out is zero. */
export interface TxnQueryInit {
  name?: TxnNameInit | undefined;
  group?: number | undefined;
}

export const TxnQuery: Codec<TxnQuery, TxnQueryInit> = {
  name: 'hexkeep.txn.v1.TxnQuery',
  empty(): TxnQuery {
    return { name: undefined, group: 0 };
  },
  encodeTo(m: TxnQueryInit, w: Writer): Writer {
    if (m.name !== undefined) TxnName.encodeTo(m.name, w.uint32(10).fork()).ldelim();
    if (m.group !== undefined && m.group !== 0) w.uint32(16).uint32(m.group);
    return w;
  },
  encode(m: TxnQueryInit): Uint8Array {
    return TxnQuery.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnQuery {
    return TxnQuery.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnQuery {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnQuery');
    const m = TxnQuery.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = TxnName.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.group = r.uint32();
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnQuery');
    return m;
  },
};

export interface TxnOutcome {
  name: TxnName | undefined;
  state: TxnState;
  revision: number;
  changes: TxnChange[];
}

/** TxnOutcome as callers write it: whatever is left out is zero. */
export interface TxnOutcomeInit {
  name?: TxnNameInit | undefined;
  state?: TxnState | undefined;
  revision?: number | undefined;
  changes?: readonly TxnChangeInit[] | undefined;
}

export const TxnOutcome: Codec<TxnOutcome, TxnOutcomeInit> = {
  name: 'hexkeep.txn.v1.TxnOutcome',
  empty(): TxnOutcome {
    return { name: undefined, state: 0, revision: 0, changes: [] };
  },
  encodeTo(m: TxnOutcomeInit, w: Writer): Writer {
    if (m.name !== undefined) TxnName.encodeTo(m.name, w.uint32(10).fork()).ldelim();
    if (m.state !== undefined && m.state !== 0) w.uint32(16).int32(m.state);
    if (m.revision !== undefined && m.revision !== 0) w.uint32(24).uint64(m.revision);
    if (m.changes !== undefined) for (const v of m.changes) TxnChange.encodeTo(v, w.uint32(34).fork()).ldelim();
    return w;
  },
  encode(m: TxnOutcomeInit): Uint8Array {
    return TxnOutcome.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnOutcome {
    return TxnOutcome.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnOutcome {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnOutcome');
    const m = TxnOutcome.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = TxnName.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.state = r.int32() as TxnState;
          break;
        case 24:
          m.revision = toNumber(r.uint64());
          break;
        case 34:
          m.changes.push(TxnChange.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3,4]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnOutcome');
    return m;
  },
};

export interface TxnDecision {
  name: TxnName | undefined;
  revision: number;
  parts: TxnPart[];
}

/** TxnDecision as callers write it: whatever is left out is zero. */
export interface TxnDecisionInit {
  name?: TxnNameInit | undefined;
  revision?: number | undefined;
  parts?: readonly TxnPartInit[] | undefined;
}

export const TxnDecision: Codec<TxnDecision, TxnDecisionInit> = {
  name: 'hexkeep.txn.v1.TxnDecision',
  empty(): TxnDecision {
    return { name: undefined, revision: 0, parts: [] };
  },
  encodeTo(m: TxnDecisionInit, w: Writer): Writer {
    if (m.name !== undefined) TxnName.encodeTo(m.name, w.uint32(10).fork()).ldelim();
    if (m.revision !== undefined && m.revision !== 0) w.uint32(16).uint64(m.revision);
    if (m.parts !== undefined) for (const v of m.parts) TxnPart.encodeTo(v, w.uint32(26).fork()).ldelim();
    return w;
  },
  encode(m: TxnDecisionInit): Uint8Array {
    return TxnDecision.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): TxnDecision {
    return TxnDecision.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): TxnDecision {
    if (end > r.len) throw new RangeError('truncated hexkeep.txn.v1.TxnDecision');
    const m = TxnDecision.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = TxnName.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 16:
          m.revision = toNumber(r.uint64());
          break;
        case 26:
          m.parts.push(TxnPart.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1,2,3]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed hexkeep.txn.v1.TxnDecision');
    return m;
  },
};
