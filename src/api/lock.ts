// v3lockpb.Lock.

import { LockService } from '../../proto/gen/v3lock.js';
import { createLockService } from '../coordination/lock.js';
import type { RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { callSignal } from './call-signal.js';
import { unary } from './method.js';

export function createLockMethods(api: Api): RpcMethod[] {
  const { guard, header, services } = api;
  const { router } = services;
  const locks = createLockService(services);
  return [
    unary(guard, LockService.lock, async (request, context) => {
      const { key, revision } = await locks.lock(request.name, request.lease, callSignal(context));
      return { header: header.of(router.forKey(key), revision), key };
    }),
    unary(guard, LockService.unlock, async (request) => {
      const { revision } = await locks.unlock(request.key);
      return { header: header.of(router.forKey(request.key), revision) };
    }),
  ];
}
