// The front of a simulated node: serves its table of methods to clients over simulated streams.

import { Code, RpcError } from '../../src/errors.js';
import type { Link, Runtime } from '../../src/runtime/ports.js';
import type { CallContext, ClientStream, Front, FrontOptions, RpcMethod, ServerStream } from '../../src/runtime/rpc.js';
import { sleep } from '../../src/runtime/sleep.js';
import { decodeFrame, encodeFrame, Kind, type RpcFrame } from './rpc-frames.js';

const CLOSE_POLL_MS = 5;

type BidiMethod = Extract<RpcMethod, { kind: 'bidi' }>;
type StreamMethod = Extract<RpcMethod, { kind: 'serverStream' }>;

/** For `startNode`: a front that listens on the simulated network of `runtime`. */
export function simFront(runtime: Runtime): (options: FrontOptions) => Promise<Front> {
  return async (options) => {
    const methods = new Map(options.methods.map((m) => [m.path, m]));
    const connections = new Set<Connection>();
    const accept = (link: Link): void => {
      const connection = new Connection(link, methods, runtime, () => connections.delete(connection));
      connections.add(connection);
    };
    const listeners = await Promise.all(options.listen.map((a) => runtime.network.listen(a, accept)));
    return {
      addresses: [...options.listen],
      close: async (graceMs) => {
        await Promise.all(listeners.map((l) => l.close()));
        const deadline = runtime.clock.monotonicMs() + graceMs;
        while (runtime.clock.monotonicMs() < deadline && [...connections].some((c) => c.isBusy)) {
          for (const connection of [...connections]) if (!connection.isBusy) connection.close();
          await sleep(runtime.timers, CLOSE_POLL_MS);
        }
        for (const connection of [...connections]) connection.close();
      },
    };
  };
}

class Connection {
  readonly #link: Link;
  readonly #methods: ReadonlyMap<string, RpcMethod>;
  readonly #runtime: Runtime;
  readonly #calls = new Map<number, ServedCall>();

