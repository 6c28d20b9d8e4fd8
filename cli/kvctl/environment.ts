// Global flags from the environment: `KVCTL_WRITE_OUT`, else `ETCDCTL_WRITE_OUT`.

import type { ParsedFlags } from './cobra.js';
import { Exit, ExitError } from './exit.js';
import { type Flag, GLOBAL_FLAGS } from './flag.js';
import type { SyntaxProblem } from './go-format.js';
import { fromUtf8, writeError } from './text.js';

const PREFIXES = ['KVCTL', 'ETCDCTL'] as const;
/** Read by the commands themselves, or of no meaning here. */
const OTHERS = new Set(['API', 'WATCH_KEY', 'WATCH_RANGE_END']);

const variable = (prefix: string, flag: Flag): string => `${prefix}_${flag.title.toUpperCase().replaceAll('-', '_')}`;

/** `2026-11-24 11:24:14.889695`, local time: how etcdctl stamps these two messages. */
function timestamp(): string {
  const now = new Date();
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const micros = String(now.getMilliseconds()).padStart(3, '0').padEnd(6, '0');
  return `${date} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}.${micros}`;
}

/** Its message is the whole line. */
export class EnvironmentConflict extends Error {
  override readonly name = 'EnvironmentConflict';
}

function fromVariable(name: string, flag: Flag, value: string): string {
  const text = fromUtf8(value);
  try {
    flag.check(text);
  } catch (error) {
    const reason = (error as SyntaxProblem).message;
    throw new ExitError(Exit.badArguments, `invalid value "${text}" of environment variable ${name}: ${reason}`);
  }
  return text;
}

/**
 * Adds what the environment says. As with etcdctl a variable and a flag for the same thing are a
 * conflict (EnvironmentConflict); variables that mean nothing are warned of.
 */
export function withEnvironment(parsed: ParsedFlags, env: NodeJS.ProcessEnv): ParsedFlags {
  const given = new Map(parsed.given);
  const known = new Set<string>();
  for (const flag of GLOBAL_FLAGS) {
    for (const prefix of PREFIXES) {
      const name = variable(prefix, flag);
      known.add(name);
      const value = env[name];
      if (value === undefined || value === '') continue;
      if (parsed.given.has(flag)) throw new EnvironmentConflict(conflict(name));
      if (!given.has(flag)) given.set(flag, fromVariable(name, flag, value));
    }
  }
  for (const [name, value] of Object.entries(env)) {
    const [, prefix, rest = ''] = /^(KVCTL|ETCDCTL)_(.*)$/.exec(name) ?? [];
    if (prefix === undefined || known.has(name) || OTHERS.has(rest)) continue;
    writeError(fromUtf8(`${timestamp()} W | pkg/flags: unrecognized environment variable ${name}=${value}\n`));
  }
  return { ...parsed, given };
}

const conflict = (name: string): string =>
  `${timestamp()} C | pkg/flags: conflicting environment variable "${name}" is shadowed by corresponding ` +
  'command-line flag (either unset environment variable or disable flag)';
