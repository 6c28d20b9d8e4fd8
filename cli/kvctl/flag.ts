// Flags as commander's options that know their type, so that help and parsing are etcdctl's.

import { Option } from 'commander';
import { parseBool, parseDuration, parseInt64 } from './go-format.js';

export type FlagKind = 'string' | 'bool' | 'int' | 'duration' | 'list';

const PARSERS: Readonly<Record<FlagKind, (text: string) => unknown>> = {
  string: (text) => text,
  bool: parseBool,
  int: (text) => Number(parseInt64(text, 0)),
  duration: parseDuration,
  list: (text) => (text === '' ? [] : text.split(',')),
};

export class Flag extends Option {
  readonly kind: FlagKind;
  /** As `--help` shows it. */
  readonly shown: string;
  readonly letter: string | undefined;
  readonly title: string;

  /** `fallback` is written as on a command line. */
  constructor(title: string, kind: FlagKind, fallback: string, help: string, letter?: string) {
    // For commander every flag has a value: cobra.ts has written `--flag` of a switch as `--flag=true`.
    super(`${letter === undefined ? '' : `-${letter}, `}--${title} <value>`, help);
    this.kind = kind;
    this.title = title;
    this.letter = letter;
    this.shown = kind === 'string' ? `"${fallback}"` : kind === 'list' ? `[${fallback}]` : fallback;
    const parse = PARSERS[kind];
    this.default(parse(fallback));
    this.argParser((text) => parse(text));
  }

  /** Throws SyntaxProblem when `text` is no value of this flag. */
  check(text: string): void {
    PARSERS[this.kind](text);
  }
}

export const switchFlag = (title: string, help: string, letter?: string): Flag =>
  new Flag(title, 'bool', 'false', help, letter);

export const GLOBAL_FLAGS: readonly Flag[] = [
  new Flag('cacert', 'string', '', 'verify certificates of TLS-enabled secure servers using this CA bundle'),
  new Flag('cert', 'string', '', 'identify secure client using this TLS certificate file'),
  new Flag('command-timeout', 'duration', '5s', 'timeout for short running command (excluding dial timeout)'),
  switchFlag('debug', 'enable client-side debug logging'),
  new Flag('dial-timeout', 'duration', '2s', 'dial timeout for client connections'),
  new Flag('discovery-srv', 'string', '', 'domain name to query for SRV records describing cluster endpoints', 'd'),
  new Flag('discovery-srv-name', 'string', '', 'service name to query when using DNS discovery'),
  new Flag('endpoints', 'list', '127.0.0.1:2379', 'gRPC endpoints'),
  switchFlag('hex', 'print byte strings as hex encoded strings'),
  new Flag('insecure-discovery', 'bool', 'true', 'accept insecure SRV records describing cluster endpoints'),
  switchFlag(
    'insecure-skip-tls-verify',
    'skip server certificate verification (CAUTION: this option should be enabled only for testing purposes)',
  ),
  new Flag('insecure-transport', 'bool', 'true', 'disable transport security for client connections'),
  new Flag('keepalive-time', 'duration', '2s', 'keepalive time for client connections'),
  new Flag('keepalive-timeout', 'duration', '6s', 'keepalive timeout for client connections'),
  new Flag('key', 'string', '', 'identify secure client using this TLS key file'),
  new Flag(
    'password',
    'string',
    '',
    "password for authentication (if this option is used, --user option shouldn't include password)",
  ),
  new Flag('user', 'string', '', 'username[:password] for authentication (prompt if password is not supplied)'),
  new Flag('write-out', 'string', 'simple', 'set the output format (fields, json, protobuf, simple, table)', 'w'),
];

export interface GlobalOptions {
  readonly cacert: string;
  readonly cert: string;
  readonly commandTimeout: number;
  readonly debug: boolean;
  readonly dialTimeout: number;
  readonly discoverySrv: string;
  readonly discoverySrvName: string;
  readonly endpoints: readonly string[];
  readonly hex: boolean;
  readonly insecureDiscovery: boolean;
  readonly insecureSkipTlsVerify: boolean;
  readonly insecureTransport: boolean;
  readonly keepaliveTime: number;
  readonly keepaliveTimeout: number;
  readonly key: string;
  readonly password: string;
  readonly user: string;
  readonly writeOut: string;
}
