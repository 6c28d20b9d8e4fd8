// Calls between simulated clients and nodes: the frames that stand for HTTP/2's.

export const Kind = {
  /** To the node: path, time left, request. */
  unary: 0,
  /** To the node: path, whether it needs a leader. */
  stream: 1,
  /** Either way: a message of a stream. */
  message: 2,
  /** To the node: no more requests. */
  halfClose: 3,
  cancel: 4,
  pause: 5,
  resume: 6,
  /** To the client: the answer of a unary call, or the good end of a stream. */
  end: 7,
  /** To the client: code and text. */
  error: 8,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

export interface RpcFrame {
  readonly kind: Kind;
  readonly call: number;
  /** Path, or the text of an error. */
  readonly text: string;
  /** Time left in ms (NaN: no deadline), a code, or 1 for "needs a leader". */
  readonly number: number;
  readonly body: Uint8Array;
}

const HEAD_BYTES = 1 + 4 + 8 + 2;
const NOTHING = new Uint8Array(0);

export function encodeFrame(kind: Kind, call: number, text = '', number = 0, body: Uint8Array = NOTHING): Buffer {
  const words = Buffer.from(text, 'utf8');
  const out = Buffer.alloc(HEAD_BYTES + words.length + body.length);
  out[0] = kind;
  out.writeUInt32BE(call, 1);
  out.writeDoubleBE(number, 5);
  out.writeUInt16BE(words.length, 13);
  out.set(words, HEAD_BYTES);
  out.set(body, HEAD_BYTES + words.length);
  return out;
}

export function decodeFrame(bytes: Uint8Array): RpcFrame {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = HEAD_BYTES + frame.readUInt16BE(13);
  return {
    kind: frame[0] as Kind,
    call: frame.readUInt32BE(1),
    number: frame.readDoubleBE(5),
    text: frame.toString('utf8', HEAD_BYTES, end),
    body: frame.subarray(end),
  };
}
