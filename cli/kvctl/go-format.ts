// Values as etcdctl, a Go program, reads and writes them. Text is byte strings (text.ts).

import { toBytes } from './text.js';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** Thrown by the parsers; its message is Go's. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem';
}

const BASES: Readonly<Record<number, RegExp>> = { 10: /^[0-9]+$/, 16: /^[0-9a-f]+$/i };
const LITERAL = /^(?:0x([0-9a-f]+)|0b([01]+)|0o?([0-7]+)|([1-9][0-9]*|0))$/i;

function magnitude(digits: string, base: 0 | 10 | 16): bigint | undefined {
  if (base !== 0) return BASES[base]?.test(digits) === true ? BigInt(base === 16 ? `0x${digits}` : digits) : undefined;
  const [, hex, binary, octal, decimal] = LITERAL.exec(digits.replace(/(?<=[0-9a-fxob])_(?=[0-9a-f])/gi, '')) ?? [];
  if (hex !== undefined) return BigInt(`0x${hex}`);
  if (binary !== undefined) return BigInt(`0b${binary}`);
  if (octal !== undefined) return BigInt(`0o${octal}`);
  return decimal === undefined ? undefined : BigInt(decimal);
}

/** strconv.ParseInt for 64 bits; base 0 reads `0x`, `0o` and `0b`. Throws SyntaxProblem. */
export function parseInt64(text: string, base: 0 | 10 | 16): bigint {
  const negative = text.startsWith('-');
  const value = magnitude(/^[+-]/.test(text) ? text.slice(1) : text, base);
  if (value === undefined) throw new SyntaxProblem(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
  const signed = negative ? -value : value;
  if (signed < INT64_MIN || signed > INT64_MAX)
    throw new SyntaxProblem(`strconv.ParseInt: parsing ${quote(text)}: value out of range`);
  return signed;
}

/** strconv.ParseUint for 64 bits. Throws SyntaxProblem. */
export function parseUint64(text: string, base: 10 | 16): bigint {
  const value = magnitude(text, base);
  if (value === undefined) throw new SyntaxProblem(`strconv.ParseUint: parsing ${quote(text)}: invalid syntax`);
  if (value > UINT64_MAX) throw new SyntaxProblem(`strconv.ParseUint: parsing ${quote(text)}: value out of range`);
  return value;
}

/** strconv.ParseBool. Throws SyntaxProblem. */
export function parseBool(text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw new SyntaxProblem(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // Both characters that look like it, as byte strings.
  '\u00c2\u00b5s': 1e-3,
  '\u00ce\u00bcs': 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** time.ParseDuration, in milliseconds. Throws SyntaxProblem. */
export function parseDuration(text: string): number {
  const invalid = new SyntaxProblem(`time: invalid duration ${quote(text)}`);
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  if (rest === '') throw invalid;
  let ms = 0;
  for (let at = 0; at < rest.length; ) {
    const [all = '', number, unit] = /^([0-9]+\.?[0-9]*|\.[0-9]+)([^0-9.]*)/.exec(rest.slice(at)) ?? [];
    if (number === undefined) throw invalid;
    if (unit === undefined || unit === '') throw new SyntaxProblem(`time: missing unit in duration ${quote(text)}`);
    const factor = UNIT_MS[unit];
    if (factor === undefined) throw new SyntaxProblem(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    ms += Number(number) * factor;
    at += all.length;
  }
  return sign === '-' ? -ms : ms;
}

const trimZeros = (text: string): string => text.replace(/\.?0+$/, '');

/** time.Duration as text: `1.5s`, `2m3s`, `840µs` (a byte string). */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1) return `${trimZeros((ms * 1_000).toFixed(3))}\u00c2\u00b5s`;
  if (ms < 1_000) return `${trimZeros(ms.toFixed(6))}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = trimZeros(((ms % 60_000) / 1_000).toFixed(9));
  const text = seconds === '' ? '0' : seconds;
  if (hours > 0) return `${hours}h${minutes}m${text}s`;
  return minutes > 0 ? `${minutes}m${text}s` : `${text}s`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;
const UTF8_LENGTHS = [1, 2, 3, 4] as const;

/** The valid UTF-8 character at `at`, or undefined. */
function characterAt(bytes: Buffer, at: number): { readonly text: string; readonly length: number } | undefined {
  for (const length of UTF8_LENGTHS) {
    if (at + length > bytes.length) return undefined;
    const text = bytes.toString('utf8', at, at + length);
    if (!text.includes('\ufffd') || bytes.subarray(at, at + length).equals(Buffer.from('\ufffd')))
      return { text, length };
  }
  return undefined;
}

function escapeCharacter(text: string): string {
  const code = text.codePointAt(0) ?? 0;
  const known = ESCAPES[text];
  if (known !== undefined) return known;
  if (text === ' ' || PRINTABLE.test(text)) return Buffer.from(text).toString('latin1');
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** strconv.Quote: the `%q` of a byte string, as a byte string. */
export function quote(text: string): string {
  const bytes = toBytes(text);
  let quoted = '"';
  for (let at = 0; at < bytes.length; ) {
    const character = characterAt(bytes, at);
    quoted +=
      character === undefined
        ? `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`
        : escapeCharacter(character.text);
    at += character?.length ?? 1;
  }
  return `${quoted}"`;
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};
const ESCAPE = /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/** The reverse of `quote` for what stands between the quotes. Undefined when it is malformed. */
export function unquote(inner: string): string | undefined {
  let text = '';
  for (let at = 0; at < inner.length; ) {
    if (inner[at] !== '\\') {
      text += inner[at++];
      continue;
    }
    ESCAPE.lastIndex = at;
    const found = ESCAPE.exec(inner);
    if (found === null) return undefined;
    const [all, simple, hex, octal, short, long] = found;
    if (simple !== undefined) text += SIMPLE[simple];
    else if (hex !== undefined) text += String.fromCharCode(Number.parseInt(hex, 16));
    else if (octal !== undefined) {
      const byte = Number.parseInt(octal, 8);
      if (byte > 0xff) return undefined;
      text += String.fromCharCode(byte);
    } else {
      const code = Number.parseInt(short ?? long ?? '', 16);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
      text += Buffer.from(String.fromCodePoint(code)).toString('latin1');
    }
    at += all.length;
  }
  return text;
}

/** As Go rounds for `%.0f`. */
function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  return value - down === 0.5 && down % 2 === 0 ? down : Math.round(value);
}

/** `20 kB`: decimal units with one digit after the point below 10. */
export function formatBytes(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  const exponent = Math.floor(Math.log(bytes) / Math.log(1_000) + 1e-12);
  const value = Math.floor((bytes / 1_000 ** exponent) * 10 + 0.5) / 10;
  return `${value < 10 ? value.toFixed(1) : roundHalfEven(value)} ${units[exponent]}`;
}

export const hex16 = (id: bigint): string =>
  id < 0n ? `-${(-id).toString(16).padStart(15, '0')}` : id.toString(16).padStart(16, '0');
