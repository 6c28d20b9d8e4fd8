// Watch responses, and how large they are on the wire.

import type { KeyValue } from '../../proto/gen/kv.js';
import { type Event, EventType } from '../../proto/gen/kv.js';
import type { WatchResponse } from '../../proto/gen/rpc.js';
import type { MvccEvent } from '../mvcc/types.js';

/** Tags, lengths and numbers of one key-value, at most. */
const KEY_VALUE_OVERHEAD_BYTES = 64;
/** Everything of a response but its events, at most. */
export const RESPONSE_OVERHEAD_BYTES = 128;

function keyValueBytes(kv: KeyValue): number {
  return kv.key.length + kv.value.length + KEY_VALUE_OVERHEAD_BYTES;
}

/** Never less than its size on the wire. */
export function eventBytes(event: Event): number {
  const { kv, prevKv } = event;
  return (kv === undefined ? 0 : keyValueBytes(kv)) + (prevKv === undefined ? 0 : keyValueBytes(prevKv));
}

/** What an event holds in memory, with the version before it. */
export function mvccEventBytes({ kv, prev }: MvccEvent): number {
  return keyValueBytes(kv) + (prev === undefined ? 0 : keyValueBytes(prev));
}

export function toWireEvent(event: MvccEvent, prevKv: boolean): Event {
  return {
    type: event.type === 'put' ? EventType.PUT : EventType.DELETE,
    kv: event.kv,
    prevKv: prevKv ? event.prev : undefined,
  };
}

/** An empty response; header fields other than the revision are api's. */
export function response(watchId: number, revision: number): WatchResponse {
  return {
    header: { clusterId: 0n, memberId: 0n, revision, raftTerm: 0 },
    watchId,
    created: false,
    canceled: false,
    compactRevision: 0,
    cancelReason: '',
    fragment: false,
    events: [],
  };
}

/** Pieces of at most `bytesMax` (a larger event has one for itself), all but the last marked. */
export function fragments(watchId: number, revision: number, events: Event[], bytesMax: number): WatchResponse[] {
  const pieces: WatchResponse[] = [];
  let piece = response(watchId, revision);
  let bytes = RESPONSE_OVERHEAD_BYTES;
  for (const event of events) {
    const size = eventBytes(event);
    if (piece.events.length > 0 && bytes + size > bytesMax) {
      piece.fragment = true;
      pieces.push(piece);
      piece = response(watchId, revision);
      bytes = RESPONSE_OVERHEAD_BYTES;
    }
    piece.events.push(event);
    bytes += size;
  }
  pieces.push(piece);
  return pieces;
}
