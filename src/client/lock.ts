// Locks: fair, first come first served, with a fencing token.

import { type Bytes, EMPTY_BYTES, toBytes } from './bytes.js';
import type { Candidates } from './candidates.js';
import { Held, waitSignal } from './held.js';
import type { Session } from './session.js';

export interface WaitOptions {
  /** How long to wait; default: for ever. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export class Locks {
  readonly #candidates: Candidates;

  constructor(candidates: Candidates) {
    this.#candidates = candidates;
  }

  /**
   * Waits for the lock `name` and holds it under the session's lease. Rejects with RpcError: the
   * session's reason when it ends, DEADLINE_EXCEEDED after `timeoutMs`, CANCELLED when `signal`
   * aborts, FAILED_PRECONDITION when the session holds or waits for it already; the place in the
   * queue is given up then.
   */
  async acquire(name: Bytes, session: Session, options: WaitOptions = {}): Promise<HeldLock> {
    const bytes = toBytes(name);
    const wait = waitSignal(this.#candidates.environment, session, options);
    try {
      const entry = await this.#candidates.enter(bytes, EMPTY_BYTES, session, wait.signal);
      return new HeldLock(this.#candidates, entry, session);
    } finally {
      wait.dispose();
    }
  }
}

export class HeldLock extends Held {
  /** Gives the lock up. Harmless when it is lost already. */
  release(): Promise<void> {
    return this.giveUp();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
