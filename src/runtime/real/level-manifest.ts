// Which tables a LevelDB's manifest names. A process that was killed while it wrote a table leaves a part
// of one behind that nothing names; LevelDB removes it, and it is no damage.

const TYPE_FULL = 1;
const TYPE_FIRST = 2;
const TYPE_LAST = 4;
const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;

/** Where a varint64 below 2^53 ends, and its value. Throws RangeError. */
export function varint(bytes: Buffer, start: number): [value: number, next: number] {
  let value = 0;
  let at = start;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    if (byte === undefined || scale > 2 ** 63) throw new RangeError('malformed number');
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at];
  }
}

/** The records of a log or manifest whose checksums were checked before; an incomplete last one is left out. */
function* records(data: Buffer): Generator<Buffer> {
  let parts: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= data.length; ) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (left < HEADER_BYTES) {
      at += left;
      continue;
    }
    const length = data.readUInt16LE(at + 4);
    const type = data[at + 6];
    const next = at + HEADER_BYTES + length;
    if (next > data.length || type === 0) return;
    if (type === TYPE_FULL || type === TYPE_FIRST) parts = [];
    parts.push(data.subarray(at + HEADER_BYTES, next));
    if (type === TYPE_FULL || type === TYPE_LAST) yield Buffer.concat(parts);
    at = next;
  }
}

/** Numbers and sizes of the tables that make up the database. Throws RangeError for an edit that cannot be read. */
export function liveTables(manifest: Buffer): Map<number, number> {
  const live = new Map<number, number>();
  for (const record of records(manifest)) applyEdit(record, live);
  return live;
}

/** One edit: [tag varint][fields] each (LevelDB's version_edit.cc). */
function applyEdit(edit: Buffer, live: Map<number, number>): void {
  let at = 0;
  const number = (): number => {
    const [value, next] = varint(edit, at);
    at = next;
    return value;
  };
  const skipBytes = (): void => {
    const size = number();
    at += size;
  };
  while (at < edit.length) {
    const tag = number();
    switch (tag) {
      case 1: // comparator
        skipBytes();
        break;
      case 2: // log number, next file, last sequence, previous log
      case 3:
      case 4:
      case 9:
        number();
        break;
      case 5: // compaction pointer
        number();
        skipBytes();
        break;
      case 6: // deleted table
        number();
        live.delete(number());
        break;
      case 7: {
        // new table: level, number, size, smallest and largest key
        number();
        const table = number();
        live.set(table, number());
        skipBytes();
        skipBytes();
        break;
      }
      default:
        throw new RangeError(`unknown field ${tag}`);
    }
  }
}
