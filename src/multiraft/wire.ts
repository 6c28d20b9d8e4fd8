// Raft messages to and from the node-to-node protocol. Sender and receiver are the stream's.

import type { RaftMessage, RaftMessageInit, SnapshotMeta as WireMeta } from '../../proto/gen/peer.js';
import { EMPTY } from '../../proto/wire.js';
import type { Entry, EntryType, Message, MessageType, NodeId, SnapshotMeta } from '../raft/types.js';

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
