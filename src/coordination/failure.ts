// Errors as the Lock and Election services give them.

import { Code, RpcError } from '../errors.js';

export const canceled = (): RpcError => new RpcError(Code.canceled, 'context canceled');

/**
 * etcd's services speak to the store through a client of their own, and its errors arrive with
 * their text but as Unknown. Kept as they are: those that say "not now" or "you gave up".
 */
export function asServiceError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  switch (error.code) {
    case Code.unknown:
    case Code.unavailable:
    case Code.canceled:
    case Code.deadlineExceeded:
    case Code.resourceExhausted:
      return error;
    default:
      return new RpcError(Code.unknown, error.message, error.retryable, { cause: error });
  }
}
