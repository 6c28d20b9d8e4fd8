// Rows of the method table: a descriptor of proto/gen, a handler, and the checks before it.

import type { MethodDescriptor } from '../../proto/wire.js';
import type { BidiHandler, RpcMethod, ServerStreamHandler, UnaryHandler } from '../runtime/rpc.js';
import type { Guard } from './guard.js';

export interface MethodOptions<Req> {
  /** Requests that a learner serves too; none unless given. */
  readonly learnerServes?: (request: Req) => boolean;
}

export function unary<Req, ReqInit, Res, ResInit>(
  guard: Guard,
  descriptor: MethodDescriptor<Req, ReqInit, Res, ResInit>,
  handler: UnaryHandler<Req, ResInit>,
  options: MethodOptions<Req> = {},
): RpcMethod {
  const { learnerServes } = options;
  return {
    kind: 'unary',
    path: descriptor.path,
    request: descriptor.request,
    response: descriptor.response,
    handler: (request: Req, context) => {
      guard.check(context, learnerServes?.(request) ?? false);
      return handler(request, context);
    },
  };
}

export function serverStream<Req, ReqInit, Res, ResInit>(
  guard: Guard,
  descriptor: MethodDescriptor<Req, ReqInit, Res, ResInit>,
  handler: ServerStreamHandler<Req, ResInit>,
  options: MethodOptions<Req> = {},
): RpcMethod {
  const { learnerServes } = options;
  return {
    kind: 'serverStream',
    path: descriptor.path,
    request: descriptor.request,
    response: descriptor.response,
    handler: (request: Req, out, context) => {
      guard.check(context, learnerServes?.(request) ?? false);
      guard.stream(context, out, (bound, stream) => handler(request, stream, bound));
    },
  };
}

export function bidi<Req, ReqInit, Res, ResInit>(
  guard: Guard,
  descriptor: MethodDescriptor<Req, ReqInit, Res, ResInit>,
  handler: BidiHandler<Req, ResInit>,
): RpcMethod {
  return {
    kind: 'bidi',
    path: descriptor.path,
    request: descriptor.request,
    response: descriptor.response,
    handler: (input, out, context) => {
      guard.check(context, false);
      guard.stream(context, out, (bound, stream) => handler(input, stream, bound));
    },
  };
}
