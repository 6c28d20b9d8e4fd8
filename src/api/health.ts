// grpc.health.v1.Health: the whole server is serving as long as it answers.

import { HealthService, ServingStatus } from '../../proto/gen/health.js';
import { Code, RpcError } from '../errors.js';
import type { RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { serverStream, unary } from './method.js';

export function createHealthMethods(api: Api): RpcMethod[] {
  return [
    unary(api.guard, HealthService.check, (request) => {
      if (request.service !== '') throw new RpcError(Code.notFound, 'unknown service');
      return { status: ServingStatus.SERVING };
    }),
    serverStream(api.guard, HealthService.watch, (request, out) => {
      out.send({ status: request.service === '' ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN });
    }),
  ];
}
