// Two sockets tied together, with a gate in each direction that holds or slows what passes. Held
// bytes are not lost but late, as TCP would repeat them; an end that closes is not heard of either.

import type { Socket } from 'node:net';

/** One direction of all connections between two ends. */
export class Gate {
  #cut = false;
  delayMs = 0;
  readonly #waiting = new Set<() => void>();

  get isOpen(): boolean {
    return !this.#cut;
  }

  set cut(cut: boolean) {
    this.#cut = cut;
    if (cut) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Calls `fn` once when the gate is open: at once, or later. */
  whenOpen(fn: () => void): void {
    if (this.isOpen) fn();
    else this.#waiting.add(fn);
  }
}

/** Bytes of one direction that are on their way at most; the sender waits beyond that. */
const UNDER_WAY_BYTES_MAX = 4 * 1024 * 1024;

type Step = { readonly bytes: Buffer } | { readonly end: true };

/** One direction: everything in order, after its delay, while the gate is open. */
class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #gate: Gate;
  readonly #queue: { readonly step: Step; readonly dueMs: number }[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #waits = false;

  constructor(from: Socket, to: Socket, gate: Gate) {
    this.#from = from;
    this.#to = to;
    this.#gate = gate;
    from.on('data', (bytes: Buffer) => this.#add({ bytes }));
    from.once('close', () => this.#add({ end: true }));
    from.on('error', () => {});
    to.on('drain', () => from.resume());
  }

  #add(step: Step): void {
    this.#queue.push({ step, dueMs: performance.now() + this.#gate.delayMs });
    if ('bytes' in step) this.#bytes += step.bytes.length;
    if (this.#bytes > UNDER_WAY_BYTES_MAX) this.#from.pause();
    this.#move();
  }

  #move(): void {
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      if (this.#to.destroyed) return this.#drop();
      if (!this.#gate.isOpen) return this.#wait();
      const leftMs = head.dueMs - performance.now();
      if (leftMs > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#move();
        }, leftMs);
        return;
      }
      this.#queue.shift();
      this.#pass(head.step);
    }
  }

  #pass(step: Step): void {
    if ('end' in step) {
      this.#to.destroySoon();
      return;
    }
    this.#bytes -= step.bytes.length;
    if (this.#to.write(step.bytes)) this.#from.resume();
    else this.#from.pause();
  }

  #wait(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#gate.whenOpen(() => {
      this.#waits = false;
      this.#move();
    });
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
    this.#bytes = 0;
  }
}

/** Ties `near` and `far` together. Neither may have been read from. */
export function tie(near: Socket, far: Socket, outward: Gate, inward: Gate): void {
  near.setNoDelay(true);
  far.setNoDelay(true);
  new Flow(near, far, outward);
  new Flow(far, near, inward);
}
