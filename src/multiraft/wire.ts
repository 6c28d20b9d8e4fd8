// Raft messages to and from the node-to-node protocol. Sender and receiver are the stream's. Heartbeats of all groups,
// and their acknowledgements, go as one list of numbers each.

import { Frame, type RaftMessage, type RaftMessageInit, type SnapshotMeta as WireMeta } from '../../proto/gen/peer.js';
import { EMPTY } from '../../proto/wire.js';
import { message } from '../raft/message.js';
import {
  type Entry,
  type EntryType,
  type Message,
  MessageType,
  type NodeId,
  type SnapshotMeta,
} from '../raft/types.js';

/** Numbers of one heartbeat: group, term, commit, round, quiet. */
export const HEARTBEAT_NUMBERS = 5;
/** Numbers of one acknowledgement: group, term, round, quiet. */
export const HEARTBEAT_ACK_NUMBERS = 4;

/** A heartbeat or its acknowledgement. `quiet`: what multiraft/quiet.ts adds to Raft's own. */
export interface GroupBeat {
  readonly group: number;
  readonly message: Message;
  readonly quiet: number;
}

/** Throws RangeError or Error for a malformed frame. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const frame = Frame.decode(bytes);
  const whole = frame.heartbeats.length % HEARTBEAT_NUMBERS === 0;
  if (!whole || frame.heartbeatAcks.length % HEARTBEAT_ACK_NUMBERS !== 0) throw new RangeError('truncated heartbeats');
  return frame;
}

export function* heartbeatsOf(frame: Frame, from: NodeId, to: NodeId): Iterable<GroupBeat> {
  const all = frame.heartbeats;
  for (let at = 0; at < all.length; at += HEARTBEAT_NUMBERS) {
    const [group = 0, term = 0, commit = 0, context = 0, quiet = 0] = all.slice(at, at + HEARTBEAT_NUMBERS);
    yield { group, quiet, message: message(MessageType.heartbeat, to, term, { from, commit, context }) };
  }
}

export function* heartbeatAcksOf(frame: Frame, from: NodeId, to: NodeId): Iterable<GroupBeat> {
  const all = frame.heartbeatAcks;
  for (let at = 0; at < all.length; at += HEARTBEAT_ACK_NUMBERS) {
    const [group = 0, term = 0, context = 0, quiet = 0] = all.slice(at, at + HEARTBEAT_ACK_NUMBERS);
    yield { group, quiet, message: message(MessageType.heartbeatResponse, to, term, { from, context }) };
  }
}

export function toWire(group: number, m: Message): RaftMessageInit {
  return {
    group,
    type: m.type,
    term: m.term,
    logTerm: m.logTerm,
    index: m.index,
    commit: m.commit,
    rejectHint: m.rejectHint,
    reject: m.reject,
    force: m.force,
    context: m.context,
    entries: m.entries,
    snapshot: m.snapshot,
  };
}

export function payloadBytes(m: Message): number {
  let bytes = 0;
  for (const entry of m.entries) bytes += entry.data.length + 16;
  return bytes;
}

/** Entry data is copied: the log keeps it long after the frame that it came in. */
export function fromWire(from: NodeId, to: NodeId, m: RaftMessage): Message {
  return {
    type: m.type as MessageType,
    from,
    to,
    term: m.term,
    logTerm: m.logTerm,
    index: m.index,
    commit: m.commit,
    reject: m.reject,
    rejectHint: m.rejectHint,
    force: m.force,
    context: m.context,
    entries: m.entries.length === 0 ? NO_ENTRIES : ownEntries(m.entries),
    snapshot: m.snapshot === undefined ? undefined : metaFromWire(m.snapshot),
  };
}

const NO_ENTRIES: readonly Entry[] = [];

/** One allocation holds the data of all entries of a message. */
function ownEntries(entries: RaftMessage['entries']): Entry[] {
  let size = 0;
  for (const entry of entries) size += entry.data.length;
  const block = Buffer.allocUnsafeSlow(size);
  let at = 0;
  return entries.map((entry) => {
    let data: Uint8Array = EMPTY;
    if (entry.data.length > 0) {
      block.set(entry.data, at);
      data = block.subarray(at, at + entry.data.length);
      at += entry.data.length;
    }
    return { term: entry.term, index: entry.index, type: entry.type as EntryType, data };
  });
}

export function metaFromWire(meta: WireMeta): SnapshotMeta {
  const conf = meta.confState;
  return {
    index: meta.index,
    term: meta.term,
    id: meta.id,
    confState: {
      voters: conf?.voters ?? [],
      learners: conf?.learners ?? [],
      votersOutgoing: conf?.votersOutgoing ?? [],
      learnersNext: conf?.learnersNext ?? [],
      autoLeave: conf?.autoLeave ?? false,
    },
  };
}
