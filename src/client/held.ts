// What somebody holds under a session: a lock or a leadership.

import type { CompareInit } from '../../proto/gen/rpc.js';
import { Code, RpcError } from '../errors.js';
import type { Candidates, Entry } from './candidates.js';
import type { ClientEnvironment } from './environment.js';
import type { Session } from './session.js';
import { when } from './txn.js';

/** States: held; over (given up, or the session ended: `signal.reason` tells which). */
export abstract class Held {
  /** The key that exists exactly as long as this is held. */
  readonly key: Uint8Array;
  /** Fencing token: larger for each later holder. */
  readonly token: number;
  readonly #candidates: Candidates;
  readonly #entry: Entry;
  readonly #session: Session;
  readonly #abort = new AbortController();
  readonly #sessionOver = (): void => this.#end(this.#session.signal.reason);

  constructor(candidates: Candidates, entry: Entry, session: Session) {
    this.key = entry.key;
    this.token = entry.token;
    this.#entry = entry;
    this.#candidates = candidates;
    this.#session = session;
    if (session.signal.aborted) this.#sessionOver();
    else session.signal.addEventListener('abort', this.#sessionOver, { once: true });
  }

  /** Aborts before anybody else can hold it, as far as the clock of this process can tell; or when it is given up. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Asks the clock, so it is right even when the event loop was blocked past the end of the lease. */
  get held(): boolean {
    return !this.#abort.signal.aborted && this.#session.alive;
  }

  /** For `Txn.if`: the transaction takes effect only while this is held, whatever clocks say. */
  guard(): CompareInit {
    return when.held(this);
  }

  protected get lease(): bigint {
    return this.#session.lease;
  }

  #end(reason: unknown): void {
    if (this.#abort.signal.aborted) return;
    this.#session.signal.removeEventListener('abort', this.#sessionOver);
    this.#abort.abort(reason);
  }

  /** The next in the queue gets it at once. */
  protected async giveUp(): Promise<void> {
    // Whoever listens must stop before somebody else can begin.
    this.#end(new RpcError(Code.canceled, 'it was given up'));
    await this.#candidates.withdraw(this.#entry);
  }
}

/** Aborts when the session ends, `timeoutMs` has passed or `signal` aborts. `dispose` frees the timer. */
export function waitSignal(
  environment: ClientEnvironment,
  session: Session,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
): { readonly signal: AbortSignal; dispose(): void } {
  const { timeoutMs } = options;
  const late = new AbortController();
  const fail = (): void => late.abort(new RpcError(Code.deadlineExceeded, `not obtained within ${timeoutMs} ms`));
  const timer = timeoutMs === undefined ? undefined : environment.after(timeoutMs, fail);
  const all = [session.signal, late.signal, ...(options.signal === undefined ? [] : [options.signal])];
  return { signal: AbortSignal.any(all), dispose: () => timer?.cancel() };
}