  constructor(link: Link, methods: ReadonlyMap<string, RpcMethod>, runtime: Runtime, onClose: () => void) {
    this.#link = link;
    this.#methods = methods;
    this.#runtime = runtime;
    link.onFrame((bytes) => this.#receive(decodeFrame(bytes)));
    link.onDrain(() => {
      for (const call of [...this.#calls.values()]) call.drained();
    });
    link.onClose(() => {
      onClose();
      for (const call of [...this.#calls.values()]) call.cancel();
    });
  }

  /** Calls that will end by themselves are under way. */
  get isBusy(): boolean {
    return [...this.#calls.values()].some((call) => call.isUnary);
  }

  close(): void {
    this.#link.close();
  }

  #receive(frame: RpcFrame): void {
    // Call 0 is a ping.
    if (frame.call === 0) this.#link.send(encodeFrame(Kind.message, 0));
    else if (frame.kind === Kind.unary || frame.kind === Kind.stream) this.#begin(frame);
    else this.#calls.get(frame.call)?.receive(frame);
  }

  #begin(frame: RpcFrame): void {
    const method = this.#methods.get(frame.text);
    const send = (bytes: Uint8Array): boolean => this.#link.send(bytes);
    if (method === undefined) {
      send(encodeFrame(Kind.error, frame.call, `unknown method ${frame.text}`, Code.unimplemented));
      return;
    }
    const call = new ServedCall(method, frame, this.#runtime, send, () => this.#calls.delete(frame.call));
    this.#calls.set(frame.call, call);
    call.start();
  }
}

class ServedCall implements CallContext, ServerStream<unknown>, ClientStream<unknown> {
  readonly raw: Uint8Array;
  readonly peer = 'simulated';
  readonly metadata: ReadonlyMap<string, string>;
  readonly #method: RpcMethod;
  readonly #frame: RpcFrame;
  readonly #deadlineMs: number;
  readonly #runtime: Runtime;
  readonly #send: (bytes: Uint8Array) => boolean;
  readonly #onEnd: () => void;
  #ended = false;
  #cancels: (() => void)[] = [];
  /** The client reads no more for now; or the link is full. */
  #held = false;
  #onDrain: (() => void) | undefined;
  #onMessage: ((message: unknown) => void) | undefined;
  #onHalfClose: (() => void) | undefined;
  #inbox: RpcFrame[] = [];
  #paused = false;

  constructor(
    method: RpcMethod,
    frame: RpcFrame,
    runtime: Runtime,
    send: (bytes: Uint8Array) => boolean,
    onEnd: () => void,
  ) {
    this.#method = method;
    this.#frame = frame;
    this.#runtime = runtime;
    this.#send = send;
    this.#onEnd = onEnd;
    this.raw = frame.body;
    this.metadata = new Map(frame.kind === Kind.stream && frame.number === 1 ? [['hasleader', 'true']] : []);
    this.#deadlineMs = frame.kind === Kind.unary ? runtime.clock.monotonicMs() + frame.number : Number.NaN;
  }

  get deadlineMs(): number | undefined {
    return Number.isNaN(this.#deadlineMs) ? undefined : this.#deadlineMs - this.#runtime.clock.monotonicMs();
  }

  get isUnary(): boolean {
    return this.#method.kind === 'unary';
  }

  onCancel(fn: () => void): void {
    this.#cancels.push(fn);
  }

  start(): void {
    const method = this.#method;
    try {
      if (method.kind === 'bidi') (method as BidiMethod).handler(this, this, this);
      else if (method.kind === 'unary') this.#runUnary(method);
    } catch (error) {
      this.fail(error);
    }
  }

  #runUnary(method: Extract<RpcMethod, { kind: 'unary' }>): void {
    if (!Number.isNaN(this.#deadlineMs)) {
      this.#runtime.timers.after(this.#frame.number, () => {
        this.fail(new RpcError(Code.deadlineExceeded, 'Deadline exceeded'));
        this.#runCancels();
      });
    }
    const answer = (result: unknown): void => {
      if (this.#ended) return;
      const bytes = result instanceof Uint8Array ? result : method.response.encode(result);
      this.#finish();
      this.#send(encodeFrame(Kind.end, this.#frame.call, '', 0, bytes));
    };
    const result = method.handler(method.request.decode(this.raw), this);
    if (result instanceof Promise) result.then(answer, (error) => this.fail(error));
    else answer(result);
  }

  receive(frame: RpcFrame): void {
    if (this.#ended) return;
    if (frame.kind === Kind.cancel) return this.cancel();
    if (frame.kind === Kind.pause) this.#held = true;
    else if (frame.kind === Kind.resume) {
      this.#held = false;
      this.drained();
    } else {
      this.#inbox.push(frame);
      this.#deliver();
    }
  }

  #deliver(): void {
    while (!this.#paused && !this.#ended) {
      const frame = this.#inbox.shift();
      if (frame === undefined) return;
      try {
        if (this.#method.kind === 'serverStream') this.#runServerStream(this.#method, frame);
        else if (frame.kind === Kind.halfClose) this.#onHalfClose?.();
        else this.#onMessage?.(this.#method.request.decode(frame.body));
      } catch (error) {
        this.fail(error);
      }
    }
  }

  #runServerStream(method: StreamMethod, frame: RpcFrame): void {
    if (frame.kind === Kind.message) method.handler(method.request.decode(frame.body), this, this);
  }

  onMessage(fn: (request: unknown) => void): void {
    this.#onMessage = fn;
  }

  onEnd(fn: () => void): void {
    this.#onHalfClose = fn;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#deliver();
  }

  send(response: unknown): boolean {
    if (this.#ended) return true;
    const bytes = response instanceof Uint8Array ? response : this.#method.response.encode(response);
    return this.#send(encodeFrame(Kind.message, this.#frame.call, '', 0, bytes)) && !this.#held;
  }

  onDrain(fn: () => void): void {
    this.#onDrain = fn;
  }

  drained(): void {
    if (!this.#ended && !this.#held) this.#onDrain?.();
  }

  end(): void {
    if (this.#ended) return;
    this.#finish();
    this.#send(encodeFrame(Kind.end, this.#frame.call));
  }

  fail(error: unknown): void {
    if (this.#ended) return;
    this.#finish();
    const code = error instanceof RpcError ? error.code : Code.unknown;
    const text = error instanceof Error ? error.message : String(error);
    this.#send(encodeFrame(Kind.error, this.#frame.call, text, code));
  }

  /** The client has cancelled it, or is gone. */
  cancel(): void {
    if (this.#ended) return;
    this.#finish();
    this.#runCancels();
  }

  #runCancels(): void {
    const cancels = this.#cancels;
    this.#cancels = [];
    for (const fn of cancels) fn();
  }

  #finish(): void {
    this.#ended = true;
    this.#onEnd();
  }
}
