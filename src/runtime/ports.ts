// What the outside world looks like to the rest of the code. `real/` implements it on Node,
// `sim/` deterministically from a seed; `compliance/` holds the suite that both pass. No other
// folder may read a clock, draw a random number, set a timer, or open a socket or file.

export interface Clock {
  /** Milliseconds, never going back, not related to the time of day; may have a fraction. */
  monotonicMs(): number;
  /** Milliseconds since the epoch. May jump. Nothing but logs and labels may depend on it. */
  wallMs(): number;
}

export interface Random {
  /** Uniform in [0, 1). */
  float(): number;
  /** Uniform in [0, bound). */
  below(bound: number): number;
  /** Uniform 64 bits, unsigned. */
  uint64(): bigint;
}

export interface Timer {
  /** No call of the timer's function after this returns. Idempotent. */
  cancel(): void;
}

export interface Timers {
  after(delayMs: number, fn: () => void): Timer;
  every(intervalMs: number, fn: () => void): Timer;
  /** Runs `fn` once, after the work that is already queued in this turn of the event loop. */
  defer(fn: () => void): void;
}

/** Bounds of a scan, in byte order. Absent bounds are open. */
export interface KeyRange {
  readonly gte?: Uint8Array;
  readonly gt?: Uint8Array;
  readonly lt?: Uint8Array;
  readonly lte?: Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface StoreIterator {
  /** Up to `count` further entries. Fewer does not mean the end: only an empty array does. */
  nextMany(count: number): Promise<[key: Uint8Array, value: Uint8Array][]>;
  close(): Promise<void>;
}

export interface StoreBatch {
  put(key: Uint8Array, value: Uint8Array): void;
  del(key: Uint8Array): void;
  readonly length: number;
  /**
   * Writes all of it or nothing. With `sync` it is on stable storage, together with everything
   * written to this store before, when the promise resolves. A batch is written at most once.
   */
  write(options: { readonly sync: boolean }): Promise<void>;
}

/** The state of a store at one moment. Must be closed. */
export interface StoreSnapshot {
  getSync(key: Uint8Array): Uint8Array | undefined;
  iterate(range: KeyRange): StoreIterator;
  close(): Promise<void>;
}

/**
 * An ordered key-value store on disk (LevelDB; in the simulation, memory that forgets what was
 * not synced when its node crashes).
 */
export interface OrderedStore {
  readonly path: string;
  getSync(key: Uint8Array): Uint8Array | undefined;
  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]>;
  batch(): StoreBatch;
  /** The iterator sees the state at the moment of this call, and no later write. */
  iterate(range: KeyRange): StoreIterator;
  snapshot(): StoreSnapshot;
  /** Removes every key in [gte, lt). Not atomic; safe to repeat after a crash. */
  clear(gte: Uint8Array, lt: Uint8Array): Promise<void>;
  /** Gives space of removed keys back. */
  compactRange(gte: Uint8Array, lt: Uint8Array): Promise<void>;
  approximateBytes(gte: Uint8Array, lt: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly cacheBytes?: number;
  readonly writeBufferBytes?: number;
  /** Default true. Not worth it for data that is removed again soon. */
  readonly compression?: boolean;
}

export interface Disk {
  /**
   * Opens or creates. Rejects with CorruptionError (file, offset, remedy) when a file is damaged,
   * and with ConfigError when the folder is in use by another process or cannot be written.
   */
  openStore(path: string, options?: StoreOptions): Promise<OrderedStore>;
  exists(path: string): Promise<boolean>;
  /** A small file, replaced atomically and synced. */
  writeFile(path: string, data: Uint8Array): Promise<void>;
  readFile(path: string): Promise<Uint8Array | undefined>;
  remove(path: string): Promise<void>;
  /** Bytes that files under `path` occupy. */
  usedBytes(path: string): Promise<number>;
}

/** One side of a stream between two nodes: whole frames, in order, none twice. */
export interface Link {
  /** Sends a frame. False when the transport's buffer is full: wait for onDrain. Dropped after close. */
  send(frame: Uint8Array): boolean;
  onFrame(fn: (frame: Uint8Array) => void): void;
  onDrain(fn: () => void): void;
  /** Called once, also for a dial that fails. `reason` is for logs. */
  onClose(fn: (reason: string) => void): void;
  close(): void;
}

export interface Listener {
  close(): Promise<void>;
}

/** Node-to-node transport. Addresses are `host:port`. */
export interface Network {
  listen(address: string, accept: (link: Link) => void): Promise<Listener>;
  dial(address: string): Link;
}

export interface LogFields {
  readonly [field: string]: unknown;
}

/** Structured log (pino's shape). */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

export interface Runtime {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly disk: Disk;
  readonly network: Network;
  readonly logger: Logger;
}
