// Messages with their unused fields at zero.

import { type Message, type MessageType, NO_NODE, type NodeId } from './types.js';

const NO_ENTRIES: Message['entries'] = [];

export function message(type: MessageType, to: NodeId, term: number, fields: Partial<Message> = {}): Message {
  return {
    type,
    from: fields.from ?? NO_NODE,
    to,
    term,
    logTerm: fields.logTerm ?? 0,
    index: fields.index ?? 0,
    commit: fields.commit ?? 0,
    reject: fields.reject ?? false,
    rejectHint: fields.rejectHint ?? 0,
    force: fields.force ?? false,
    context: fields.context ?? 0,
    entries: fields.entries ?? NO_ENTRIES,
    snapshot: fields.snapshot,
  };
}
