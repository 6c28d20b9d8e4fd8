// Failures of calls in etcdctl's words.

import { Code, RpcError } from '../../src/errors.js';

const NAMES = new Map<Code, string>([
  [Code.canceled, 'Canceled'],
  [Code.unknown, 'Unknown'],
  [Code.invalidArgument, 'InvalidArgument'],
  [Code.deadlineExceeded, 'DeadlineExceeded'],
  [Code.notFound, 'NotFound'],
  [Code.alreadyExists, 'AlreadyExists'],
  [Code.permissionDenied, 'PermissionDenied'],
  [Code.resourceExhausted, 'ResourceExhausted'],
  [Code.failedPrecondition, 'FailedPrecondition'],
  [Code.aborted, 'Aborted'],
  [Code.outOfRange, 'OutOfRange'],
  [Code.unimplemented, 'Unimplemented'],
  [Code.internal, 'Internal'],
  [Code.unavailable, 'Unavailable'],
  [Code.dataLoss, 'DataLoss'],
  [Code.unauthenticated, 'Unauthenticated'],
]);

/** A call that found nobody to talk to waited until its deadline: etcdctl tells no more of it either. */
const isLate = ({ code, message, retryable }: RpcError): boolean =>
  code === Code.deadlineExceeded || (code === Code.unavailable && retryable && !message.startsWith('etcdserver: '));

export function errorText(error: unknown): string {
  if (!(error instanceof RpcError)) return error instanceof Error ? error.message : String(error);
  if (isLate(error)) return 'context deadline exceeded';
  if (/^(etcdserver|mvcc|auth|election|mutex): /.test(error.message)) return error.message;
  return `rpc error: code = ${NAMES.get(error.code) ?? 'Unknown'} desc = ${error.message}`;
}
