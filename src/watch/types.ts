// Watching as api/ and coordination/ see it: one WatchStream per client stream, Subscriptions inside the node.

import type { WatchRequest, WatchResponse } from '../../proto/gen/rpc.js';
import type { RpcError } from '../errors.js';
import type { MvccEvent } from '../mvcc/types.js';

/** Where responses go. Implemented by the api adapter over the transport's stream. */
export interface WatchSink {
  /** False: the transport's buffer is full; wait for drained(). */
  send(response: WatchResponse): boolean;
  /** The hub gave the stream up (its caller asks without reading answers): end it with this error. */
  fail?(error: RpcError): void;
}

/** The watches of one client stream. Header fields other than `revision` are filled in by api/. */
export interface WatchStream {
  request(request: WatchRequest): void;
  /** The transport can take more. */
  drained(): void;
  /** Ends all watches of the stream without a word; safe to repeat. */
  close(): void;
}

/** A range as a watch names it: etcd's meaning of an empty and a `\0` rangeEnd. */
export interface SubscriptionRange {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
  /** First revision wanted; 0: whatever comes after this call. */
  readonly startRevision: number;
}

/** Called in the turn in which the event is applied: must be quick, must not throw. */
export interface SubscriptionListener {
  /** Each event once, in order of (revision, sub-revision). May close the subscription. */
  event(revision: number, event: MvccEvent): void;
  /** History that was still to come is compacted away; the subscription is closed. */
  compacted(compactRevision: number): void;
}

export interface Subscription {
  /** No call of the listener after this returns. Idempotent. */
  close(): void;
}

export interface WatchHub {
  open(sink: WatchSink): WatchStream;
  /** A watch inside the node. Throws RpcError for an empty range or one over several groups. */
  subscribe(range: SubscriptionRange, listener: SubscriptionListener): Subscription;
  /** For metrics. */
  readonly streams: number;
  readonly watchers: number;
  readonly slowWatchers: number;
  close(): void;
}
