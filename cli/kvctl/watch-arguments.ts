// What `watch` is to watch and to run, from the command line, a typed line, and the environment.

import type { ParsedFlags } from './cobra.js';
import { quote } from './go-format.js';
import { fromUtf8 } from './text.js';

export interface WatchTarget {
  /** The key, and the range's end if there is one. */
  readonly watched: readonly string[];
  /** Empty: nothing. */
  readonly command: readonly string[];
}

export interface WatchEnvironment {
  /** Empty: not given. */
  readonly key: string;
  readonly rangeEnd: string;
}

/** The arguments do not fit together. */
export class WatchArgumentsError extends Error {
  override readonly name = 'WatchArgumentsError';
}

/** `KVCTL_WATCH_KEY` and `…_RANGE_END`, or etcdctl's. Throws WatchArgumentsError. */
export function watchEnvironment(env: NodeJS.ProcessEnv): WatchEnvironment {
  const read = (name: string): string => fromUtf8(env[`KVCTL_${name}`] || env[`ETCDCTL_${name}`] || '');
  const found = { key: read('WATCH_KEY'), rangeEnd: read('WATCH_RANGE_END') };
  if (found.key === '' && found.rangeEnd !== '') {
    const prefix = env['KVCTL_WATCH_RANGE_END'] ? 'KVCTL' : 'ETCDCTL';
    throw new WatchArgumentsError(
      `${prefix}_WATCH_KEY is empty but got ${prefix}_WATCH_RANGE_END=${quote(found.rangeEnd)}`,
    );
  }
  return found;
}

/** Throws WatchArgumentsError with etcdctl's words. */
export function watchTarget(
  { positionals, beforeDash }: Pick<ParsedFlags, 'positionals' | 'beforeDash'>,
  env: WatchEnvironment,
): WatchTarget {
  const watched = positionals.slice(0, beforeDash ?? positionals.length);
  const command = beforeDash === undefined ? [] : positionals.slice(beforeDash);
  if (beforeDash !== undefined && command.length === 0)
    throw new WatchArgumentsError('bad number of arguments (found separator --, but no commands)');
  if (env.key === '') {
    if (watched.length === 0) throw new WatchArgumentsError('bad number of arguments');
    return { watched, command };
  }
  if (watched.length > 0) throw new WatchArgumentsError('bad number of arguments (found conflicting environment key)');
  return { watched: env.rangeEnd === '' ? [env.key] : [env.key, env.rangeEnd], command };
}
