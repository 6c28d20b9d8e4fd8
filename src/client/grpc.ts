// What the library uses of gRPC: messages are bytes already, errors are RpcErrors.

import * as grpc from '@grpc/grpc-js';
import { type Code, Code as codes, RpcError } from '../errors.js';

/** etcd's texts of refusals before anything was proposed. */
const REFUSED = new Set(['etcdserver: no leader', 'etcdserver: not capable', 'etcdserver: too many requests']);
/** What gRPC says when a connection could not be made: the request never left. */
const NOT_SENT = /^No connection established|^Name resolution failed|^Failed to connect|^Channel closed before call/;

export const emptyMetadata = new grpc.Metadata();
/** etcd's word for "end this stream when you have no leader". */
export const needsLeader = new grpc.Metadata();
needsLeader.set('hasleader', 'true');

export const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
export const asBuffer = (bytes: Buffer): Buffer => bytes;

/** `retryable` in the result: the call is known to have had no effect. */
export function toRpcError(error: grpc.ServiceError): RpcError {
  const text = error.details || error.message;
  const retryable = REFUSED.has(text) || (error.code === codes.unavailable && NOT_SENT.test(text));
  return new RpcError(error.code as Code, text, retryable, { cause: error });
}
