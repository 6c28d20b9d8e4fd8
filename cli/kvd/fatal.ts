// Why the program ends, in one line: what happened, and what to do.

import { ConfigError, CorruptionError, RemovedError } from '../../src/errors.js';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk of --data-dir; free some and start again, nothing acknowledged is lost',
  EDQUOT: 'the disk quota of --data-dir is used up; raise it and start again, nothing acknowledged is lost',
  EROFS: 'the file system of --data-dir is read-only; mount it for writing or choose another --data-dir',
  EACCES: 'permission denied; run as the owner of --data-dir or correct its permissions',
  EPERM: 'permission denied; run as the owner of --data-dir or correct its permissions',
  EMFILE: 'too many open files; raise the limit (ulimit -n) and start again',
  EIO: 'the disk reports an error; check it (dmesg) before this member is started again',
};

/** System error code of an error or of what caused it, also where a library only left it in the text. */
function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (code !== undefined && code in REMEDIES) return code;
    if (/no space left on device/i.test(at.message)) return 'ENOSPC';
    if (/read-only file system/i.test(at.message)) return 'EROFS';
  }
  return undefined;
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();

/** Ends in a newline; more than one line only when `debug` asks for the stack. */
export function fatalLine(error: unknown, debug: boolean): string {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  const stack = debug && error instanceof Error && error.stack !== undefined ? `${error.stack}\n` : '';
  const known = error instanceof ConfigError || error instanceof CorruptionError || error instanceof RemovedError;
  if (known) return `kvd: ${message}\n${stack}`;
  const code = systemCode(error);
  const remedy = code === undefined ? undefined : REMEDIES[code];
  if (remedy !== undefined) return `kvd: ${message}: ${remedy}\n${stack}`;
  return `kvd: stopped by an internal error: ${message}; start it again with --log-level=debug for more\n${stack}`;
}
