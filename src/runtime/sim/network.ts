// Streams between simulated nodes. A cut between two nodes stalls their streams; when it lasts, both
// sides notice by keep-alive and the stream ends, as with TCP. Frames of a stream keep their order.

import { ConfigError } from '../../errors.js';
import type { Link, Listener, Network } from '../ports.js';
import type { SimWorld } from './world.js';

const DELAY_MIN_MS = 0.1;
const DELAY_SPREAD_MS = 0.4;
/** How long a silent stream lives. */
const KEEP_ALIVE_MS = 2_000;
const CONNECT_TIMEOUT_MS = 1_000;
/** Frames under way beyond which a sender is told to wait. */
const BUFFER_FRAMES = 256;

export class SimNetwork {
  readonly #world: SimWorld;
  readonly #listeners = new Map<string, { readonly node: string; readonly accept: (link: Link) => void }>();
  readonly #links = new Set<SimLink>();
  readonly #cuts = new Set<string>();
  /** Multiplies how long a frame takes. */
  slowness = 1;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  /** The network as one node sees it. */
  of(node: string): Network {
    return {
      listen: (address, accept) => this.#listen(node, address, accept),
      dial: (address) => this.#dial(node, address),
    };
  }

  #listen(node: string, address: string, accept: (link: Link) => void): Promise<Listener> {
    if (this.#listeners.has(address)) {
      return Promise.reject(
        new ConfigError(`cannot listen on ${address} for peers (in use): free the port or choose another`),
      );
    }
    this.#listeners.set(address, { node, accept });
    return Promise.resolve({
      close: () => {
        this.#listeners.delete(address);
        return Promise.resolve();
      },
    });
  }

  #dial(node: string, address: string): Link {
    const near = new SimLink(this, node);
    const far = new SimLink(this, '');
    near.other = far;
    far.other = near;
    this.#world.after(this.delay(), () => {
      const listener = this.#listeners.get(address);
      if (listener === undefined) return near.end('connection refused');
      far.node = listener.node;
      if (this.isCut(node, listener.node)) {
        this.#world.after(CONNECT_TIMEOUT_MS, () => near.end('connection timed out'));
        return;
      }
      if (near.closed) return;
      this.#links.add(near);
      this.#links.add(far);
      listener.accept(far);
      near.open();
      far.open();
    });
    return near;
  }

  delay(): number {
    return (DELAY_MIN_MS + this.#world.random.float() * DELAY_SPREAD_MS) * this.slowness;
  }

  get world(): SimWorld {
    return this.#world;
  }

  isCut(a: string, b: string): boolean {
    return this.#cuts.has([a, b].sort().join('|'));
  }

  /** Nothing passes between two nodes any more. */
  cut(a: string, b: string): void {
    this.#cuts.add([a, b].sort().join('|'));
    this.#world.after(KEEP_ALIVE_MS, () => {
      if (!this.isCut(a, b)) return;
      for (const link of [...this.#links]) {
        if ((link.node === a && link.other?.node === b) || (link.node === b && link.other?.node === a)) {
          link.end('keep-alive timed out');
        }
      }
    });
  }

  heal(a: string, b: string): void {
    this.#cuts.delete([a, b].sort().join('|'));
    this.#resume();
  }

  healAll(): void {
    this.#cuts.clear();
    this.#resume();
  }

  #resume(): void {
    for (const link of [...this.#links]) {
      // The other side went away unheard: its machine answers with a reset now.
      if (link.other?.closed === true && !this.isCut(link.node, link.other.node)) link.end('connection reset');
      else link.pump();
    }
  }

  /** A node's process is gone: its ports close, and the other sides hear of it. */
  crash(node: string): void {
    for (const [address, listener] of this.#listeners) if (listener.node === node) this.#listeners.delete(address);
    for (const link of [...this.#links]) if (link.node === node) link.die();
  }

  forget(link: SimLink): void {
    this.#links.delete(link);
  }
}

class SimLink implements Link {
  readonly #network: SimNetwork;
  node: string;
  other: SimLink | undefined;
  closed = false;
  #isOpen = false;
  #queue: Uint8Array[] = [];
  #moving = false;
  #full = false;
  /** Frames that came before anybody asked for them. */
  readonly #early: Uint8Array[] = [];
  #onFrame: ((frame: Uint8Array) => void) | undefined;
  #onDrain: (() => void) | undefined;
  #onClose: ((reason: string) => void) | undefined;

  constructor(network: SimNetwork, node: string) {
    this.#network = network;
    this.node = node;
  }

  open(): void {
    this.#isOpen = true;
    this.pump();
  }

  send(frame: Uint8Array): boolean {
    if (this.closed) return true;
    this.#queue.push(frame);
    this.pump();
    this.#full = this.#queue.length > BUFFER_FRAMES;
    return !this.#full;
  }

  /** Moves one frame at a time, so that none overtakes another. */
  pump(): void {
    const { other } = this;
    if (!this.#isOpen || this.#moving || this.closed || this.#queue.length === 0 || other === undefined) return;
    if (this.#network.isCut(this.node, other.node)) return;
    this.#moving = true;
    this.#network.world.after(this.#network.delay(), () => {
      this.#moving = false;
      if (this.closed) return;
      // A cut that came meanwhile holds the frame back.
      if (this.#network.isCut(this.node, other.node)) return;
      const frames = this.#queue;
      this.#queue = [];
      for (const frame of frames) other.#arrive(frame);
      if (this.#full) {
        this.#full = false;
        this.#onDrain?.();
      }
      this.pump();
    });
  }

  #arrive(frame: Uint8Array): void {
    if (this.closed) return;
    if (this.#onFrame === undefined) this.#early.push(frame);
    else this.#onFrame(frame);
  }

  onFrame(fn: (frame: Uint8Array) => void): void {
    this.#onFrame = fn;
    for (const frame of this.#early.splice(0)) fn(frame);
  }

  onDrain(fn: () => void): void {
    this.#onDrain = fn;
  }

  onClose(fn: (reason: string) => void): void {
    this.#onClose = fn;
  }

  close(): void {
    // What was sent before still arrives: the end follows it.
    const { other } = this;
    const rest = this.#queue;
    this.#queue = [];
    this.#finish('closed here');
    if (other === undefined) return;
    this.#network.world.after(this.#network.delay(), () => {
      if (this.#network.isCut(this.node, other.node)) return;
      for (const frame of rest) other.#arrive(frame);
      other.end('closed by the other side');
    });
  }

  end(reason: string): void {
    this.#finish(reason);
  }

  /** The process is gone: it hears nothing any more, the other side does. */
  die(): void {
    this.#onClose = undefined;
    this.close();
  }

  #finish(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.#network.forget(this);
    this.#onClose?.(reason);
  }
}
