import type { CompareInit } from '../../proto/gen/rpc.js';

/** A lock that somebody holds; a HeldLock is one. */
export interface Holding {
  readonly token: number;
  readonly held: boolean;
  readonly signal: AbortSignal;
  guard(): CompareInit;
  release(): Promise<void>;
}
