// A streaming call: ends once, with a reason, whatever goes wrong.

import type { MethodDescriptor } from '../../proto/wire.js';
import { Code, RpcError } from '../errors.js';
import type { Endpoint } from './endpoint.js';

export interface StreamHandlers<Res> {
  readonly onMessage: (message: Res) => void;
  /** Called once when the stream ended by itself; not after `close`. `undefined`: the server is done. */
  readonly onEnd: (error: RpcError | undefined) => void;
}

export interface ClientStream<ReqInit> {
  send(request: ReqInit): void;
  /** No more requests; responses go on. */
  finish(): void;
  /** Stops reading: flow control makes the server wait. */
  pause(): void;
  resume(): void;
  /** Cancels it; no handler is called any more. */
  close(): void;
  /** Ends it as if the server had gone: `onEnd` is called, other endpoints are preferred next. */
  fail(error: RpcError): void;
}

/**
 * Opens a stream on `endpoint`; it fails when no answer has come after `firstAnswerMs`. One that
 * both sides keep open is cut by a member that loses its leader, so that it moves to another.
 */
export function openStream<Req, ReqInit, Res, ResInit>(
  endpoint: Endpoint,
  method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
  firstAnswerMs: number,
  handlers: StreamHandlers<Res>,
): ClientStream<ReqInit> {
  let ended = false;
  const end = (error: RpcError | undefined): void => {
    if (ended) return;
    ended = true;
    timer.cancel();
    if (error?.code === Code.unavailable) endpoint.failed();
    call.cancel();
    handlers.onEnd(error);
  };
  const silent = (): void => end(new RpcError(Code.unavailable, `${endpoint.address} does not answer`, true));
  const timer = endpoint.environment.after(firstAnswerMs, silent);
  const receive = (bytes: Uint8Array): void => {
    if (ended) return;
    timer.cancel();
    endpoint.succeeded();
    let message: Res;
    try {
      message = method.response.decode(bytes);
    } catch (error) {
      end(new RpcError(Code.internal, 'the server sent a malformed message', false, { cause: error }));
      return;
    }
    handlers.onMessage(message);
  };
  const call = endpoint.channel.stream(method.path, method.requestStream, { onMessage: receive, onEnd: end });
  return {
    send: (request) => {
      if (!ended) call.send(method.request.encode(request));
    },
    finish: () => call.finish(),
    pause: () => call.pause(),
    resume: () => call.resume(),
    close: () => {
      ended = true;
      timer.cancel();
      call.cancel();
    },
    fail: end,
  };
}
