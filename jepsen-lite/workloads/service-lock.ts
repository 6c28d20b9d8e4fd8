// The lock service of the server (v3lockpb): what a client without a library of its own has to do.

import { LockService } from '../../proto/gen/v3lock.js';
import { type Client, type Session, when } from '../../src/client/index.js';
import { Code, RpcError } from '../../src/errors.js';
import type { Holding } from './holding.js';

/**
 * Asks the server to wait for the lock. When the outcome of a call is not known the session is given up:
 * the server may still be at it, and its key goes with the lease.
 */
export async function byService(client: Client, name: string, session: Session, timeoutMs: number): Promise<Holding> {
  try {
    const request = { name: Buffer.from(name), lease: session.lease };
    const { key } = await client.call(LockService.lock, request, 'write', { timeoutMs });
    const found = await client.kv.get(key);
    if (found === undefined) throw new RpcError(Code.aborted, 'the lock was lost again');
    return new ServiceLock(client, session, key, found.createRevision);
  } catch (error) {
    session.abandon();
    throw error;
  }
}

class ServiceLock implements Holding {
  readonly token: number;
  readonly #client: Client;
  readonly #session: Session;
  readonly #key: Uint8Array;
  readonly #over = new AbortController();

  constructor(client: Client, session: Session, key: Uint8Array, token: number) {
    this.#client = client;
    this.#session = session;
    this.#key = key;
    this.token = token;
    const end = (): void => this.#over.abort();
    if (session.signal.aborted) end();
    else session.signal.addEventListener('abort', end, { once: true });
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get held(): boolean {
    return !this.#over.signal.aborted && this.#session.alive;
  }

  guard() {
    return when.held({ key: this.#key, token: this.token });
  }

  async release(): Promise<void> {
    this.#over.abort();
    try {
      await this.#client.call(LockService.unlock, { key: this.#key }, 'write');
    } catch (error) {
      this.#session.abandon();
      throw error;
    }
  }
}
