// Counters of the gRPC front under the names of Go's gRPC interceptors, which etcd's dashboards use.

import { Counter, type Registry } from 'prom-client';
import { Code } from '../errors.js';
import type { CallObserver, RpcMethod } from '../runtime/rpc.js';

const TYPE_NAMES = { unary: 'unary', serverStream: 'server_stream', bidi: 'bidi_stream' } as const;

/** Code names as Go writes them: `OK`, else in capitals at each word. */
const CODE_NAMES: readonly string[] = Object.entries(Code)
  .sort(([, a], [, b]) => a - b)
  .map(([name]) => (name === 'ok' ? 'OK' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`));

interface Counts {
  started: number;
  readonly finished: number[];
}

/** Counts calls in plain fields; the registry takes them over when it is read. */
export class CallMetrics implements CallObserver {
  readonly #counts = new Map<RpcMethod, Counts>();
  #receivedBytes = 0;
  #sentBytes = 0;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['grpc_type', 'grpc_service', 'grpc_method'] as const;
    const each = (fn: (labels: Record<(typeof labelNames)[number], string>, counts: Counts) => void): void => {
      for (const [method, counts] of this.#counts) {
        const [, service = '', name = ''] = method.path.split('/');
        fn({ grpc_type: TYPE_NAMES[method.kind], grpc_service: service, grpc_method: name }, counts);
      }
    };
    new Counter({
      name: 'grpc_server_started_total',
      help: 'Total number of RPCs started on the server.',
      labelNames,
      registers,
      collect() {
        this.reset();
        each((labels, counts) => this.inc(labels, counts.started));
      },
    });
    new Counter({
      name: 'grpc_server_handled_total',
      help: 'Total number of RPCs completed on the server, regardless of success or failure.',
      labelNames: [...labelNames, 'grpc_code'],
      registers,
      collect() {
        this.reset();
        each((labels, counts) => {
          for (const [code, count] of counts.finished.entries()) {
            if (count > 0) this.inc({ ...labels, grpc_code: CODE_NAMES[code] ?? String(code) }, count);
          }
        });
      },
    });
    this.#bytes(registry, 'received', () => this.#receivedBytes);
    this.#bytes(registry, 'sent', () => this.#sentBytes);
  }

  #bytes(registry: Registry, what: string, value: () => number): void {
    new Counter({
      name: `etcd_network_client_grpc_${what}_bytes_total`,
      help: `The total number of bytes ${what} by grpc clients.`.replace('sent by', 'sent to'),
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  }

  started(method: RpcMethod): void {
    const counts = this.#counts.get(method);
    if (counts !== undefined) counts.started++;
    else this.#counts.set(method, { started: 1, finished: new Array<number>(CODE_NAMES.length).fill(0) });
  }

  finished(method: RpcMethod, code: number): void {
    const counts = this.#counts.get(method);
    if (counts !== undefined) counts.finished[code] = (counts.finished[code] ?? 0) + 1;
  }

  received(bytes: number): void {
    this.#receivedBytes += bytes;
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }
}
