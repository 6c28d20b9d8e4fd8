// Snappy's block format, decompression only: what it takes to read the index of a LevelDB table.

function varint(bytes: Buffer, start: number): [value: number, next: number] {
  let value = 0;
  let at = start;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError('snappy: cut short');
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
  throw new RangeError('snappy: malformed length');
}

/** Throws RangeError when `input` is not whole. */
export function decompress(input: Buffer): Buffer {
  const [size, start] = varint(input, 0);
  const out = Buffer.alloc(size);
  let to = 0;
  let at = start;
  while (at < input.length) {
    const tag = input[at++] as number;
    let length: number;
    let distance: number;
    if ((tag & 3) === 0) {
      length = (tag >> 2) + 1;
      if (length > 60) {
        const bytes = length - 60;
        length = input.readUIntLE(at, bytes) + 1;
        at += bytes;
      }
      if (at + length > input.length || to + length > size) throw new RangeError('snappy: cut short');
      input.copy(out, to, at, at + length);
      at += length;
      to += length;
      continue;
    }
    if ((tag & 3) === 1) {
      length = ((tag >> 2) & 7) + 4;
      distance = ((tag >> 5) << 8) | input.readUInt8(at);
      at += 1;
    } else {
      length = (tag >> 2) + 1;
      const bytes = (tag & 3) === 2 ? 2 : 4;
      distance = input.readUIntLE(at, bytes);
      at += bytes;
    }
    if (distance === 0 || distance > to || to + length > size) throw new RangeError('snappy: malformed copy');
    // Byte by byte: a copy may overlap what it makes.
    for (let i = 0; i < length; i++, to++) out[to] = out[to - distance] as number;
  }
  if (to !== size) throw new RangeError('snappy: cut short');
  return out;
}
