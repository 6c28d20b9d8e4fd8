// Questions about leases to a group's leader: all of a turn go in one message.

import { errors } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle, PeerMethod } from '../multiraft/types.js';
import type { Timers } from '../runtime/ports.js';
import { decodeFigures, encodeIds } from './wire.js';

interface Question {
  readonly id: bigint;
  readonly resolve: (figures: readonly number[]) => void;
  readonly reject: (error: unknown) => void;
}

export class LeaderCalls {
  readonly #group: GroupHandle;
  readonly #method: PeerMethod;
  readonly #figures: number;
  readonly #timers: Timers;
  readonly #encode: (ids: readonly bigint[]) => Uint8Array;
  #waiting: Question[] = [];
  #scheduled = false;
  #inFlight = 0;
  #pending = 0;

  /** `figures`: how many numbers answer one ID. */
  constructor(
    group: GroupHandle,
    method: PeerMethod,
    figures: number,
    timers: Timers,
    encode: (ids: readonly bigint[]) => Uint8Array = encodeIds,
  ) {
    this.#group = group;
    this.#method = method;
    this.#figures = figures;
    this.#timers = timers;
    this.#encode = encode;
  }

  /** Rejects with RpcError: tooManyRequests, or what callLeader rejects with. */
  ask(id: bigint): Promise<readonly number[]> {
    if (this.#pending >= limits.leaseCallsPendingMax) return Promise.reject(errors.tooManyRequests());
    this.#pending++;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= limits.leaseMessagesInFlightMax) return;
    this.#scheduled = true;
    this.#timers.defer(() => {
      this.#scheduled = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const batch = this.#waiting.splice(0, limits.leaseCallsPerMessageMax);
    if (batch.length === 0) return;
    this.#inFlight++;
    if (this.#waiting.length > 0) this.#schedule();
    try {
      const body = await this.#group.callLeader(this.#method, this.#encode(batch.map((q) => q.id)));
      const figures = decodeFigures(body, batch.length * this.#figures);
      for (let i = 0; i < batch.length; i++) {
        batch[i]!.resolve(figures.slice(i * this.#figures, (i + 1) * this.#figures));
      }
    } catch (error) {
      for (const question of batch) question.reject(error);
    } finally {
      this.#inFlight--;
      this.#pending -= batch.length;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }
}
