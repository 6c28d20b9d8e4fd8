// Frames of HTTP/2 (RFC 9113).

export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const Flag = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

export const Setting = { headerTableSize: 1, initialWindowSize: 4, maxFrameSize: 5, maxHeaderListSize: 6 } as const;

export const H2Code = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  enhanceYourCalm: 11,
} as const;
export type H2Code = (typeof H2Code)[keyof typeof H2Code];

export const FRAME_HEADER_BYTES = 9;
/** The largest frame that we accept: the protocol's smallest bound, which we leave as it is. */
export const FRAME_BYTES_MAX = 16_384;
export const WINDOW_DEFAULT = 65_535;
export const WINDOW_MAX = 0x7fffffff;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** The connection is broken beyond one stream; it is told so and closed. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: H2Code;

  constructor(code: H2Code, message: string) {
    super(message);
    this.code = code;
  }
}

/** Writes a frame header at `at`; returns the position behind it. */
export function writeFrameHeader(
  out: Buffer,
  at: number,
  length: number,
  type: number,
  flags: number,
  stream: number,
): number {
  out[at] = length >>> 16;
  out[at + 1] = length >>> 8;
  out[at + 2] = length;
  out[at + 3] = type;
  out[at + 4] = flags;
  out[at + 5] = stream >>> 24;
  out[at + 6] = stream >>> 16;
  out[at + 7] = stream >>> 8;
  out[at + 8] = stream;
  return at + FRAME_HEADER_BYTES;
}

/** A whole small frame. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  out.set(payload, writeFrameHeader(out, 0, payload.length, type, flags, stream));
  return out;
}

export function uint32(value: number): Buffer {
  const out = Buffer.allocUnsafe(4);
  out.writeUInt32BE(value, 0);
  return out;
}

/** Payload of a SETTINGS frame. */
export function settings(values: readonly (readonly [id: number, value: number])[]): Buffer {
  const out = Buffer.allocUnsafe(6 * values.length);
  values.forEach(([id, value], i) => {
    out.writeUInt16BE(id, 6 * i);
    out.writeUInt32BE(value, 6 * i + 2);
  });
  return out;
}
