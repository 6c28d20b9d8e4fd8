// Calls rows of a method table as a front would, without a wire.

import { Code, RpcError } from '../../src/errors.js';
import type { CallContext, ClientStream, RpcMethod, ServerStream } from '../../src/runtime/rpc.js';
import { turn } from './scheduler.js';

type Metadata = Readonly<Record<string, string>>;

export class FakeContext implements CallContext {
  readonly raw: Uint8Array;
  readonly metadata: ReadonlyMap<string, string>;
  readonly peer = '192.0.2.1:1';
  readonly deadlineMs = undefined;
  readonly #cancels: (() => void)[] = [];

  constructor(raw: Uint8Array, metadata: Metadata) {
    this.raw = raw;
    this.metadata = new Map(Object.entries(metadata));
  }

  onCancel(fn: () => void): void {
    this.#cancels.push(fn);
  }

  cancel(): void {
    for (const fn of this.#cancels) fn();
  }
}

export type Status = { readonly code: number; readonly message: string };

const statusOf = (error: unknown): Status =>
  error instanceof RpcError
    ? { code: error.code, message: error.message }
    : { code: Code.unknown, message: (error as Error).message };

/** Both sides of a stream. `full` makes `send` ask for a pause. */
export class FakeStream implements ServerStream<unknown>, ClientStream<unknown> {
  readonly #method: RpcMethod;
  // biome-ignore lint/suspicious/noExplicitAny: messages of every type.
  readonly sent: any[] = [];
  status: Status | undefined;
  full = false;
  paused = 0;
  context: FakeContext | undefined;
  #drain = (): void => {};
  #message: (request: unknown) => void = () => {};
  #end = (): void => {};

  constructor(method: RpcMethod) {
    this.#method = method;
  }

  send(response: unknown): boolean {
    if (this.status !== undefined) throw new Error('sent after the end');
    const bytes = response instanceof Uint8Array ? response : this.#method.response.encode(response);
    this.sent.push(this.#method.response.decode(bytes));
    return !this.full;
  }
  onDrain(fn: () => void): void {
    this.#drain = fn;
  }
  end(): void {
    this.status ??= { code: Code.ok, message: '' };
  }
  fail(error: unknown): void {
    this.status ??= statusOf(error);
  }
  onMessage(fn: (request: unknown) => void): void {
    this.#message = fn;
  }
  onEnd(fn: () => void): void {
    this.#end = fn;
  }
  pause(): void {
    this.paused++;
  }
  resume(): void {
    this.paused--;
  }

  drain(): void {
    this.full = false;
    this.#drain();
  }
  /** From the caller. */
  write(request: unknown): void {
    this.#message(this.#method.request.decode(this.#method.request.encode(request)));
  }
  halfClose(): void {
    this.#end();
  }
}

export class FakeCaller {
  readonly #methods: ReadonlyMap<string, RpcMethod>;

  constructor(methods: readonly RpcMethod[]) {
    this.#methods = new Map(methods.map((method) => [method.path, method]));
  }

  #method(path: string): RpcMethod {
    const method = this.#methods.get(path);
    if (method === undefined) throw new Error(`no method ${path}`);
    return method;
  }

  /** The response, decoded from its bytes. Rejects with the handler's error. */
  // biome-ignore lint/suspicious/noExplicitAny: responses of every type.
  async unary(path: string, request: unknown = {}, metadata: Metadata = {}): Promise<any> {
    const method = this.#method(path);
    if (method.kind !== 'unary') throw new Error(`${path} is a stream`);
    const raw = method.request.encode(request);
    const result = await method.handler(method.request.decode(raw), new FakeContext(raw, metadata));
    return method.response.decode(result instanceof Uint8Array ? result : method.response.encode(result));
  }

  /** A unary call that its caller may give up. */
  cancellable(path: string, request: unknown): { readonly result: Promise<unknown>; cancel(): void } {
    const method = this.#method(path);
    if (method.kind !== 'unary') throw new Error(`${path} is a stream`);
    const raw = method.request.encode(request);
    const context = new FakeContext(raw, {});
    const result = Promise.resolve(method.handler(method.request.decode(raw), context));
    result.catch(() => {});
    return { result, cancel: () => context.cancel() };
  }

  /** `code message` of the error. */
  async refusal(path: string, request: unknown = {}, metadata: Metadata = {}): Promise<string> {
    try {
      await this.unary(path, request, metadata);
    } catch (error) {
      const { code, message } = statusOf(error);
      return `${code} ${message}`;
    }
    throw new Error(`${path} succeeded`);
  }

  stream(path: string, request: unknown = {}, metadata: Metadata = {}, full = false): FakeStream {
    const method = this.#method(path);
    const stream = new FakeStream(method);
    stream.full = full;
    const raw = method.request.encode(request);
    const context = new FakeContext(raw, metadata);
    stream.context = context;
    if (method.kind === 'bidi') method.handler(stream, stream, context);
    else if (method.kind === 'serverStream') method.handler(method.request.decode(raw), stream, context);
    else throw new Error(`${path} is no stream`);
    return stream;
  }
}

/** Waits until `condition` holds; for work that needs no time to pass. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (condition()) return;
    await turn();
  }
  throw new Error('it did not come to hold');
}
