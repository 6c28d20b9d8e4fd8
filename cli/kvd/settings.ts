// Where the values of the flags come from: the command line, else the environment, else the default;
// or a configuration file alone (etcd's rule).

import { parse } from 'yaml';
import { ConfigError } from '../../src/errors.js';
import { envName, FLAGS, type Flag, findFlag } from './flags.js';
import { nearest } from './nearest.js';

/** What the user gave, by flag name. What is absent has its default. */
export type Settings = ReadonlyMap<string, string>;

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** Asks for `--help` or `--version` instead of a start. */
export type Request = { readonly kind: 'help' } | { readonly kind: 'version' } | { readonly kind: 'start' };

export interface CommandLine {
  readonly request: Request;
  readonly settings: Settings;
}

function unknownFlag(name: string): ConfigError {
  const hint = nearest(
    name,
    FLAGS.map((flag) => flag.name),
  );
  return new ConfigError(
    `unknown flag --${name}; ${hint === undefined ? "see 'kvd --help'" : `did you mean --${hint}?`}`,
  );
}

/** Checks the form of a value, so that the error names the place where it was written. */
function checked(flag: Flag, value: string, where: string): string {
  if (flag.kind === 'bool' && !TRUE.has(value) && !FALSE.has(value)) {
    throw new ConfigError(`${where}: "${value}" is not a boolean: write true or false`);
  }
  if (flag.kind === 'int' && !/^-?\d{1,15}$/.test(value)) {
    throw new ConfigError(`${where}: "${value}" is not a whole number`);
  }
  if (flag.kind === 'bool') return String(TRUE.has(value));
  if (flag.effect === 'refused' && value !== flag.default && value !== '' && !flag.harmless?.includes(value)) {
    throw new ConfigError(`${where}: ${flag.reason}`);
  }
  return value;
}

function refuseIfTrue(flag: Flag, value: string, where: string): void {
  if (flag.kind === 'bool' && flag.effect === 'refused' && value === 'true') {
    throw new ConfigError(`${where}: ${flag.reason}`);
  }
}

function put(settings: Map<string, string>, flag: Flag, value: string, where: string): void {
  const clean = checked(flag, value, where);
  refuseIfTrue(flag, clean, where);
  settings.set(flag.name, clean);
}

/** Reads `--flag=value`, `--flag value`, the same with one dash, and `--flag` for booleans (Go's forms). */
export function parseArguments(args: readonly string[]): CommandLine {
  const settings = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const match = /^--?([A-Za-z0-9][^=]*)(?:=([\s\S]*))?$/.exec(arg);
    if (match === null) throw new ConfigError(`'${arg}' is not a valid flag. See 'kvd --help'`);
    const name = match[1] ?? '';
    if (name === 'help' || name === 'h') return { request: { kind: 'help' }, settings };
    if (name === 'version') return { request: { kind: 'version' }, settings };
    const flag = findFlag(name);
    if (flag === undefined) throw unknownFlag(name);
    let value = match[2];
    if (value === undefined && flag.kind === 'bool') value = 'true';
    if (value === undefined) {
      i++;
      value = args[i];
      if (value === undefined) throw new ConfigError(`--${flag.name} needs a value`);
    }
    put(settings, flag, value, `--${name}`);
  }
  return { request: { kind: 'start' }, settings };
}

/** ETCD_* variables; `warn` hears of those that no flag has (etcd ignores them too). */
export function parseEnvironment(env: NodeJS.ProcessEnv, warn: (message: string) => void): Settings {
  const settings = new Map<string, string>();
  const known = new Map(FLAGS.map((flag) => [envName(flag.name), flag]));
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('ETCD_') || value === undefined) continue;
    const alias = name.slice('ETCD_'.length).toLowerCase().replaceAll('_', '-');
    const flag = known.get(name) ?? findFlag(alias);
    // An empty variable counts as not set.
    if (flag !== undefined && value !== '') put(settings, flag, value, name);
    else if (flag === undefined) warn(`unrecognized environment variable ${name}`);
  }
  return settings;
}

/** Sections of etcd's file whose keys are flags under another name. */
const SECTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'client-transport-security': {
    'cert-file': 'cert-file',
    'key-file': 'key-file',
    'client-cert-auth': 'client-cert-auth',
    'trusted-ca-file': 'trusted-ca-file',
    'auto-tls': 'auto-tls',
  },
  'peer-transport-security': {
    'cert-file': 'peer-cert-file',
    'key-file': 'peer-key-file',
    'client-cert-auth': 'peer-client-cert-auth',
    'trusted-ca-file': 'peer-trusted-ca-file',
    'auto-tls': 'peer-auto-tls',
    'allowed-cn': 'peer-cert-allowed-cn',
    'allowed-hostname': 'peer-cert-allowed-hostname',
  },
};

/** Keys of etcd's file that its command line does not have, and what they set there. */
const FILE_ONLY = new Set(['debug']);

function scalar(key: string, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map((item) => scalar(key, item) ?? '').join(',');
  throw new ConfigError(`configuration file: ${key} is not a plain value`);
}

/** The settings of a YAML file. Throws ConfigError with the key that is wrong. */
export function parseConfigFile(path: string, text: string): Settings {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    const [first = ''] = (error as Error).message.split('\n');
    throw new ConfigError(`configuration file ${path}: ${first}`);
  }
  const settings = new Map<string, string>();
  if (document === null || document === undefined) return settings;
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new ConfigError(`configuration file ${path}: it must be a mapping of flag names to values`);
  }
  for (const [key, value] of Object.entries(document)) {
    const section = SECTIONS[key];
    if (section !== undefined) readSection(settings, path, key, section, value);
    else if (FILE_ONLY.has(key)) {
      if (value === true) settings.set('log-level', 'debug');
    } else readKey(settings, path, key, findFlag(key), value);
  }
  return settings;
}

function readKey(settings: Map<string, string>, path: string, key: string, flag: Flag | undefined, value: unknown) {
  if (flag === undefined || flag.name === 'config-file') {
    const hint = nearest(key, [...FLAGS.map((f) => f.name), ...Object.keys(SECTIONS)]);
    throw new ConfigError(
      `configuration file ${path}: unknown key "${key}"${hint === undefined ? '' : `; did you mean "${hint}"?`}`,
    );
  }
  const given = scalar(key, value);
  if (given !== undefined && given !== '') put(settings, flag, given, `configuration file ${path}: ${key}`);
}

function readSection(
  settings: Map<string, string>,
  path: string,
  name: string,
  keys: Readonly<Record<string, string>>,
  value: unknown,
): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object') throw new ConfigError(`configuration file ${path}: ${name} must be a mapping`);
  for (const [key, inner] of Object.entries(value)) {
    const flag = keys[key];
    readKey(settings, path, `${name}.${key}`, flag === undefined ? undefined : findFlag(flag), inner);
  }
}
