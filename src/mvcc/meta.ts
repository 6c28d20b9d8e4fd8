// Small replicated records: counters with every write, the rest when it changes.

import { AlarmMember, Member } from '../../proto/gen/rpc.js';
import type { ConfState } from '../raft/types.js';
import type { GroupState, StateBatch, StateSnapshot } from '../storage/types.js';
import { metaKey } from './records.js';

export interface Counters {
  revision: number;
  compactRevision: number;
  /** History up to here has been removed; trails compactRevision. */
  removedRevision: number;
  keyCount: number;
  /** Of the system group: revisions up to here may have been handed out. */
  revisionBound: number;
  /** Logical bytes of everything, and of live keys alone. */
  sizeBytes: number;
  liveBytes: number;
}

const COUNTERS = metaKey('counters');
const MEMBERS = metaKey('members');
const ALARMS = metaKey('alarms');
const CONF = metaKey('conf');
const FIELDS = [
  'revision',
  'compactRevision',
  'removedRevision',
  'keyCount',
  'sizeBytes',
  'liveBytes',
  'revisionBound',
] as const;

export const newCounters = (): Counters => ({
  revision: 1,
  // etcd's beginning: compacting at 0 is a compaction, once.
  compactRevision: -1,
  removedRevision: 0,
  revisionBound: 1,
  keyCount: 0,
  sizeBytes: 0,
  liveBytes: 0,
});

export function putCounters(batch: StateBatch, counters: Counters): void {
  const out = Buffer.allocUnsafe(FIELDS.length * 8);
  FIELDS.forEach((field, i) => {
    out.writeDoubleLE(counters[field], i * 8);
  });
  batch.put(COUNTERS, out);
}

export function getCounters(state: GroupState): Counters {
  const counters = newCounters();
  const record = state.getSync(COUNTERS);
  if (record === undefined) return counters;
  const bytes = Buffer.from(record);
  FIELDS.forEach((field, i) => {
    // Fields that were added later are not in the records of earlier versions.
    if (bytes.length >= (i + 1) * 8) counters[field] = bytes.readDoubleLE(i * 8);
  });
  return counters;
}

const pack = (parts: readonly Uint8Array[]): Buffer =>
  Buffer.from(JSON.stringify(parts.map((p) => Buffer.from(p).toString('base64'))));
const unpack = (record: Uint8Array | undefined): Buffer[] =>
  record === undefined
    ? []
    : (JSON.parse(Buffer.from(record).toString('utf8')) as string[]).map((part) => Buffer.from(part, 'base64'));

export const putMembers = (batch: StateBatch, members: Iterable<Member>): void =>
  batch.put(MEMBERS, pack([...members].map((m) => Member.encode(m))));
export const getMembers = (state: GroupState): Member[] => unpack(state.getSync(MEMBERS)).map((p) => Member.decode(p));

export const putAlarms = (batch: StateBatch, alarms: readonly AlarmMember[]): void =>
  batch.put(ALARMS, pack(alarms.map((a) => AlarmMember.encode(a))));
export const getAlarms = (state: GroupState): AlarmMember[] =>
  unpack(state.getSync(ALARMS)).map((p) => AlarmMember.decode(p));

const IDS = ['voters', 'learners', 'votersOutgoing', 'learnersNext'] as const;

export function putConf(batch: StateBatch, conf: ConfState): void {
  const text = Object.fromEntries(IDS.map((field) => [field, conf[field].map(String)]));
  batch.put(CONF, Buffer.from(JSON.stringify({ ...text, autoLeave: conf.autoLeave })));
}

export const emptyConf: ConfState = {
  voters: [],
  learners: [],
  votersOutgoing: [],
  learnersNext: [],
  autoLeave: false,
};

export function getConf(state: GroupState | StateSnapshot): ConfState {
  const record = state.getSync(CONF);
  if (record === undefined) return emptyConf;
  const value = JSON.parse(Buffer.from(record).toString('utf8')) as Record<(typeof IDS)[number], string[]> & {
    autoLeave: boolean;
  };
  const ids = (list: string[]): bigint[] => list.map(BigInt);
  return {
    voters: ids(value.voters),
    learners: ids(value.learners),
    votersOutgoing: ids(value.votersOutgoing),
    learnersNext: ids(value.learnersNext),
    autoLeave: value.autoLeave,
  };
}
