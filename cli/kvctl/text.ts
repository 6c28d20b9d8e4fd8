// Text inside the program is byte strings: one character a byte (latin1). Keys and values need not be
// UTF-8, and so come through unchanged.

import { readFileSync } from 'node:fs';

export const fromUtf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
export const toBytes = (text: string): Buffer => Buffer.from(text, 'latin1');
export const fromBytes = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

const REPLACEMENT = '\ufffd';

/** The program's arguments as byte strings, also where they are not valid UTF-8 (Linux). */
export function rawArguments(argv: readonly string[]): string[] {
  if (argv.some((argument) => argument.includes(REPLACEMENT))) {
    try {
      const all = readFileSync('/proc/self/cmdline', 'latin1').split('\0').slice(0, -1);
      return argv.length === 0 ? [] : all.slice(-argv.length);
    } catch {
      // Elsewhere than on Linux there is no way to them.
    }
  }
  return argv.map(fromUtf8);
}

/** All of the standard input as a byte string; empty when there is none. */
export function readStdin(): string {
  try {
    return readFileSync(0, 'latin1');
  } catch {
    return '';
  }
}

export function write(text: string): void {
  process.stdout.write(toBytes(text));
}

export function writeError(text: string): void {
  process.stderr.write(toBytes(text));
}
