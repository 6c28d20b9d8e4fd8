// What goes out on one connection: small frames of one turn are put together into one write.

import type { Socket } from 'node:net';

const CHUNK_BYTES = 64 * 1024;
/** From here on a buffer goes out as it is; below, copying costs less than another part of a write. */
const COPY_BYTES_MAX = 8 * 1024;
/** With so much not taken by the kernel, streams hold their messages back. */
const CONGESTED_BYTES = 1024 * 1024;
/** With so much, nothing more is read from the caller: it makes us answer and does not read. */
const CHOKED_BYTES = 4 * 1024 * 1024;

export class Output {
  readonly #socket: Socket;
  #chunk: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** The part of the chunk that is filled and not yet handed on. */
  #start = 0;
  #end = 0;
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #scheduled = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get #waitingBytes(): number {
    return this.#socket.writableLength + this.#partBytes + (this.#end - this.#start);
  }

  get congested(): boolean {
    return this.#waitingBytes > CONGESTED_BYTES;
  }

  get choked(): boolean {
    return this.#waitingBytes > CHOKED_BYTES;
  }

  /** The buffer to write the next `bytes` (at most CHUNK_BYTES) to, at the position that `claim` gives. */
  reserve(bytes: number): Buffer {
    if (this.#end + bytes > this.#chunk.length) {
      this.#seal();
      this.#chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      this.#start = 0;
      this.#end = 0;
    }
    return this.#chunk;
  }

  /** The position of reserved bytes; they count as written. */
  claim(bytes: number): number {
    const at = this.#end;
    this.#end += bytes;
    this.#schedule();
    return at;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > COPY_BYTES_MAX) {
      this.#seal();
      this.#parts.push(bytes);
      this.#partBytes += bytes.length;
      this.#schedule();
      return;
    }
    const chunk = this.reserve(bytes.length);
    chunk.set(bytes, this.claim(bytes.length));
  }

  #seal(): void {
    if (this.#end === this.#start) return;
    this.#parts.push(this.#chunk.subarray(this.#start, this.#end));
    this.#partBytes += this.#end - this.#start;
    this.#start = this.#end;
  }

  /** After the promises that this turn settles: their answers leave together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(this.#flushNow);
  }

  readonly #flushNow = (): void => {
    this.#scheduled = false;
    this.flush();
  };

  flush(): void {
    this.#seal();
    const parts = this.#parts;
    if (parts.length === 0) return;
    this.#parts = [];
    this.#partBytes = 0;
    if (!this.#socket.writable) return;
    if (parts.length === 1) {
      this.#socket.write(parts[0] as Uint8Array);
      return;
    }
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
  }
}
