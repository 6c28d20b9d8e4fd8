// Answers as text, with what may differ between two clusters replaced: addresses, identifiers,
// times, sizes, raft terms and indexes. Revisions stay.

const NUMBERS_ASIDE =
  /("?(?:raft_?term|raft_?index|raft_?applied_?index|db_?size(?:_?in_?use)?|hash|remaining_?bytes)"?\s*[:=]\s*)"?\d+"?/gi;

const RULES: readonly (readonly [RegExp, string])[] = [
  [NUMBERS_ASIDE, '$1<n>'],
  // Remaining time of a live lease; a dead one's -1 and a zero stay.
  [/(remaining\()\d+(s\))/g, '$1<n>$2'],
  [/("ttl"\s*:\s*)[1-9]\d*/gi, '$1<n>'],
  [/("ts":")[^"]*/g, '$1<ts>'],
  [/endpoint:\/\/client-[0-9a-f-]{36}/g, 'endpoint://<client>'],
  [/("?took"?\s*[:=]\s*"?)[0-9.]+(?:µ|Âµ|m|n)?s/gi, '$1<time>'],
  [/\n\ngoroutine 1 \[running\][\s\S]*?(?=" *\n|$)/g, '\n<stack>'],
  // Whether a call was under way when a signal came is chance.
  [/\{"level":"warn"[^\n]*code = Canceled desc = context canceled"\}\n/g, ''],
  [/\b\d{16,20}\b/g, '<id>'],
  [/-\d{16,20}\b/g, '<id>'],
  [/\b[0-9a-f]{15,16}\b/g, '<id>'],
  [/\b\d+(?:\.\d+)? (?:kB|MB|B)\b/g, '<size>'],
  // Column widths follow the contents.
  [/-{4,}/g, '----'],
  [/ {2,}/g, ' '],
];

export class Aliases {
  readonly #names: (readonly [RegExp, string])[] = [];

  /** From now on `text` shows as `<name>`. */
  add(text: string, name: string): void {
    const literal = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    this.#names.push([new RegExp(`(?<![0-9a-zA-Z])${literal}(?![0-9a-zA-Z])`, 'g'), `<${name}>`]);
  }

  /** In every way in which identifiers are written: decimal, signed decimal, hexadecimal. */
  addId(id: bigint, name: string): void {
    const unsigned = BigInt.asUintN(64, id);
    const hex = unsigned.toString(16);
    for (const text of new Set([`${unsigned}`, `${BigInt.asIntN(64, id)}`, hex, hex.padStart(16, '0')]))
      this.add(text, name);
  }

  render(answer: unknown): string {
    let text = typeof answer === 'string' ? answer : JSON.stringify(answer, plain, 1);
    // As a reader sees it: names are found at the beginnings of lines too.
    text = text.replaceAll('\\"', '"').replaceAll('\\n', '\n').replaceAll('\\t', '\t');
    for (const [pattern, replacement] of [...this.#names, ...RULES]) text = text.replace(pattern, replacement);
    return text;
  }
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object' && value !== null) {
    // A Buffer has turned itself into this before a replacer sees it.
    const { type, data } = value as { type?: unknown; data?: unknown };
    if (type === 'Buffer' && Array.isArray(data)) return Buffer.from(data as number[]).toString('latin1');
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  }
  return value;
}
