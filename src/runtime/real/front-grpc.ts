// Joins a table of RPC methods to grpc-js. Messages pass as raw bytes: decoding is ours, so that a
// handler can keep the caller's own bytes.

import {
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { Code, RpcError } from '../../errors.js';
import type { CallContext, CallObserver, ClientStream, FrontOptions, RpcMethod, ServerStream } from '../rpc.js';
import type { Acceptor } from './front.js';

type Call = ServerUnaryCall<Buffer, Uint8Array> | ServerWritableStream<Buffer, Uint8Array> | Duplex;
type Duplex = ServerDuplexStream<Buffer, Uint8Array>;

const NO_BYTES = Buffer.alloc(0);

class Context implements CallContext {
  readonly raw: Uint8Array;
  readonly #call: Call;
  #metadata: ReadonlyMap<string, string> | undefined;

  constructor(call: Call, raw: Uint8Array) {
    this.#call = call;
    this.raw = raw;
  }

  get metadata(): ReadonlyMap<string, string> {
    if (this.#metadata === undefined) {
      const map = new Map<string, string>();
      for (const [key, value] of Object.entries(this.#call.metadata.getMap())) map.set(key, value.toString());
      this.#metadata = map;
    }
    return this.#metadata;
  }

  get peer(): string {
    return this.#call.getPeer();
  }

  get deadlineMs(): number | undefined {
    const deadline = this.#call.getDeadline();
    const at = typeof deadline === 'number' ? deadline : deadline.getTime();
    return Number.isFinite(at) ? at - Date.now() : undefined;
  }

  onCancel(fn: () => void): void {
    (this.#call as Duplex).on('cancelled', fn);
  }
}

/** What a caller is told of an error: an RpcError as it is, anything else as Unknown with its text. */
function statusOf(error: unknown): { code: Code; details: string; metadata: Metadata } {
  const metadata = new Metadata();
  if (error instanceof RpcError) return { code: error.code, details: error.message, metadata };
  return { code: Code.unknown, details: error instanceof Error ? error.message : String(error), metadata };
}

function decode(method: RpcMethod, raw: Uint8Array): unknown {
  try {
    return method.request.decode(raw);
  } catch (error) {
    throw new RpcError(Code.internal, `grpc: error unmarshalling request: ${(error as Error).message}`);
  }
}

class Out implements ServerStream<unknown> {
  readonly #method: RpcMethod;
  readonly #call: ServerWritableStream<Buffer, Uint8Array> | Duplex;
  readonly #observer: CallObserver | undefined;
  #open = true;

  constructor(
    method: RpcMethod,
    call: ServerWritableStream<Buffer, Uint8Array> | Duplex,
    observer: CallObserver | undefined,
  ) {
    this.#method = method;
    this.#call = call;
    this.#observer = observer;
    call.on('cancelled', () => this.#finish(Code.canceled));
  }

  send(response: unknown): boolean {
    if (!this.#open) return true;
    const bytes = response instanceof Uint8Array ? response : this.#method.response.encode(response);
    this.#observer?.sent(bytes.length);
    return this.#call.write(bytes);
  }

  onDrain(fn: () => void): void {
    this.#call.on('drain', fn);
  }

  end(): void {
    if (this.#finish(Code.ok)) this.#call.end();
  }

  fail(error: unknown): void {
    const status = statusOf(error);
    if (this.#finish(status.code)) this.#call.emit('error', status);
  }

  #finish(code: Code): boolean {
    if (!this.#open) return false;
    this.#open = false;
    this.#observer?.finished(this.#method, code);
    return true;
  }
}

class In implements ClientStream<unknown> {
  readonly #call: Duplex;
  readonly #method: RpcMethod;
  readonly #observer: CallObserver | undefined;
  readonly #out: Out;

  constructor(method: RpcMethod, call: Duplex, out: Out, observer: CallObserver | undefined) {
    this.#call = call;
    this.#method = method;
    this.#out = out;
    this.#observer = observer;
  }

  onMessage(fn: (request: unknown) => void): void {
    this.#call.on('data', (raw: Buffer) => {
      this.#observer?.received(raw.length);
      try {
        fn(decode(this.#method, raw));
      } catch (error) {
        this.#out.fail(error);
        // The handler knows nothing of this: for it the caller has gone.
        this.#call.emit('cancelled', Code.internal);
      }
    });
  }

  onEnd(fn: () => void): void {
    this.#call.on('end', fn);
  }

  pause(): void {
    this.#call.pause();
  }

  resume(): void {
    this.#call.resume();
  }
}

function unary(method: RpcMethod & { kind: 'unary' }, observer: CallObserver | undefined) {
  return (call: ServerUnaryCall<Buffer, Uint8Array>, callback: sendUnaryData<Uint8Array>): void => {
    const succeed = (result: unknown): void => {
      const bytes = result instanceof Uint8Array ? result : method.response.encode(result);
      observer?.sent(bytes.length);
      observer?.finished(method, Code.ok);
      callback(null, bytes);
    };
    const fail = (error: unknown): void => {
      const status = statusOf(error);
      observer?.finished(method, status.code);
      callback(status);
    };
    observer?.started(method);
    observer?.received(call.request.length);
    try {
      const result = method.handler(decode(method, call.request), new Context(call, call.request));
      if (result instanceof Promise) result.then(succeed).catch(fail);
      else succeed(result);
    } catch (error) {
      fail(error);
    }
  };
}

function serverStream(method: RpcMethod & { kind: 'serverStream' }, observer: CallObserver | undefined) {
  return (call: ServerWritableStream<Buffer, Uint8Array>): void => {
    observer?.started(method);
    observer?.received(call.request.length);
    const out = new Out(method, call, observer);
    try {
      method.handler(decode(method, call.request), out, new Context(call, call.request));
    } catch (error) {
      out.fail(error);
    }
  };
}

function bidi(method: RpcMethod & { kind: 'bidi' }, observer: CallObserver | undefined) {
  return (call: Duplex): void => {
    observer?.started(method);
    const out = new Out(method, call, observer);
    try {
      method.handler(new In(method, call, out, observer), out, new Context(call, NO_BYTES));
    } catch (error) {
      out.fail(error);
    }
  };
}

function implement(methods: readonly RpcMethod[], observer: CallObserver | undefined) {
  const definition: Record<string, MethodDefinition<Buffer, Uint8Array>> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const method of methods) {
    definition[method.path] = {
      path: method.path,
      requestStream: method.kind === 'bidi',
      responseStream: method.kind !== 'unary',
      requestSerialize: (bytes) => bytes,
      requestDeserialize: (bytes) => bytes,
      responseSerialize: (bytes) => bytes as Buffer,
      responseDeserialize: (bytes) => bytes,
    };
    implementation[method.path] =
      method.kind === 'unary'
        ? unary(method, observer)
        : method.kind === 'serverStream'
          ? serverStream(method, observer)
          : bidi(method, observer);
  }
  return { definition: definition as ServiceDefinition, implementation };
}

export function createGrpcAcceptor(options: FrontOptions): Acceptor {
  const server = new Server({
    'grpc.max_receive_message_length': options.receiveBytesMax,
    'grpc.max_send_message_length': -1,
    'grpc.enable_channelz': 0,
  });
  const { definition, implementation } = implement(options.methods, options.observer);
  // grpc-js refuses an empty service; a metrics port has no methods.
  if (options.methods.length > 0) server.addService(definition, implementation);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());

  return {
    accept(socket, head) {
      socket.unshift(head);
      injector.injectConnection(socket);
    },
    async close(graceMs) {
      injector.drain(graceMs);
      await new Promise<void>((resolve) => {
        const cut = setTimeout(() => server.forceShutdown(), graceMs);
        server.tryShutdown(() => {
          clearTimeout(cut);
          resolve();
        });
      });
      injector.destroy();
    },
  };
}
