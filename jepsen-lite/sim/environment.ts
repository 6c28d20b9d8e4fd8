// What the client library sees of a simulated world: the clock, the chance and the network of the
// machine that it runs on.

import type {
  CancellableCall,
  Channel,
  ChannelStream,
  ChannelStreamHandlers,
  ClientEnvironment,
} from '../../src/client/environment.js';
import { isRefusal } from '../../src/client/refusal.js';
import { Code, RpcError } from '../../src/errors.js';
import type { Link, Runtime, Timer } from '../../src/runtime/ports.js';
import { decodeFrame, encodeFrame, Kind, type RpcFrame } from './rpc-frames.js';

const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 1_000;

export function simEnvironment(runtime: Runtime): ClientEnvironment {
  return {
    nowMs: () => runtime.clock.monotonicMs(),
    random: () => runtime.random.float(),
    after: (delayMs, fn) => runtime.timers.after(delayMs, fn),
    channel: (address, _settings, onChange) => new SimChannel(address, runtime, onChange),
  };
}

interface OpenCall {
  receive(frame: RpcFrame): void;
  fail(error: RpcError): void;
}

class SimChannel implements Channel {
  readonly #address: string;
  readonly #runtime: Runtime;
  readonly #onChange: () => void;
  readonly #calls = new Map<number, OpenCall>();
  #link: Link | undefined;
  #ready = false;
  #failures = 0;
  #redial: Timer | undefined;
  #nextCall = 1;
  #closed = false;

  constructor(address: string, runtime: Runtime, onChange: () => void) {
    this.#address = address;
    this.#runtime = runtime;
    this.#onChange = onChange;
  }

  get isUnreachable(): boolean {
    return this.#failures > 0 && !this.#ready;
  }

  connect(): boolean {
    if (this.#link === undefined && this.#redial === undefined && !this.#closed) this.#dial();
    return this.#ready;
  }

  #dial(): void {
    const link = this.#runtime.network.dial(this.#address);
    this.#link = link;
    // The node greets nobody: the first round trip tells that it is there.
    const ping = encodeFrame(Kind.message, 0);
    link.send(ping);
    link.onFrame((bytes) => this.#receive(decodeFrame(bytes)));
    link.onClose((reason) => this.#lost(reason));
  }

  #receive(frame: RpcFrame): void {
    if (frame.call === 0) {
      this.#ready = true;
      this.#failures = 0;
      this.#onChange();
    } else this.#calls.get(frame.call)?.receive(frame);
  }

  #lost(reason: string): void {
    this.#link = undefined;
    this.#ready = false;
    this.#failures++;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.fail(new RpcError(Code.unavailable, `connection lost: ${reason}`));
    if (this.#closed) return;
    const pauseMs = Math.min(RECONNECT_MS_MAX, RECONNECT_MS_MIN * 2 ** Math.min(this.#failures - 1, 8));
    this.#redial = this.#runtime.timers.after(pauseMs * (0.5 + this.#runtime.random.float() / 2), () => {
      this.#redial = undefined;
      this.#dial();
    });
    this.#onChange();
  }

  unary(
    path: string,
    request: Uint8Array,
    deadlineMs: number,
    done: (error: RpcError | undefined, response: Uint8Array | undefined) => void,
  ): CancellableCall {
    const id = this.#nextCall++;
    let over = false;
    const settle = (error: RpcError | undefined, response?: Uint8Array): void => {
      if (over) return;
      over = true;
      timer?.cancel();
      this.#calls.delete(id);
      done(error, response);
    };
    const leftMs = deadlineMs - this.#runtime.clock.monotonicMs();
    let timer: Timer | undefined;
    const abandon = (code: Code, text: string): void => {
      if (!over) this.#link?.send(encodeFrame(Kind.cancel, id));
      settle(new RpcError(code, text));
    };
    if (!this.#ready) {
      timer = this.#runtime.timers.after(0, () =>
        settle(new RpcError(Code.unavailable, 'No connection established', true)),
      );
    } else {
      if (Number.isFinite(leftMs)) {
        timer = this.#runtime.timers.after(leftMs, () => abandon(Code.deadlineExceeded, 'Deadline exceeded'));
      }
      this.#calls.set(id, {
        receive: (frame) => {
          if (frame.kind === Kind.error) settle(errorOf(frame));
          else settle(undefined, frame.body);
        },
        fail: settle,
      });
      this.#link?.send(encodeFrame(Kind.unary, id, path, Number.isFinite(leftMs) ? leftMs : Number.NaN, request));
    }
    return { cancel: () => abandon(Code.canceled, 'Cancelled on client') };
  }

  stream(path: string, needsLeader: boolean, handlers: ChannelStreamHandlers): ChannelStream {
    const id = this.#nextCall++;
    let over = false;
    const end = (error: RpcError | undefined): void => {
      if (over) return;
      over = true;
      this.#calls.delete(id);
      handlers.onEnd(error);
    };
    const send = (kind: Kind, body?: Uint8Array): void => {
      if (!over) this.#link?.send(encodeFrame(kind, id, '', 0, body));
    };
    if (!this.#ready) {
      this.#runtime.timers.after(0, () => end(new RpcError(Code.unavailable, 'No connection established', true)));
    } else {
      this.#calls.set(id, {
        receive: (frame) => {
          if (frame.kind === Kind.message) handlers.onMessage(frame.body);
          else end(frame.kind === Kind.error ? errorOf(frame) : undefined);
        },
        fail: end,
      });
      this.#link?.send(encodeFrame(Kind.stream, id, path, needsLeader ? 1 : 0));
    }
    return {
      send: (message) => send(Kind.message, message),
      finish: () => send(Kind.halfClose),
      pause: () => send(Kind.pause),
      resume: () => send(Kind.resume),
      cancel: () => {
        send(Kind.cancel);
        end(new RpcError(Code.canceled, 'Cancelled on client'));
      },
    };
  }

  close(): void {
    this.#closed = true;
    this.#redial?.cancel();
    this.#link?.close();
  }
}

const errorOf = (frame: RpcFrame): RpcError => new RpcError(frame.number as Code, frame.text, isRefusal(frame.text));
