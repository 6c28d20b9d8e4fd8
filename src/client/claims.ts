// Which names a session holds or waits for.

import { Code, RpcError } from '../errors.js';
import type { Session } from './session.js';

/**
 * A session's key for a name is the same whoever asks: two holders under one session would share it,
 * and the first to give it up would take it from the other. So a second one is refused.
 */
export class Claims {
  readonly #claimed = new WeakMap<Session, Set<string>>();

  /** Throws RpcError FAILED_PRECONDITION when the session holds or waits for `name` already. */
  claim(session: Session, name: Uint8Array): () => void {
    const id = Buffer.from(name).toString('latin1');
    let names = this.#claimed.get(session);
    if (names === undefined) {
      names = new Set();
      this.#claimed.set(session, names);
    }
    if (names.has(id)) {
      const text = `this session holds or waits for "${Buffer.from(name).toString()}" already: use another session`;
      throw new RpcError(Code.failedPrecondition, text);
    }
    names.add(id);
    return () => names.delete(id);
  }

  has(session: Session, name: Uint8Array): boolean {
    return this.#claimed.get(session)?.has(Buffer.from(name).toString('latin1')) === true;
  }
}
