// etcdserverpb.Watch: joins a client's stream to the watch hub.

import { WatchService } from '../../proto/gen/rpc.js';
import type { RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { bidi } from './method.js';

export function createWatchMethods(api: Api): RpcMethod[] {
  const { guard, header } = api;
  const { router, watch } = api.services;
  return [
    bidi(guard, WatchService.watch, (input, out, context) => {
      const stream = watch.open({
        send: (response) => out.send({ ...response, header: header.of(router.system, response.header?.revision ?? 0) }),
      });
      out.onDrain(() => stream.drained());
      // A caller that has half-closed still gets its events (etcd's behaviour): only the end of
      // the call closes its watches.
      context.onCancel(() => stream.close());
      input.onMessage((request) => stream.request(request));
    }),
  ];
}
