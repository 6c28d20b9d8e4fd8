// Renewals of all leases that a client holds, over one stream. A stream that does not answer in time
// is given up for one on another endpoint.

import { type LeaseKeepAliveRequestInit, type LeaseKeepAliveResponse, LeaseService } from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import type { Connection } from './connection.js';
import type { ClientTimer } from './environment.js';
import type { ClientStream } from './stream.js';

/** Renewals per TTL. */
const RENEWALS_PER_TTL = 3;
const REOPEN_MS_MIN = 20;
const REOPEN_MS_MAX = 500;

/** What is told about a lease. Times are the environment's monotonic milliseconds. */
export interface KeptLease {
  readonly lease: bigint;
  readonly ttlSeconds: number;
  /** Renewed by a request sent at `sentAtMs`. */
  renewed(sentAtMs: number, ttlSeconds: number): void;
  /** The server knows no such lease. */
  gone(): void;
}

interface Kept {
  readonly lease: KeptLease;
  /** When the renewals were sent that no answer has come for; oldest first, of this stream. */
  sentAtMs: number[];
  timer: ClientTimer | undefined;
}

export class KeepAlives {
  readonly #connection: Connection;
  readonly #kept = new Map<bigint, Kept>();
  #stream: ClientStream<LeaseKeepAliveRequestInit> | undefined;
  #opening: AbortController | undefined;
  #reopen: ClientTimer | undefined;
  #attempt = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(lease: KeptLease): void {
    const kept: Kept = { lease, sentAtMs: [], timer: undefined };
    this.#kept.set(lease.lease, kept);
    // Its first renewal is due only after a third of its TTL: it was granted just now.
    this.#schedule(kept);
  }

  remove(lease: bigint): void {
    this.#kept.get(lease)?.timer?.cancel();
    this.#kept.delete(lease);
    if (this.#kept.size === 0) this.#drop();
  }

  #schedule(kept: Kept): void {
    kept.timer?.cancel();
    const delayMs = (kept.lease.ttlSeconds * 1_000) / RENEWALS_PER_TTL;
    kept.timer = this.#connection.environment.after(delayMs, () => this.#renew(kept));
  }

  #renew(kept: Kept): void {
    this.#schedule(kept);
    if (this.#stream === undefined) {
      this.#open();
    } else if (kept.sentAtMs.length > 0) {
      this.#stream.fail(new RpcError(Code.unavailable, 'the server does not answer keep-alives'));
    } else {
      this.#send(this.#stream, kept);
    }
  }

  #send(stream: ClientStream<LeaseKeepAliveRequestInit>, kept: Kept): void {
    kept.sentAtMs.push(this.#connection.environment.nowMs());
    stream.send({ ID: kept.lease.lease });
  }

  #open(): void {
    this.#reopen?.cancel();
    this.#reopen = undefined;
    if (this.#stream !== undefined || this.#opening !== undefined || this.#kept.size === 0) return;
    const opening = new AbortController();
    this.#opening = opening;
    const handlers = {
      onMessage: (response: LeaseKeepAliveResponse) => this.#answered(response),
      onEnd: () => this.#lost(),
    };
    this.#connection.stream(LeaseService.leaseKeepAlive, handlers, opening.signal).then(
      (stream) => {
        if (opening.signal.aborted) {
          stream.close();
          return;
        }
        this.#opening = undefined;
        this.#stream = stream;
        for (const kept of this.#kept.values()) {
          kept.sentAtMs = [];
          this.#send(stream, kept);
        }
      },
      () => {
        if (!opening.signal.aborted) this.#lost();
      },
    );
  }

  #answered(response: LeaseKeepAliveResponse): void {
    this.#attempt = 0;
    const kept = this.#kept.get(response.ID);
    const sentAtMs = kept?.sentAtMs.shift();
    if (kept === undefined || sentAtMs === undefined) return;
    if (response.TTL > 0) kept.lease.renewed(sentAtMs, response.TTL);
    else kept.lease.gone();
  }

  #lost(): void {
    this.#stream = undefined;
    this.#opening = undefined;
    if (this.#kept.size === 0 || this.#connection.closed) return;
    const pauseMs = Math.min(REOPEN_MS_MAX, REOPEN_MS_MIN * 2 ** Math.min(this.#attempt++, 8));
    const { environment } = this.#connection;
    this.#reopen = environment.after(pauseMs * (0.5 + environment.random() / 2), () => this.#open());
  }

  #drop(): void {
    this.#reopen?.cancel();
    this.#reopen = undefined;
    this.#opening?.abort();
    this.#opening = undefined;
    this.#stream?.close();
    this.#stream = undefined;
  }

  close(): void {
    for (const kept of this.#kept.values()) kept.timer?.cancel();
    this.#kept.clear();
    this.#drop();
  }
}
