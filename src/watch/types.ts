// Watching as api/ sees it: one WatchStream per client stream.

import type { WatchRequest, WatchResponse } from '../../proto/gen/rpc.js';

/** Where responses go. Implemented by the api adapter over the transport's stream. */
export interface WatchSink {
  /** False: the transport's buffer is full; wait for drained(). */
  send(response: WatchResponse): boolean;
}

/** The watches of one client stream. Header fields other than `revision` are filled in by api/. */
export interface WatchStream {
  request(request: WatchRequest): void;
  /** The transport can take more. */
  drained(): void;
  close(): void;
}

export interface WatchHub {
  open(sink: WatchSink): WatchStream;
  /** For metrics. */
  readonly streams: number;
  readonly watchers: number;
  readonly slowWatchers: number;
  close(): void;
}
