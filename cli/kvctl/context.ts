// What a command gets to work with: its flags, clients, and a printer.

import type { MethodDescriptor } from '../../proto/wire.js';
import type { CallKind, Connection, ConnectionOptions } from '../../src/client/connection.js';
import type { Client } from '../../src/client/index.js';
import { Exit, ExitError } from './exit.js';
import type { GlobalOptions } from './flag.js';
import type { Printer } from './printers/printer.js';
import { errorText } from './rpc-error.js';

const NO_TLS = 'TLS is not supported in this version';
const NO_AUTH = 'authentication is not supported in this version';
const NO_DISCOVERY = 'discovery is not supported in this version: give --endpoints';

/** Each unsupported global flag: what makes it refused, and why. */
const REFUSED: readonly (readonly [string, (options: GlobalOptions) => boolean, string])[] = [
  ['cacert', (o) => o.cacert !== '', NO_TLS],
  ['cert', (o) => o.cert !== '', NO_TLS],
  ['key', (o) => o.key !== '', NO_TLS],
  ['insecure-transport=false', (o) => !o.insecureTransport, NO_TLS],
  ['user', (o) => o.user !== '', NO_AUTH],
  ['password', (o) => o.password !== '', NO_AUTH],
  ['discovery-srv', (o) => o.discoverySrv !== '', NO_DISCOVERY],
  ['discovery-srv-name', (o) => o.discoverySrvName !== '', NO_DISCOVERY],
];

/** Waiting without end, as far as a timer can: 24 days. */
const FOREVER_MS = 2 ** 31 - 1;
/** Servers cut off clients that probe more often (etcd's --grpc-keepalive-min-time); Go's client keeps to 10 s. */
const KEEPALIVE_MS_MIN = 10_000;

export class Context {
  readonly global: GlobalOptions;
  /** Positionals before `--`; all of them without one. */
  readonly beforeDash: number;
  /** Whether there was a `--`. */
  readonly hasDash: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #open: { close(): void }[] = [];
  #printer: Printer | undefined;

  constructor(
    options: Readonly<Record<string, unknown>>,
    env: NodeJS.ProcessEnv,
    dash: { readonly before: number; readonly seen: boolean },
  ) {
    this.#options = options;
    this.global = options as unknown as GlobalOptions;
    this.beforeDash = dash.before;
    this.hasDash = dash.seen;
    this.env = env;
  }

  /** The command's own flags, by commander's names for them. */
  options<T>(): T {
    return this.#options as T;
  }

  /** Throws ExitError for a format that does not exist. */
  async printer(): Promise<Printer> {
    if (this.#printer === undefined) {
      const { createPrinter } = await import('./printers/printer.js');
      this.#printer = await createPrinter(this.global.writeOut, this.global.hex);
      if (this.#printer === undefined) throw new ExitError(Exit.badFeature, 'unsupported output format');
    }
    return this.#printer;
  }

  /** For unary calls: of these endpoints, by default those of `--endpoints`. Throws ExitError. */
  async connection(endpoints: readonly string[] = this.global.endpoints): Promise<Connection> {
    await this.#check();
    const { Connection } = await import('../../src/client/connection.js');
    return this.#keep(() => new Connection(this.#settings(endpoints, this.global.commandTimeout)));
  }

  /** The whole client library. Throws ExitError. */
  async client(): Promise<Client> {
    await this.#check();
    const { Client } = await import('../../src/client/index.js');
    return this.#keep(() => new Client(this.#settings(this.global.endpoints, this.global.commandTimeout)));
  }

  /** One that waits as long as it takes. */
  async patientClient(): Promise<Client> {
    await this.#check();
    const { Client } = await import('../../src/client/index.js');
    return this.#keep(() => new Client(this.#settings(this.global.endpoints, FOREVER_MS)));
  }

  async #check(): Promise<void> {
    for (const [flag, isRefused, reason] of REFUSED)
      if (isRefused(this.global)) throw new ExitError(Exit.badArguments, `--${flag}: ${reason}`);
    await this.printer();
  }

  #settings(endpoints: readonly string[], callTimeoutMs: number): ConnectionOptions {
    const { dialTimeout, keepaliveTime, keepaliveTimeout } = this.global;
    return {
      endpoints,
      callTimeoutMs,
      connectTimeoutMs: Math.max(callTimeoutMs, dialTimeout),
      keepaliveTimeMs: Math.max(KEEPALIVE_MS_MIN, keepaliveTime),
      keepaliveTimeoutMs: keepaliveTimeout,
    };
  }

  #keep<T extends { close(): void }>(open: () => T): T {
    try {
      const opened = open();
      this.#open.push(opened);
      return opened;
    } catch (error) {
      throw new ExitError(Exit.badArguments, (error as Error).message);
    }
  }

  /** One call with `--command-timeout`. A failure ends the program with `exit` and etcdctl's text for it. */
  async call<Req, ReqInit, Res, ResInit>(
    connection: Connection,
    method: MethodDescriptor<Req, ReqInit, Res, ResInit>,
    request: ReqInit,
    kind: CallKind,
    failure: { readonly exit?: number; readonly text?: (reason: string) => string } = {},
  ): Promise<Res> {
    try {
      return await connection.unary(method, request, kind);
    } catch (error) {
      const reason = errorText(error);
      throw new ExitError(failure.exit ?? Exit.error, failure.text?.(reason) ?? reason, { cause: error });
    }
  }

  close(): void {
    for (const each of this.#open) each.close();
  }
}
