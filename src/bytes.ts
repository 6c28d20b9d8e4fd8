// Bytes as map keys: latin1 strings, whose order in JavaScript is byte order.

interface Latin1 {
  latin1Slice(start?: number, end?: number): string;
}

const { latin1Slice } = Buffer.prototype as unknown as Latin1;

export function toName(bytes: Uint8Array): string {
  return latin1Slice.call(bytes);
}

export function fromName(name: string): Buffer {
  return Buffer.from(name, 'latin1');
}
