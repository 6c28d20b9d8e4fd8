// etcdserverpb.Watch: joins a client's stream to the watch hub.

import { WatchResponse, WatchService } from '../../proto/gen/rpc.js';
import type { RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { bidi } from './method.js';

export function createWatchMethods(api: Api): RpcMethod[] {
  const { guard, header } = api;
  const { router, watch } = api.services;
  return [
    bidi(guard, WatchService.watch, (input, out, context) => {
      const stream = watch.open({
        send: (response) =>
          out.send(header.encode(WatchResponse, response, router.system, response.header?.revision ?? 0)),
        fail: (error) => {
          out.fail(error);
          stream.close();
        },
      });
      out.onDrain(() => stream.drained());
      // A caller that has half-closed still gets its events (etcd's behaviour): only the end of
      // the call closes its watches.
      context.onCancel(() => stream.close());
      input.onMessage((request) => stream.request(request));
    }),
  ];
}
