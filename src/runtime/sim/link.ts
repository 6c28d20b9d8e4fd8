// One side of a stream between two simulated machines.

import type { Link } from '../ports.js';
import type { Machine, SimNetwork } from './network.js';

/** Frames under way beyond which a sender is told to wait. */
const BUFFER_FRAMES = 256;

export class SimLink implements Link {
  readonly #network: SimNetwork;
  readonly machine: Machine;
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

  constructor(network: SimNetwork, machine: Machine) {
    this.#network = network;
    this.machine = machine;
  }

  join(far: SimLink): void {
    this.other = far;
    far.other = this;
  }

  isBetween(a: string, b: string): boolean {
    const [x, y] = [this.machine.name, this.other?.machine.name];
    return (x === a && y === b) || (x === b && y === a);
  }

  open(): void {
    this.#isOpen = true;
    this.#pump();
  }

  send(frame: Uint8Array): boolean {
    if (this.closed) return true;
    this.#queue.push(frame);
    this.#pump();
    this.#full = this.#queue.length > BUFFER_FRAMES;
    return !this.#full;
  }

  get #isCut(): boolean {
    const { other } = this;
    return other !== undefined && this.#network.isCut(this.machine.name, other.machine.name);
  }

  /** Moves what is queued, one delivery at a time, so that none overtakes another. */
  #pump(): void {
    const { other } = this;
    if (!this.#isOpen || this.#moving || this.closed || this.#queue.length === 0 || other === undefined) return;
    if (this.#isCut) return;
    this.#moving = true;
    this.#network.world.after(this.#network.delay(this.machine.name, other.machine.name), () => {
      this.#moving = false;
      // A cut that came meanwhile holds the frames back.
      if (this.closed || this.#isCut) return;
      const frames = this.#queue;
      this.#queue = [];
      for (const frame of frames) this.#hand(other, frame);
      if (this.#full) {
        this.#full = false;
        this.machine.run(() => {
          if (!this.closed) this.#onDrain?.();
        });
      }
      this.#pump();
    });
  }

  #hand(other: SimLink, frame: Uint8Array): void {
    const mangled = this.#network.mangle?.(this.machine.name, other.machine.name, frame);
    if (mangled === undefined) return other.#arrive(frame);
    for (const part of mangled) {
      if (part.lateMs <= 0) other.#arrive(part.frame);
      else this.#network.world.after(part.lateMs, () => other.#arrive(part.frame));
    }
  }

  #arrive(frame: Uint8Array): void {
    this.machine.run(() => {
      if (this.closed) return;
      this.#network.onFrame?.(this.other?.machine.name ?? '', this.machine.name, frame);
      if (this.#onFrame === undefined) this.#early.push(frame);
      else this.#onFrame(frame);
    });
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

  /** After a cut has ended. */
  resume(): void {
    const { other } = this;
    // The other side went away unheard: its machine answers with a reset now.
    if (other?.closed === true && !this.#network.isApart(this.machine.name, other.machine.name)) {
      this.end('connection reset');
    } else this.#pump();
  }

  close(): void {
    // What was sent before still arrives: the end follows it.
    const { other } = this;
    const rest = this.#queue;
    this.#queue = [];
    this.#finish('closed here');
    if (other === undefined) return;
    this.#network.world.after(this.#network.delay(this.machine.name, other.machine.name), () => {
      if (this.#isCut) return;
      for (const frame of rest) this.#hand(other, frame);
      other.end('closed by the other side');
    });
  }

  /** Ends it from outside; its machine hears of it when it moves. */
  end(reason: string): void {
    this.machine.run(() => {
      const { other } = this;
      if (this.closed) return;
      this.#finish(reason);
      if (other === undefined) return;
      // The other side hears of it, unless a cut keeps that away; then it does when that has ended.
      this.#network.world.after(this.#network.delay(this.machine.name, other.machine.name), () => {
        if (!this.#network.isApart(this.machine.name, other.machine.name)) other.end('connection reset');
      });
    });
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
