// What LevelDB and the operating system say when a store does not open, as one line each.

import { ConfigError, CorruptionError, DAMAGE_REMEDY } from '../../errors.js';

export function explainOpenFailure(path: string, error: unknown): Error {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  const text = cause?.message ?? String(error);
  if (cause?.code === 'LEVEL_LOCKED' || /lock/i.test(text)) {
    return inUse(path);
  }
  if (cause?.code === 'LEVEL_CORRUPTION' || /corruption/i.test(text))
    return new CorruptionError(path, -1, text, DAMAGE_REMEDY);
  return explainIo(path, text);
}

export const inUse = (path: string): ConfigError =>
  new ConfigError(`data directory ${path} is in use by another process: stop it, or choose another --data-dir`);

/** An I/O error's text, with what to do about it. */
export function explainIo(path: string, text: string): ConfigError {
  if (/permission denied|EACCES|EPERM/i.test(text)) {
    return new ConfigError(
      `${path} cannot be written (${text}): give this user the right to, or choose another --data-dir`,
    );
  }
  if (/no space|ENOSPC/i.test(text))
    return new ConfigError(`${path}: no space left on the device: free some and start again`);
  if (/read-only|EROFS/i.test(text))
    return new ConfigError(`${path} is on a read-only file system: choose another --data-dir`);
  return new ConfigError(`${path}: ${text}`);
}
