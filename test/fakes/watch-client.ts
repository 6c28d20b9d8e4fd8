// The client's side of a watch stream in tests: a sink that can be slow, and what came through it.

import { EventType } from '../../proto/gen/kv.js';
import { WatchRequest, type WatchRequestInit, type WatchResponse } from '../../proto/gen/rpc.js';
import type { RpcError } from '../../src/errors.js';
import type { WatchHub, WatchSink, WatchStream } from '../../src/watch/types.js';

export class WatchClient implements WatchSink {
  readonly received: WatchResponse[] = [];
  readonly stream: WatchStream;
  /** Responses taken before the sink says that it is full; then `drain` is needed. */
  room = Number.POSITIVE_INFINITY;
  failure: RpcError | undefined;

  constructor(hub: WatchHub) {
    this.stream = hub.open(this);
  }

  send(response: WatchResponse): boolean {
    if (this.room <= 0) throw new Error('sent to a full sink');
    this.received.push(response);
    this.room--;
    return this.room > 0;
  }

  fail(error: RpcError): void {
    this.failure = error;
  }

  drain(room: number): void {
    this.room = room;
    this.stream.drained();
  }

  request(request: WatchRequestInit): void {
    this.stream.request(WatchRequest.decode(WatchRequest.encode(request)));
  }

  create(key: string, options: Partial<NonNullable<WatchRequestInit['createRequest']>> & { end?: string } = {}): void {
    const { end, ...rest } = options;
    const rangeEnd = end === undefined ? undefined : Buffer.from(end, 'latin1');
    this.request({ createRequest: { key: Buffer.from(key, 'latin1'), rangeEnd, ...rest } });
  }

  cancel(watchId: number): void {
    this.request({ cancelRequest: { watchId } });
  }

  progress(): void {
    this.request({ progressRequest: {} });
  }

  /** Takes what came so far, in short. */
  take(): string[] {
    return this.received.splice(0).map(short);
  }
}

/** `2@7 +a=1 -b` : watch 2, header revision 7, a put and a delete. */
export function short(r: WatchResponse): string {
  let out = `${r.watchId}@${r.header?.revision}`;
  if (r.created) out += ' created';
  if (r.canceled) out += ' canceled';
  if (r.compactRevision !== 0) out += ` compacted:${r.compactRevision}`;
  if (r.cancelReason !== '') out += ` (${r.cancelReason})`;
  if (r.fragment) out += ' fragment';
  for (const e of r.events) {
    const key = Buffer.from(e.kv!.key).toString('latin1');
    out += e.type === EventType.PUT ? ` +${key}=${Buffer.from(e.kv!.value).toString('latin1')}` : ` -${key}`;
    if (e.prevKv !== undefined) out += `<${Buffer.from(e.prevKv.value).toString('latin1')}`;
  }
  return out;
}
